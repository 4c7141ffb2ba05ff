"""A month is accepted, or sent back line by line; the company corrects or explains; nobody loses a word of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select

from core.commitments import progress_of
from core.declarations import Work, record
from core.hours import NBSP
from core.models import Audit, Commitment, Declaration, Employment, Person, Remark, Territory
from core.receipts import first_broken
from core.refusal import Refused
from core.review import Returned, accept, accept_clean, accept_overdue, answer, send_back
from core.review_pages import declaration_page, declarations_to_see
from core.rounds import go_round
from core.terms import DeclarationStatus, EligibilityStatus, ReturnReason
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.talk import Talk
from tests.together import together

CAROLE = "carole.constructeur@exemple.fr"
DUE = date(2026, 12, 8)
DIFFERS = Returned(ReturnReason.DIFFERS_FROM_PROOF, "Le relevé dit 57 h.")
SUBMITTED, ACCEPTED = DeclarationStatus.SUBMITTED, DeclarationStatus.ACCEPTED
RETURNED, SUPERSEDED = DeclarationStatus.RETURNED, DeclarationStatus.SUPERSEDED


def october(cast: Cast) -> Declaration:
    """The version of October in force on the school."""
    with cast.house.database.reading() as session:
        return session.scalars(
            select(Declaration).where(
                Declaration.month == "2026-10",
                Declaration.commitment_id == cast.school.id,
                Declaration.status != SUPERSEDED,
            )
        ).one()


def sent_back(cast: Cast, *people: Employment, why: Returned = DIFFERS, by: Person | None = None) -> list[int]:
    """Send lines of October back."""
    with cast.house.database.transaction() as session:
        returned = {each.id: why for each in people or (cast.karim,)}
        return send_back(session, cast.house, october(cast).id, returned, DUE, by or cast.fanny)


def accepted(cast: Cast, by: Person | None = None) -> list[int]:
    """Accept October."""
    with cast.house.database.transaction() as session:
        return accept(session, cast.house, october(cast).id, by or cast.fanny)


def remarks(cast: Cast) -> Sequence[Remark]:
    """Every remark ever made."""
    with cast.house.database.reading() as session:
        return session.scalars(select(Remark).order_by(Remark.id)).all()


def hours(cast: Cast) -> tuple[Decimal, Decimal]:
    """The hours of the school: done, accepted."""
    with cast.house.database.reading() as session:
        progress = progress_of(session, [session.get_one(Commitment, cast.school.id)])[cast.school.id]
        return progress.done, progress.accepted


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole at her chat."""
    opened = cast.talk(cast.carole)
    opened.says("bonjour")
    return opened


def test_an_accepted_month_counts_as_accepted_and_the_company_is_told_both_ways(cast: Cast, talk: Talk) -> None:
    assert hours(cast) == (Decimal("287.5"), Decimal(100))
    assert accepted(cast) == [talk.last.conversation_id]
    assert hours(cast) == (Decimal("287.5"), Decimal("287.5"))
    assert f"lot{NBSP}1 (Gros œuvre){NBSP}: 187,5{NBSP}h" in talk.looks()
    [letter] = letters_to(cast.house, CAROLE, "NoticeLetter")
    assert letter["opening"] == "Le facilitateur a validé cette déclaration."
    held = october(cast)
    assert (held.status, held.decided_by_id, held.decided_at) == (ACCEPTED, cast.fanny.id, cast.house.now())


def test_hours_sent_back_are_not_counted_and_the_others_are(cast: Cast, talk: Talk) -> None:
    assert sent_back(cast) == [talk.last.conversation_id]
    assert hours(cast) == (Decimal("220.5"), Decimal(100))
    told = talk.looks()
    assert "Le facilitateur vous renvoie une ligne" in told
    assert f"Karim Haddad, 67{NBSP}h{NBSP}: heures différentes du justificatif." in told
    assert f"«{NBSP}Le relevé dit 57 h.{NBSP}» Réponse attendue avant le 8 décembre 2026." in told
    assert "Marie Leroy" not in told
    assert talk.labels == ["Corriger ces heures", "Donner une explication"]
    [letter] = letters_to(cast.house, CAROLE, "NoticeLetter")
    assert "Le relevé dit 57 h." in letter["items"][0]
    assert letter["act"] == "Répondre dans Clausette"


