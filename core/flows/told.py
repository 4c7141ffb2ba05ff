"""A month told in one message, as drafts of declarations: one set of answers for each contract and month concerned."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.employments import folded
from core.flows.filling import Answers, Told, completed, with_doubts
from core.flows.register import Register
from core.hours import plain
from core.models import Commitment
from core.months import month_of
from core.tellings import LONGEST_TOLD, Doubt, Hours, Known, Line, MonthTold, Newcomer, Place, Telling, Unclear, tell
from core.timesheets import Timesheet, told_by

MOST_DRAFTS = 12
ASKING = re.compile(
    r"\?\s*$|\b(combien|comment|quel(?:le)?s?|pourquoi|est[- ]ce|faut[- ]il|peut[- ]on|puis[- ]je|dois[- ]je)\b"
    r"|\bque faire\b"
)
POLITE_END = re.compile(r"[ ,.;!]*\b(c'?(?:est)? bon|c'?(?:est)? ok|ok|ca va|ca vous va|d'accord) ?\?$")
MAY_TELL = re.compile(
    r"[0-9]|\b(rien|neant|zero|aucune?|pareil\w*|idem|memes?|comme|embauch\w*|recru\w*|inchange\w*|"
    r"heures?|pas travaille|personne)\b"
)


@dataclass(frozen=True)
class _Staff:
    """Who may be named, and on which contracts they work."""

    people: tuple[Known, ...]
    rows: Mapping[int, frozenset[int]]  # participant id -> commitment ids

    def name(self, person: int) -> str:
        """Return a participant's name."""
        return next(known.name for known in self.people if known.id == person)


def may_tell(text: str) -> bool:
    """Tell at no cost whether a message may tell a month: a number, "rien", "idem", an embauche; never a question."""
    words = POLITE_END.sub("", plain(text))
    return len(text) <= LONGEST_TOLD and bool(MAY_TELL.search(words)) and not ASKING.search(words)


def drafts_of(register: Register, text: str, *, is_sure: bool = False) -> tuple[Answers, ...]:
    """Return the declarations that a message tells, as answers of the `declare` flow; none when it tells no month.

    `is_sure` says that the message is meant as a month, whatever it looks like.
    """
    rows = register.workable
    if not rows or not (is_sure or may_tell(text)):
        return ()
    staff = _staff(register, rows)
    telling = tell(text, staff.people, register.today, places=_places(rows))
    if not is_sure and not _reads_as_month(telling):
        return ()
    return _drafts(register, telling, staff)


def drafts_of_file(register: Register, timesheet: Timesheet) -> tuple[Answers, ...]:
    """Return the declarations that a spreadsheet of hours tells."""
    rows = register.workable
    staff = _staff(register, rows)
    return _drafts(register, told_by(timesheet, staff.people, _places(rows)), staff)


def _drafts(register: Register, telling: Telling, staff: _Staff) -> tuple[Answers, ...]:
    found = [
        _draft(register, telling, part, row, staff)
        for told in telling.months
        if not told.is_empty or told.doubts
        for row, part in _by_commitment(register, _without_known_hires(told, staff), staff)
    ]
    kept, left = found[:MOST_DRAFTS], found[MOST_DRAFTS:]
    if left:
        kept[-1] = with_doubts(kept[-1], [{"kind": "unread", "passage": f"{len(left)} mois de plus"}])
    return tuple(completed(register, draft) for draft in kept)


def amended(register: Register, answers: Mapping[str, str], text: str) -> Answers | None:
    """Fill the answers of a declaration under way with a sentence that tells hours; None when it tells none of them."""
    if not may_tell(text):
        return None
    rows = register.workable
    staff = _staff(register, rows)
    telling = tell(text, staff.people, register.today, places=_places(rows))
    if len(telling.months) != 1 or not _amends(telling.months[0], answers):
        return None
    told = telling.months[0]
    merged = {**answers, "told": json.dumps({**_spec(told, staff), "keeps": False})}
    merged |= {"month": told.month} if told.month else {}
    merged |= {"commitment": str(told.place)} if told.place else {}
    merged.setdefault("way", "hours")
    return completed(register, with_doubts(_without_agreement(merged), _doubts(told)))


