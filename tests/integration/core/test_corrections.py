"""After acceptance a correction is asked in one tap, and made by the facilitateur in one click."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.corrections import correction_in, make, refuse, request_correction
from core.declarations import Work, in_force
from core.hours import NBSP
from core.models import Case, Conversation, Correction, Declaration, Receipt
from core.receipts import first_broken
from core.refusal import Refused
from core.terms import CaseStatus, CorrectionStatus, DeclarationStatus
from tests.cast import Cast
from tests.letters import letters_to
from tests.talk import Talk

TOLD = "en fait 92 h pour Leroy en septembre, erreur de saisie"


def september(cast: Cast) -> Declaration:
    """The version of September in force."""
    with cast.house.database.reading() as session:
        found = in_force(session, cast.school.id, "2026-09")
        assert found is not None
        return found


def asked(cast: Cast) -> Sequence[Correction]:
    """The corrections asked."""
    with cast.house.database.reading() as session:
        return session.scalars(select(Correction).order_by(Correction.id)).all()


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole, who asks that September be corrected, in two messages."""
    opened = cast.talk(cast.carole)
    summary = opened.says(TOLD)
    assert f"Marie Leroy{NBSP}: 92{NBSP}h (au lieu de 100{NBSP}h)" in summary
    assert "Demander une correction" in opened.labels
    assert "C’est transmis au facilitateur" in opened.taps("Demander une correction")
    return opened


def test_the_case_shows_before_and_after_and_nothing_has_changed_yet(cast: Cast, talk: Talk) -> None:
    [correction] = asked(cast)
    with cast.house.database.reading() as session:
        seen = correction_in(session, correction.case_id)
        case = session.get_one(Case, correction.case_id)
        assert case.subject == "Corriger septembre 2026"
        assert f"92{NBSP}h au lieu de 100{NBSP}h" in case.messages[0].text
    assert seen is not None
    [change] = seen.changes
    assert (change.name, change.before, change.after) == ("Marie Leroy", f"100{NBSP}h", f"92{NBSP}h")
    assert (seen.total_before, seen.total_after, seen.is_open) == (f"100{NBSP}h", f"92{NBSP}h", True)
    assert (september(cast).version, september(cast).lines[0].worked) == (1, Decimal(100))


def test_one_click_makes_the_new_version_accepted_with_its_receipt(cast: Cast, talk: Talk) -> None:
    [correction] = asked(cast)
    with cast.house.database.transaction() as session:
        assert make(session, cast.house, correction.case_id, cast.fanny) == talk.last.conversation_id
    held = september(cast)
    assert (held.version, held.status, held.lines[0].worked) == (2, DeclarationStatus.ACCEPTED, Decimal(92))
    assert (held.declared_by_id, held.decided_by_id) == (cast.carole.id, cast.fanny.id)
    told = talk.looks()
    assert f"La correction est faite{NBSP}: 92{NBSP}h pour septembre 2026, au lieu de 100{NBSP}h." in told
    receipt = letters_to(cast.house, "carole.constructeur@exemple.fr", "ReceiptLetter")[-1]
    assert (receipt["number"], receipt["replaces"]) == ("R-000004", "R-000001")
    with cast.house.database.reading() as session:
        assert first_broken(session) is None
        assert session.get_one(Case, correction.case_id).status is CaseStatus.CLOSED
        assert len(session.scalars(select(Receipt.number)).all()) == 4


def test_a_second_click_changes_nothing(cast: Cast, talk: Talk) -> None:
    [correction] = asked(cast)
    with cast.house.database.transaction() as session:
        make(session, cast.house, correction.case_id, cast.fanny)
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="déjà faite"):
        make(session, cast.house, correction.case_id, cast.fanny)
    assert september(cast).version == 2


def test_a_refusal_says_why_and_changes_no_hour(cast: Cast, talk: Talk) -> None:
    [correction] = asked(cast)
    with cast.house.database.transaction() as session:
        with pytest.raises(Refused, match="Écrivez pourquoi"):
            refuse(session, cast.house, correction.case_id, " ", cast.fanny)
        refuse(session, cast.house, correction.case_id, "Le relevé dit bien 100 h.", cast.fanny)
    assert "Le relevé dit bien 100 h." in talk.looks()
    assert september(cast).version == 1
    assert asked(cast)[0].status is CorrectionStatus.REFUSED


def test_a_request_changed_replaces_the_former_and_the_same_one_is_not_made_twice(cast: Cast, talk: Talk) -> None:
    talk.says(TOLD)
    assert "déjà demandée" in talk.taps("Demander une correction")
    talk.says("annuler")
    talk.says("en fait 90 h pour Leroy en septembre")
    talk.taps("Demander une correction")
    assert [each.status for each in asked(cast)] == [CorrectionStatus.OUTDATED, CorrectionStatus.ASKED]
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="sans objet"):
        make(session, cast.house, asked(cast)[0].case_id, cast.fanny)


def test_nothing_to_correct_is_said(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("en fait 100 h pour Leroy en septembre")
    assert "Il n’y a rien à corriger" in talk.taps("Demander une correction")


@pytest.mark.parametrize("who", ["carole", "olivia", "alice", "david"])
def test_only_the_facilitateur_makes_or_refuses(cast: Cast, talk: Talk, who: str) -> None:
    [correction] = asked(cast)
    with cast.house.database.transaction() as session:
        with pytest.raises(Refused, match="Seul le facilitateur"):
            make(session, cast.house, correction.case_id, getattr(cast, who))
        with pytest.raises(Refused, match="Seul le facilitateur"):
            refuse(session, cast.house, correction.case_id, "non", getattr(cast, who))


@pytest.mark.parametrize("who", ["olivia", "alice", "fanny", "lucas"])
def test_only_the_awardee_asks(cast: Cast, who: str) -> None:
    talk = cast.talk(cast.carole)
    talk.says("bonjour")
    with cast.house.database.transaction() as session:
        conversation = session.get_one(Conversation, talk.last.conversation_id)
        with pytest.raises(Refused):
            request_correction(
                session, cast.house, conversation, getattr(cast, who), cast.school.id, "2026-09",
                {cast.marie.id: Work(Decimal(1))}, reason="", replaces=september(cast).id,
            )  # fmt: skip
    assert not asked(cast)


def test_impossible_hours_are_refused_before_they_are_asked(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("bonjour")
    with cast.house.database.transaction() as session:
        conversation = session.get_one(Conversation, talk.last.conversation_id)
        for lines, said in (
            ({cast.marie.id: Work(Decimal(311))}, "maximum possible"),
            ({cast.karim.id: Work(Decimal(10))}, "n’était pas sous contrat"),
            ({cast.paul.id: Work(Decimal(10))}, "n’est plus suivie"),
        ):
            with pytest.raises(Refused, match=said):
                request_correction(
                    session, cast.house, conversation, cast.carole, cast.school.id, "2026-09", lines,
                    reason="", replaces=september(cast).id,
                )  # fmt: skip
