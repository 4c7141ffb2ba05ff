"""Somebody newly hired, declared with the first hours; and the hours of one person in a month."""

from core.declarations import NewHire, Work
from core.dialogue import Chat
from core.employments import Hire, folded
from core.flows.hire_terms import criterion_of, employer_of, kind_of, modality_of
from core.hours import NBSP, read_work
from core.models import Commitment, Employment
from core.months import first_day, in_french, last_day
from core.refusal import Refused

MOST_HIRES = 20


def work_of(chat: Chat, key: str, name: str, month: str) -> Work:
    """Ask for the hours of somebody in a month; what was told without a number is recalled."""
    text = f"Combien d’heures pour **{name}** en {in_french(month)}{NBSP}? "
    heard = chat.answers.get(key.replace("hours", "heard"))
    if heard:
        text = f"Vous avez écrit «{NBSP}{heard}{NBSP}». {_why_not(heard)} {text}"
    worked, training = chat.work(key, f"{text}(Avec de la formation, écrivez par exemple 84 + 7 formation.)")
    return Work(worked, training)


def _why_not(heard: str) -> str:
    """Say why what was told is no number of hours that can be taken."""
    try:
        read_work(heard)
    except Refused as refusal:
        if heard[:1].isdigit() and "dépasse" in refusal.message:
            return refusal.message
    return "Il me faut un nombre exact."


def hires_of(chat: Chat, commitment: Commitment, month: str, people: list[Employment]) -> tuple[NewHire, ...]:
    """Ask for the hires of a month, one after the other."""
    hires: list[NewHire] = []
    for number in range(1, MOST_HIRES + 1):
        known = {folded(name) for name in (*(p.participant.name for p in people), *(new.hire.name for new in hires))}
        hires.append(_hire(chat, commitment, month, f"hire.{number}", known))
        if not chat.confirm(f"hire.{number}.more", f"Une autre embauche à ajouter{NBSP}?"):
            break
    return tuple(hires)


def _hire(chat: Chat, commitment: Commitment, month: str, key: str, known: set[str]) -> NewHire:
    name = _name(chat, key, known)
    earliest = commitment.starts_on or first_day(month)
    latest = min(last_day(month), chat.today)
    starts_on = chat.day(
        f"{key}.starts_on",
        f"Depuis quel jour{NBSP}? Donnez le premier jour de {name}, par exemple 12/10.",
        first=earliest,
        last=latest,
    )
    modality = modality_of(chat, f"{key}.modality", commitment)
    employer = employer_of(chat, f"{key}.employer", modality, name)
    kind = kind_of(chat, f"{key}.kind", modality)
    criterion = criterion_of(chat, f"{key}.criterion", name)
    hired = Hire(name, starts_on, modality, kind, criterion, employer=employer)
    return NewHire(hired, work_of(chat, f"{key}.hours", name, month))


def _name(chat: Chat, key: str, known: set[str]) -> str:
    called = chat.answers.get(f"{key}.called")
    text = f"Qui avez-vous embauché{NBSP}? Écrivez le prénom et le nom."
    if called:
        text = f"Vous avez embauché «{NBSP}{called}{NBSP}». Écrivez son prénom et son nom."
    return chat.name(
        f"{key}.name",
        text,
        refuse=lambda typed: f"{typed} est déjà dans cette déclaration." if folded(typed) in known else None,
    )
