"""Who may see what: every rule of `core.access`, with the wrong person refused."""

from datetime import date
from decimal import Decimal
from inspect import isfunction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access
from core.access import (
    acts_for_buyer,
    attestation_for,
    case_belongs,
    commitment_for,
    commitments_seen_by,
    declares_for,
    keeps_articles,
    may_read_case,
    may_read_file,
    prepares,
    receipt_for,
    reviews,
    sees_participants,
)
from core.cases import Request, case_for, open_case, open_cases_of
from core.declarations import Work, record
from core.files import receive
from core.flows.register import Register
from core.models import Attestation, Case, Commitment, Conversation, Delegation, Person, StoredFile, Territory
from core.refusal import Refused
from core.terms import Channel
from tests.cast import PARTICIPANTS, Cast

WHO = ("stranger", "alice", "bernard", "carole", "claude", "david", "olivia", "lucas", "fanny")
SEEN = {
    "alice": {"school", "roads", "unknown", "finished"},
    "bernard": {"housing", "cleaning"},
    "carole": {"school", "housing"},
    "claude": {"school", "housing"},
    "david": {"cleaning", "unknown", "finished"},
    "olivia": {"roads"},
    "fanny": {"school", "housing", "cleaning", "roads", "unknown", "finished"},
}
COMMITMENTS = ("school", "housing", "cleaning", "roads", "unknown", "finished")


def somebody(session: Session, cast: Cast, who: str) -> Person | None:
    return None if who == "stranger" else session.get_one(Person, getattr(cast, who).id)


def test_every_rule_is_tested_here() -> None:
    rules = {name for name, rule in vars(access).items() if isfunction(rule) and rule.__module__ == access.__name__}
    assert {name for name in rules if not name.startswith("_")} <= set(globals())


@pytest.mark.parametrize("who", WHO)
def test_people_see_their_own_commitments_and_no_other(cast: Cast, who: str) -> None:
    with cast.house.database.reading() as session:
        person, seen = somebody(session, cast, who), SEEN.get(who, set())
        ids = {row.id for row in commitments_seen_by(session, person)}
        assert ids == {getattr(cast, name).id for name in seen}
        for name in COMMITMENTS:
            wanted = getattr(cast, name).id
            if name in seen:
                assert commitment_for(session, person, wanted).id == wanted
            else:
                with pytest.raises(Refused, match="n’est pas suivi par votre organisation"):
                    commitment_for(session, person, wanted)


def test_a_commitment_that_does_not_exist_is_refused_with_the_same_words(cast: Cast) -> None:
    with cast.house.database.reading() as session:
        outsider = somebody(session, cast, "olivia")
        said = []
        for wanted in (cast.school.id, 999_999, -1):
            with pytest.raises(Refused) as refusal:
                commitment_for(session, outsider, wanted)
            said.append(refusal.value.message)
        assert len(set(said)) == 1


@pytest.mark.parametrize("who", WHO)
def test_only_the_awardee_declares_and_only_it_and_the_facilitateur_see_participants(cast: Cast, who: str) -> None:
    with cast.house.database.reading() as session:
        person, school = somebody(session, cast, who), session.get_one(Commitment, cast.school.id)
        assert declares_for(person, school) is (who in {"carole", "claude"})
        assert sees_participants(person, school) is (who in {"carole", "claude", "fanny"})
        register = Register(session, cast.house, person, None)
        named = {employment.participant.name for employment in register.employments(school, "2026-10")}
        assert bool(named) is (who in {"carole", "claude", "fanny"})


@pytest.mark.parametrize("who", [who for who in WHO if who not in {"carole", "claude", "stranger"}])
def test_the_hours_of_a_month_are_recorded_for_nobody_else(cast: Cast, who: str) -> None:
    with cast.house.database.transaction() as session:
        person = session.get_one(Person, getattr(cast, who).id)
        with pytest.raises(Refused):
            record(session, cast.house, person, cast.school.id, "2026-11", {cast.marie.id: Work(Decimal(10))})


