"""The month in one letter: to the facilitateurs only, once, on the territory's day, with what waits for them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from core.cases import Request, open_case
from core.digests import day_of, digest_for, post_digests
from core.models import Commitment, Employment, Outgoing, Person, Territory
from core.outbox import REMINDER
from core.people import enrol
from core.subscriptions import stop
from core.terms import EligibilityStatus, LetterKind
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.together import together

FANNY = "fanny.facilite@exemple.fr"
DAY = datetime(2026, 12, 15, 9, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def there(cast: Cast, clock: FakeClock) -> Cast:
    """The cast, on the day of December's digest."""
    clock.now = DAY
    return cast


def digests(cast: Cast) -> list[Outgoing]:
    with cast.house.database.reading() as session:
        query = select(Outgoing).where(Outgoing.dedup_key.startswith("digest:")).order_by(Outgoing.id)
        return list(session.scalars(query))


def test_a_digest_leaves_once_on_its_day_whatever_happens(cast: Cast, clock: FakeClock) -> None:
    for day, hour, expected in ((14, 9, 0), (15, 4, 0), (15, 9, 1), (15, 10, 1), (16, 9, 1), (31, 9, 1)):
        clock.now = datetime(2026, 12, day, hour, tzinfo=UTC)
        post_digests(cast.house)
        assert len(digests(cast)) == expected, (day, hour)
    clock.now = datetime(2027, 1, 18, 9, tzinfo=UTC)  # an outage on the 15th
    assert post_digests(cast.house) == 1
    (first, second) = digests(cast)
    assert (first.peer, first.priority) == (FANNY, REMINDER)
    assert second.dedup_key == f"digest:{cast.fanny.id}:2027-01"


def test_two_processes_at_once_post_one_digest(there: Cast) -> None:
    together(*[lambda: post_digests(there.house)] * 4)
    assert len(digests(there)) == 1


def test_a_digest_tells_everything_that_waits(there: Cast) -> None:
    house = there.house
    with house.database.transaction() as session:
        place = session.get_one(Territory, there.fanny.territory_id)
        place.acceptance_days, place.shortfall_percent = 60, 1
        carole = session.get_one(Person, there.carole.id)
        open_case(session, house, None, carole, Request("Chantier arrêté", "Que faire ?"))
        session.get_one(Employment, there.karim.id).eligibility = EligibilityStatus.PENDING
        session.get_one(Employment, there.sonia.id).eligibility = EligibilityStatus.ACCEPTED
        session.get_one(Employment, there.paul.id).eligibility = EligibilityStatus.ACCEPTED
    with house.database.reading() as session:
        digest = digest_for(session, house, session.get_one(Person, there.fanny.id))
    said = {part.title: [line.replace("\u00a0", " ") for line in part.lines] for part in digest.parts}
    assert digest.month == "novembre 2026"
    assert [(bar.label, bar.count, bar.length) for bar in digest.bars] == [("en retard", 4, 100)]
    assert said["Déclarations en retard"][0] == (
        "Netto Services, HL-2026-03 : septembre 2026, octobre 2026, novembre 2026"
    )
    assert len(said["Déclarations en retard"]) == 4
    at_risk = said["Engagements à risque"]
    assert at_risk[0].startswith("Voirie Plus, 2026-TX-014 lot 2 (Voirie) : à ce rythme, environ")
    assert at_risk[0].endswith("% de risque d’en manquer")
    assert said["Mois à examiner"][0].startswith("Bâti Nord, 2026-TX-014 lot 1 (Gros œuvre), octobre 2026 : 187,5 h")
    assert said["Éligibilités à valider, par marché"] == ["Bâti Nord, 2026-TX-014 lot 1 (Gros œuvre) : 1 personne"]
    assert said["Dossiers qui attendent votre réponse"] == [
        "D-2026-00001, Carole Constructeur, « Chantier arrêté » : réponse annoncée pour le 17 décembre 2026"
    ]
    assert not any("Karim" in line for part in digest.parts for line in part.lines), "no participant is named by mail"


def test_the_digest_is_for_facilitateurs_who_want_it(there: Cast) -> None:
    house = there.house
    with house.database.transaction() as session:
        stop(session, house, session.get_one(Person, there.fanny.id), LetterKind.DIGEST)
        enrol(session, house, name="Gaston Guide", email="gaston.guide@exemple.fr").is_facilitator = True
    assert post_digests(house) == 0, "one does not want it, the other came today"
    for outsider in (there.olivia, there.alice):
        assert letters_to(house, outsider.email or "", "DigestLetter") == []


def test_a_territory_may_do_without_digests(there: Cast) -> None:
    with there.house.database.transaction() as session:
        session.execute(update(Territory).values(digest_day=0))
    assert post_digests(there.house) == 0


def test_a_commitment_of_which_no_hours_are_asked_is_not_at_risk(there: Cast) -> None:
    with there.house.database.transaction() as session:
        session.execute(update(Commitment).values(committed_hours=Decimal(0)))
        session.execute(update(Commitment).where(Commitment.id == there.school.id).values(committed_hours=None))
    with there.house.database.reading() as session:
        digest = digest_for(session, there.house, session.get_one(Person, there.fanny.id))
    assert "Engagements à risque" not in {part.title for part in digest.parts}


@pytest.mark.parametrize(
    ("today", "wanted", "expected"),
    [
        (date(2026, 12, 1), 15, date(2026, 12, 15)),
        (date(2026, 11, 1), 15, date(2026, 11, 16)),  # a Sunday
        (date(2027, 2, 1), 31, date(2027, 2, 26)),  # the 28th is a Sunday, March is too late
        (date(2026, 11, 30), 1, date(2026, 11, 2)),  # All Saints' on a Sunday
    ],
)
def test_the_day_of_a_digest_is_a_working_day_of_its_month(today: date, wanted: int, expected: date) -> None:
    assert day_of(today, wanted) == expected
