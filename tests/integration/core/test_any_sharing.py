"""Any sequence of declare, share, hand over and count together: nothing is lost, nothing is counted twice."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.amendments import recompute, standing_at
from core.commitments import IN_FORCE, progress_of
from core.declarations import Work, in_force, record
from core.employments import Hire, hire
from core.models import Commitment, Declaration, DeclarationLine, Employment, Person
from core.pools import pool_of
from core.refusal import Refused
from core.shares import hours_on, whole_of
from core.signing import enter
from core.standing import Change
from core.terms import AmendmentKind, Criterion, EmploymentKind, Modality, ShareRole
from tests.cast import Cast, gather
from tests.houses import FakeClock, make_house
from tests.integration.core.test_any_sequence import empty

COMPANIES = st.sampled_from(("bati", "netto", "voirie"))
LATER = st.integers(0, 40)
BEFORE = tuple(date(2026, 11, 22) - timedelta(days=each) for each in (0, 30, 100))


class Group(RuleBasedStateMachine):
    """The school's 1,200 hours and the companies around them, in a house of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name)
        (path / "register.sqlite3").write_bytes(empty())
        self.clock = FakeClock()
        house = make_house(f"sqlite:///{path / 'register.sqlite3'}", path, clock=self.clock)
        self.cast: Cast = gather(house)
        self.house = house
        self.people = {"bati": self.cast.carole, "netto": self.cast.david, "voirie": self.cast.olivia}

    def teardown(self) -> None:
        """Forget the house."""
        self.house.database.close()
        self.folder.cleanup()

    @rule(by=COMPANIES, hours=st.integers(1, 90))
    def declare(self, by: str, hours: int) -> None:
        """A company declares the month on what it holds of the school, with somebody of its own."""
        with suppress(Refused), self.house.database.transaction() as session:
            person = session.get_one(Person, self.people[by].id)
            held = [row for row in self._group(session) if row.awardee_id == person.organisation_id]
            for row in held:
                month, day = f"{self.house.today():%Y-%m}", self.house.today()
                there = session.scalars(select(Employment).where(Employment.commitment_id == row.id)).first()
                hired = Hire(f"Une Personne {row.id}", day, Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
                who = there or hire(session, self.house, row, hired, person)
                former = in_force(session, row.id, month)
                record(session, self.house, person, row.id, month, {who.id: Work(Decimal(hours))},
                       replaces=former.id if former else None)  # fmt: skip

    @rule(to=COMPANIES, hours=st.integers(-300, 900), later=LATER)
    def share(self, to: str, hours: int, later: int) -> None:
        """Hours go to a company, or come back."""
        self._enter(AmendmentKind.SHARE, later, hours=-Decimal(hours), company=to)

    @rule(to=COMPANIES, later=LATER)
    def hand_over(self, to: str, later: int) -> None:
        """The contract goes to another company."""
        self._enter(AmendmentKind.TRANSFER, later, company=to)

    @rule(later=LATER)
    def count_together(self, later: int) -> None:
        """The school and the housing are counted together."""
        self._enter(AmendmentKind.POOLING, later, members=(self.cast.housing.id,))

    @rule(later=LATER)
    def count_apart(self, later: int) -> None:
        """They no longer are."""
        self._enter(AmendmentKind.UNPOOLING, later)

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        """Days go by."""
        self.clock.advance(days=days)
        recompute(self.house)

    @invariant()
    def nothing_is_lost_nor_counted_twice(self) -> None:
        """On any day the parts make the whole; the hours done are those of the lines, each on one row."""
        today = self.house.today()
        with self.house.database.reading() as session:
            group = self._group(session)
            top = next(row for row in group if row.whole_id is None)
            for day in (*BEFORE, today, today + timedelta(days=45)):
                assert hours_on(session, top, day) == Decimal(1200)
            assert all(standing_at(session, row, day).hours in {None, Decimal(1200)} for row in group for day in BEFORE)
            lines = (
                select(func.sum(DeclarationLine.worked), func.sum(DeclarationLine.training))
                .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
                .where(Declaration.status.in_(IN_FORCE), Declaration.commitment_id.in_([row.id for row in group]))
            )
            worked, training = session.execute(lines).one()
            progress = progress_of(session, group)
            assert sum((each.done for each in progress.values()), Decimal(0)) == worked + training
            whole = whole_of(session, top)
            if whole is not None:
                assert whole.progress.done == worked + training
                assert whole.progress.committed == Decimal(1200)
            self._pools_add_up(session, group)

    def _pools_add_up(self, session: Session, group: list[Commitment]) -> None:
        for row in group:
            pool = pool_of(session, row)
            if pool is not None:
                rows = [session.get_one(Commitment, number) for number in pool.names]
                assert {each.awardee_id for each in rows} == {row.awardee_id}
                done = progress_of(session, rows)
                assert pool.total.done == sum((each.done for each in done.values()), Decimal(0))

    def _group(self, session: Session) -> list[Commitment]:
        contract = session.get_one(Commitment, self.cast.school.id).contract_id
        query = select(Commitment).where(Commitment.contract_id == contract, Commitment.lot == "1")
        return list(session.scalars(query.order_by(Commitment.id)).unique())

    def _enter(
        self,
        kind: AmendmentKind,
        later: int,
        *,
        hours: Decimal | None = None,
        company: str = "",
        members: tuple[int, ...] = (),
    ) -> None:
        """Fanny enters an amendment on the contract as it is held now; what is refused changes nothing."""
        day = self.house.today() + timedelta(days=later)
        role = ShareRole.SUBCONTRACTOR if kind is AmendmentKind.SHARE else None
        other = getattr(self.cast, company).id if company else None
        change = Change(kind, day, hours=hours, awardee_id=other, share_role=role, members=members)
        with suppress(Refused), self.house.database.transaction() as session:
            top = next(row for row in self._group(session) if row.whole_id is None)
            enter(session, self.house, session.get_one(Person, self.cast.fanny.id), top.id, change, reason="")


Group.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_sharing_keeps_the_whole = Group.TestCase
