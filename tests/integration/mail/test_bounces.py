"""Delivery reports as real servers write them: tied to our letter or believed of nobody."""

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core import outbox
from core.bounces import FULL_FOR_DAYS
from core.house import House
from core.letterbox import Spot
from core.models import Case, Outgoing, Person, ReceivedMail, RefusedAddress
from core.models.outbox import OutgoingState
from core.outbox import claim, mark_sent
from core.people import is_refused, post_letter
from core.refused_addresses import refusing_in
from core.returns import forget_bodies, return_mark
from core.subscriptions import accepts
from core.terms import Box, Channel, LetterKind
from mailer.receiving import receive
from tests.cast import Cast
from tests.houses import FakeClock
from tests.integration.mail.letters import posted, text_of, with_mail
from tests.mails import FOLDER
from tests.unit.mailer.samples import LETTERS, NOTICE, RECEIPT

CAROLE = "carole.constructeur@exemple.fr"
FANNY = "fanny.facilite@exemple.fr"
_numbers = itertools.count(1)


@pytest.fixture
def house(cast: Cast) -> House:
    """The cast's house, which reads mail and writes real letters."""
    return with_mail(cast.house)


def sent(house: House, cast: Cast, person: Person | None = None) -> str:
    """Post a receipt to somebody and let it leave; return its Message-ID."""
    with house.database.transaction() as session:
        message_id = post_letter(session, house, RECEIPT, session.get_one(Person, (person or cast.carole).id))
    assert message_id is not None
    leaves(house)
    return message_id


def leaves(house: House) -> None:
    """Let everything that is due leave."""
    mark_sent(house, claim(house, Channel.EMAIL))


def row_of(house: House, message_id: str) -> Outgoing:
    with house.database.reading() as session:
        return session.scalars(select(Outgoing).where(Outgoing.message_id == message_id)).one()


def report(name: str, message_id: str, recipient: str = CAROLE) -> bytes:
    """Return a report of the table about a letter of ours; `name` is its file."""
    raw = (FOLDER / f"{name}.eml").read_bytes().decode("utf-8")
    expected = (Path(FOLDER) / f"{name}.json").read_text(encoding="utf-8")
    about = re.search(r'"recipient": "([^"]+)"', expected)
    assert about is not None
    raw = re.sub(r"<(4242|5151|777|888|999)@exemple\.fr>", message_id, raw).replace(about[1], recipient)
    return raw.replace("b7f1c2@", f"report{next(_numbers)}@").encode()


def comes_in(house: House, raw: bytes) -> str:
    """Let a report come in; return what was made of it."""
    assert receive(house, Spot("box", 1, next(_numbers)), raw) is Box.ROBOTS
    with house.database.reading() as session:
        return session.scalars(select(ReceivedMail.reason).order_by(ReceivedMail.id.desc())).first() or ""


def refused(house: House, person: Person) -> bool:
    with house.database.reading() as session:
        return is_refused(session, session.get_one(Person, person.id))


def cases(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Case.subject)))


@pytest.mark.parametrize(
    "name",
    [
        "held_out/postfix-bounce-address-unknown",
        "bounces/exchange-bounce-in-french",
        "bounces/gmail-bounce-in-french",
        "bounces/orange-refuses-an-address",
        "bounces/exim-in-plain-words",
        "bounces/qmail-in-plain-words",
        "bounces/one-refused-of-two-the-second",
    ],
)
def test_an_address_that_does_not_exist_is_marked_and_the_facilitateur_told_once(
    house: House, cast: Cast, name: str
) -> None:
    letters = [sent(house, cast), sent(house, cast)]
    assert comes_in(house, report(name, letters[0])) == "bounce:refused"
    assert refused(house, cast.carole)
    assert comes_in(house, report(name, letters[0])) == "bounce:repeated"
    assert comes_in(house, report(name, letters[1])) == "bounce:refused already"
    assert cases(house) == ["Adresse e-mail refusée"]
    (told,) = posted(house, FANNY)
    assert "Carole Constructeur" in told["Subject"]
    assert "Plus rien n’y est envoyé" in text_of(told)
    with house.database.transaction() as session:
        assert post_letter(session, house, NOTICE, session.get_one(Person, cast.carole.id)) is None


