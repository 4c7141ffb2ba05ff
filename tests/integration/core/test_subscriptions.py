"""Letters that stop when asked, and those that never do."""

from email import message_from_bytes

import pytest
from sqlalchemy import select

from core.letters import AddressRefusedLetter, ReceiptLetter
from core.models import Audit, Outgoing, Person
from core.outbox import NOTICE, REMINDER
from core.people import post_letter
from core.subscriptions import accepts, accepts_reminders, resume, stop, stop_link, whose
from core.terms import LetterKind
from mailer.letters import write_letter
from tests.cast import Cast
from tests.houses import with_letters

LETTER = AddressRefusedLetter(who="Carole", organisation="Bâti Nord", reason="550", link="https://exemple.fr/")


def secret_of(cast: Cast, person: Person) -> str:
    return stop_link(cast.house, person, LetterKind.REMINDER).rpartition("/")[2]


def test_who_stops_reminders_receives_none_and_keeps_receiving_receipts(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        assert accepts_reminders(session, carole)
        stop(session, cast.house, carole, LetterKind.REMINDER)
        stop(session, cast.house, carole, LetterKind.REMINDER)
        assert not accepts_reminders(session, carole)
        assert accepts(session, carole, LetterKind.DIGEST)
        assert post_letter(session, cast.house, LETTER, carole, kind=LetterKind.REMINDER) is None
        receipt = ReceiptLetter(name="Carole", number="R-1", contract="M", month="octobre 2026", link="https://e.fr/")
        assert post_letter(session, cast.house, receipt, carole) is not None
    with cast.house.database.reading() as session:
        posted = session.scalars(select(Outgoing).where(Outgoing.person_id == cast.carole.id)).one()
        assert posted.priority == NOTICE
        assert len(session.scalars(select(Audit).where(Audit.action == "unsubscribe")).all()) == 1


def test_a_reminder_carries_the_way_to_stop_it_and_lets_the_rest_go_before(cast: Cast) -> None:
    house = with_letters(cast.house, write_letter)
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        assert post_letter(session, house, LETTER, carole, kind=LetterKind.REMINDER) is not None
        link = stop_link(cast.house, carole, LetterKind.REMINDER)
    with cast.house.database.reading() as session:
        posted = session.scalars(select(Outgoing).where(Outgoing.person_id == cast.carole.id)).one()
        assert posted.priority == REMINDER
        message = message_from_bytes(posted.body or b"")
        assert message["List-Unsubscribe"] == f"<{link}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_changes_their_mind_receives_reminders_again(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        resume(session, cast.house, carole, LetterKind.REMINDER)
        stop(session, cast.house, carole, LetterKind.REMINDER)
        resume(session, cast.house, carole, LetterKind.REMINDER)
        assert accepts_reminders(session, carole)


def test_a_link_says_whose_it_is_and_no_other_one_can_be_made_from_it(cast: Cast) -> None:
    with cast.house.database.reading() as session:
        carole, other = session.get_one(Person, cast.carole.id), session.get_one(Person, cast.olivia.id)
        secret = secret_of(cast, carole)
        assert whose(session, cast.house, secret) == (carole, LetterKind.REMINDER)
        forged = secret.replace(f"-{carole.id}-", f"-{other.id}-")
        wrong_kind = secret.replace("reminder", "digest")
        for attempt in (
            forged,
            wrong_kind,
            secret[:-1] + ("A" if secret[-1] != "A" else "B"),
            "",
            "reminder-1-x",
            "é" * 30,
        ):
            assert whose(session, cast.house, attempt) is None, attempt


@pytest.mark.parametrize("number", ["0", "9999999999", "00000000001"])
def test_a_number_nobody_has_is_nobodys(cast: Cast, number: str) -> None:
    with cast.house.database.reading() as session:
        assert whose(session, cast.house, f"reminder-{number}-{'A' * 22}") is None
