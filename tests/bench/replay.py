"""`python -m tests.bench replay`: months of companies that behave at random, with outages, and what reminders did.

Each company declares a month early, late or never; the process is down some days, for up to a fortnight; it ticks once
or twice a day, before or after what is declared that day; some contracts are suspended. Counted apart from its
own decisions: reminders about a month already declared or suspended, late months of which nobody was reminded though
there was a day to do it, and people written to twice in a day.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import insert, select

from core.commitments import declare_by
from core.house import House
from core.models import Commitment, Contract, Declaration, Organisation, Outgoing, Person, Reminder, Territory
from core.months import first_day, last_day, month_of, months_after, months_between
from core.people import enrol, territory
from core.reminders import remind
from core.rhythm import days_of, rhythm_of
from core.schema import upgrade
from core.terms import (
    CommitmentStatus,
    DeclarationStatus,
    NilReason,
    OrganisationKind,
    ReminderState,
    ReminderStep,
)
from core.workdays import is_working_day
from tests.houses import FakeClock, make_house

BEGUN = date(2026, 1, 1)
Month = tuple[int, str]


@dataclass(frozen=True)
class Replayed:
    """What reminders did; all but the first two are faults."""

    days: int
    posted: int
    to_declared: int
    while_suspended: int
    missed: int
    doubled: int


@dataclass(frozen=True)
class Plan:
    """What each company does: the day it declares a month (None: never), the months that are suspended."""

    declares: dict[Month, date | None]
    suspended: frozenset[Month]


def main() -> None:
    """Replay 24 months of 1,000 companies."""
    with TemporaryDirectory() as folder:
        clock = FakeClock()
        house = make_house(f"sqlite:///{folder}/replay.sqlite3", Path(folder), clock=clock)
        upgrade(house.database)
        started = perf_counter()
        found = replay(house, clock, companies=1000, months=24, seed=11)
        house.database.close()
    print(f"1000 companies, 24 months, {found.days} days with a process; {perf_counter() - started:.0f} s")
    print(f"  reminders posted                    {found.posted:7}")
    print(f"  to who had declared                 {found.to_declared:7}   (aim 0)")
    print(f"  for a suspended month               {found.while_suspended:7}   (aim 0)")
    print(f"  late months nobody was reminded of  {found.missed:7}   (aim 0)")
    print(f"  people written to twice in a day    {found.doubled:7}   (aim 0)")


def replay(house: House, clock: FakeClock, *, companies: int, months: int, seed: int) -> Replayed:
    """Play so many months day by day in an empty house, and count."""
    draw = Random(seed)
    clock.now = _at(BEGUN - timedelta(days=30), draw)
    ends_on = months_after(BEGUN, months) - timedelta(days=1)
    plan, people = _prepare(house, draw, companies, ends_on)
    told_on = house.today()
    declared: dict[Month, datetime] = {}
    ticks: list[date] = []
    down_until = BEGUN
    day = BEGUN
    by_day: dict[date, list[Month]] = {}
    for key, on in plan.declares.items():
        if on is not None:
            by_day.setdefault(on, []).append(key)
    while day <= ends_on + timedelta(days=60):
        if draw.random() < 0.02:
            down_until = day + timedelta(days=draw.randrange(1, 15))
        before = [key for key in by_day.get(day, ()) if draw.random() < 0.5]
        clock.now = _at(day, draw)
        _declare(house, clock, before, people, declared)
        if day >= down_until:
            ticks.append(day)
            for _ in range(draw.choice((1, 1, 2))):
                remind(house)
        clock.advance(hours=1)
        _declare(house, clock, [key for key in by_day.get(day, ()) if key not in declared], people, declared)
        day += timedelta(days=1)
    return _counted(house, plan, declared, ticks, told_on)


def _at(day: date, draw: Random) -> datetime:
    return datetime(day.year, day.month, day.day, draw.randrange(9, 15), draw.randrange(60), tzinfo=UTC)


def _prepare(house: House, draw: Random, companies: int, ends_on: date) -> tuple[Plan, dict[int, int]]:
    """Put the companies in the house; return what they will do and who declares for each commitment."""
    people: dict[int, int] = {}
    declares: dict[Month, date | None] = {}
    suspended: set[Month] = set()
    with house.database.transaction() as session:
        place = territory(session, house)
        buyer = Organisation(name="Ville de Clairval", kind=OrganisationKind.BUYER, territory_id=place.id)
        session.add(buyer)
        session.flush()
        for number in range(1, companies + 1):
            awardee = Organisation(name=f"Entreprise {number}", kind=OrganisationKind.AWARDEE, territory_id=place.id)
            session.add(awardee)
            session.flush()
            person = enrol(
                session, house, name=f"Contact {number}", email=f"contact{number}@exemple.fr", organisation=awardee
            )
            contract = Contract(territory_id=place.id, buyer_id=buyer.id, reference=f"R-{number}", object="Travaux")
            session.add(contract)
            session.flush()
            begins = BEGUN + timedelta(days=draw.randrange(0, 90))
            stops = _suspension(draw, begins)
            commitment = Commitment(
                contract_id=contract.id,
                awardee_id=awardee.id,
                starts_on=begins,
                ends_on=ends_on,
                status=CommitmentStatus.ACTIVE,
                suspensions=[[each.isoformat() for each in stops]] if stops else [],
                welcomed_at=house.now(),
            )
            session.add(commitment)
            session.flush()
            people[commitment.id] = person.id
            habit = draw.choice((0.0, 0.1, 0.4))  # how often this company forgets
            for month in months_between(month_of(begins), month_of(ends_on)):
                late = draw.randrange(-10, 12) if draw.random() >= habit else draw.randrange(8, 60)
                declares[commitment.id, month] = (
                    None if draw.random() < habit / 4 else declare_by(month, 10) + timedelta(days=late)
                )
                if stops and stops[0] <= max(first_day(month), begins) and last_day(month) <= stops[1]:
                    suspended.add((commitment.id, month))
                    declares[commitment.id, month] = None
    return Plan(declares, frozenset(suspended)), people


def _suspension(draw: Random, begins: date) -> tuple[date, date] | None:
    if draw.random() >= 0.15:
        return None
    first = begins + timedelta(days=draw.randrange(0, 120))
    return first, first + timedelta(days=draw.randrange(20, 150))


def _declare(
    house: House, clock: FakeClock, keys: list[Month], people: dict[int, int], declared: dict[Month, datetime]
) -> None:
    if not keys:
        return
    with house.database.transaction() as session:
        session.execute(
            insert(Declaration),
            [
                {"commitment_id": number, "month": month, "version": 1, "status": DeclarationStatus.SUBMITTED,
                 "nil_reason": NilReason.NO_NEED, "declared_by_id": people[number], "declared_at": clock.now,
                 "awaiting_since": clock.now}
                for number, month in keys
            ],
        )  # fmt: skip
    declared.update(dict.fromkeys(keys, clock.now))


def _counted(house: House, plan: Plan, declared: dict[Month, datetime], ticks: list[date], told_on: date) -> Replayed:
    with house.database.reading() as session:
        rhythm = rhythm_of(session.scalars(select(Territory)).one())
        posted = session.scalars(
            select(Reminder).where(Reminder.state == ReminderState.POSTED, Reminder.person_id.is_not(None))
        ).all()
        letters = Counter(
            (row.person_id, house.local(row.created_at).date())
            for row in session.scalars(select(Outgoing).where(Outgoing.dedup_key.startswith("reminders:")))
        )
        people = session.scalars(select(Person.id)).all()
    open_days = [day for day in ticks if is_working_day(day)]
    reminded: dict[Month, list[date]] = {}
    for row in posted:
        if row.step in {ReminderStep.FIRST, ReminderStep.SECOND}:
            reminded.setdefault((row.commitment_id, row.month), []).append(row.day)
    missed = 0
    for key in plan.declares.keys() - plan.suspended:
        due = days_of(declare_by(key[1], 10), told_on, rhythm)[ReminderStep.FIRST]
        on = declared.get(key)
        chances = [day for day in open_days if day >= due and (on is None or day < house.local(on).date())]
        missed += bool(chances) and not any(day <= chances[0] for day in reminded.get(key, ()))
    return Replayed(
        days=len(ticks),
        posted=len(posted),
        to_declared=sum(
            row.decided_at > declared[row.commitment_id, row.month]
            for row in posted
            if (row.commitment_id, row.month) in declared
        ),
        while_suspended=sum((row.commitment_id, row.month) in plan.suspended for row in posted),
        missed=missed,
        doubled=sum(count > 1 for (person, _), count in letters.items() if person in people),
    )
