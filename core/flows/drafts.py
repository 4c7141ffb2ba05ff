"""Declarations told in a text, looked at before anything is said: their lines, what would be asked, what cannot be."""

import json
from dataclasses import dataclass
from decimal import Decimal

from core.dialogue import Chat, Pending, Question, Refilled
from core.flows.commands import Say
from core.flows.declare import declare
from core.flows.doubts import texts_of
from core.flows.filling import Answers, completed, doubts_of
from core.flows.register import Register
from core.flows.told import drafts_of
from core.hours import read_work
from core.models import Commitment
from core.months import first_day, in_french
from core.refusal import Refused
from core.terms import DeclarationStatus

MOST_QUESTIONS = 80
_UP_TO_THERE = frozenset({"commitment", "month"})  # what follows depends on the answer


@dataclass(frozen=True)
class DraftLine:
    """The hours read for one person."""

    name: str
    worked: Decimal
    training: Decimal
    is_hire: bool = False
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """A declaration as it is read; `commitment` and `month` are None when they are to be asked.

    `confirmations` are the questions about unusual hours, which « oui » answers.
    """

    commitment: Commitment | None
    month: str | None
    lines: tuple[DraftLine, ...]
    questions: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    confirmations: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """Return all the hours read."""
        return sum((line.worked + line.training for line in self.lines), Decimal(0))


def drafted(register: Register, text: str) -> tuple[Draft, ...]:
    """Read a text that is meant as months worked; nothing is changed."""
    return tuple(_draft(register, answers) for answers in drafts_of(register, text, is_sure=True))


def _draft(register: Register, answers: Answers) -> Draft:
    rows = register.workable
    chosen = answers.get("commitment") or (str(rows[0].id) if len(rows) == 1 else "")
    commitment = next((row for row in rows if str(row.id) == chosen), None)
    month = answers.get("month")
    refused = [str(doubt["text"]) for doubt in doubts_of(answers) if doubt["kind"] == "absent"]
    refused += [
        reason for key, said in answers.items() if ".heard" in key or "heard." in key for reason in _too_many(said)
    ]
    if commitment is not None and month is not None and (reason := register.refusal_for(commitment, month)):
        return Draft(commitment, month, _lines(register, commitment, month, answers), (), (*refused, reason))
    if commitment is not None and month is not None and _is_accepted(register, commitment, month):
        said = f"{in_french(month).capitalize()} est déjà validé. Demandez la correction au facilitateur, par le chat."
        return Draft(commitment, month, _lines(register, commitment, month, answers), (), (*refused, said))
    asked = [text for text in texts_of(register, answers) if text not in refused]
    questions, unusual, said_no = _would_ask(register, answers)
    lines = _lines(register, commitment, month, answers)
    return Draft(commitment, month, lines, (*asked, *questions), (*refused, *said_no), tuple(unusual))


def _is_accepted(register: Register, commitment: Commitment, month: str) -> bool:
    held = register.in_force(commitment, month)
    return held is not None and held.status is DeclarationStatus.ACCEPTED


def _too_many(heard: str) -> list[str]:
    try:
        read_work(heard)
    except Refused as refusal:
        return [refusal.message] if "dépasse" in refusal.message else []
    return []


def _lines(
    register: Register, commitment: Commitment | None, month: str | None, answers: Answers
) -> tuple[DraftLine, ...]:
    if commitment is None or month is None:
        return _told_lines(register, answers)
    found = [
        _line(each.participant.name, answers[f"hours.{each.id}"], note=answers.get(f"note.{each.id}", ""))
        for each in register.employments(commitment, month)
        if f"hours.{each.id}" in answers
    ]
    numbers = sorted({int(key.split(".")[1]) for key in answers if key.startswith("hire.")})
    found += [
        _line(
            answers.get(f"hire.{n}.name") or answers.get(f"hire.{n}.called", ""),
            answers[f"hire.{n}.hours"],
            is_hire=True,
            note=answers.get(f"hire.{n}.note", ""),
        )
        for n in numbers
        if f"hire.{n}.hours" in answers
    ]
    return tuple(found)


def _told_lines(register: Register, answers: Answers) -> tuple[DraftLine, ...]:
    told = json.loads(answers.get("told", "{}"))
    names = {
        str(each.participant_id): each.participant.name
        for row in register.workable
        for each in register.employments_ever(row)
    }
    notes = told.get("notes", {})
    found = [
        _line(names[person], hours, note=notes.get(person, ""))
        for person, hours in told.get("hours", {}).items()
        if hours != "same"
    ]
    found += [_line(each["name"], each["hours"], is_hire=True) for each in told.get("hires", []) if each.get("hours")]
    return tuple(found)


def _line(name: str, hours: str, *, is_hire: bool = False, note: str = "") -> DraftLine:
    worked, training = hours.split("+")
    return DraftLine(name, Decimal(worked), Decimal(training), is_hire, note)


def _would_ask(register: Register, answers: Answers) -> tuple[list[str], list[str], list[str]]:
    """Run the flow ahead with made-up answers: return all that it would ask, have confirmed, refuse."""
    asked: list[str] = []
    unusual: list[str] = []
    for _ in range(MOST_QUESTIONS):
        try:
            outcome = declare(Chat(register.today, answers), register)
        except Pending as pending:
            question = pending.question
        except Refilled as refilled:
            answers = {**answers, **refilled.answers}
            continue
        else:
            return asked, unusual, [outcome.text] if isinstance(outcome, Say) else []
        if question.key == "agree":
            break
        if question.key.startswith("sure."):
            unusual.append(question.text)
        elif not question.key.startswith("doubt."):
            asked.append(question.text)
        if question.key in _UP_TO_THERE:
            break
        answers = completed(register, {**answers, question.key: _made_up(question, answers)})
    return asked, unusual, []


def _made_up(question: Question, answers: Answers) -> str:
    if question.key.startswith("doubt."):
        return "skip"
    if question.options:
        return question.options[0].value
    if question.key.endswith(".starts_on"):
        return first_day(answers["month"]).isoformat()
    return "0+0" if "hours" in question.key else "…"
