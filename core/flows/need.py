"""Say what is looked for, candidates or a training; note what was done. Both feed the file that proves good faith."""

from core.commitments import lot_of
from core.dialogue import Chat, Option
from core.flows.commands import AskCandidates, NoteEffort, Say
from core.flows.register import Register
from core.hours import NBSP
from core.months import month_of, next_first
from core.needs import Asked, by_month
from core.refusal import Refused
from core.terms import EffortKind, NeedKind
from core.wanted import MOST_PLACES, NUMBERS, in_words, read_month_wanted

NOTHING = "Aucun marché n’est suivi pour votre organisation. Écrivez au facilitateur si c’est une erreur."
KINDS = (
    Option(str(NeedKind.CANDIDATES), "Des candidats à recruter"),
    Option(str(NeedKind.TRAINING), "Une formation"),
)
NOTHING_MORE = Option("", "Rien à ajouter")


def need(chat: Chat, register: Register) -> AskCandidates | Say:
    """Ask for candidates or a training; the facilitateur passes it on to his partners."""
    if not register.declarable:
        return Say(NOTHING)
    if heard := _heard(chat):
        chat.say(heard)
    commitment = _commitment(chat, register)
    kind = NeedKind.of(chat.choose("kind", f"Que cherchez-vous{NBSP}?", KINDS))
    is_training = kind is NeedKind.TRAINING
    asked = "Quelle formation" if is_training else "Quel métier ou quel poste"
    example = "sécurité sur chantier" if is_training else "maçon, agent d’entretien"
    what = chat.text("what", f"{asked}{NBSP}? Par exemple{NBSP}: {example}.", most=120)
    places = int(chat.value("places", f"Pour combien de personnes{NBSP}?", _places))
    today = chat.today
    months = (month_of(today), month_of(next_first(month_of(today))))
    month = chat.value(
        "month",
        f"À partir de quel mois{NBSP}?",
        lambda typed: _month(typed, chat),
        suggestions=[Option(each, by_month(each).removeprefix("à partir de ")) for each in months],
    )
    place = chat.text("place", f"Dans quelle commune{NBSP}?", most=120)
    details = chat.text(
        "details",
        f"Des précisions utiles{NBSP}: horaires, permis, équipement{NBSP}? N’écrivez le nom de personne.",
        most=1000,
        suggestions=(NOTHING_MORE,),
    )
    if details.casefold() == NOTHING_MORE.label.casefold():
        details = ""
    summary = f"Je transmets au facilitateur{NBSP}: **{in_words(what, places, month, place)}**."
    change = [
        Option("what", "Le métier ou la formation"),
        Option("places", "Le nombre"),
        Option("month", "Le mois"),
        Option("place", "La commune"),
        Option("details", "Les précisions"),
    ]
    chat.agree("agree", f"{summary}\n\n{details}".strip(), change=change)
    return AskCandidates(Asked(commitment, kind, what, places, month, place, details))


def effort(chat: Chat, register: Register) -> NoteEffort | Say:
    """Note something done, or met, to do the hours."""
    if not register.declarable:
        return Say(NOTHING)
    commitment = _commitment(chat, register)
    kind = EffortKind.of(
        chat.choose(
            "kind", f"Qu’est-ce qui s’est passé{NBSP}?", [Option(str(each), each.capitalised) for each in EffortKind]
        )
    )
    row = next(row for row in register.declarable if row.id == commitment)
    first = row.contract.notified_on or row.starts_on or chat.today.replace(year=chat.today.year - 4)
    day = chat.day(
        "day",
        f"Quel jour{NBSP}?",
        first=min(first, chat.today),
        last=chat.today,
        suggestions=[Option(chat.today.isoformat(), "Aujourd’hui")],
    )
    text = chat.text(
        "text",
        "Dites-le en une phrase : où, avec qui, combien de personnes, pourquoi. N’écrivez pas le nom d’un candidat.",
        most=500,
    )
    return NoteEffort(commitment, kind, day, text)


def _heard(chat: Chat) -> str:
    """Say back what the first sentence already told."""
    what, places = chat.answers.get("what"), chat.answers.get("places")
    if "commitment" in chat.answers or not what or not places:
        return ""
    month, place = chat.answers.get("month"), chat.answers.get("place", "")
    said = (
        in_words(what, int(places), month, place) if month else ", ".join(filter(None, (f"{places} × {what}", place)))
    )
    return f"Je note{NBSP}: {said}."


def _commitment(chat: Chat, register: Register) -> int:
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in register.declarable]
    return int(chat.choose("commitment", f"Pour quel marché{NBSP}?", options))


def _places(typed: str) -> str:
    words = typed.strip().casefold().split()
    first = words[0] if words else ""
    count = NUMBERS.get(first) or (int(first) if first.isascii() and first.isdigit() and len(first) < 4 else 0)
    if not 0 < count <= MOST_PLACES:
        raise Refused(f"Écrivez un nombre de personnes entre 1 et {MOST_PLACES}.")
    return str(count)


def _month(typed: str, chat: Chat) -> str:
    month = read_month_wanted(typed, chat.today)
    if month is None:
        raise Refused(f"Je n’ai pas reconnu un mois. Écrivez par exemple «{NBSP}janvier{NBSP}».")
    if month < month_of(chat.today):
        raise Refused("Ce mois est passé. Écrivez un mois à venir.")
    return month