def test_the_company_corrects_only_the_hours_sent_back(cast: Cast, talk: Talk) -> None:
    sent_back(cast)
    talk.looks()
    asked = talk.taps("Corriger ces heures")
    assert "Renvoyé par le facilitateur" in asked
    assert "Combien d’heures pour **Karim Haddad**" in asked
    summary = talk.says("57")
    assert f"Marie Leroy{NBSP}: 120,5{NBSP}h – 🟢 éligible\n" in summary
    assert f"Karim Haddad{NBSP}: 57{NBSP}h (avant{NBSP}: 67{NBSP}h (dont 7{NBSP}h de formation))" in summary
    assert "Il remplace le reçu" in talk.says("oui")
    held = october(cast)
    assert (held.status, held.version) == (SUBMITTED, 2)
    assert hours(cast) == (Decimal("277.5"), Decimal(100))
    [remark] = remarks(cast)
    assert (remark.corrected_in_id, remark.answered_by_id, remark.answer) == (held.id, cast.carole.id, None)


def test_the_company_explains_and_the_month_is_to_be_examined_again(cast: Cast, talk: Talk, clock: FakeClock) -> None:
    sent_back(cast)
    talk.looks()
    clock.advance(days=3)
    question = talk.taps("Donner une explication")
    assert "Le relevé dit 57 h." in question
    assert "de nouveau à l’examen" in talk.says("Le relevé oublie le samedi 17, feuille jointe hier ?")
    held = october(cast)
    assert (held.status, held.version, held.awaiting_since) == (SUBMITTED, 1, cast.house.now())
    assert hours(cast) == (Decimal("287.5"), Decimal(100))
    [remark] = remarks(cast)
    assert remark.answer == "Le relevé oublie le samedi 17, feuille jointe hier ?"
    [letter] = letters_to(cast.house, "fanny.facilite@exemple.fr", "NoticeLetter")
    assert letter["title"].startswith(f"Réponse de Bâti Nord{NBSP}: octobre 2026")
    assert letter["link"].endswith(f"/desk/declarations/{held.id}")


def test_two_lines_are_answered_one_after_the_other(cast: Cast, talk: Talk) -> None:
    sent_back(cast, cast.marie, cast.karim)
    assert "vous renvoie 2 lignes" in talk.looks()
    talk.taps("Donner une explication")
    talk.taps("Marie Leroy")
    assert "Il reste à répondre pour Karim Haddad" in talk.says("Les heures de Marie sont celles de la paie.")
    assert october(cast).status is RETURNED
    assert not letters_to(cast.house, "fanny.facilite@exemple.fr", "NoticeLetter")
    talk.taps("Corriger ces heures")
    talk.says("57")
    talk.says("oui")
    assert october(cast).status is SUBMITTED
    assert [bool(each.answer) for each in remarks(cast)] == [True, False]


def test_a_line_said_again_as_it_was_goes_on_waiting(cast: Cast, talk: Talk) -> None:
    sent_back(cast)
    summary = talk.says("en fait 92 h pour Leroy en octobre")
    assert f"Karim Haddad{NBSP}: 67{NBSP}h" in summary
    assert f"Il restera {1200 - 100 - 92}{NBSP}h" in summary.replace(NBSP + "0", "0").replace(f"1{NBSP}", "1")
    talk.says("oui")
    held = october(cast)
    assert (held.status, held.version) == (RETURNED, 2)
    assert hours(cast)[0] == Decimal(192)
    talk.says("expliquer")
    assert "de nouveau à l’examen" in talk.says("Le relevé oublie un samedi.")
    assert october(cast).status is SUBMITTED


def test_a_month_sent_back_is_said_at_the_door_and_in_the_obligations(cast: Cast, talk: Talk) -> None:
    sent_back(cast)
    assert f"À corriger ou à expliquer{NBSP}: octobre 2026" in talk.says("mes obligations")
    assert "Corriger ces heures" in talk.labels
    later = cast.talk(cast.carole, thread="another")
    assert "1 mois\u00a0à corriger ou à expliquer" in later.greeted()


def test_the_facilitateur_may_accept_what_he_had_sent_back(cast: Cast) -> None:
    sent_back(cast)
    accepted(cast)
    assert hours(cast) == (Decimal("287.5"), Decimal("287.5"))
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="n’attend plus de réponse"):
        answer(session, cast.house, cast.carole, cast.school.id, "2026-10", cast.karim.id, "…")


