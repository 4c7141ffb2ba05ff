"""What somebody might try: tokens used twice, buttons of others, ids made up, and every kind of text."""

from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select

from core.conversations import counts, history, turn
from core.house import House
from core.models import (
    ChannelIdentity,
    Conversation,
    Declaration,
    DeclarationLine,
    Message,
    Organisation,
    Person,
    Token,
)
from core.people import accept_code, bind, consume_token, invite, issue_token, peek_token, unbind
from core.refusal import Refused
from core.terms import Channel
from core.tokens import LIFETIMES
from tests.cast import Cast
from tests.houses import FakeClock
from tests.talk import Talk
from tests.together import together


def issued(cast: Cast, purpose: str) -> str:
    with cast.house.database.transaction() as session:
        return issue_token(session, cast.house, purpose, person=session.get_one(Person, cast.david.id))


@pytest.mark.parametrize("purpose", list(LIFETIMES))
def test_a_token_used_by_many_at_once_works_for_one(cast: Cast, purpose: str) -> None:
    secret = issued(cast, purpose)

    def use() -> int:
        with cast.house.database.transaction() as session:
            return consume_token(session, cast.house, purpose, secret).id

    used = together(use, use, use, use)
    assert len([each for each in used if isinstance(each, int)]) == 1
    assert all(isinstance(each, int | Refused) for each in used)


@pytest.mark.parametrize("purpose", list(LIFETIMES))
def test_a_token_does_one_thing_until_its_end(cast: Cast, clock: FakeClock, purpose: str) -> None:
    secret = issued(cast, purpose)
    with cast.house.database.reading() as session:
        for other in LIFETIMES:
            assert (peek_token(session, cast.house, other, secret) is not None) is (other == purpose)
        assert session.scalars(select(Token.hash)).one() != secret
    clock.now += LIFETIMES[purpose]
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="a expiré"):
        consume_token(session, cast.house, purpose, secret)


def test_a_code_typed_in_two_chats_at_once_lets_one_in(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        code = invite(session, cast.house, session.get_one(Person, cast.david.id))

    def enter(thread: str) -> str:
        with cast.house.database.transaction() as session:
            return accept_code(session, cast.house, code, Channel.TELEGRAM, thread).name

    together(*(partial(enter, str(number)) for number in range(4)))
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(ChannelIdentity)).all()) == 1


def test_a_code_consumed_by_a_turn_that_fails_is_given_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = issued(cast, "chat_code")
    with monkeypatch.context() as patch:
        patch.setattr("core.responding.welcome_text", None)
        assert cast.talk(None).says(secret) == ""
    assert "Netto" in cast.talk(None, thread="again").says(secret)


MADE_UP = (" ", ".", "..", "x.0", "AAAAAAAAAAAAAAAA.0", "start:declare", '{"start": "declare"}', "' OR 1=1 --.0",
           "0" * 64, "a" * 5000)  # fmt: skip