def test_hours_of_another_commitments_people_are_not_recorded(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        olivia = session.get_one(Person, cast.olivia.id)
        with pytest.raises(Refused, match="n’est plus suivie"):
            record(session, cast.house, olivia, cast.roads.id, "2026-11", {cast.marie.id: Work(Decimal(10))})


def test_only_the_facilitateur_keeps_the_articles(cast: Cast) -> None:
    with cast.house.database.reading() as session:
        assert {who for who in WHO if keeps_articles(somebody(session, cast, who))} == {"fanny"}


@pytest.mark.parametrize("who", WHO)
def test_a_receipt_is_for_who_sees_its_commitment(cast: Cast, who: str) -> None:
    with cast.house.database.reading() as session:
        person = somebody(session, cast, who)
        if "school" in SEEN.get(who, set()):
            assert receipt_for(session, person, 2).number == 2
        else:
            with pytest.raises(Refused, match="n’est pas suivi par votre organisation"):
                receipt_for(session, person, 2)
        with pytest.raises(Refused, match="n’est pas suivi par votre organisation"):
            receipt_for(session, person, 999_999)


def test_only_the_facilitateur_of_the_territory_reviews(cast: Cast) -> None:
    with cast.house.database.reading() as session:
        school = session.get_one(Commitment, cast.school.id)
        assert {who for who in WHO if reviews(somebody(session, cast, who), school)} == {"fanny"}


def test_only_people_of_buyers_act_for_a_buyer(cast: Cast) -> None:
    with cast.house.database.reading() as session:
        assert {who for who in WHO if acts_for_buyer(somebody(session, cast, who))} == {"alice", "bernard"}


@pytest.fixture
def opened(cast: Cast) -> tuple[int, int, int]:
    """A case of Carole's with a file: its id, its conversation's id, its file's id."""
    talk = cast.talk(cast.carole)
    for text in ("humain", "Une grue", "Aucun", "La grue est en panne"):
        talk.says(text)
    talk.sends_file("photo.pdf", b"%PDF-1.7 grue")
    with cast.house.database.reading() as session:
        case = session.scalars(select(Case)).unique().one()
        return case.id, case.conversation_id or 0, session.scalars(select(StoredFile.id)).one()


@pytest.mark.parametrize("who", WHO)
def test_a_case_is_read_by_its_person_and_the_facilitateur_only(
    cast: Cast, opened: tuple[int, int, int], who: str
) -> None:
    case_id, conversation_id, file_id = opened
    allowed = who in {"carole", "fanny"}
    with cast.house.database.reading() as session:
        person, case = somebody(session, cast, who), session.get_one(Case, case_id)
        file = session.get_one(StoredFile, file_id)
        for conversation in (None, conversation_id, conversation_id + 1):  # a browser once theirs proves nothing
            assert may_read_case(person, case, conversation_id=conversation) is allowed
            assert case_belongs(person, case, conversation) is (who == "carole")
            assert may_read_file(session, file, person, conversation_id=conversation) is allowed
        if allowed:
            assert case_for(session, person, case_id, None) is case
        else:
            with pytest.raises(Refused, match="n’est pas accessible"):
                case_for(session, person, case_id, conversation_id)
        assert [each.id for each in open_cases_of(session, person, conversation_id)] == [case_id] * (who == "carole")


def test_a_link_opens_the_files_of_its_case_and_no_other(cast: Cast, opened: tuple[int, int, int]) -> None:
    with cast.house.database.reading() as session:
        file = session.get_one(StoredFile, opened[2])
        assert may_read_file(session, file, None, conversation_id=None, case_id=opened[0])
        assert not may_read_file(session, file, None, conversation_id=None, case_id=opened[0] + 1)


def test_a_file_not_attached_is_served_to_nobody(cast: Cast) -> None:
    number = receive(cast.house, channel=Channel.WEB, thread="t", name="a.pdf", content=b"%PDF-1.7")
    with cast.house.database.reading() as session:
        file = session.get_one(StoredFile, number)
        for who in WHO:
            assert not may_read_file(session, file, somebody(session, cast, who), conversation_id=1)


def test_a_strangers_case_is_read_from_its_conversation_only(cast: Cast) -> None:
    talk, other = cast.talk(None), cast.talk(None, thread="other")
    talk.says("aide")
    other.says("aide")
    with cast.house.database.transaction() as session:
        conversation = session.get_one(Conversation, talk.last.conversation_id)
        case = open_case(session, cast.house, conversation, None, Request(subject="Une question", text="Bonjour"))
        assert may_read_case(None, case, conversation_id=talk.last.conversation_id)
        assert not may_read_case(None, case, conversation_id=other.last.conversation_id)
        assert not may_read_case(None, case)


def test_a_facilitateur_of_another_territory_is_an_outsider(cast: Cast, opened: tuple[int, int, int]) -> None:
    with cast.house.database.transaction() as session:
        elsewhere = Territory(name="Ailleurs", created_at=cast.house.now())
        session.add(elsewhere)
        session.flush()
        session.get_one(Person, cast.fanny.id).territory_id = elsewhere.id
    with cast.house.database.reading() as session:
        fanny, school = session.get_one(Person, cast.fanny.id), session.get_one(Commitment, cast.school.id)
        assert commitments_seen_by(session, fanny) == []
        assert not sees_participants(fanny, school)
        assert not may_read_case(fanny, session.get_one(Case, opened[0]))


def test_who_left_sees_nothing_any_more(cast: Cast, opened: tuple[int, int, int]) -> None:
    with cast.house.database.transaction() as session:
        for who in ("carole", "alice", "fanny"):
            session.get_one(Person, getattr(cast, who).id).left_at = cast.house.now()
    with cast.house.database.reading() as session:
        school, case = session.get_one(Commitment, cast.school.id), session.get_one(Case, opened[0])
        for who in ("carole", "alice", "fanny"):
            person = somebody(session, cast, who)
            assert commitments_seen_by(session, person) == []
            assert not sees_participants(person, school)
            assert not declares_for(person, school)
            assert not may_read_case(person, case)
            assert not acts_for_buyer(person)
            assert not keeps_articles(person)


FLOWS = ("mes obligations", "déclarer", "parler à quelqu’un")


@pytest.mark.parametrize("text", FLOWS)
@pytest.mark.parametrize("who", ["outsider", "stranger", "lucas", "alice"])
def test_in_every_flow_the_wrong_person_sees_neither_a_name_nor_hours(cast: Cast, who: str, text: str) -> None:
    talk = cast.talk(None if who == "stranger" else getattr(cast, who))
    shown = [talk.greeted(), talk.says(text), *talk.labels]
    for typed in ("1", "1", "1", "1"):
        shown += [talk.says(typed), *talk.labels]
    everything = " ".join(shown)
    hidden = [name.split()[1] for name in PARTICIPANTS if not (who == "outsider" and name == "Paul Girard")]
    hidden += ["HL-2026", "Gros œuvre"] if who != "alice" else ["HL-2026"]
    assert not [word for word in hidden if word in everything]
    if who in {"stranger", "lucas"}:
        assert "2026-TX-014" not in everything


@pytest.mark.parametrize("who", ["alice", "bernard"])
def test_a_buyer_does_not_declare(cast: Cast, who: str) -> None:
    assert "Aucun marché n’attend de déclaration" in cast.talk(getattr(cast, who)).says("déclarer")


@pytest.mark.parametrize("who", WHO)
def test_an_attestation_is_read_by_who_sees_its_commitment(cast: Cast, who: str) -> None:
    with cast.house.database.transaction() as session:
        session.add(
            Attestation(
                id=1, commitment_id=cast.school.id, content="{}", hash="0" * 64, issued_by_id=cast.fanny.id,
                issued_at=cast.house.now(),
            )
        )  # fmt: skip
        session.merge(cast.fanny).is_facilitator = True
    with cast.house.database.reading() as session:
        if who in {"alice", "carole", "claude", "fanny"}:
            assert attestation_for(session, somebody(session, cast, who), 1).id == 1
        else:
            with pytest.raises(Refused, match="n’est pas suivi par votre organisation"):
                attestation_for(session, somebody(session, cast, who), 1)


def test_only_the_delegate_prepares_and_only_while_it_lasts(cast: Cast) -> None:
    until = date(2026, 11, 30)
    held = Delegation(commitment_id=cast.school.id, delegate_id=cast.david.id, month=None, until_on=until)
    with cast.house.database.reading() as session:
        able = {who for who in WHO if prepares(somebody(session, cast, who), held, "2026-10", until)}
    assert able == {"david"}
    assert not prepares(cast.david, held, "2026-10", date(2026, 12, 1))
    held.ended_at = cast.house.now()
    assert not prepares(cast.david, held, "2026-10", until)