def test_what_nobody_examined_in_the_delay_is_accepted_and_said_so(cast: Cast, talk: Talk, clock: FakeClock) -> None:
    clock.advance(days=15)
    assert accept_overdue(cast.house) == []
    clock.advance(minutes=1)
    assert accept_overdue(cast.house) == [talk.last.conversation_id]
    told = talk.looks()
    assert "Le délai d’examen est passé sans remarque du facilitateur" in told
    assert "validée d’office" in told
    assert len(letters_to(cast.house, CAROLE, "NoticeLetter")) == 1
    held = october(cast)
    assert (held.status, held.decided_by_id) == (ACCEPTED, None)
    assert accept_overdue(cast.house) == []
    with cast.house.database.reading() as session:
        details = session.scalars(select(Audit.detail).where(Audit.action == "accept_declaration")).all()
        assert details == ["delay", "delay"]  # Bâti Nord's month, and Voirie Plus's


def test_the_delay_is_the_territorys_and_runs_from_the_answer(cast: Cast, talk: Talk, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Territory, cast.fanny.territory_id).acceptance_days = 5
    sent_back(cast)
    clock.advance(days=6)
    go_round(cast.house)
    assert october(cast).status is RETURNED  # it waits for the company, not for the facilitateur
    with cast.house.database.transaction() as session:
        answer(session, cast.house, cast.carole, cast.school.id, "2026-10", cast.karim.id, "Feuille du samedi 17")
    clock.advance(days=4)
    go_round(cast.house)
    assert october(cast).status is SUBMITTED
    clock.advance(days=1, minutes=1)
    go_round(cast.house)
    assert october(cast).status is ACCEPTED


def test_several_months_accepted_by_the_delay_are_one_letter(cast: Cast, clock: FakeClock) -> None:
    with cast.house.database.transaction() as session:
        record(session, cast.house, cast.carole, cast.school.id, "2026-11", {cast.marie.id: Work(Decimal(80))})
    clock.advance(days=16)
    accept_overdue(cast.house)
    [letter] = letters_to(cast.house, CAROLE, "NoticeLetter")
    assert letter["title"] == "2 mois validés"
    assert len(letter["items"]) == 2


def test_two_processes_accept_the_same_months_once(cast: Cast, clock: FakeClock) -> None:
    clock.advance(days=16)
    together(*[partial(accept_overdue, cast.house)] * 3)
    assert len(letters_to(cast.house, CAROLE, "NoticeLetter")) == 1


def test_a_correction_and_an_acceptance_at_the_same_moment_never_both_hold(cast: Cast) -> None:
    number = october(cast).id

    def correct() -> None:
        with cast.house.database.transaction() as session:
            lines = {cast.marie.id: Work(Decimal(92)), cast.karim.id: Work(Decimal(60))}
            record(session, cast.house, cast.carole, cast.school.id, "2026-10", lines, replaces=number)

    def approve() -> None:
        with cast.house.database.transaction() as session:
            accept(session, cast.house, number, cast.fanny)

    outcomes = together(correct, approve)
    assert sum(isinstance(each, Refused) for each in outcomes) == 1
    held = october(cast)
    assert (held.version, held.status) in {(1, ACCEPTED), (2, SUBMITTED)}
    with cast.house.database.reading() as session:
        assert first_broken(session) is None


