"""Who counts, since when and until when: decided by the facilitateur, told to the company without the reason."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from core.eligibility import decide, in_words, latest, light_of, prolong
from core.models import Audit, Commitment, Eligibility, Employment, Outgoing, Person, Territory
from core.refusal import Refused
from core.terms import EligibilityStatus, EmploymentKind, Light
from tests.cast import Cast
from tests.letters import letters_to

ACCEPTED, REFUSED = EligibilityStatus.ACCEPTED, EligibilityStatus.REFUSED
TODAY = date(2026, 11, 23)


def held(cast: Cast, employment: Employment) -> Eligibility:
    """The decision in force."""
    with cast.house.database.reading() as session:
        return latest(session, [employment.id])[employment.id]


def decided(cast: Cast, verdict: EligibilityStatus, reason: str = "", by: Person | None = None) -> list[int]:
    """Decide on Karim."""
    with cast.house.database.transaction() as session:
        return decide(session, cast.house, cast.karim.id, verdict, reason, by or cast.fanny)


def test_an_accepted_person_counts_for_the_months_of_the_territory_from_the_first_day(cast: Cast) -> None:
    cast.talk(cast.carole).says("bonjour")
    assert len(decided(cast, ACCEPTED)) == 1
    found = held(cast, cast.karim)
    assert (found.from_on, found.until_on) == (date(2026, 10, 5), date(2028, 10, 4))
    assert found.checked_by_id == cast.fanny.id


def test_the_contract_may_have_its_own_months_and_its_own_kinds_that_count_longer(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        school = session.get_one(Commitment, cast.school.id)
        school.eligibility_months, school.prolonging_kinds = 6, [str(EmploymentKind.CDD)]
    decided(cast, ACCEPTED)
    assert held(cast, cast.karim).until_on == date(2027, 8, 31)  # the end of the contract, later than six months


def test_a_lasting_employment_counts_to_the_end_of_the_contract(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Territory, cast.fanny.territory_id).eligibility_months = 3
        session.get_one(Employment, cast.karim.id).kind = EmploymentKind.CDI
    decided(cast, ACCEPTED)
    assert held(cast, cast.karim).until_on == date(2027, 8, 31)


def test_the_window_runs_from_the_first_employment_of_the_same_person(cast: Cast) -> None:
    decided(cast, ACCEPTED)
    with cast.house.database.transaction() as session:
        karim = session.get_one(Employment, cast.karim.id)
        again = Employment(
            participant_id=karim.participant_id, commitment_id=cast.housing.id, modality=karim.modality,
            kind=karim.kind, starts_on=date(2026, 11, 20), criterion=karim.criterion,
            eligibility=EligibilityStatus.PENDING, declared_by_id=cast.carole.id, created_at=cast.house.now(),
        )  # fmt: skip
        again.participant = karim.participant
        session.add(again)
        session.flush()
        decide(session, cast.house, again.id, ACCEPTED, "", cast.fanny)
        found = latest(session, [again.id])[again.id]
        assert (found.from_on, found.until_on) == (date(2026, 10, 5), date(2028, 10, 4))


def test_the_company_is_told_on_its_channel_and_by_letter_and_never_reads_the_reason(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("bonjour")
    [rung] = decided(cast, REFUSED, "inscrit depuis six mois seulement")
    assert rung == talk.last.conversation_id
    told = talk.looks()
    assert "Karim Haddad" in told
    assert "🔴" in told
    assert "Ses heures ne comptent pas" in told
    [letter] = letters_to(cast.house, "carole.constructeur@exemple.fr", "NoticeLetter")
    assert letter["title"] == "Éligibilité refusée\u00a0: Karim Haddad"
    for said in (told, json.dumps(letter, ensure_ascii=False)):
        assert "six mois seulement" not in said
    with cast.house.database.reading() as session:
        assert session.scalars(select(Audit.detail).where(Audit.action == "decide_eligibility")).all() == ["refused"]


def test_the_same_verdict_twice_is_told_once(cast: Cast) -> None:
    cast.talk(cast.carole).says("bonjour")
    assert decided(cast, ACCEPTED)
    assert decided(cast, ACCEPTED) == []
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(Eligibility.id)).all()) == 1
        assert len(session.scalars(select(Outgoing.id).where(Outgoing.person_id == cast.carole.id)).all()) == 1


def test_a_later_verdict_holds_and_the_former_is_kept(cast: Cast) -> None:
    decided(cast, REFUSED, "attestation périmée")
    decided(cast, ACCEPTED)
    with cast.house.database.reading() as session:
        kept = session.scalars(select(Eligibility).order_by(Eligibility.id)).all()
        assert [(row.verdict, row.reason) for row in kept] == [(REFUSED, "attestation périmée"), (ACCEPTED, "")]
        assert session.get_one(Employment, cast.karim.id).eligibility is ACCEPTED


@pytest.mark.parametrize("who", ["carole", "olivia", "alice", "david"])
def test_only_the_facilitateur_of_the_territory_decides(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="Seul le facilitateur"):
        decided(cast, ACCEPTED, by=getattr(cast, who))


def test_a_facilitateur_who_left_or_of_another_territory_decides_nothing(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        elsewhere = Territory(name="Autre Val", created_at=cast.house.now())
        session.add(elsewhere)
        session.flush()
        neighbour = Person(name="Nadège Voisine", territory_id=elsewhere.id, is_facilitator=True,
                           created_at=cast.house.now())  # fmt: skip
        session.add(neighbour)
        session.flush()
        for by in (neighbour, Person(is_facilitator=True, territory_id=cast.fanny.territory_id, left_at=TODAY)):
            with pytest.raises(Refused, match="Seul le facilitateur"):
                decide(session, cast.house, cast.karim.id, ACCEPTED, "", by)


def test_a_refusal_needs_its_reason_and_a_person_to_be_known(cast: Cast) -> None:
    with pytest.raises(Refused, match="Écrivez pourquoi"):
        decided(cast, REFUSED, "  ")
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="Seul le facilitateur"):
        decide(session, cast.house, 999_999, ACCEPTED, "", cast.fanny)


def test_who_declared_has_left_so_a_colleague_is_told(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.get_one(Person, cast.carole.id).left_at = cast.house.now()
    cast.talk(cast.claude).says("bonjour")
    assert len(decided(cast, ACCEPTED)) == 1
    assert letters_to(cast.house, "claude.chantier@exemple.fr", "NoticeLetter")
    assert not letters_to(cast.house, "carole.constructeur@exemple.fr", "NoticeLetter")


def test_a_prolongation_is_later_explained_and_told(cast: Cast) -> None:
    with cast.house.database.transaction() as session, pytest.raises(Refused, match="Validez d’abord"):
        prolong(session, cast.house, cast.karim.id, date(2029, 1, 1), "CDI", cast.fanny)
    decided(cast, ACCEPTED)
    with cast.house.database.transaction() as session:
        for until_on, reason, said in ((date(2028, 10, 4), "CDI", "plus tardif"), (date(2029, 1, 1), " ", "justifie")):
            with pytest.raises(Refused, match=said):
                prolong(session, cast.house, cast.karim.id, until_on, reason, cast.fanny)
        prolong(session, cast.house, cast.karim.id, date(2029, 1, 1), "passage en CDI", cast.fanny)
    assert held(cast, cast.karim).until_on == date(2029, 1, 1)
    assert len(letters_to(cast.house, "carole.constructeur@exemple.fr", "NoticeLetter")) == 2


@pytest.mark.parametrize(
    ("status", "until_on", "light", "words"),
    [
        (EligibilityStatus.PENDING, None, Light.ORANGE, "à valider par le facilitateur"),
        (REFUSED, None, Light.RED, "refusée"),
        (ACCEPTED, None, Light.GREEN, "éligibilité validée"),
        (ACCEPTED, date(2027, 6, 1), Light.GREEN, "validée jusqu’au 1er juin 2027"),
        (ACCEPTED, date(2027, 1, 22), Light.ORANGE, "validée jusqu’au 22 janvier 2027"),
        (ACCEPTED, TODAY, Light.ORANGE, "validée jusqu’au 23 novembre 2026"),
        (ACCEPTED, date(2026, 11, 22), Light.RED, "terminée depuis le 22 novembre 2026"),
    ],
)
def test_the_light_of_a_person(status: EligibilityStatus, until_on: date | None, light: Light, words: str) -> None:
    employment = Employment(eligibility=status)
    decision = Eligibility(until_on=until_on) if until_on else None
    assert light_of(employment, decision, TODAY) is light
    assert in_words(employment, decision, TODAY).startswith(light.label)
    assert words in in_words(employment, decision, TODAY)
