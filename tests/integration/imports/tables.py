"""Invented contracts tables, and what the register holds afterwards."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, func, select

from core.house import House
from core.models import Audit, Commitment, Contract, Organisation, Person, Root
from tests.unit.imports.samples import Value, contracts

BUYER = {"Acheteur": "Ville de Clairval", "acheteur_siret": "00000001800010"}
BATI = {"Attributaire": "Bâti Nord", "attributaire_siret": "00000003400017"}
NETTO = {"Attributaire": "Netto Services", "attributaire_siret": "00000004200010"}
SCHOOL: dict[str, Value] = {
    **BUYER,
    **BATI,
    "Référence du marché": "2026-TX-014",
    "Objet": "Réhabilitation du groupe scolaire",
    "lot (numéro)": "1",
    "intitulé du lot": "Gros œuvre",
    "nature": "travaux",
    "montant HT": 450_000,
    "date de notification": "01/04/2026",
    "date de début": "04/05/2026",
    "date de fin": "31/08/2027",
    "contact (nom)": "Carole Constructeur",
    "contact e-mail": "carole.constructeur@exemple.fr",
    "contact téléphone": "01 99 00 00 02",
    "Heures d’insertion": 1200,
    "modalités admises": "toutes",
    "publics": "bénéficiaires du RSA ; jeunes de moins de 26 ans",
    "jour limite de déclaration": 5,
    "pénalité par heure": 40,
    "conditions de pénalité": "Après mise en demeure",
    "article du contrat": "CCAP 12.3",
}
PAINT: dict[str, Value] = (
    SCHOOL
    | NETTO
    | {
        "lot (numéro)": "2",
        "intitulé du lot": "Peinture",
        "montant HT": 80_000,
        "Heures d’insertion": 210,
        "contact (nom)": "David Dupré",
        "contact e-mail": "david.dupre@exemple.fr",
    }
)


@dataclass(frozen=True)
class Held:
    """How many rows the register holds."""

    organisations: int
    contracts: int
    commitments: int
    people: int
    audit_lines: int


def held(house: House) -> Held:
    """Count what the register holds, the facilitateur's own row left out."""
    with house.database.reading() as session:

        def count(table: type[Root], *conditions: ColumnElement[bool]) -> int:
            return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

        return Held(
            organisations=count(Organisation),
            contracts=count(Contract),
            commitments=count(Commitment),
            people=count(Person, Person.is_facilitator.is_(False)),
            audit_lines=count(Audit),
        )


def commitments(house: House) -> list[Commitment]:
    """Return every commitment, oldest first, with its contract and its awardee."""
    with house.database.reading() as session:
        return list(session.scalars(select(Commitment).order_by(Commitment.id)))


def changes(house: House, subject: str) -> list[str]:
    """Return the details of the changes noted in the audit for a kind of row."""
    with house.database.reading() as session:
        lines = select(Audit).where(Audit.action == "import_change", Audit.subject.like(f"{subject}:%"))
        return [line.detail for line in session.scalars(lines.order_by(Audit.id))]


def table(folder: Path, *lines: dict[str, Value]) -> Path:
    """Write a contracts table of whole lines."""
    return contracts(folder / "marches.xlsx", *lines)