def _amends(told: MonthTold, answers: Mapping[str, str]) -> bool:
    tells = any(line.hours for line in told.lines) or any(new.name for new in told.newcomers) or told.everyone
    same_month = told.month in {None, answers.get("month", told.month)}
    same_place = told.place is None or str(told.place) == answers.get("commitment", str(told.place))
    return bool(tells) and same_month and same_place


def _without_agreement(answers: Answers) -> Answers:
    return {key: value for key, value in answers.items() if key not in {"agree", "agree.change", "total.kept"}}


def _reads_as_month(telling: Telling) -> bool:
    if not telling.months or all(told.is_empty for told in telling.months):
        return False
    return any(_is_told(told) for told in telling.months)


def _is_told(told: MonthTold) -> bool:
    """Tell whether a part is surely a month: somebody known with hours, a hire, or a month without hours named."""
    is_clear = not any(doubt.hours is None for doubt in told.doubts)
    if any(line.hours for line in told.lines):
        return True
    if told.newcomers or told.everyone:
        return is_clear
    return told.month is not None and is_clear and (told.nil or any(doubt.hours for doubt in told.doubts))


def _staff(register: Register, rows: Sequence[Commitment]) -> _Staff:
    people: dict[int, Known] = {}
    where: dict[int, set[int]] = {}
    for row in rows:
        for employment in register.employments_ever(row):
            person = employment.participant_id
            people[person] = Known(person, employment.participant.name)
            where.setdefault(person, set()).add(row.id)
    return _Staff(tuple(people.values()), {person: frozenset(ids) for person, ids in where.items()})


def _places(rows: Sequence[Commitment]) -> list[Place]:
    """Name the contracts: by reference and lot, or by one of them when it is enough to tell which."""
    named: dict[str, set[int]] = {}
    for row in rows:
        reference, lot = plain(row.contract.reference), f"lot {plain(row.lot)}" if row.lot else ""
        for name in {reference, lot, f"{reference} {lot}".strip()} - {""}:
            named.setdefault(name, set()).add(row.id)
    ways = sorted(((name, min(ids)) for name, ids in named.items() if len(ids) == 1), key=lambda way: -len(way[0]))
    return [Place(number, (name,)) for name, number in ways]


def _by_commitment(register: Register, told: MonthTold, staff: _Staff) -> list[tuple[Commitment | None, MonthTold]]:
    """Say which contracts a month is about: the only one where all who are named work, or several; None is to ask."""
    by_id = {row.id: row for row in register.workable}
    opened = frozenset(row.id for row in by_id.values() if _is_open(row, told.month, register)) or frozenset(by_id)
    if told.place is not None:
        return [(by_id[told.place], told)]
    named = [_where((line.person,), staff, opened) for line in told.lines]
    named += [_where(doubt.people, staff, opened) for doubt in told.doubts if doubt.people]
    if not named:
        employing = _where(tuple(staff.rows), staff, opened) if told.everyone else opened if len(opened) == 1 else ()
        return [(by_id[number], told) for number in sorted(employing)] or [(None, told)]
    common = frozenset.intersection(*named)
    if common:
        return [(by_id[min(common)] if len(common) == 1 else None, told)]
    return [(by_id[number], part) for number, part in _shared_out(told, staff)]


def _is_open(row: Commitment, month: str | None, register: Register) -> bool:
    return month is None or register.refusal_for(row, month) is None


def _where(people: Sequence[int], staff: _Staff, opened: frozenset[int]) -> frozenset[int]:
    """Return the contracts where these people work: those that have the month, when there are."""
    found = frozenset[int]().union(*(staff.rows[person] for person in people))
    return found & opened or found


def _without_known_hires(told: MonthTold, staff: _Staff) -> MonthTold:
    """Take the full name of somebody employed already for what it is, whatever word of hiring stands beside."""
    known = {folded(each.name): each.id for each in staff.people}
    hired = [each for each in told.newcomers if folded(each.name) in known]
    lines = tuple(Line(known[folded(each.name)], each.hours, each.note) for each in hired)
    left = tuple(each for each in told.newcomers if each not in hired)
    return replace(told, lines=told.lines + lines, newcomers=left)


