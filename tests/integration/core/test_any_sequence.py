"""Any sequence of declare, correct, send back, accept, amend and suspend keeps the register whole; two at once too."""

import json
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from core.database import Database
from core.house import House
from core.keys import load_keys
from core.models import Declaration
from core.schema import upgrade
from core.settings import Settings
from tests.cast import gather
from tests.houses import make_house
from tests.integration.core.sequences import MONTHS, Hands
from tests.together import ROOT

MONTH = st.sampled_from(MONTHS)
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
    """One commitment of a house of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name)
        (path / "register.sqlite3").write_bytes(empty())
        self.hands = Hands.of(gather(make_house(f"sqlite:///{path / 'register.sqlite3'}", path)))

    def teardown(self) -> None:
        """Forget the house."""
        self.hands.house.database.close()
        self.folder.cleanup()

    @rule(month=MONTH, marie=HOURS, karim=st.none() | HOURS)
    def declare_or_correct(self, month: str, marie: Decimal, karim: Decimal | None) -> None:
        """A month in whatever state."""
        self.hands.declare_or_correct(month, marie, karim)

    @rule(month=MONTH)
    def declare_nothing(self, month: str) -> None:
        """A month without hours."""
        self.hands.declare_nothing(month)

    @rule(month=MONTH)
    def accept(self, month: str) -> None:
        """What is in force is accepted."""
        self.hands.accept(month)

    @rule(month=MONTH, whole=st.booleans())
    def send_back(self, month: str, *, whole: bool) -> None:
        """One line is sent back, or all."""
        self.hands.send_back(month, whole=whole)

    @rule(month=MONTH)
    def explain(self, month: str) -> None:
        """A line is explained."""
        self.hands.explain(month)

    @rule(hours=st.decimals(min_value=-1500, max_value=500, places=2), later=DAYS)
    def amend(self, hours: Decimal, later: int) -> None:
        """Hours are added or taken away, from today or later."""
        self.hands.amend(hours, later)

    @rule(earlier=DAYS, lasts=st.none() | DAYS)
    def suspend(self, earlier: int, lasts: int | None) -> None:
        """The work stopped."""
        self.hands.suspend(earlier, lasts)

    @rule(earlier=DAYS)
    def resume(self, earlier: int) -> None:
        """It began again."""
        self.hands.resume(earlier)

    @rule(later=DAYS)
    def end_early(self, later: int) -> None:
        """The end comes nearer."""
        self.hands.end_early(later)

    @invariant()
    def all_holds(self) -> None:
        """Lines, totals, history, receipts, what is owed."""
        self.hands.check_all()


Register.TestCase.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_sequence_keeps_the_register_whole = Register.TestCase


def test_two_processes_at_once_keep_the_register_whole(postgresql_house: House) -> None:
    house, hands = postgresql_house, Hands.of(gather(postgresql_house))
    given = {
        "database_url": house.database.url.render_as_string(hide_password=False),
        "data_dir": str(house.settings.data_dir),
        "secret_key": house.settings.secret_key.get_secret_value(),
        "encryption_keys": house.settings.encryption_keys.get_secret_value(),
        "numbers": {name: each for name, each in vars(hands).items() if name != "house"},
        "count": 60,
    }
    command = [sys.executable, "-m", "tests.integration.core.sequences"]
    players = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for seed, player in enumerate(players):
        assert player.stdin is not None
        player.stdin.write(json.dumps({**given, "seed": seed}) + "\n")
        player.stdin.flush()
    for player in players:
        assert player.stdout is not None
        assert player.stdout.readline() == "ready\n"
    for player in players:
        assert player.stdin is not None
        player.stdin.write("go\n")
        player.stdin.flush()
    for player in players:
        player.communicate(timeout=120)
    assert [player.returncode for player in players] == [0, 0]
    hands.check_all()
    with house.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Declaration)) or 0) > 10
