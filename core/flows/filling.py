"""What was told of a month, turned into answers of the `declare` flow once the contract and the month are known.

What is told waits in one answer, `told`, by participant. Once filled, only answers by employment are left: the flow
asks what is missing, and whatever was filled can be gone back to like an answer that was typed.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from core.checks import employed_in
from core.employments import folded
from core.flows.register import Register
from core.hours import NBSP, plain, read_work
from core.models import Commitment, Declaration, Employment, PreparedMonth
from core.months import first_day, in_french, last_day
from core.refusal import Refused
from core.terms import Criterion, EmploymentKind, Modality

Answers = dict[str, str]
Told = dict[str, Any]  # as kept in the conversation: JSON
SAID_OF_HIRES: Mapping[str, tuple[str, str]] = {
    "cdd": ("kind", EmploymentKind.CDD),
    "cdi": ("kind", EmploymentKind.CDI),
    "cddi": ("kind", EmploymentKind.INSERTION),
    "apprenti": ("kind", EmploymentKind.APPRENTICESHIP),
    "interim": ("kind", EmploymentKind.TEMPORARY),
    "contrat pro": ("kind", EmploymentKind.PROFESSIONALISATION),
    "contrat de prof": ("kind", EmploymentKind.PROFESSIONALISATION),
    "mise a disposition": ("modality", Modality.SECONDMENT),
    "rsa": ("criterion", Criterion.RSA),
    "rqth": ("criterion", Criterion.DISABLED_WORKER),
    "qpv": ("criterion", Criterion.PRIORITY_DISTRICT),
    "deld": ("criterion", Criterion.LONG_TERM_JOBSEEKER),
    "ass": ("criterion", Criterion.MINIMUM_ALLOWANCE),
    "aah": ("criterion", Criterion.MINIMUM_ALLOWANCE),
}


def completed(register: Register, answers: Mapping[str, str]) -> Answers:
    """Return the answers, those that follow from what was told filled in."""
    settled = _settled(dict(answers))
    if "told" not in settled:
        return settled
    commitment = _commitment(register, settled)
    month = settled.get("month")
    if commitment is None or month is None:
        return settled
    told: Told = json.loads(settled.pop("told"))
    filled = _filled(register, commitment, month, told, settled)
    return _with_hires(commitment, month, register, told, filled)


def with_first_hours(register: Register, answers: Mapping[str, str], text: str) -> Answers | None:
    """Take an amount alone, typed where the way to declare is asked, for the hours of the first person; else None."""
    commitment, month = _commitment(register, dict(answers)), answers.get("month")
    people = register.employments(commitment, month) if commitment is not None and month else []
    if not people:
        return None
    try:
        worked, training = read_work(text)
    except Refused:
        return None
    return {**answers, "way": "hours", f"hours.{people[0].id}": f"{worked}+{training}"}


def doubts_of(answers: Mapping[str, str]) -> list[Told]:
    """Return what is still to be asked of what was told."""
    found = json.loads(answers.get("doubts", "[]"))
    return found if isinstance(found, list) else []


def with_doubts(answers: Answers, doubts: list[Told]) -> Answers:
    """Keep what is to be asked, each under its own number."""
    if not doubts:
        return answers
    last = int(answers.get("doubted", "0"))
    numbered = [{**each, "n": last + place} for place, each in enumerate(doubts, start=1)]
    kept = json.dumps([*doubts_of(answers), *numbered])
    return {**answers, "doubts": kept, "doubted": str(last + len(doubts))}


def _settled(answers: Answers) -> Answers:
    """Take the answers to doubts: the hours go to the person chosen, to a new hire, or nowhere."""
    left = []
    told: Told = json.loads(answers.get("told", "{}"))
    for doubt in doubts_of(answers):
        chosen = answers.pop(f"doubt.{doubt['n']}", None)
        if chosen is None:
            left.append(doubt)
        elif chosen == "new":
            told.setdefault("hires", []).append({**doubt, "name": doubt["passage"]})
        elif chosen != "skip":
            _give(told, chosen, doubt)
    if told:
        answers["told"] = json.dumps(told)
    answers.pop("doubts", None)
    return {**answers, "doubts": json.dumps(left)} if left else answers


def _give(told: Told, person: str, said: Told) -> None:
    if said.get("hours"):
        told.setdefault("hours", {})[person] = said["hours"]
    elif said.get("heard"):
        told.setdefault("heard", {})[person] = said["heard"]
    if said.get("note"):
        told.setdefault("notes", {})[person] = said["note"]


def _commitment(register: Register, answers: Answers) -> Commitment | None:
    rows = register.workable
    if len(rows) == 1:
        return rows[0]
    return next((row for row in rows if str(row.id) == answers.get("commitment")), None)


def _filled(register: Register, commitment: Commitment, month: str, told: Told, answers: Answers) -> Answers:
    own = register.delegated.own(commitment)
    former = register.in_force(commitment, month) or own.get(month)
    source = latest_declared(register, commitment, before=month, named=told.get("same_as"))
    kept = _hours_of(former) if told.get("keeps") and former is not None else {}
    copied = _hours_of(source) if source is not None else {}
    found = dict(answers)
    for employment in register.employments(commitment, month):
        person, key = str(employment.participant_id), f"hours.{employment.id}"
        hours = _hours_for(employment, told, kept, copied)
        if hours is not None and (person in told.get("hours", {}) or key not in found):
            found[key] = hours
        elif person in told.get("heard", {}):
            found.pop(key, None)
        _describe(found, employment, told)
    if source is not None and ("same" in told.get("hours", {}).values() or told.get("everyone") == "same"):
        found["copied"] = source.month
    return with_doubts(found, _absent(register, commitment, month, told))


def _hours_for(employment: Employment, told: Told, kept: dict[int, str], copied: dict[int, str]) -> str | None:
    person = str(employment.participant_id)
    said = told.get("hours", {}).get(person)
    if said is None and person not in told.get("heard", {}) and int(person) not in told.get("doubted", []):
        said = told.get("everyone") or kept.get(employment.id)
    return copied.get(employment.id) if said == "same" else said


def _describe(answers: Answers, employment: Employment, told: Told) -> None:
    person = str(employment.participant_id)
    for name in ("heard", "notes", "instead"):
        said = told.get(name, {}).get(person)
        if said is not None:
            answers[f"{name.removesuffix('s')}.{employment.id}"] = said


def _hours_of(version: Declaration | PreparedMonth) -> dict[int, str]:
    if isinstance(version, PreparedMonth):
        return {int(number): "+".join(work) for number, work in version.lines.items()}
    return {line.employment_id: f"{line.worked}+{line.training}" for line in version.lines}


def latest_declared(
    register: Register, commitment: Commitment, *, before: str, named: str | None = None
) -> Declaration | PreparedMonth | None:
    """Return the version in force of the month named, or else of the latest one declared before a month.

    For a delegate, what they prepared and that waits for the company counts too.
    """
    own = register.delegated.own(commitment)
    months = sorted(month for month in {*register.declared(commitment), *own} if month < before)
    wanted = named or (months[-1] if months else None)
    return (own.get(wanted) or register.in_force(commitment, wanted)) if wanted is not None else None


def _absent(register: Register, commitment: Commitment, month: str, told: Told) -> list[Told]:
    """Find the people with hours who are not employed on this contract this month: that must be said."""
    everyone = register.employments_ever(commitment)
    there = {str(each.participant_id) for each in everyone if employed_in(each, month)}
    names = {
        str(each.participant_id): each.participant.name
        for row in register.workable
        for each in register.employments_ever(row)
    }
    return [
        {
            "kind": "absent",
            "passage": names.get(person, ""),
            "text": f"{names.get(person, 'Cette personne')} n’est pas sous contrat sur ce marché en "
            f"{in_french(month)}{NBSP}: ses heures ne peuvent pas y être déclarées.",
        }
        for person in told.get("hours", {})
        if person not in there
    ]


def _with_hires(commitment: Commitment, month: str, register: Register, told: Told, answers: Answers) -> Answers:
    number = next(n for n in range(1, 1000) if not _has_hire(answers, n))
    found = dict(answers)
    for said in told.get("hires", []):
        if number > 1:
            found[f"hire.{number - 1}.more"] = "yes"
        found |= {f"hire.{number}.{key}": value for key, value in _hire(commitment, month, register, said).items()}
        found["way"] = "hire"
        number += 1
    return found


def _has_hire(answers: Answers, number: int) -> bool:
    return any(key.startswith(f"hire.{number}.") for key in answers)


def _hire(commitment: Commitment, month: str, register: Register, said: Told) -> Answers:
    found = {"more": "no"}
    name = str(said.get("name") or "")
    if name:
        found["name" if _is_full(name) else "called"] = name
    starts_on = _start(month, said)
    earliest = commitment.starts_on or first_day(month)
    if starts_on is not None and earliest <= starts_on <= min(last_day(month), register.today):
        found["starts_on"] = starts_on.isoformat()
    if said.get("hours") and said["hours"] != "same":
        found["hours"] = said["hours"]
    elif said.get("heard"):
        found["heard"] = said["heard"]
    if said.get("note"):
        found["note"] = said["note"]
    words = plain(" ".join(said.get("words", [])))
    allowed = commitment.modalities or list(map(str, Modality))
    for word, (key, value) in SAID_OF_HIRES.items():
        if f" {word}" in f" {words}" and (key != "modality" or value in allowed):
            found[key] = str(value)
    return found


def _is_full(name: str) -> bool:
    return " " in name and len(folded(name)) > 3 and not any(character.isdigit() for character in name)


def _start(month: str, said: Told) -> date | None:
    if said.get("starts_on"):
        return date.fromisoformat(said["starts_on"])
    try:
        return first_day(month).replace(day=said["day"]) if said.get("day") else None
    except ValueError:
        return None
