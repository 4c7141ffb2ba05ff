"""Partners from a sheet: who employs, trains or guides candidates, where, for which publics and trades."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from core import audit
from core.contracts_sheet import Problem
from core.hours import NBSP, plain
from core.house import House
from core.importing.directory import Ambiguous, directory_of_territory
from core.importing.ledger import Ledger
from core.models import Partner
from core.people import enrol, territory
from core.refusal import Refused
from core.sheets import Row, Sheet, read_sheets
from core.sheets.written import new_book
from core.siret import is_siret
from core.terms import OrganisationKind

COLUMNS = {
    "name": "Nom",
    "siret": "SIRET",
    "kind": "Type (SIAE ou prescripteur)",
    "contact": "Contact",
    "email": "E-mail",
    "area": "Zone",
    "publics": "Publics",
    "trades": "Métiers",
}
_KNOWN = {
    "name": {"nom", "structure", "partenaire", "raison sociale"},
    "siret": {"siret", "n siret", "numero siret"},
    "kind": {"type", "type siae ou prescripteur", "nature", "categorie"},
    "contact": {"contact", "interlocuteur", "nom du contact"},
    "email": {"e mail", "email", "mail", "courriel", "adresse e mail"},
    "area": {"zone", "secteur", "territoire", "communes"},
    "publics": {"publics", "public"},
    "trades": {"metiers", "metier", "activites", "activite"},
}
_SIAE = {"siae", "etti", "geiq", "aci", "ei", "ai", "ea", "esat", "regie", "eiti", "entreprise", "insertion"}
_PRESCRIBERS = {"prescripteur", "france", "mission", "cap", "plie", "departement", "ccas", "organisme", "formation"}


@dataclass
class PartnersImported:
    """What an import did; with `problems`, nothing was kept."""

    created: int = 0
    updated: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    name: str
    siret: str | None
    kind: OrganisationKind
    contact: str
    email: str
    area: str
    publics: list[str]
    trades: list[str]


def import_partners(house: House, path: Path) -> PartnersImported:
    """Import partners, all or none. Importing again updates them. Raises UnreadableSheet."""
    sheet = read_sheets(path)[0]
    done = PartnersImported()
    lines = list(_lines(sheet, done.problems))
    if done.problems:
        return done
    try:
        with house.database.transaction() as session:
            ledger, place = Ledger(session, house), territory(session, house)
            directory = directory_of_territory(ledger, place, {line.siret for line in lines if line.siret})
            for line in lines:
                organisation = directory.enter(line.siret, line.name, line.kind)
                session.flush()
                enrol(session, house, name=line.contact or line.name, email=line.email, organisation=organisation)
                known = session.scalar(select(Partner).where(Partner.organisation_id == organisation.id))
                partner = known or Partner(organisation_id=organisation.id)
                partner.area, partner.publics, partner.trades = line.area, line.publics, line.trades
                session.add(partner)
                done.created += known is None
                done.updated += known is not None
            audit.note(session, house, "import_partners", f"territory:{place.id}", detail=f"{len(lines)} lines")
    except (Refused, Ambiguous) as error:
        fault = error.message if isinstance(error, Refused) else "plusieurs organisations portent ce nom"
        return PartnersImported(
            problems=[Problem(line.number, COLUMNS["name"], line.name, fault, "Corrigez cette ligne.")]
        )
    return done


def write_partners_template(path: Path) -> None:
    """Write a workbook with the titles of the columns. Raises OSError."""
    book = new_book()
    sheet = book.create_sheet("Partenaires")
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 26
    sheet.append(list(COLUMNS.values()))
    book.save(path)


def _lines(sheet: Sheet, problems: list[Problem]) -> Iterator[_Line]:
    places = _header(sheet.rows[0])
    missing = [COLUMNS[name] for name in ("name", "email") if name not in places]
    if missing:
        fault = f"il manque{NBSP}: {', '.join(missing)}"
        remedy = f"Écrivez ces titres en première ligne{NBSP}: {', '.join(COLUMNS.values())}."
        problems.append(Problem(sheet.rows[0].number, "", "", fault, remedy))
        return
    if not sheet.rows[1:]:
        fault = "il n’y a aucune ligne sous les titres"
        problems.append(Problem(None, "", "", fault, "Écrivez un partenaire par ligne."))
    for row in sheet.rows[1:]:
        said = {name: _cell(row, place) for name, place in places.items()}
        found = list(_faults(row.number, said))
        problems += found
        if not found:
            yield _Line(
                number=row.number,
                name=said["name"],
                siret=said.get("siret", "").replace(" ", "") or None,
                kind=_kind(said.get("kind", "")),
                contact=said.get("contact", ""),
                email=said["email"],
                area=said.get("area", "")[:200],
                publics=_listed(said.get("publics", "")),
                trades=_listed(said.get("trades", "")),
            )


def _faults(number: int, said: dict[str, str]) -> Iterator[Problem]:
    if not said["name"]:
        yield Problem(number, COLUMNS["name"], "", "cette case est vide", "Écrivez le nom de la structure.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said["email"]):
        fault = "n’est pas une adresse e-mail" if said["email"] else "cette case est vide"
        yield Problem(number, COLUMNS["email"], said["email"], fault, "Écrivez l’adresse qui reçoit les besoins.")
    siret = said.get("siret", "").replace(" ", "")
    if siret and not is_siret(siret):
        yield Problem(
            number, COLUMNS["siret"], siret, "n’est pas un SIRET", "Écrivez ses 14 chiffres, ou laissez vide."
        )


def _header(row: Row) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        title = " ".join(re.findall(r"\w+", plain(str(cell))))
        name = next((name for name, ways in _KNOWN.items() if title in ways), None)
        if name is not None:
            places.setdefault(name, place)
    return places


def _cell(row: Row, place: int) -> str:
    value = row.cells[place] if place < len(row.cells) else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a SIRET typed as a number
    return str(value).strip()


def _kind(said: str) -> OrganisationKind:
    words = set(re.findall(r"\w+", plain(said)))
    return OrganisationKind.PRESCRIBER if words & _PRESCRIBERS and not words & _SIAE else OrganisationKind.SIAE


def _listed(said: str) -> list[str]:
    return [each.strip()[:120] for each in re.split(r"[,;/\n]", said) if each.strip()]
