"""`python -m tests.bench board`: the board and the forecasts of a year of a territory, beside the floor of its rows.

1,000 commitments over 12 months, three people each: 12,000 declarations, 36,000 lines, on SQLite. The floor reads the
same commitments and sums the same lines in two statements of the database's own driver, without any object.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sqlalchemy import insert, text

from core.board import board_of, latest_month
from core.house import House
from core.models import (
    Commitment,
    Contract,
    Declaration,
    DeclarationLine,
    Employment,
    Organisation,
    Participant,
    Person,
    Territory,
)
from core.months import first_day, months_between
from core.people import territory
from core.schema import upgrade
from core.terms import (
    CommitmentStatus,
    DeclarationStatus,
    EligibilityStatus,
    EmploymentKind,
    Modality,
    OrganisationKind,
)
from tests.houses import make_house

COMMITMENTS, PEOPLE, ROUNDS = 1000, 3, 11
MONTHS = list(months_between("2025-11", "2026-10"))
AIM = 200.0  # milliseconds


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        house = make_house(f"sqlite:///{folder}/board.sqlite3", Path(folder))
        upgrade(house.database)
        place = fill(house)
        floor = milliseconds(lambda: read_rows(house))
        board = milliseconds(lambda: shown(house, place))
        house.database.close()
    print(f"{COMMITMENTS} commitments, {len(MONTHS)} months, {PEOPLE} people each; median of {ROUNDS}")
    print("                                       elapsed   processor")
    print(f"  floor (two statements, no objects)   {floor[0]:7.0f} ms {floor[1]:7.0f} ms")
    print(f"  board, late months and forecasts     {board[0]:7.0f} ms {board[1]:7.0f} ms   (aim {AIM:.0f} ms)")


def shown(house: House, place_id: int) -> None:
    """Read the board as the desk does."""
    with house.database.reading() as session:
        board_of(session, house, session.get_one(Territory, place_id), latest_month(house.today()))


def read_rows(house: House) -> None:
    """Read the same rows without any object."""
    with house.database.reading() as session:
        session.execute(text("SELECT id, committed_hours, starts_on, ends_on, suspensions FROM commitments")).all()
        session.execute(
            text(
                "SELECT d.commitment_id, d.month, sum(l.worked + l.training) FROM declarations d "
                "JOIN declaration_lines l ON l.declaration_id = d.id WHERE d.status <> 'superseded' GROUP BY 1, 2"
            )
        ).all()


def milliseconds(act: Callable[[], None]) -> tuple[float, float]:
    """Time an act, the median of several: elapsed, and on the processor (others may use it meanwhile)."""
    act()
    elapsed, worked = [], []
    for _ in range(ROUNDS):
        started, began = perf_counter(), process_time()
        act()
        elapsed.append((perf_counter() - started) * 1000)
        worked.append((process_time() - began) * 1000)
    return median(elapsed), median(worked)


def fill(house: House, commitments: int = COMMITMENTS) -> int:
    """Put a territory's year in an empty house; return the territory's id."""
    draw = Random(7)
    with house.database.transaction() as session:
        place = territory(session, house)
        buyer = Organisation(name="Ville de Clairval", kind=OrganisationKind.BUYER, territory_id=place.id)
        session.add(buyer)
        session.flush()
        rows: dict[type[object], list[dict[str, object]]] = {
            each: []
            for each in (
                Organisation, Person, Contract, Commitment, Participant, Employment, Declaration, DeclarationLine,
            )
        }  # fmt: skip
        for number in range(1, commitments + 1):
            _one(rows, number, buyer.id, place.id, house, draw)
        for table, values in rows.items():
            session.execute(insert(table), values)
        return place.id


def _one(
    rows: dict[type[object], list[dict[str, object]]], number: int, buyer: int, place: int, house: House, draw: Random
) -> None:
    awardee, owed = number + 1000, draw.randrange(500, 4000)
    ends_on = date(2026, 12, 31) + timedelta(days=30 * draw.randrange(12))
    rows[Organisation].append(
        {"id": awardee, "name": f"Entreprise {number}", "kind": OrganisationKind.AWARDEE, "territory_id": place}
    )
    rows[Person].append(
        {"id": awardee, "name": f"Contact {number}", "organisation_id": awardee, "territory_id": place,
         "created_at": house.now()}
    )  # fmt: skip
    rows[Contract].append(
        {"id": number, "territory_id": place, "buyer_id": buyer, "reference": f"2025-{number:04}", "object": "Travaux"}
    )
    rows[Commitment].append(
        {"id": number, "contract_id": number, "awardee_id": awardee, "committed_hours": Decimal(owed),
         "starts_on": first_day(MONTHS[0]), "ends_on": ends_on, "status": CommitmentStatus.ACTIVE,
         "welcomed_at": house.now() - timedelta(days=400)}
    )  # fmt: skip
    for place_of in range(PEOPLE):
        person = number * PEOPLE + place_of
        rows[Participant].append(
            {"id": person, "name": f"Personne {person}", "name_hash": f"{person:032}", "created_at": house.now()}
        )
        rows[Employment].append(
            {"id": person, "participant_id": person, "commitment_id": number, "modality": Modality.DIRECT_HIRE,
             "kind": EmploymentKind.CDD, "starts_on": first_day(MONTHS[0]), "criterion": "rsa",
             "eligibility": EligibilityStatus.ACCEPTED, "declared_by_id": awardee, "created_at": house.now()}
        )  # fmt: skip
    for place_of, month in enumerate(MONTHS):
        if draw.random() < 0.05:
            continue  # nobody declared it
        declaration = number * len(MONTHS) + place_of
        rows[Declaration].append(
            {"id": declaration, "commitment_id": number, "month": month, "version": 1,
             "status": DeclarationStatus.ACCEPTED, "declared_by_id": awardee, "declared_at": house.now(),
             "awaiting_since": house.now()}
        )  # fmt: skip
        rows[DeclarationLine].extend(
            {"declaration_id": declaration, "employment_id": number * PEOPLE + each,
             "worked": Decimal(draw.randrange(0, 15200)) / 100, "training": Decimal(0)}
            for each in range(PEOPLE)
        )  # fmt: skip
