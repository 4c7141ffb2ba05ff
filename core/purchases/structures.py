"""The inclusive structures of a territory that could answer a purchase: how many of each kind, entered or imported."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from core.hours import NBSP, plain
from core.models import Territory
from core.refusal import Refused
from core.sheets import Row, read_sheets

KINDS = {
    "ei": "Entreprises d’insertion (EI)",
    "aci": "Ateliers et chantiers d’insertion (ACI)",
    "ai": "Associations intermédiaires (AI)",
    "etti": "Travail temporaire d’insertion (ETTI)",
    "ea": "Entreprises adaptées (EA, EATT)",
    "esat": "ESAT",
    "geiq": "GEIQ",
    "regie": "Régies de quartier",
}
SIAE = frozenset({"ei", "aci", "ai", "etti"})  # those to whom a contract may be reserved as insertion structures
HANDICAP = frozenset({"ea", "esat"})
MOST_STRUCTURES = 10_000
HEADER_WITHIN = 20
NO_COLUMN = (
    f"Je ne trouve pas de colonne de sortes de structures. Donnez-lui le titre «{NBSP}type{NBSP}», avec EI, ACI, AI, "
    "ETTI, EA, ESAT, GEIQ ou régie sur chaque ligne."
)
_HEADER = re.compile(r"\b(type|sorte|categorie|sigle|kind|structure siae|forme)\b")
_SIRET = re.compile(r"\bsiret\b")
_WORDS = {
    "etti": r"etti|travail temporaire d'insertion",
    "ea": r"ea|eatt|entreprises? adaptees?",
    "esat": r"esat|etablissements? et services? d'(aide|accompagnement) par le travail",
    "aci": r"aci|(ateliers?|chantiers?)( et chantiers?)? d'insertion",
    "ai": r"ai|associations? intermediaires?",
    "geiq": r"geiq|groupements? d'employeurs?.*",
    "regie": r"rq|regies?( de quartiers?| de territoires?)?",
    "ei": r"ei|entreprises? d'insertion",
}


@dataclass(frozen=True)
class Structures:
    """How many of each kind of KINDS, those above zero; their mean yearly turnover in euros, None when unknown."""

    counts: Mapping[str, int] = field(default_factory=dict)
    turnover: Decimal | None = None

    @property
    def reservable(self) -> int:
        """Those to whom a contract may be reserved."""
        return self._among(SIAE | HANDICAP)

    @property
    def told(self) -> str:
        """Write "8 SIAE, 4 EA et ESAT"."""
        parts = ((self._among(SIAE), "SIAE"), (self._among(HANDICAP), "EA et ESAT"))
        return ", ".join(f"{count} {label}" for count, label in parts if count)

    @property
    def note(self) -> str:
        """Say what is known, and what is not: which trade each of them has."""
        return (
            f"Le territoire compte {self.told} (nombres donnés par le facilitateur). Vérifiez avec lui lesquelles "
            "exercent ce métier."
        )

    def _among(self, kinds: frozenset[str]) -> int:
        return sum(count for kind, count in self.counts.items() if kind in kinds)


def structures_of(territory: Territory) -> Structures:
    """Read what a territory entered; nothing when it entered nothing."""
    given = (territory.offer or {}).get("structures")
    if not isinstance(given, dict):
        return Structures()
    counts = {kind: count for kind, count in given.items() if kind in KINDS and isinstance(count, int) and count > 0}
    return Structures(counts, _decimal(given.get("turnover")))


def read_structures(path: Path) -> tuple[dict[str, int], tuple[str, ...]]:
    """Count the structures of a spreadsheet, one a line, a SIRET once; name the lines that are not understood.

    Raises UnreadableSheet, or Refused when no column gives their kind or no line is understood.
    """
    rows, header, columns = _header(path)
    counts: Counter[str] = Counter()
    notices: list[str] = []
    seen: set[str] = set()
    for row in rows:
        told = _cell(row, columns["kind"])
        if row.number <= header or not told:
            continue
        siret = re.sub(r"\D", "", _cell(row, columns.get("siret"))) if "siret" in columns else ""
        if siret and siret in seen:
            continue
        kind = kind_of(told)
        if kind is None:
            notices.append(f"Ligne {row.number}{NBSP}: «{NBSP}{told[:40]}{NBSP}» n’est pas une sorte connue.")
            continue
        seen.add(siret)
        counts[kind] += 1
    if not counts:
        raise Refused(NO_COLUMN)
    return dict(counts), tuple(notices)


def kind_of(text: str) -> str | None:
    """Return the kind that a sigle or a name says, or None."""
    words = plain(text).replace("’", "'").strip(" .()")
    sigle = re.search(r"\(([a-z]+)\)$", plain(text).strip())
    for said in (sigle[1] if sigle else "", words):
        for kind, known in _WORDS.items():
            if said and re.fullmatch(known, said):
                return kind
    return None


def _header(path: Path) -> tuple[tuple[Row, ...], int, dict[str, int]]:
    for sheet in read_sheets(path):
        for row in sheet.rows[:HEADER_WITHIN]:
            columns: dict[str, int] = {}
            for place, cell in enumerate(row.cells):
                words = plain(cell) if isinstance(cell, str) else ""
                for name, pattern in (("kind", _HEADER), ("siret", _SIRET)):
                    if pattern.search(words):
                        columns.setdefault(name, place)
            if "kind" in columns:
                return sheet.rows, row.number, columns
    raise Refused(NO_COLUMN)


def _cell(row: Row, place: int | None) -> str:
    cell = row.cells[place] if place is not None and place < len(row.cells) else ""
    return f"{cell:.0f}" if isinstance(cell, float) else str(cell).strip()


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
    return found if found and found > 0 else None
