"""The fixed cast: two buyers, three awardees, their people, the facilitateur; the OUTSIDER must be refused everywhere.

Today is Monday 23 November 2026. Bâti Nord (Carole) owes hours on two contracts: September is accepted, October
declared, November to declare on the first one. Olivia, the outsider, is awardee of another lot of the same contract.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.database import Database
from core.declarations import Work, record
from core.employments import Hire, hire
from core.house import House
from core.models import Commitment, Contract, Employment, Organisation, Person, Root
from core.people import bind, enrol, territory
from core.terms import (
    Channel,
    CommitmentStatus,
    ContractNature,
    Criterion,
    DeclarationStatus,
    EligibilityStatus,
    EmploymentKind,
    Modality,
    OrganisationKind,
)
from tests.talk import Talk

PARTICIPANTS = ("Marie Leroy", "Karim Haddad", "Sonia Petit", "Paul Girard")
ALL_MODALITIES = [str(modality) for modality in Modality]


@dataclass(frozen=True)
class Cast:
    """The cast; rows are detached, read their ids and plain columns."""

    house: House
    city: Organisation
    landlord: Organisation
    bati: Organisation
    netto: Organisation
    voirie: Organisation
    alice: Person  # buyer, the city
    bernard: Person  # buyer, the landlord
    carole: Person  # awardee Bâti Nord, the main character
    claude: Person  # awardee Bâti Nord too
    david: Person  # awardee Netto
    olivia: Person  # awardee Voirie Plus: the OUTSIDER
    lucas: Person  # was at Bâti Nord, left
    fanny: Person  # the facilitateur
    school: Commitment  # Bâti Nord, lot 1 of the city's contract, with participants and declarations
    housing: Commitment  # Bâti Nord, the landlord's contract, nobody hired yet
    cleaning: Commitment  # Netto
    roads: Commitment  # Voirie Plus, lot 2 of the city's contract
    unknown: Commitment  # Netto, hours not known yet
    finished: Commitment  # Netto, ended
    marie: Employment  # on `school`, since September
    karim: Employment  # on `school`, since October
    sonia: Employment  # on `cleaning`
    paul: Employment  # on `roads`

    @property
    def outsider(self) -> Person:
        """The person of another awardee, to be refused everywhere."""
        return self.olivia

    def talk(self, person: Person | None, channel: Channel = Channel.WEB, thread: str = "") -> Talk:
        """Return a conversation with somebody, signed in; a stranger when None."""
        named = thread or f"{channel}-{person.id if person else 'stranger'}"
        if person is not None:
            with self.house.database.transaction() as session:
                bind(session, self.house, session.get_one(Person, person.id), channel, named)
        return Talk(self.house, channel, named)


Rows = dict[str, list[dict[str, object]]]


def rows_of(database: Database) -> Rows:
    """Return every row, to put them back in another test: faster than gathering again."""
    with database.reading() as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in Root.metadata.sorted_tables
        }


def put_back(database: Database, rows: Rows) -> None:
    """Fill an empty database with rows kept from one of the same kind."""
    filled = [table for table in Root.metadata.sorted_tables if rows[table.name]]
    with database.transaction() as session:
        for table in filled:
            session.execute(insert(table), rows[table.name])
        if not database.is_sqlite:
            counted = [(table.name, len(rows[table.name])) for table in filled if "id" in table.columns]
            session.execute(select(*(func.setval(func.pg_get_serial_sequence(name, "id"), n) for name, n in counted)))


def gather(house: House) -> Cast:
    """Put the cast in a house."""
    with house.database.transaction() as session:
        return _gather(session, house)


def _gather(session: Session, house: House) -> Cast:
    place = territory(session, house)

    def organisation(name: str, siret: str, kind: OrganisationKind) -> Organisation:
        made = Organisation(name=name, siret=siret, kind=kind, territory_id=place.id)
        session.add(made)
        session.flush()
        return made

    city = organisation("Ville de Clairval", "00000001800010", OrganisationKind.BUYER)
    landlord = organisation("Habitat du Lac", "00000002600013", OrganisationKind.BUYER)
    bati = organisation("Bâti Nord", "00000003400017", OrganisationKind.AWARDEE)
    netto = organisation("Netto Services", "00000004200010", OrganisationKind.AWARDEE)
    voirie = organisation("Voirie Plus", "00000005900014", OrganisationKind.AWARDEE)

    def person(name: str, whose: Organisation) -> Person:
        address = f"{name.lower().replace(' ', '.')}@exemple.fr"
        return enrol(session, house, name=name, email=address, organisation=whose)

    alice, bernard = person("Alice Achat", city), person("Bernard Bailleur", landlord)
    carole, claude = person("Carole Constructeur", bati), person("Claude Chantier", bati)
    david, olivia = person("David Dupre", netto), person("Olivia Outsider", voirie)
    lucas = person("Lucas Lointain", bati)
    lucas.left_at = house.now()
    fanny = enrol(session, house, name="Fanny Facilite", email="fanny.facilite@exemple.fr")

    def contract(buyer: Organisation, reference: str, what: str, nature: ContractNature) -> Contract:
        made = Contract(territory_id=place.id, buyer_id=buyer.id, reference=reference, object=what, nature=nature)
        made.buyer = buyer
        session.add(made)
        session.flush()
        return made

    def commitment(
        on: Contract,
        awardee: Organisation,
        hours: str | None,
        *,
        lot: tuple[str, str] = ("", ""),
        period: tuple[date, date] = (date(2026, 9, 1), date(2027, 8, 31)),
        status: CommitmentStatus = CommitmentStatus.ACTIVE,
    ) -> Commitment:
        made = Commitment(
            contract_id=on.id,
            awardee_id=awardee.id,
            lot=lot[0],
            lot_title=lot[1],
            committed_hours=Decimal(hours) if hours else None,
            starts_on=period[0],
            ends_on=period[1],
            modalities=ALL_MODALITIES,
            publics=["bénéficiaires du RSA", "demandeurs d’emploi de longue durée"],
            penalty_per_hour=Decimal("40"),
            contract_article="CCAP, article 12",
            status=status,
        )
        made.contract, made.awardee = on, awardee
        session.add(made)
        session.flush()
        return made

    works = contract(city, "2026-TX-014", "Réhabilitation du groupe scolaire Jean-Zay", ContractNature.WORKS)
    homes = contract(landlord, "HL-2026-07", "Construction de 32 logements", ContractNature.WORKS)
    upkeep = contract(landlord, "HL-2026-03", "Nettoyage des parties communes", ContractNature.SERVICES)
    parks = contract(city, "2026-SE-020", "Entretien des espaces verts", ContractNature.SERVICES)
    school = commitment(works, bati, "1200", lot=("1", "Gros œuvre"))
    roads = commitment(works, voirie, "300", lot=("2", "Voirie"))
    housing = commitment(homes, bati, "650", period=(date(2026, 11, 2), date(2027, 12, 31)))
    cleaning = commitment(upkeep, netto, "800")
    unknown = commitment(parks, netto, None, status=CommitmentStatus.TO_COMPLETE)
    finished = commitment(
        parks, netto, "100", lot=("9", "Élagage"), period=(date(2025, 9, 1), date(2026, 6, 30)),
        status=CommitmentStatus.ENDED,
    )  # fmt: skip

    def employment(name: str, on: Commitment, since: date, by: Person) -> Employment:
        hired = Hire(name, since, Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        return hire(session, house, on, hired, by)

    marie = employment("Marie Leroy", school, date(2026, 9, 1), carole)
    marie.eligibility = EligibilityStatus.ACCEPTED
    karim = employment("Karim Haddad", school, date(2026, 10, 5), carole)
    sonia = employment("Sonia Petit", cleaning, date(2026, 9, 1), david)
    paul = employment("Paul Girard", roads, date(2026, 9, 1), olivia)
    september = record(session, house, carole, school.id, "2026-09", {marie.id: Work(Decimal(100))})
    september.declaration.status = DeclarationStatus.ACCEPTED
    october = {marie.id: Work(Decimal("120.5")), karim.id: Work(Decimal(60), Decimal(7))}
    record(session, house, carole, school.id, "2026-10", october)
    record(session, house, olivia, roads.id, "2026-10", {paul.id: Work(Decimal(35))})
    return Cast(house, city, landlord, bati, netto, voirie, alice, bernard, carole, claude, david, olivia, lucas, fanny,
                school, housing, cleaning, roads, unknown, finished, marie, karim, sonia, paul)  # fmt: skip