@pytest.mark.parametrize(
    "name",
    [
        "held_out/orange-says-in-plain-words-that-a-box-is-full",
        "bounces/a-full-box-by-the-book",
        "bounces/postfix-gives-up-after-five-days",
    ],
)
def test_a_full_box_gets_the_same_letter_again_three_times_then_the_facilitateur_is_told(
    house: House, cast: Cast, clock: FakeClock, name: str
) -> None:
    letter = sent(house, cast)
    written = row_of(house, letter).body
    for after in (timedelta(hours=2), timedelta(days=1), timedelta(days=3)):
        clock.advance(hours=5)
        assert comes_in(house, report(name, letter)) == "bounce:retried"
        assert comes_in(house, report(name, letter)) == "bounce:repeated"
        row = row_of(house, letter)
        assert (row.state, row.body, row.due_at - house.now()) == (OutgoingState.QUEUED, written, after)
        leaves(house)
        assert row_of(house, letter).state is OutgoingState.QUEUED, "it waits for its time"
        clock.advance(hours=after.total_seconds() / 3600)
        leaves(house)
        assert row_of(house, letter).state is OutgoingState.SENT
        assert (refused(house, cast.carole), cases(house)) == (False, [])
    clock.advance(hours=5)
    assert comes_in(house, report(name, letter)) == "bounce:refused"
    with house.database.transaction() as session:
        (seen,) = refusing_in(session, house, session.get_one(Person, cast.fanny.id))
    assert (seen.name, seen.reason) == ("Carole Constructeur", FULL_FOR_DAYS)
    (told,) = posted(house, FANNY)
    assert "boîte pleine" in text_of(told)
    assert (row_of(house, letter).state, row_of(house, letter).body) == (OutgoingState.FAILED, None)


def test_a_letter_too_big_to_be_kept_is_announced_again(
    house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_KEPT", 1000)
    letters = [sent(house, cast) for _ in range(3)]
    assert comes_in(house, report("bounces/a-full-box-by-the-book", letters[0])) == "bounce:retried"
    (again,) = posted(house, CAROLE)
    assert again["Subject"] == "Un message de Clausette ne vous est pas parvenu"
    assert comes_in(house, report("bounces/a-full-box-by-the-book", letters[1])) == "bounce:retried"
    assert comes_in(house, report("bounces/a-full-box-by-the-book", letters[2])) == "bounce:refused"
    assert refused(house, cast.carole)


def test_what_may_come_back_is_kept_for_six_days_and_a_key_not_at_all(
    house: House, cast: Cast, clock: FakeClock
) -> None:
    letter = sent(house, cast)
    with house.database.transaction() as session:
        key = post_letter(session, house, LETTERS["sign_in"][0], session.get_one(Person, cast.carole.id))
    assert key is not None
    leaves(house)
    assert row_of(house, key).body is None
    clock.advance(days=5)
    forget_bodies(house)
    assert row_of(house, letter).body is not None
    clock.advance(days=2)
    forget_bodies(house)
    assert row_of(house, letter).body is None


def test_a_plain_report_without_an_identifier_is_tied_by_its_return_address(house: House, cast: Cast) -> None:
    letter = sent(house, cast)
    number = row_of(house, letter).id
    plain = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@relais.exemple.org\r\nTo: clausette+{mark}@exemple.fr\r\n"
        "Message-ID: <{number}@relais.exemple.org>\r\nSubject: failure notice\r\n\r\n"
        "Sorry, no mailbox here by that name. carole@chantier.exemple.org: 550 5.1.1 user unknown\r\n"
    )
    wrong = f"retour-{number}-0123456789abcdef"
    assert comes_in(house, plain.format(mark=wrong, number=1).encode()) == "bounce:unknown"
    assert not refused(house, cast.carole)
    right = return_mark(number, letter)
    assert comes_in(house, plain.format(mark=right.upper(), number=2).encode()) == "bounce:refused"
    assert refused(house, cast.carole)


def test_a_server_that_still_tries_is_left_to_it_until_it_gives_up(house: House, cast: Cast) -> None:
    letter = sent(house, cast)
    assert comes_in(house, report("bounces/postfix-says-that-it-will-try-again", letter)) == "bounce:delayed"
    assert (row_of(house, letter).state, refused(house, cast.carole)) == (OutgoingState.SENT, False)
    assert comes_in(house, report("held_out/postfix-bounce-address-unknown", letter)) == "bounce:refused"
    assert refused(house, cast.carole)


@pytest.mark.parametrize("name", ["held_out/postfix-bounce-address-unknown", "bounces/orange-refuses-an-address"])
def test_a_forged_report_changes_nothing(house: House, cast: Cast, name: str) -> None:
    letter = sent(house, cast)
    olivias = sent(house, cast, cast.outsider)
    for forged in (
        report(name, "<guessed@exemple.fr>"),  # no letter of ours
        report(name, "<>"),
        report(name, olivias),  # the forger's own letter, about somebody else's address
        report(name, letter, recipient="alice.achat@exemple.fr"),
    ):
        assert comes_in(house, forged) == "bounce:unknown"
    assert not any(refused(house, person) for person in (cast.carole, cast.outsider, cast.alice))
    assert cases(house) == []
    with house.database.reading() as session:
        assert session.scalars(select(RefusedAddress)).all() == []
        assert session.scalars(select(Outgoing.bounced_at).where(Outgoing.bounced_at.is_not(None))).all() == []


def test_a_complaint_stops_what_may_be_stopped_and_nothing_else(house: House, cast: Cast) -> None:
    letter = sent(house, cast)
    assert comes_in(house, report("bounces/somebody-complains", letter)) == "bounce:complaint"
    with house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        assert not any(accepts(session, carole, kind) for kind in LetterKind)
        assert not is_refused(session, carole)
        assert post_letter(session, house, RECEIPT, carole) is not None
    assert cases(house) == []
