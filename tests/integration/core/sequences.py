"""What may be done to one commitment, by several hands and in any order, and what must then hold."""

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from core.amendments import standing_at
from core.commitments import IN_FORCE, counted_of, declared_months, progress_of
from core.declarations import Work, in_force, record
from core.house import House
from core.models import Amendment, Commitment, Declaration, DeclarationLine, Person, Receipt
from core.months import first_day, last_day
from core.outlook import months_of
from core.owed import duties, owed
from core.receipts import first_broken
from core.refusal import Refused
from core.review import Returned, accept, answer, send_back
from core.signing import enter
from core.standing import Change
from core.terms import AmendmentKind, AmendmentStatus, DeclarationStatus, NilReason, ReturnReason
from tests.cast import Cast
from tests.houses import make_house

MONTHS = ("2026-09", "2026-10", "2026-11")
FIRST_HOURS = Decimal(1200)
ACTS = {"declare": 12, "nothing": 2, "accept": 1, "send back": 3, "explain": 2, "amend": 2, "suspend": 1}
"""What may be done, and how often."""


@dataclass
class Hands:
    """The school's commitment in the hands of Carole, Claude and Fanny. What is refused changes nothing."""

    house: House
    school: int
    marie: int
    karim: int
    carole: int
    claude: int
    fanny: int

    @classmethod
    def of(cls, cast: Cast) -> "Hands":
        """Take the cast's commitment in hand."""
        people = cast.carole.id, cast.claude.id, cast.fanny.id
        return cls(cast.house, cast.school.id, cast.marie.id, cast.karim.id, *people)

    def declare_or_correct(self, month: str, marie: Decimal, karim: Decimal | None) -> None:
        """A month in whatever state: declared, corrected, or refused because it is accepted."""
        lines = {self.marie: Work(marie)} | ({self.karim: Work(karim)} if karim is not None else {})
        with suppress(Refused), self.house.database.transaction() as session:
            former = in_force(session, self.school, month)
            carole = session.get_one(Person, self.carole)
            record(session, self.house, carole, self.school, month, lines,
                   replaces=former.id if former else None)  # fmt: skip

    def declare_nothing(self, month: str) -> None:
        """A month without hours, from somebody who did not see the last version."""
        with suppress(Refused), self.house.database.transaction() as session:
            claude = session.get_one(Person, self.claude)
            record(session, self.house, claude, self.school, month, {}, nil_reason=NilReason.NO_NEED)

    def accept(self, month: str) -> None:
        """Fanny accepts what is in force."""
        with suppress(Refused), self.house.database.transaction() as session:
            version = in_force(session, self.school, month)
            if version is not None:
                accept(session, self.house, version.id, session.get_one(Person, self.fanny))

    def send_back(self, month: str, *, whole: bool) -> None:
        """Fanny sends one line back, or all."""
        with suppress(Refused), self.house.database.transaction() as session:
            version = in_force(session, self.school, month)
            if version is not None:
                lines = version.lines if whole else version.lines[:1]
                returned = {line.employment_id: Returned(ReturnReason.OTHER, "À revoir") for line in lines}
                due_on = self.house.today() + timedelta(days=10)
                send_back(session, self.house, version.id, returned, due_on,
                          session.get_one(Person, self.fanny))  # fmt: skip

    def explain(self, month: str) -> None:
        """Carole answers about Marie's line."""
        with suppress(Refused), self.house.database.transaction() as session:
            carole = session.get_one(Person, self.carole)
            answer(session, self.house, carole, self.school, month, self.marie, "Feuilles d’heures")

    def amend(self, hours: Decimal, later: int) -> None:
        """Fanny adds or takes away hours, from today or later."""
        self.enter(Change(AmendmentKind.HOURS, self.house.today() + timedelta(days=later), hours=hours))

    def suspend(self, earlier: int, lasts: int | None) -> None:
        """Fanny notes that the work stopped."""
        first = self.house.today() - timedelta(days=earlier)
        until = None if lasts is None else first + timedelta(days=lasts)
        self.enter(Change(AmendmentKind.SUSPENSION, first, until=until))

    def resume(self, earlier: int) -> None:
        """Fanny notes that it began again."""
        self.enter(Change(AmendmentKind.RESUMPTION, self.house.today() - timedelta(days=earlier)))

    def end_early(self, later: int) -> None:
        """Fanny notes a nearer end."""
        ends_on = self.house.today() + timedelta(days=later)
        self.enter(Change(AmendmentKind.EARLY_END, self.house.today(), ends_on=ends_on))

    def enter(self, change: Change) -> None:
        """Enter an amendment, which may be refused."""
        with suppress(Refused), self.house.database.transaction() as session:
            fanny = session.get_one(Person, self.fanny)
            enter(session, self.house, fanny, self.school, change, reason="")

    def no_line_twice(self) -> None:
        """One version in force of a month, one line of an employment in it."""
        with self.house.database.reading() as session:
            lines = (
                select(func.count())
                .select_from(DeclarationLine)
                .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
                .where(Declaration.status.in_(IN_FORCE))
                .group_by(Declaration.commitment_id, Declaration.month, DeclarationLine.employment_id)
            )
            assert set(session.scalars(lines)) <= {1}

    def totals_are_those_of_the_lines(self) -> None:
        """However they are asked."""
        with self.house.database.reading() as session:
            school = session.get_one(Commitment, self.school)
            months = declared_months(session, school.id)
            counted = {month: counted_of(version) for month, version in months.items()}
            assert progress_of(session, [school])[school.id].done == sum(counted.values(), Decimal(0))
            assert months_of(session, [school.id])[school.id] == counted

    def history_is_complete(self) -> None:
        """Versions follow one another without a gap, only the last one in force, each with its receipt."""
        with self.house.database.reading() as session:
            versions = session.scalars(
                select(Declaration).order_by(Declaration.commitment_id, Declaration.version)
            ).all()
            by_month: dict[tuple[int, str], list[Declaration]] = {}
            for each in versions:
                by_month.setdefault((each.commitment_id, each.month), []).append(each)
            for found in by_month.values():
                assert [each.version for each in found] == list(range(1, len(found) + 1))
                assert all(each.status is DeclarationStatus.SUPERSEDED for each in found[:-1])
                assert found[-1].status is not DeclarationStatus.SUPERSEDED
            assert session.scalar(select(func.count()).select_from(Receipt)) == len(versions)

    def receipts_hold(self) -> None:
        """The chain is whole."""
        with self.house.database.reading() as session:
            assert first_broken(session) is None

    def what_is_owed_is_the_first_hours_and_the_signed_amendments(self) -> None:
        """Today's columns say what the history says."""
        with self.house.database.reading() as session:
            today, school = self.house.today(), session.get_one(Commitment, self.school)
            now = standing_at(session, school, today)
            assert (school.committed_hours, school.ends_on) == (now.hours, now.ends_on)
            signed = select(Amendment).where(
                Amendment.status == AmendmentStatus.SIGNED, Amendment.effective_on <= today
            )
            added = sum((row.hours for row in session.scalars(signed) if row.hours is not None), Decimal(0))
            assert now.hours == FIRST_HOURS + added

    def nothing_is_owed_twice_nor_while_suspended(self) -> None:
        """A month declared, or suspended from one end to the other, is not owed."""
        with self.house.database.reading() as session:
            today, school = self.house.today(), session.get_one(Commitment, self.school)
            mine = [duty for duty in duties(session, self.house) if duty.id == school.id]
            due = [each.month for _, each in owed(session, mine, today)]
            assert not set(due) & set(declared_months(session, school.id))
            standing = standing_at(session, school, today)
            for month in due:
                first, last = max(first_day(month), school.starts_on or today), last_day(month)
                last = min(last, school.ends_on or last)
                days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
                assert not all(standing.is_suspended_on(day) for day in days)

    def check_all(self) -> None:
        """What must hold after any sequence."""
        self.no_line_twice()
        self.totals_are_those_of_the_lines()
        self.history_is_complete()
        self.receipts_hold()
        self.what_is_owed_is_the_first_hours_and_the_signed_amendments()
        self.nothing_is_owed_twice_nor_while_suspended()

    def play(self, random: Random, count: int) -> None:
        """Do so many things, drawn."""
        for _ in range(count):
            month, hours, days = random.choice(MONTHS), Decimal(random.randrange(15001)) / 100, random.randrange(121)
            match random.choices(tuple(ACTS), tuple(ACTS.values()))[0]:
                case "declare":
                    self.declare_or_correct(month, hours, random.choice((None, Decimal(random.randrange(150)))))
                case "nothing":
                    self.declare_nothing(month)
                case "accept":
                    self.accept(month)
                case "send back":
                    self.send_back(month, whole=random.random() < 0.5)
                case "explain":
                    self.explain(month)
                case "amend":
                    self.amend(hours * random.choice((-1, 1)), days)
                case _:
                    self.suspend(days, random.choice((None, random.randrange(121))))


def _process() -> None:
    """Play in a process of its own: what to play in, then "ready", then a line that says when to begin."""
    given = json.loads(sys.stdin.readline())
    house = make_house(given["database_url"], Path(given["data_dir"]), secret_key=given["secret_key"],
                       encryption_keys=given["encryption_keys"])  # fmt: skip
    hands = Hands(house, **given["numbers"])
    with house.database.reading():
        print("ready", flush=True)
    sys.stdin.readline()
    hands.play(Random(given["seed"]), given["count"])
    house.database.close()


if __name__ == "__main__":
    _process()
