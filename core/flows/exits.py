"""What became of several people months after the end, told in one message and read back: how a mail answers."""

from collections.abc import Callable

from core.dialogue import Chat, Option
from core.endings import asking
from core.exit_words import may_tell_exit, read_exits
from core.flows.commands import Say, TellExit, TellExits
from core.flows.filling import Answers
from core.flows.register import Register
from core.hours import NBSP, plain
from core.models import Employment
from core.refusal import Refused
from core.tellings import Known
from core.terms import ExitSituation

NOT_ASKED = "Cette question n’est plus posée, merci."
LATER = Option("", "Plus tard")
SITUATIONS = tuple(Option(str(each), each.capitalised) for each in ExitSituation)
Waiting = list[tuple[Employment, int]]


def tell_exits(chat: Chat, register: Register) -> TellExits | Say:
    """Say what became of those asked about: of one, also by its number; who is left out is asked about, or later."""
    waiting = _asked(chat, register)
    if not waiting:
        return Say(NOT_ASKED)
    names = [each.participant.name for each, _ in waiting]
    lines = "\n".join(f"- {asking(each, months)}" for each, months in waiting)
    text = asking(*waiting[0]) if len(waiting) == 1 else lines
    text += f"\n\nRépondez avec vos mots, par exemple «{NBSP}{names[0].split()[0]} est en CDI chez nous{NBSP}»"
    text += f" ou «{NBSP}on ne sait pas{NBSP}»."
    said = chat.value("said", text, _reader(waiting), suggestions=SITUATIONS if len(waiting) == 1 else ())
    found = _read(said, waiting)
    told = []
    for employment, months in waiting:
        situation = found.get(employment.id) or _left_out(chat, employment, months)
        if situation is not None:
            told.append((employment, months, situation))
    if not told:
        return Say("D’accord, plus tard. Vous pourrez répondre à tout moment.")
    read = "\n".join(f"- {each.participant.name}{NBSP}: {situation.label}" for each, _, situation in told)
    again = Option(" ".join(("said", *(_key(each) for each, _ in waiting))), "Le dire autrement")
    chat.agree("agree", f"Je note{NBSP}:\n\n{read}\n\nVous confirmez{NBSP}?", change=(again,))
    return TellExits(tuple(TellExit(each.id, months, situation) for each, months, situation in told))


def exits_told(register: Register, text: str) -> Answers | None:
    """Return what a sentence says of somebody of whom news is due, and whom it names; None when it says nothing."""
    if not may_tell_exit(text) or "?" in text or not (waiting := register.exits_waiting()):
        return None
    people = [Known(each.id, each.participant.name) for each, _ in waiting]
    somebody_else = Known(0, "\N{BULLET}")  # so that a sentence that names nobody tells nothing
    found = read_exits(text, [*people, somebody_else])
    if not found or 0 in found:
        return None
    about = ",".join(f"{each.id}:{months}" for each, months in waiting if each.id in found)
    return {"about": about, "said": text}


def _asked(chat: Chat, register: Register) -> Waiting:
    """Return who was asked about and is still to be answered for; everybody waited for, when that is not said."""
    about = set(chat.answers.get("about", "").split(",")) - {""}
    return [(each, months) for each, months in register.exits_waiting() if not about or f"{each.id}:{months}" in about]


def _reader(waiting: Waiting) -> Callable[[str], str]:
    choices = SITUATIONS if len(waiting) == 1 else ()
    places = {str(place): option.value for place, option in enumerate(choices, start=1)}
    labels = {plain(option.label): option.value for option in choices}

    def read(typed: str) -> str:
        chosen = places.get(typed.strip(" .")) or labels.get(plain(typed).strip(" ."))
        if chosen is not None:
            return chosen
        if not _read(typed, waiting):
            raise Refused(
                "Je n’ai pas compris ce que devient cette personne. Écrivez par exemple : en CDI chez nous, "
                "en CDD de 2 mois, en formation, au chômage, on ne sait pas.".replace(" :", f"{NBSP}:")
            )
        return typed

    return read


def _read(said: str, waiting: Waiting) -> dict[int, ExitSituation]:
    """Read an answer: a situation chosen, or words."""
    if said in {str(each) for each in ExitSituation}:
        return {each.id: ExitSituation.of(said) for each, _ in waiting}
    return read_exits(said, [Known(each.id, each.participant.name) for each, _ in waiting])


def _left_out(chat: Chat, employment: Employment, months: int) -> ExitSituation | None:
    chosen = chat.choose(_key(employment), asking(employment, months), (*SITUATIONS, LATER))
    return ExitSituation.of(chosen) if chosen else None


def _key(employment: Employment) -> str:
    return f"situation.{employment.id}"
