"""Any sequence of declare, correct, send back, accept, amend and suspend keeps the register whole."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from core.amendments import standing_at
from core.commitments import IN_FORCE, counted_of, declared_months, progress_of
from core.database import Database
from core.declarations import Work, in_force, record
from core.keys import load_keys
from core.models import Amendment, Commitment, Declaration, DeclarationLine, Person, Receipt
from core.months import first_day, last_day
from core.outlook import months_of
from core.owed import duties, owed
from core.receipts import first_broken
from core.refusal import Refused
from core.review import Returned, accept, answer, send_back
from core.schema import upgrade
from core.settings import Settings
from core.signing import enter
from core.standing import Change
from core.terms import AmendmentKind, AmendmentStatus, DeclarationStatus, NilReason, ReturnReason
from tests.cast import gather
from tests.houses import make_house

MONTHS = st.sampled_from(["2026-09", "2026-10", "2026-11"])
HOURS = st.decimals(min_value=0, max_value=150, places=2)
DAYS = st.integers(0, 120)


@cache
def empty() -> bytes:
    """Return a database whose schema is up to date."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        database = Database(f"sqlite:///{path}", load_keys(Settings(data_dir=Path(folder))))
        upgrade(database)
        database.close()
        return path.read_bytes()


class Register(RuleBasedStateMachine):
    """The school's commitment in the hands of Carole and Fanny. What is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name)
        (path / "register.sqlite3").write_bytes(empty())
        house = make_house(f"sqlite:///{path / 'register.sqlite3'}", path)
        self.cast, self.house = gather(house), house
        self.first_hours = Decimal(1200)

    def teardown(self) -> None:
        """Forget the house."""
        self.house.database.close()
        self.folder.cleanup()

    @rule(month=MONTHS, marie=HOURS, karim=st.none() | HOURS)
    def declare_or_correct(self, month: str, marie: Decimal, karim: Decimal | None) -> None:
        """A month in whatever state: declared, corrected, or refused because it is accepted."""
        lines = {self.cast.marie.id: Work(marie)} | ({self.cast.karim.id: Work(karim)} if karim is not None else {})
        with suppress(Refused), self.house.database.transaction() as session:
            former = in_force(session, self.cast.school.id, month)
            carole = session.get_one(Person, self.cast.carole.id)
            record(session, self.house, carole, self.cast.school.id, month, lines,
                   replaces=former.id if former else None)  # fmt: skip

    @rule(month=MONTHS)
    def declare_nothing(self, month: str) -> None:
        """A month without hours, from somebody who did not see the last version."""
        with suppress(Refused), self.house.database.transaction() as session:
            claude = session.get_one(Person, self.cast.claude.id)
            record(session, self.house, claude, self.cast.school.id, month, {}, nil_reason=NilReason.NO_NEED)

    @rule(month=MONTHS)
    def accept(self, month: str) -> None:
        """Fanny accepts what is in force."""
        with suppress(Refused), self.house.database.transaction() as session:
            version = in_force(session, self.cast.school.id, month)
            if version is not None:
                accept(session, self.house, version.id, session.get_one(Person, self.cast.fanny.id))

    @rule(month=MONTHS, whole=st.booleans())
    def send_back(self, month: str, *, whole: bool) -> None:
        """Fanny sends one line back, or all."""
        with suppress(Refused), self.house.database.transaction() as session:
            version = in_force(session, self.cast.school.id, month)
            if version is not None:
                lines = version.lines if whole else version.lines[:1]
                returned = {line.employment_id: Returned(ReturnReason.OTHER, "À revoir") for line in lines}
                due_on = self.house.today() + timedelta(days=10)
                send_back(session, self.house, version.id, returned, due_on,
                          session.get_one(Person, self.cast.fanny.id))  # fmt: skip

    @rule(month=MONTHS)
    def explain(self, month: str) -> None:
        """Carole answers about Marie's line."""
        with suppress(Refused), self.house.database.transaction() as session:
            carole = session.get_one(Person, self.cast.carole.id)
            answer(session, self.house, carole, self.cast.school.id, month, self.cast.marie.id, "Feuilles d’heures")

    @rule(hours=st.decimals(min_value=-1500, max_value=500, places=2), later=DAYS)
    def amend(self, hours: Decimal, later: int) -> None:
        """Fanny adds or takes away hours, from today or later."""
        self.enter(Change(AmendmentKind.HOURS, self.house.today() + timedelta(days=later), hours=hours))

    @rule(earlier=DAYS, lasts=st.none() | DAYS)
    def suspend(self, earlier: int, lasts: int | None) -> None:
        """Fanny notes that the work stopped."""
        first = self.house.today() - timedelta(days=earlier)
        until = None if lasts is None else first + timedelta(days=lasts)
        self.enter(Change(AmendmentKind.SUSPENSION, first, until=until))

    @rule(earlier=DAYS)
    def resume(self, earlier: int) -> None:
        """Fanny notes that it began again."""
        self.enter(Change(AmendmentKind.RESUMPTION, self.house.today() - timedelta(days=earlier)))

    @rule(later=DAYS)
    def end_early(self, later: int) -> None:
        """Fanny notes a nearer end."""
        ends_on = self.house.today() + timedelta(days=later)
        self.enter(Change(AmendmentKind.EARLY_END, self.house.today(), ends_on=ends_on))

    def enter(self, change: Change) -> None:
        """Enter an amendment, which may be refused."""
        with suppress(Refused), self.house.database.transaction() as session:
            fanny = session.get_one(Person, self.cast.fanny.id)
            enter(session, self.house, fanny, self.cast.school.id, change, reason="")

    @invariant()
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

    @invariant()
    def totals_are_those_of_the_lines(self) -> None:
        """However they are asked."""
        with self.house.database.reading() as session:
            school = session.get_one(Commitment, self.cast.school.id)
            months = declared_months(session, school.id)
            counted = {month: counted_of(version) for month, version in months.items()}
            assert progress_of(session, [school])[school.id].done == sum(counted.values(), Decimal(0))
            assert months_of(session, [school.id])[school.id] == counted

    @invariant()
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

    @invariant()
    def receipts_hold(self) -> None:
        """The chain is whole."""
        with self.house.database.reading() as session:
            assert first_broken(session) is None

    @invariant()
    def what_is_owed_is_the_first_hours_and_the_signed_amendments(self) -> None:
        """Today's columns say what the history says."""
        with self.house.database.reading() as session:
            today, school = self.house.today(), session.get_one(Commitment, self.cast.school.id)
            now = standing_at(session, school, today)
            assert (school.committed_hours, school.ends_on) == (now.hours, now.ends_on)
            signed = select(Amendment).where(
                Amendment.status == AmendmentStatus.SIGNED, Amendment.effective_on <= today
            )
            added = sum((row.hours for row in session.scalars(signed) if row.hours is not None), Decimal(0))
            assert now.hours == self.first_hours + added

    @invariant()
    def nothing_is_owed_twice_nor_while_suspended(self) -> None:
        """A month declared, or suspended from one end to the other, is not owed."""
        with self.house.database.reading() as session:
            today, school = self.house.today(), session.get_one(Commitment, self.cast.school.id)
            mine = [duty for duty in duties(session, self.house) if duty.id == school.id]
            due = [each.month for _, each in owed(session, mine, today)]
            assert not set(due) & set(declared_months(session, school.id))
            standing = standing_at(session, school, today)
            for month in due:
                first, last = max(first_day(month), school.starts_on or today), last_day(month)
                last = min(last, school.ends_on or last)
                days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
                assert not all(standing.is_suspended_on(day) for day in days)


Register.TestCase.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_sequence_keeps_the_register_whole = Register.TestCase