def _shared_out(told: MonthTold, staff: _Staff) -> list[tuple[int, MonthTold]]:
    """Give each contract the lines of those who work there; who works on several is asked about with the first."""
    named = [staff.rows[line.person] for line in told.lines] or [frozenset().union(*staff.rows.values())]
    numbers = sorted({min(rows) for rows in named if len(rows) == 1}) or sorted(frozenset().union(*named))
    split = tuple(
        Doubt(Unclear.UNREAD, f"{staff.name(line.person)} {line.hours.passage if line.hours else ''}".strip())
        for line in told.lines
        if len(staff.rows[line.person]) > 1
    )
    found = [
        (number, replace(told, lines=tuple(line for line in told.lines if staff.rows[line.person] == {number})))
        for number in numbers
    ]
    others = [(number, replace(part, newcomers=(), doubts=(), total=None)) for number, part in found[1:]]
    return [(found[0][0], replace(found[0][1], doubts=(*told.doubts, *split), total=None)), *others]


def _draft(register: Register, telling: Telling, told: MonthTold, row: Commitment | None, staff: _Staff) -> Answers:
    found: Answers = {"told": json.dumps(_spec(told, staff, corrects=telling.corrects))}
    if row is not None:
        found["commitment"] = str(row.id)
    month = told.month or _month_meant(register, row, corrects=telling.corrects)
    if month is not None:
        found["month"] = month
    if told.nil:
        found |= {"way": "nil"} | ({"nil_reason": told.nil_reason} if told.nil_reason else {})
    elif told.lines or told.newcomers or told.everyone or told.doubts:
        found["way"] = "hours"
    if told.total is not None:
        found["total"] = str(told.total)
    if told.note:
        found["note"] = told.note
    if telling.corrects:
        found |= {"corrects": "yes", "reason": telling.reason}  # asked only if the person chooses to give one
    return with_doubts(found, _doubts(told))


def _month_meant(register: Register, row: Commitment | None, *, corrects: bool) -> str | None:
    """Return the month that goes without saying: the last one declared to correct it, else the one that is due."""
    rows = [row] if row is not None else register.workable
    meant = {_last_declared(register, each) if corrects else _month_due(register, each) for each in rows}
    return meant.pop() if len(meant) == 1 else None


def _month_due(register: Register, row: Commitment) -> str | None:
    due = [each.month for each in register.due(row)]
    ended = [month for month in due if month < month_of(register.today)]
    return (ended or due)[0] if len(ended or due) == 1 else None


def _last_declared(register: Register, row: Commitment) -> str | None:
    if own := register.delegated.own(row):
        return max(own.values(), key=lambda prepared: (prepared.prepared_at, prepared.id)).month
    versions = [found for month in register.declared(row) if (found := register.in_force(row, month))]
    return max(versions, key=lambda version: (version.declared_at, version.id)).month if versions else None


def _spec(told: MonthTold, staff: _Staff, *, corrects: bool = False) -> Told:
    lines = {line.person: line.hours for line in told.lines if line.hours is not None}
    doubted = {person for doubt in told.doubts for person in doubt.people}
    doubted |= {line.person for line in told.lines if line.hours is None}
    return {
        "hours": {str(person): _as_answer(hours) for person, hours in lines.items() if hours.is_said},
        "heard": {str(person): hours.passage for person, hours in lines.items() if not hours.is_said},
        "instead": {str(person): str(hours.instead) for person, hours in lines.items() if hours.instead is not None},
        "notes": {str(line.person): line.note for line in told.lines if line.note},
        "everyone": _as_answer(told.everyone) if told.everyone and told.everyone.is_said else None,
        "same_as": told.same_as,
        "doubted": sorted(doubted),
        "keeps": True,
        "corrects": corrects,
        "hires": [_hire(newcomer) for newcomer in told.newcomers],
    }


def _as_answer(hours: Hours) -> str:
    return "same" if hours.same else f"{hours.worked}+{hours.training}"


def _hire(newcomer: Newcomer) -> Told:
    return {"name": newcomer.name, **_said(newcomer), "words": list(newcomer.words)}


def _said(of: Newcomer | Doubt) -> Told:
    """Return what is told of somebody not known for sure yet."""
    hours = of.hours
    return {
        "hours": _as_answer(hours) if hours is not None and hours.is_said else "",
        "heard": hours.passage if hours is not None and not hours.is_said else "",
        "note": of.note,
        "starts_on": of.starts_on.isoformat() if of.starts_on else None,
        "day": of.day,
    }


def _doubts(told: MonthTold) -> list[Told]:
    return [
        {"kind": str(doubt.kind), "passage": doubt.passage, "people": list(doubt.people), **_said(doubt)}
        for doubt in told.doubts
    ]