def test_a_made_up_button_does_nothing(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer")
    for data in MADE_UP:
        assert "Pour quel marché" in talk.sends_back(data), data
        assert not talk.last.failed


def test_a_made_up_place_of_a_real_message_does_nothing(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer")
    handle = talk.button("HL-2026-07").data.partition(".")[0]
    for place in ("²", "፩", "9", "-1", "9" * 5000, "0x0", "1.1", " 0"):
        assert "plus actif" in talk.sends_back(f"{handle}.{place}"), place
        assert not talk.last.failed


def test_a_button_of_another_conversation_does_nothing(cast: Cast) -> None:
    victim, thief = cast.talk(cast.carole), cast.talk(cast.olivia)
    for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
        victim.says(text)
    for label in ("Oui", "Corriger", "Annuler"):
        assert "plus actif" in thief.sends_back(victim.button(label).data)
    assert "C’est enregistré" in victim.taps("Oui")


def test_a_button_replayed_after_signing_out_shows_nothing(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
        talk.says(text)
    buttons = [button.data for shown in talk.shown for button in shown.buttons]
    talk.says("déconnexion")
    for data in buttons:
        told = talk.sends_back(data)
        assert "Marie" not in told
        assert "C’est enregistré" not in told
    with cast.house.database.reading() as session:
        assert not session.scalars(select(Declaration).where(Declaration.month == "2026-11")).all()


def test_the_next_person_on_a_device_inherits_nothing(cast: Cast) -> None:
    talk = cast.talk(cast.carole, thread="shared")
    for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
        talk.says(text)
    agreed = talk.button("Oui").data
    outsider = cast.talk(cast.outsider, thread="shared")
    assert "plus actif" in outsider.sends_back(agreed)
    for label in ("2026-TX-014", "novembre", "Saisir"):
        assert "Marie" not in outsider.sends_back(talk.button(label).data)
    told = outsider.says("mes obligations")
    assert "lot\u00a02" in told
    assert "lot\u00a01" not in told


def forge(cast: Cast, talk: Talk, flow: str, answers: dict[str, str]) -> None:
    """Put answers in a conversation as if the person had given them."""
    talk.says("aide")
    with cast.house.database.transaction() as session:
        conversation = session.get_one(Conversation, talk.last.conversation_id)
        conversation.state = {"flow": flow, "run": "r", "answers": answers, "given": list(answers)}


@pytest.mark.parametrize("flow", ["declare", "obligations", "contact"])
def test_an_answer_that_names_the_commitment_of_another_company_is_not_taken(cast: Cast, flow: str) -> None:
    talk = cast.talk(cast.outsider)
    answers = {"commitment": str(cast.school.id), "month": "2026-11", "way": "nil", "nil_reason": "other",
               "subject": "x", "message": "y", "file": "", "case": "1"}  # fmt: skip
    forge(cast, talk, flow, answers)
    shown = " ".join([talk.says("oui"), talk.says("oui"), *talk.labels])
    assert "Gros œuvre" not in shown
    with cast.house.database.reading() as session:
        assert not session.scalars(
            select(Declaration).where(Declaration.commitment_id == cast.school.id, Declaration.month == "2026-11")
        ).all()


def test_hours_given_ahead_for_another_companys_people_are_not_recorded(cast: Cast) -> None:
    talk = cast.talk(cast.outsider)
    forge(cast, talk, "declare", {"month": "2026-11", "way": "hours", f"hours.{cast.marie.id}": "10+0",
                                  f"hours.{cast.paul.id}": "12+0"})  # fmt: skip
    talk.says("aide")
    talk.taps("Oui")
    with cast.house.database.reading() as session:
        november = session.scalars(select(Declaration).where(Declaration.month == "2026-11")).one()
        assert [line.employment_id for line in november.lines] == [cast.paul.id]


@pytest.mark.parametrize(
    "answers",
    [
        {"hours.{paul}": "-10+0"},
        {"hours.{paul}": "-10+20"},
        {"hours.{paul}": "20+-10"},
        {"hours.{paul}": "400+0"},
        {"hours.{paul}": "NaN+0"},
        {"month": "2026-12"},
        {"month": "2020-01"},
    ],
)
def test_hours_and_months_that_cannot_be_are_checked_again_at_the_end(cast: Cast, answers: dict[str, str]) -> None:
    talk = cast.talk(cast.outsider)
    ready = {"month": "2026-11", "way": "hours", f"hours.{cast.paul.id}": "10+0"}
    forge(cast, talk, "declare", ready | {key.format(paul=cast.paul.id): value for key, value in answers.items()})
    talk.says("aide")
    if "Oui, je confirme" in talk.labels:
        talk.taps("Oui")
    with cast.house.database.reading() as session:
        lines = session.scalars(select(DeclarationLine).where(DeclarationLine.employment_id == cast.paul.id)).all()
        assert [(line.worked, line.training) for line in lines] == [(Decimal(35), Decimal(0))]


def test_who_moves_to_another_organisation_in_the_middle_declares_nothing_for_the_former(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
        talk.says(text)
    with cast.house.database.transaction() as session:
        session.get_one(Person, cast.carole.id).organisation_id = cast.netto.id
    told = talk.taps("Oui")
    assert "C’est enregistré" not in told
    assert "Marie" not in told
    with cast.house.database.reading() as session:
        assert not session.scalars(select(Declaration).where(Declaration.month == "2026-11")).all()


def test_who_leaves_in_the_middle_declares_nothing(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
        talk.says(text)
    with cast.house.database.transaction() as session:
        session.get_one(Person, cast.carole.id).left_at = cast.house.now()
    told = talk.taps("Oui")
    assert "C’est enregistré" not in told
    assert "Marie" not in told


def test_a_commitment_awarded_to_somebody_else_in_the_middle_is_no_longer_declared(cast: Cast) -> None:
    talk = cast.talk(cast.olivia)
    for text in ("déclarer", "novembre", "Saisir les heures", "10"):
        talk.says(text)
    with cast.house.database.transaction() as session:
        other = Organisation(name="Reprise", kind=cast.bati.kind, territory_id=cast.bati.territory_id)
        session.add(other)
        session.flush()
        session.get_one(type(cast.roads), cast.roads.id).awardee_id = other.id
    assert "C’est enregistré" not in talk.taps("Oui")


def test_two_people_cannot_be_one_thread_at_once(cast: Cast) -> None:
    def take(person_id: int) -> None:
        with cast.house.database.transaction() as session:
            bind(session, cast.house, session.get_one(Person, person_id), Channel.TELEGRAM, "shared")

    together(partial(take, cast.carole.id), partial(take, cast.olivia.id))
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(ChannelIdentity)).all()) == 1
    with cast.house.database.transaction() as session:
        unbind(session, cast.house, Channel.TELEGRAM, "shared")
    assert "savoir qui vous êtes" in Talk(cast.house, Channel.TELEGRAM, "shared").says("déclarer")


def test_sixty_messages_a_minute_are_read_and_the_next_ones_kept(sqlite_house: House) -> None:
    talk = Talk(sqlite_house, Channel.TELEGRAM, "fast")
    told = [talk.says("aide") for _ in range(62)]
    assert "Vous écrivez très vite" not in told[59]
    assert "Vous écrivez très vite" in told[60]
    assert len(history(sqlite_house, talk.channel, talk.thread, most=500)) == 124
    assert "très vite" not in Talk(sqlite_house, Channel.TELEGRAM, "calm").says("aide")


TEXTS = {
    "nothing": "",
    "blanks": " \n\t ",
    "emoji": "👍🏽👩‍🔧",
    "a NUL": "84\x00 heures\x00",
    "half characters": "\ud83d\ude00 \udfff Nadia \ud800",
    "SQL": "'; DROP TABLE declarations; --",
    "a template": "{{ 7*7 }} {% raise %} ${jndi:ldap://x} %s %(x)s {0}",
    "markup": "<script>alert(1)</script> [x](javascript:alert(1)) **",
    "right to left": "\u202eabc\u202c محمد علي",
    "combining": "e" + "\u0301" * 3000,
    "digits": "9" * 5000,
    "other digits": "፩ ² ①",
    "a hundred thousand": "a" * 100_000,
    "many words": "et " * 6000,
    "many questions": "pourquoi ? " * 1500,
    "hours and hours": "1 et " * 3900 + "formation",
    "control": "\x1b[31m\r\n\x07\x7f",
}
MOMENTS = {
    "at rest": (),
    "a choice": ("déclarer",),
    "a month": ("déclarer", "1"),
    "hours": ("déclarer", "1", "novembre", "Saisir les heures"),
    "a name": ("déclarer", "HL-2026-07", "novembre", "embauche"),
    "an agreement": ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"),
    "a subject": ("humain",),
    "a message": ("humain", "Une grue", "Aucun"),
    "a file": ("humain", "Une grue", "Aucun", "En panne"),
    "a question": ("question",),
    "a code": ("connexion", "J’ai un code"),
    "an address": ("connexion", "Recevoir un lien"),
}


ON_BOTH = [("sqlite", moment) for moment in MOMENTS] + [("postgresql", "at rest"), ("postgresql", "a name")]


@pytest.mark.parametrize(("database_url", "moment"), ON_BOTH, indirect=["database_url"])
def test_any_text_at_any_moment_is_answered_and_breaks_nothing(cast: Cast, moment: str) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    for named, text in TEXTS.items():
        talk.thread = f"{moment} {named}"
        with cast.house.database.transaction() as session:
            bind(session, cast.house, session.get_one(Person, cast.carole.id), Channel.TELEGRAM, talk.thread)
        for before in MOMENTS[moment]:
            talk.says(before)
        told = talk.says(text)
        assert not talk.last.failed, named
        assert told, named
        assert len(told) < 5000, named
    assert counts(cast.house).get("failed", 0) == 0
    with cast.house.database.reading() as session:
        assert not session.scalars(select(Declaration).where(Declaration.month == "2026-11")).all()
        assert session.scalars(select(Message.id).where(Message.status != "handled")).all() == []


def test_what_a_message_holds_is_what_the_person_wrote(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says(TEXTS["SQL"])
    talk.says(TEXTS["a hundred thousand"])
    mine = [shown.text for shown in history(cast.house, talk.channel, talk.thread)][::2]
    assert mine == [TEXTS["SQL"], TEXTS["a hundred thousand"]]


def test_a_button_and_a_text_at_once_are_one_message(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer")
    turned = turn(cast.house, talk.inbound(text="HL", button=talk.button("HL-2026-07").data))
    assert "Pour quel mois" in turned.shown[-1].text