def test_only_months_without_anything_to_look_at_are_accepted_together(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        count, _ = accept_clean(session, cast.house, cast.fanny)
        assert count == 0  # Karim's and Paul's eligibility are to be decided
        for each in (cast.karim, cast.paul):
            session.get_one(Employment, each.id).eligibility = EligibilityStatus.ACCEPTED
        session.flush()
        seen = declarations_to_see(session, cast.house, cast.fanny)
        assert [row.flags for row in seen.to_examine] == [2, 1]  # no contract was sent: that holds no hours back
        assert seen.clean == 2
        assert accept_clean(session, cast.house, cast.fanny)[0] == 2
    assert october(cast).status is ACCEPTED


def test_hours_of_somebody_refused_do_not_count_unless_they_were_accepted(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        for each in (cast.karim, cast.marie):
            session.get_one(Employment, each.id).eligibility = EligibilityStatus.REFUSED
    assert hours(cast) == (Decimal(100), Decimal(100))  # September, accepted before, is not repainted


@pytest.mark.parametrize("who", ["carole", "olivia", "alice", "bernard", "david"])
def test_only_the_facilitateur_examines(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(Refused, match="Seul le facilitateur"):
        accepted(cast, by)
    with pytest.raises(Refused, match="Seul le facilitateur"):
        sent_back(cast, by=by)
    with cast.house.database.transaction() as session:
        with pytest.raises(Refused, match="Seul le facilitateur"):
            declaration_page(session, cast.house, by, october(cast).id)
        with pytest.raises(Refused, match="Seul le facilitateur"):
            accept_clean(session, cast.house, by)


@pytest.mark.parametrize("who", ["olivia", "alice", "david", "fanny", "lucas"])
def test_only_the_awardee_answers(cast: Cast, who: str) -> None:
    sent_back(cast)
    with cast.house.database.transaction() as session, pytest.raises(Refused):
        answer(session, cast.house, getattr(cast, who), cast.school.id, "2026-10", cast.karim.id, "c’est juste")
    assert remarks(cast)[0].answer is None
    stranger = cast.talk(getattr(cast, who))
    assert "Karim" not in stranger.says("expliquer")


@pytest.mark.parametrize(
    ("why", "due", "said"),
    [
        (DIFFERS, date(2026, 11, 23), "doit être à venir"),
        (Returned(ReturnReason.OTHER, "  "), DUE, "Écrivez ce qui ne va pas"),
    ],
)
def test_a_return_needs_a_day_to_come_and_words(cast: Cast, why: Returned, due: date, said: str) -> None:
    with cast.house.database.transaction() as session, pytest.raises(Refused, match=said):
        send_back(session, cast.house, october(cast).id, {cast.karim.id: why}, due, cast.fanny)


def test_a_return_needs_lines_of_the_month(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        for chosen in ({}, {cast.paul.id: DIFFERS}):
            with pytest.raises(Refused, match="Cochez au moins une ligne"):
                send_back(session, cast.house, october(cast).id, chosen, DUE, cast.fanny)


def test_what_was_decided_or_replaced_is_not_decided_again(cast: Cast, talk: Talk) -> None:
    first = october(cast).id
    sent_back(cast)
    with pytest.raises(Refused, match="déjà renvoyé"):
        sent_back(cast)
    talk.says("en fait 57 h pour Karim en octobre")
    talk.says("oui")
    accepted(cast)
    with cast.house.database.transaction() as session:
        for number in (first, october(cast).id):
            with pytest.raises(Refused, match="Relisez-le avant de décider"):
                accept(session, cast.house, number, cast.fanny)


def test_the_page_shows_both_sides_and_every_version(cast: Cast, talk: Talk, clock: FakeClock) -> None:
    sent_back(cast)
    with cast.house.database.transaction() as session:
        listed = declarations_to_see(session, cast.house, cast.fanny)
        assert [row.is_late for row in listed.returned] == [False]
        assert listed.returned[0].due_on == "8 décembre 2026"
    clock.advance(days=20)
    with cast.house.database.transaction() as session:
        assert declarations_to_see(session, cast.house, cast.fanny).returned[0].is_late
    talk.says("en fait 57 h pour Karim en octobre")
    talk.says("oui")
    with cast.house.database.transaction() as session:
        page = declaration_page(session, cast.house, cast.fanny, october(cast).id)
    assert page.status == "à examiner"
    [remark] = page.remarks
    assert (remark.name, remark.said) == ("Karim Haddad", "Heures différentes du justificatif. Le relevé dit 57 h.")
    assert remark.answer == "Heures corrigées (version 2)."
    assert [(version.version, version.is_shown) for version in page.versions] == [(2, True), (1, False)]
    assert page.accepted_on == "28 décembre 2026"


def test_the_same_state_has_the_words_of_each_side() -> None:
    for status in DeclarationStatus:
        assert len({status.label, status.for_facilitator, status.for_buyer}) >= 2, status
    assert (RETURNED.label, RETURNED.for_buyer) == ("à corriger", "en cours de vérification")


def test_a_deadline_is_proposed_from_the_territorys_setting(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Territory, cast.fanny.territory_id).correction_days = 8
        page = declaration_page(session, cast.house, cast.fanny, october(cast).id)
    assert page.due_on == (cast.house.today() + timedelta(days=8)).isoformat()
