"""One message, one turn, one transaction: whatever is repeated, raced or broken."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select

from core.acts import perform
from core.conversations import counts, greet, history, last_activity, retry_failed, turn
from core.flows.commands import Command
from core.house import House
from core.letters import Envelope, Letter
from core.models import (
    Audit,
    Case,
    CaseMessage,
    Conversation,
    Declaration,
    Message,
    Outgoing,
    Participant,
    Receipt,
    StoredFile,
)
from core.refusal import Refused
from core.terms import Author, Channel
from core.turn import Turn
from knowledge import Library
from tests.cast import Cast, gather
from tests.houses import FakeClock, with_letters
from tests.talk import Talk
from tests.together import together, turn_in_processes


def rows(house: House, table: type) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def ready_to_confirm(talk: Talk) -> Talk:
    """Bring a declaration to its confirmation."""
    for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35 + 7 formation"):
        shown = talk.says(text)
    assert "Vous confirmez" in shown
    return talk


def test_a_message_delivered_again_changes_nothing(cast: Cast) -> None:
    talk = ready_to_confirm(cast.talk(cast.carole))
    agreed = talk.inbound(button=talk.button("Oui").data)
    assert "R-000004" in talk.receives(agreed)
    before = [rows(cast.house, table) for table in (Message, Declaration, Receipt, Outgoing, Audit)]
    assert talk.receives(agreed) == ""
    assert talk.last.repeated
    assert [rows(cast.house, table) for table in (Message, Declaration, Receipt, Outgoing, Audit)] == before


def test_the_same_id_in_another_conversation_of_the_channel_is_the_same_message(cast: Cast) -> None:
    one, other = cast.talk(cast.carole, thread="one"), cast.talk(cast.claude, thread="other")
    assert one.says("aide", external_id="7")
    assert other.says("aide", external_id="7") == ""
    assert cast.talk(cast.carole, Channel.TELEGRAM, "1").says("aide", external_id="7")


def test_a_message_delivered_at_once_to_four_processes_is_handled_once(postgresql_house: House) -> None:
    cast = gather(postgresql_house)
    talk = ready_to_confirm(cast.talk(cast.carole, Channel.TELEGRAM, "4242"))
    before = rows(cast.house, Outgoing)
    agreed = talk.inbound(button=talk.button("Oui").data)
    outcomes = turn_in_processes(cast.house, [agreed] * 4)
    assert sorted(bool(outcome["repeated"]) for outcome in outcomes) == [False, True, True, True]
    assert not any(outcome["failed"] for outcome in outcomes)
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(Declaration).where(Declaration.month == "2026-11")).all()) == 1
        assert session.scalars(select(Receipt.number).order_by(Receipt.number)).all() == [1, 2, 3, 4]
    assert rows(cast.house, Outgoing) - before == 2  # one reply in the chat, one receipt by mail


def test_two_confirmations_at_once_declare_once(cast: Cast) -> None:
    talk = ready_to_confirm(cast.talk(cast.carole))
    data = talk.button("Oui").data
    together(*(partial(turn, cast.house, talk.inbound(button=data)) for _ in range(4)))
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(Declaration).where(Declaration.month == "2026-11")).all()) == 1
    assert counts(cast.house).get("failed", 0) == 0


def test_turns_of_one_conversation_never_interleave(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    inbounds = [talk.inbound(text=f"Un apprenti compte-t-il, question {number} ?") for number in range(8)]
    turned = together(*(partial(turn, cast.house, inbound) for inbound in inbounds))
    assert all(not isinstance(each, Exception) and each.shown and not each.failed for each in turned)
    authors = [shown.author for shown in history(cast.house, talk.channel, talk.thread)]
    assert authors == [Author.PERSON, Author.ASSISTANT] * 8


def test_first_messages_at_once_open_one_conversation(house: House) -> None:
    inbounds = [Talk(house, Channel.TELEGRAM, "new").inbound(text="aide") for _ in range(4)]
    turned = together(*(partial(turn, house, inbound) for inbound in inbounds))
    assert all(not isinstance(each, Exception) and not each.failed for each in turned)
    assert rows(house, Conversation) == 1


def test_people_who_declare_at_once_each_have_their_receipt(cast: Cast) -> None:
    carole = ready_to_confirm(cast.talk(cast.carole))
    david, olivia = cast.talk(cast.david), cast.talk(cast.olivia)
    for talk in (david, olivia):
        talk.says("déclarer")
        if "Pour quel marché" in talk.shown[-1].text:
            talk.taps("HL-2026-03")
        for text in ("novembre", "Saisir les heures", "10"):
            talk.says(text)
    together(*(partial(talk.taps, "Oui") for talk in (carole, david, olivia)))
    assert all("C’est enregistré" in talk.shown[-1].text for talk in (carole, david, olivia))
    with cast.house.database.reading() as session:
        assert session.scalars(select(Receipt.number).order_by(Receipt.number)).all() == [1, 2, 3, 4, 5, 6]


def test_two_people_who_declare_the_same_month_at_once_make_two_versions_or_one_is_asked_again(cast: Cast) -> None:
    carole, claude = ready_to_confirm(cast.talk(cast.carole)), ready_to_confirm(cast.talk(cast.claude))
    together(partial(carole.taps, "Oui"), partial(claude.taps, "Oui"))
    said = sorted("C’est enregistré" in talk.shown[-1].text for talk in (carole, claude))
    assert said == [False, True]
    other = next(talk for talk in (carole, claude) if "C’est enregistré" not in talk.shown[-1].text)
    assert "Vous confirmez" in other.shown[-1].text
    with cast.house.database.reading() as session:
        assert session.scalars(select(Declaration.version).where(Declaration.month == "2026-11")).all() == [1]
    assert counts(cast.house).get("failed", 0) == 0


class Broken(Exception):
    """Something that should not happen."""


@pytest.fixture
def broken_library(cast: Cast) -> House:
    """The same house, whose library raises."""

    def raises() -> Library:
        raise Broken

    return replace(cast.house, library=raises)


QUESTION = "Un apprenti compte-t-il dans les heures ?"


def test_a_message_whose_turn_raises_is_kept_as_failed_and_nothing_else_is(cast: Cast, broken_library: House) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer")
    before = rows(cast.house, Message)
    failed = turn(broken_library, talk.inbound(text=QUESTION))
    assert failed.failed
    assert failed.shown == ()
    assert counts(cast.house)["failed"] == 1
    assert rows(cast.house, Message) == before + 1
    assert "Pour quel mois" in talk.says("1")  # the flow stands where it stood


def test_a_failed_message_is_tried_again_and_answered_once(cast: Cast, broken_library: House, clock: FakeClock) -> None:
    talk = cast.talk(cast.carole)
    inbound = talk.inbound(text=QUESTION)
    conversation_id = turn(broken_library, inbound).conversation_id
    assert turn(cast.house, inbound).repeated  # the channel sends it again: it is known
    assert retry_failed(cast.house) == []  # too early
    clock.advance(seconds=30)
    assert retry_failed(cast.house) == [conversation_id]
    assert retry_failed(cast.house) == []
    texts = [shown.text for shown in history(cast.house, talk.channel, talk.thread)]
    assert len(texts) == 2
    assert "apprenti" in texts[1]


def test_a_failed_message_is_tried_again_by_one_process_only(
    cast: Cast, broken_library: House, clock: FakeClock
) -> None:
    talk = cast.talk(cast.carole)
    turn(broken_library, talk.inbound(text=QUESTION))
    clock.advance(seconds=30)
    together(*(partial(retry_failed, cast.house) for _ in range(4)))
    assert len(history(cast.house, talk.channel, talk.thread)) == 2


def test_after_three_failures_the_person_is_told_and_a_case_opens(
    cast: Cast, broken_library: House, clock: FakeClock
) -> None:
    talk = cast.talk(cast.carole)
    conversation_id = turn(broken_library, talk.inbound(text=QUESTION)).conversation_id
    for _ in range(2):
        clock.advance(seconds=30)
        assert retry_failed(broken_library) == []
    clock.advance(seconds=30)
    assert retry_failed(broken_library) == [conversation_id]
    clock.advance(seconds=30)
    assert retry_failed(broken_library) == []
    assert "transmis au facilitateur" in history(cast.house, talk.channel, talk.thread)[-1].text
    with cast.house.database.reading() as session:
        case = session.scalars(select(Case)).unique().one()
        assert case.person_id == cast.carole.id
        assert [message.text for message in case.messages] == [QUESTION]
    assert counts(cast.house)["given_up"] == 1


def test_a_message_that_cannot_even_be_given_up_stops_no_other(
    cast: Cast, broken_library: House, clock: FakeClock
) -> None:
    def unable(letter: Letter, envelope: Envelope) -> bytes:
        raise Broken

    first, second = cast.talk(cast.carole), cast.talk(cast.david)
    turn(broken_library, first.inbound(text=QUESTION))
    for _ in range(2):
        clock.advance(seconds=30)
        retry_failed(broken_library)
    turn(broken_library, second.inbound(text=QUESTION))
    clock.advance(seconds=30)
    assert len(retry_failed(with_letters(cast.house, unable))) == 1
    assert len(history(cast.house, second.channel, second.thread)) == 2
    assert counts(cast.house)["failed"] == 1


def test_files_of_a_message_given_up_are_those_of_its_own_conversation(
    cast: Cast, broken_library: House, clock: FakeClock
) -> None:
    david, olivia = cast.talk(cast.david), cast.talk(cast.olivia)
    david.sends_file("paie.pdf", b"%PDF-1.7 secret")
    with cast.house.database.reading() as session:
        number = session.scalars(select(StoredFile.id)).one()
    turn(broken_library, olivia.inbound(text=QUESTION, files=(number,)))
    for _ in range(3):
        clock.advance(seconds=30)
        retry_failed(broken_library)
    assert counts(cast.house)["given_up"] == 1
    with cast.house.database.reading() as session:
        assert session.get_one(StoredFile, number).case_message_id is None


def test_what_a_refusal_undid_is_not_half_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_at_last(under_way: Turn, command: Command) -> None:
        perform(under_way, command)
        raise Refused("Non, finalement.", reopen="agree")

    talk = ready_to_confirm(cast.talk(cast.carole))
    tables = (Declaration, Receipt, Participant, Case, CaseMessage, Outgoing)
    before = [rows(cast.house, table) for table in tables]
    with monkeypatch.context() as patch:
        patch.setattr("core.replay.perform", refuse_at_last)
        shown = talk.taps("Oui")
    assert "Non, finalement." in shown
    assert "Vous confirmez" in shown
    assert [rows(cast.house, table) for table in tables] == before
    assert "R-000004" in talk.taps("Oui")  # the number was not burnt


def test_the_welcome_is_shown_once(house: House) -> None:
    talk = Talk(house, Channel.WEB, "browser")
    assert "Clausette" in talk.greeted()
    assert talk.labels == ["Poser une question", "Me connecter", "Préparer un achat", "Parler à quelqu’un"]
    assert greet(house, Channel.WEB, "browser").repeated


def test_the_welcome_names_the_person_and_their_situation(cast: Cast, clock: FakeClock) -> None:
    assert "Bonjour Carole." in cast.talk(cast.carole).greeted()
    assert "4 engagements d’insertion sont suivis" in cast.talk(cast.alice, thread="a").greeted()
    clock.advance(days=20)  # 13 December: October is declared, November is late
    assert "2 mois\u00a0à déclarer" in cast.talk(cast.carole, thread="late").greeted()


def test_history_is_read_in_order_and_from_where_one_left(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("aide")
    talk.says("mes obligations")
    whole = history(cast.house, talk.channel, talk.thread)
    assert [shown.author for shown in whole] == [Author.PERSON, Author.ASSISTANT] * 2
    assert history(cast.house, talk.channel, talk.thread, after=whole[1].id) == whole[2:]
    assert history(cast.house, talk.channel, talk.thread, most=1) == whole[-1:]
    assert history(cast.house, talk.channel, "nobody") == ()
    assert last_activity(cast.house) == cast.house.now()
