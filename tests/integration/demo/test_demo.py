"""The demo: a fictional Département that looks alive on any day, through the domain's own functions."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.commitments import Due, declared_months, elapsed_of, months_due, progress_of
from core.conversations import history, turn
from core.database import metadata
from core.demo import furnish
from core.demo.almanac import Almanac
from core.demo.registering import register
from core.demo.talks import BUYER, COMPANY, sign_in_all
from core.exchange import Inbound
from core.hours import Progress
from core.house import House
from core.models import (
    Case,
    Commitment,
    Declaration,
    DeclarationLine,
    Employment,
    Message,
    Organisation,
    Outgoing,
    Person,
    PreparedMonth,
    Proof,
    Receipt,
    Territory,
)
from core.people import person_by_email
from core.receipts import first_broken
from core.refusal import Refused
from core.siret import is_siren, is_siret, siren_of
from core.terms import (
    Author,
    CaseStatus,
    Channel,
    CommitmentStatus,
    DeclarationStatus,
    EligibilityStatus,
    EmploymentKind,
    Modality,
    OrganisationKind,
    ProofVerdict,
)
from tests.houses import FakeClock
from tests.integration.demo.conftest import Furnished

LAW_OF_2026 = date(2026, 8, 22)  # article L2112-2-1 of the code de la commande publique comes into force


def _commitments(session: Session) -> list[Commitment]:
    return list(session.scalars(select(Commitment).order_by(Commitment.id)).unique())


def _rows(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
        }


def test_the_ten_commitments_stand_at_as_many_stages(furnished: Furnished) -> None:
    house = furnished.house
    with house.database.reading() as session:
        rows = _commitments(session)
        progress = progress_of(session, rows)
        today = house.today()
        late = {row.id: [due for due in _due(session, row, today) if due.late] for row in rows}
    assert len(rows) == 10

    def shares(row: Commitment) -> tuple[float, float]:
        return float(progress[row.id].share_done or 0), float(elapsed_of(row, today) or 0)

    active = [row for row in rows if row.status is CommitmentStatus.ACTIVE]
    assert [row.status for row in rows].count(CommitmentStatus.SUSPENDED) == 1
    [ended] = [row for row in rows if row.status is CommitmentStatus.ENDED]
    assert _is_done(progress[ended.id])
    [unknown] = [row for row in rows if row.committed_hours is None]
    assert unknown.status is CommitmentStatus.TO_COMPLETE
    assert len([row for row in active if row.starts_on and row.starts_on > today]) == 1
    assert len([row for row in active if progress[row.id].surplus]) == 1
    assert len([row for row in active if 0 < shares(row)[0] < shares(row)[1] / 2]) == 1  # late in hours
    assert len([row for row in active if 0.6 < shares(row)[0] < 1 and shares(row)[0] > shares(row)[1]]) == 1  # well on
    assert [len(months) for months in late.values() if months] == [1]
    assert [row.modalities for row in active if len(row.modalities) == 1] == [["secondment"]]
    lots = [sorted(row.lot for row in rows if row.contract_id == one.contract_id) for one in rows if one.lot == "8"]
    assert lots == [["1", "8"]]


def _is_done(progress: Progress) -> bool:
    return progress.accepted >= progress.committed > 0


def _due(session: Session, row: Commitment, today: date) -> list[Due]:
    return months_due(row, declared_months(session, row.id), today, 10)


def test_consultations_were_launched_on_both_sides_of_the_law_of_2026(furnished: Furnished) -> None:
    house = furnished.house
    with house.database.reading() as session:
        contracts = {row.contract.id: row.contract for row in _commitments(session)}.values()
        launched = [contract.consultation_launched_on for contract in contracts if contract.consultation_launched_on]
    assert len(launched) == len(contracts) == 8
    assert min(launched) < LAW_OF_2026 <= max(launched) <= house.today()


def test_receipts_are_chained_in_the_order_of_time(furnished: Furnished) -> None:
    house = furnished.house
    with house.database.reading() as session:
        assert first_broken(session) is None
        issued = list(session.scalars(select(Receipt.issued_at).order_by(Receipt.number)))
        versions = list(session.scalars(select(Declaration.id)))
    assert len(issued) == len(versions) > 50
    assert issued == sorted(issued)


def test_declarations_are_in_every_state_and_one_was_corrected(furnished: Furnished) -> None:
    house = furnished.house
    with house.database.reading() as session:
        states = list(session.scalars(select(Declaration.status)))
        nil = list(session.scalars(select(Declaration).where(Declaration.nil_reason.is_not(None))))
        corrected = session.scalars(select(Declaration).where(Declaration.version == 2)).one()
        former = session.scalars(
            select(Declaration).where(
                Declaration.commitment_id == corrected.commitment_id,
                Declaration.month == corrected.month,
                Declaration.version == 1,
            )
        ).one()
        receipt = session.scalars(select(Receipt).where(Receipt.declaration_id == corrected.id)).one()
        replaced = session.scalars(select(Receipt).where(Receipt.declaration_id == former.id)).one()
    assert states.count(DeclarationStatus.RETURNED) == states.count(DeclarationStatus.SUPERSEDED) == 1
    assert states.count(DeclarationStatus.ACCEPTED) > states.count(DeclarationStatus.SUBMITTED) > 1
    assert nil
    assert not any(declaration.lines for declaration in nil)
    assert former.status is DeclarationStatus.SUPERSEDED
    assert receipt.replaces == replaced.number


def test_people_were_hired_in_every_way_and_some_are_not_validated_yet(furnished: Furnished) -> None:
    house = furnished.house
    with house.database.reading() as session:
        employments = list(session.scalars(select(Employment)).unique())
        flagged = list(session.scalars(select(DeclarationLine.flags).where(DeclarationLine.flags != "")))
    assert {each.modality for each in employments} == set(Modality)
    assert {each.kind for each in employments} == set(EmploymentKind) - {EmploymentKind.UNKNOWN}
    assert len({each.participant.name for each in employments}) == 14
    assert {each.eligibility for each in employments} == {EligibilityStatus.ACCEPTED, EligibilityStatus.PENDING}
    assert {flag for flags in flagged for flag in flags.split(",")} == {"eligibility_not_accepted", "proof_missing"}


def test_nobody_real_is_named(house: House) -> None:
    demo = furnish(house)
    announced = demo.announcement(house)
    with house.database.reading() as session:
        people = list(session.scalars(select(Person)).unique())
        organisations = list(session.scalars(select(Organisation)))
        written = [str(content) for content in session.scalars(select(Message.content))]
        sent = session.execute(select(Outgoing.peer, Outgoing.body)).all()
    texts = [announced, *written, *(f"{peer} {(body or b'').decode()}" for peer, body in sent)]
    addresses = {person.email for person in people} | set(re.findall(r"[\w.+-]+@[\w.-]+\w", " ".join(texts)))
    assert all(str(address).endswith(("@exemple.fr", "@clausette.exemple.fr")) for address in addresses)
    assert all(person.phone.startswith("01 99 00 ") for person in people if person.phone)
    assert len({each.siret for each in organisations}) == 11
    assert all(is_siret(str(each.siret)) and is_siren(siren_of(str(each.siret))) for each in organisations)


def test_each_organisation_has_somebody_and_one_company_has_two(furnished: Furnished) -> None:
    house = furnished.house
    with house.database.reading() as session:
        organisations = list(session.scalars(select(Organisation)))
        people = [person.organisation_id for person in session.scalars(select(Person)).unique()]
    kinds = [each.kind for each in organisations]
    assert (kinds.count(OrganisationKind.BUYER), kinds.count(OrganisationKind.AWARDEE)) == (2, 6)
    assert sorted(people.count(each.id) for each in organisations) == [1] * 10 + [2]


def test_the_case_to_answer_follows_a_real_conversation(furnished: Furnished) -> None:
    house, demo = furnished.house, furnished.demo
    with house.database.reading() as session:
        case = session.get_one(Case, demo.case_id)
        commitment = session.get_one(Commitment, case.commitment_id)
        letter = session.scalars(select(Outgoing).where(Outgoing.message_id == case.message_id)).one()
        opener = person_by_email(session, house, demo.company_email)
    assert opener is not None
    assert (case.status, case.person_id) == (CaseStatus.OPENED, opener.id)
    assert case.promised_on >= house.today()
    assert commitment.contract.object == "Reconstruction du collège des Trois-Rivières"
    assert commitment.lot == "1"
    transcript = case.context["transcript"]
    assert isinstance(transcript, list)
    assert COMPANY.says[0] in [line[2] for line in transcript]
    assert case.messages[0].text == COMPANY.says[-2]
    assert b"EscalationLetter" in (letter.body or b"")


def test_the_buyer_had_the_answer_in_the_chat_and_by_mail(furnished: Furnished) -> None:
    house, demo = furnished.house, furnished.demo
    last = history(house, Channel.WEB, BUYER.thread)[-1]
    with house.database.reading() as session:
        buyer = person_by_email(session, house, demo.buyer_email)
        assert buyer is not None
        case = session.scalars(select(Case).where(Case.person_id == buyer.id)).unique().one()
        peers = list(session.scalars(select(Outgoing.peer).where(Outgoing.case_id == case.id)))
    assert case.status is CaseStatus.ANSWERED
    assert last.author is Author.FACILITATOR
    assert "210" in last.text
    assert house.settings.facilitator_name in last.text
    assert peers == [house.settings.facilitator_email, demo.buyer_email, demo.buyer_email]


def test_furnishing_again_changes_nothing(house: House, clock: FakeClock) -> None:
    demo = furnish(house)
    before = _rows(house)
    clock.advance(days=40)
    assert furnish(house) == demo
    assert _rows(house) == before


def test_furnishing_goes_on_where_it_was_interrupted(sqlite_house: House, clock: FakeClock) -> None:
    _furnish_after_an_interruption(sqlite_house, clock)
    with sqlite_house.database.reading() as session:
        numbers = list(session.scalars(select(Case.number).order_by(Case.id)))
    assert numbers == ["D-2026-00001", "D-2026-00002"]
    said = [each.text for each in history(sqlite_house, Channel.WEB, BUYER.thread) if each.author is Author.PERSON]
    assert said == list(BUYER.says)


def _furnish_after_an_interruption(house: House, clock: FakeClock) -> None:
    """Stop after the register and the buyer's first two messages, then furnish."""
    almanac = Almanac(house.today(), house.settings.zone)
    with house.database.transaction() as session:
        register(session, house, almanac)
        sign_in_all(session, house, almanac)
    for number, text in enumerate(BUYER.says[:2], start=1):
        turn(house, Inbound(Channel.WEB, BUYER.thread, f"{BUYER.thread}-{number}", clock.now, text))
    furnish(house)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 10),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 5, 11),
        date(2028, 2, 29),
        date(2028, 3, 31),
    ],
)
def test_the_demo_is_alive_whatever_the_day(sqlite_house: House, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    house = replace(sqlite_house, clock=lambda: now)
    demo = furnish(house)
    with house.database.reading() as session:
        rows = _commitments(session)
        late = [row for row in rows if any(due.late for due in _due(session, row, day))]
        case = session.get_one(Case, demo.case_id)
        about = session.get_one(Commitment, case.commitment_id)
        latest = [
            session.scalar(select(func.max(column)))
            for column in (Message.sent_at, Receipt.issued_at, Declaration.declared_at, Outgoing.created_at)
        ]
        opener = person_by_email(session, house, demo.company_email)
    assert [row.awardee_id for row in late] == [opener.organisation_id if opener else None]
    assert case.promised_on >= day
    assert about.lot_title == "Gros œuvre"
    assert all(moment is not None and now - timedelta(days=60) < moment <= now for moment in latest)


def test_a_base_that_holds_real_data_is_left_alone(house: House) -> None:
    with house.database.transaction() as session:
        place = Territory(name="Ailleurs", created_at=house.now())
        session.add(place)
        session.flush()
        session.add(
            Organisation(name="Une vraie", siret="00000003400017", kind=OrganisationKind.AWARDEE, territory_id=place.id)
        )
    before = _rows(house)
    with pytest.raises(Refused, match="déjà de vraies données"):
        furnish(house)
    assert _rows(house) == before


def test_the_settings_of_the_facilitateur_win(sqlite_house: House) -> None:
    demo = furnish(sqlite_house)
    with sqlite_house.database.reading() as session:
        place = session.scalars(select(Territory)).one()
        facilitator = person_by_email(session, sqlite_house, demo.facilitator_email)
    settings = sqlite_house.settings
    assert (place.name, place.reporting_day) == ("Département du Val-d’Aubrie", 10)
    assert (place.facilitator_name, place.facilitator_email, place.facilitator_phone) == (
        settings.facilitator_name,
        settings.facilitator_email,
        settings.facilitator_phone,
    )
    assert facilitator is not None
    assert facilitator.is_facilitator


def test_without_settings_the_facilitateur_is_an_invented_one(sqlite_house: House) -> None:
    nothing = {"facilitator_name": "", "facilitator_email": "", "facilitator_phone": ""}
    house = replace(sqlite_house, settings=sqlite_house.settings.model_copy(update=nothing))
    demo = furnish(house)
    with house.database.reading() as session:
        facilitators = list(session.scalars(select(Person).where(Person.is_facilitator)).unique())
        letter = session.scalars(select(Outgoing.peer).where(Outgoing.case_id == demo.case_id)).first()
    assert [person.email for person in facilitators] == [demo.facilitator_email] == ["julien.marchadier@exemple.fr"]
    assert letter == demo.facilitator_email


def test_a_month_prepared_by_a_delegate_and_a_document_wait(furnished: Furnished) -> None:
    with furnished.house.database.reading() as session:
        [prepared] = session.scalars(select(PreparedMonth)).all()
        assert prepared.settled_at is None
        assert session.get_one(Person, prepared.prepared_by_id).name == "Inès Fontanel"
        assert sum(Decimal(hours) for hours, _ in prepared.lines.values()) == 147
        [proof] = session.scalars(select(Proof).where(Proof.verdict == ProofVerdict.PENDING)).unique().all()
        assert proof.file is not None
