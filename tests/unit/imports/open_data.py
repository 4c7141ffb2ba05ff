"""Invented open data, written as buyers publish it."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.decp import Awardee, DecpContract, DecpProblem, read_decp
from core.hours import NBSP

BUYER = "00000001800010"
FIRM, OTHER_FIRM = "00000002600013", "00000003400017"

CONTRACT: dict[str, Any] = {
    "id": "2024-07",
    "acheteur": {"id": BUYER},
    "nature": "Marché",
    "objet": "Préau de l’école",
    "codeCPV": "45214200-2",
    "lieuExecution": {"code": "57280", "typeCode": "Code postal"},
    "dureeMois": 9,
    "dateNotification": "2024-12-12",
    "datePublicationDonnees": "2024-12-31",
    "montant": 27364.5,
    "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": FIRM}}],
    "considerationsSociales": {"considerationSociale": ["Clause sociale", "Critère social"]},
}
EXPECTED = DecpContract(
    position=1,
    buyer_siret=BUYER,
    reference="2024-07",
    object="Préau de l’école",
    nature="Marché",
    amount=Decimal("27364.50"),
    months=9,
    notified_on=date(2024, 12, 12),
    published_on=date(2024, 12, 31),
    cpv="45214200",
    place="57280",
    place_kind="Code postal",
    awardees=(Awardee(FIRM, "SIRET", None),),
    social=("Clause sociale", "Critère social"),
)
"""What CONTRACT says, read."""

CONCESSION: dict[str, Any] = {
    "id": "C-1",
    "autoriteConcedante": {"id": BUYER},
    "nature": "Concession de services",
    "objet": "Piscine",
    "dureeMois": 120,
    "dateSignature": "2024-04-02",
    "valeurGlobale": 1_500_000,
    "concessionnaires": [{"concessionnaire": {"typeIdentifiant": "SIRET", "id": FIRM}}],
    "considerationsSociales": {"considerationSociale": ["Concession réservée"]},
}
HEADER_2022 = (
    "titulaire_id_1;titulaire_typeIdentifiant_1;titulaire_id_2;titulaire_typeIdentifiant_2;id;nature;objet;codeCPV;"
    "dureeMois;dateNotification;datePublicationDonnees;montant;acheteur.id;lieuExecution.code;lieuExecution.typeCode;"
    "considerationsSociales;idModification;montantModification;dureeMoisModification;idTitulaireModification;"
    "typeIdentifiantTitulaireModification;dateNotificationModificationModification"
)
LINE_2022 = (
    f'{FIRM};SIRET;CDL;CDL;INX 2024-07;Marché;"D&#8217;un préau";INX 45214200-2;9;2024-12-12;2024-12-31;27364.5;'
    f"{BUYER};57280;Code postal;['Clause sociale', 'Critère social'];CDL;CDL;CDL;CDL;CDL;CDL"
)


def xml_of(name: str, record: dict[str, Any]) -> str:
    """Write a record as XML, lists as repeated elements."""

    def element(tag: str, value: Any) -> str:
        if isinstance(value, list):
            return "".join(element(tag, part) for part in value)
        inner = "".join(element(*pair) for pair in value.items()) if isinstance(value, dict) else str(value)
        return f"<{tag}>{inner}</{tag}>"

    wrapped = {
        key: {next(iter(value[0])): [next(iter(part.values())) for part in value]} if key.endswith("aires") else value
        for key, value in record.items()
    }
    return element(name, wrapped)


def read(path: Path, content: object, *, today: date | None = None) -> tuple[list[DecpContract], list[str]]:
    """Write a file (JSON unless it is text or bytes) and read it back: contracts, problems as sentences."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    found = list(read_decp(path, today=today))
    problems = [str(item).replace(NBSP, " ") for item in found if isinstance(item, DecpProblem)]
    return [item for item in found if isinstance(item, DecpContract)], problems


def only(path: Path, content: object, *, today: date | None = None) -> DecpContract:
    """Read a file that holds one contract without any problem."""
    (contract,), problems = read(path, content, today=today)
    assert problems == []
    return contract
