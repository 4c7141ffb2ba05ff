"""How to reach somebody who is not signed in: an address or a number, or only here."""

from core.dialogue import Chat, Option
from core.hours import NBSP, plain
from core.refusal import Refused

LONGEST = 300
FEWEST_DIGITS = 6
HERE = Option("ici", "Répondre ici seulement")
SKIPS = frozenset({"ici", "ici seulement", "passer", "non", "rien", "sans", "aucun", "plus tard", "non merci"})


def ask_reach(chat: Chat) -> str:
    """Ask how the facilitateur may reach the person; "" when he may only answer in the conversation."""
    asked = f"Comment le facilitateur peut-il vous joindre{NBSP}? Donnez votre nom et un e-mail ou un téléphone."
    found = chat.value("reach", asked, _read, suggestions=[HERE])
    return "" if found == HERE.value else found


def _read(typed: str) -> str:
    written = typed.strip()
    words = plain(written).strip(" .!?")
    if words in SKIPS or words == plain(HERE.label) or written == "1":
        return HERE.value
    if len(written) > LONGEST:
        raise Refused(f"C’est un peu long. Donnez seulement votre nom et un e-mail ou un téléphone ({LONGEST} signes).")
    if "@" not in written and sum(c.isdigit() for c in written) < FEWEST_DIGITS:
        raise Refused(
            "Il me manque un e-mail ou un numéro de téléphone, le vôtre ou celui d’un collègue. Si vous n’en avez pas, "
            f"répondez «{NBSP}ici{NBSP}»{NBSP}: la réponse vous attendra dans cette conversation."
        )
    return written
