"""Asking about what a message did not say for sure: who is meant, what a passage means. Nothing is dropped unseen."""

from decimal import Decimal

from core.dialogue import Chat, Option
from core.flows.filling import Told, doubts_of
from core.flows.register import Register
from core.hours import NBSP, in_hours
from core.models import Commitment

SKIP = Option("skip", "Laisser de côté")
NEW = Option("new", "Nouvelle embauche")
MOST_OFFERED = 8


def ask_doubts(chat: Chat, register: Register, commitment: Commitment, month: str) -> None:
    """Ask about each passage in doubt, one after the other; an answer takes it out of the doubts."""
    for doubt in doubts_of(chat.answers):
        names = _names(register, commitment, month)
        text, options = _question(doubt, names)
        chat.choose(f"doubt.{doubt['n']}", text, options, ask_even_one=True)


def texts_of(register: Register, answers: dict[str, str]) -> list[str]:
    """Return the questions about what is in doubt, as they would be asked."""
    names = {
        each.participant_id: each.participant.name
        for row in register.workable
        for each in register.employments_ever(row)
    }
    return [_question(doubt, names)[0] for doubt in doubts_of(answers)]


def _names(register: Register, commitment: Commitment, month: str) -> dict[int, str]:
    return {each.participant_id: each.participant.name for each in register.employments(commitment, month)}


def _question(doubt: Told, names: dict[int, str]) -> tuple[str, list[Option]]:
    passage = f"«{NBSP}{doubt['passage']}{NBSP}»"
    if doubt["kind"] == "absent":
        return str(doubt["text"]), [Option("skip", "Continuer sans ces heures")]
    if doubt["kind"] == "others":
        return (
            f"Le tableau contient d’autres personnes, que vous ne suivez pas ici{NBSP}: {doubt['passage']}. "
            "Je ne compte pas leurs heures. Pour une nouvelle embauche, écrivez son nom et ses heures.",
            [Option("skip", "Continuer sans elles")],
        )
    if doubt["kind"] == "elsewhere":
        return (
            f"Le tableau contient aussi des heures faites ailleurs{NBSP}: {doubt['passage']}. Je ne les compte pas.",
            [Option("skip", "Continuer sans elles")],
        )
    if doubt["kind"] == "unread":
        return f"Je n’ai pas su lire {passage}. Écrivez-le autrement, ou laissez-le de côté.", [SKIP]
    meant = [number for number in doubt["people"] if number in names] or list(names)
    people = [Option(str(number), names[number]) for number in meant[:MOST_OFFERED]]
    named = ", ".join(option.label for option in people)
    if doubt["kind"] == "namesakes":
        return f"{passage}{_told(doubt)}{NBSP}: de qui s’agit-il{NBSP}? ({named})", [*people, SKIP]
    return (
        f"Je ne connais pas {passage}{_told(doubt)}. Est-ce une nouvelle embauche, ou l’une de ces personnes{NBSP}?"
        + (f" ({named})" if named else ""),
        [NEW, *people, SKIP],
    )


def _told(doubt: Told) -> str:
    if not doubt.get("hours") or doubt["hours"] == "same":
        return f" ({doubt['heard']})" if doubt.get("heard") else ""
    worked, training = doubt["hours"].split("+")
    return f" ({in_hours(Decimal(worked) + Decimal(training))})"
