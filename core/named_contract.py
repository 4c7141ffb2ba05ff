"""Which contract a buyer asks about: « où en est le lot 3 du collège ? », by lot, reference, or words of the title."""

import re

from core.flows.register import Register
from core.hours import plain
from core.models import Commitment

ASKED = re.compile(
    r"\bou en (est|sont)\b|\bcombien d'heures\b"
    r"|\b(avancement|avancee|etat|bilan|situation|suivi|point)\b.*\b(lot|marche)\b"
    r"|\b(lot|marche)\b.*\b(en retard|en avance|a jour|dans les temps|avancee?s?|avancent?)\b"
)
WHAT_THEN = re.compile(r"\b(penal\w*|resili\w*|amendes?|sanction\w*|que faire|quoi faire|on fait|je fais|puis[- ]je)\b")
LOT = re.compile(r"\blots?\s*(?:n\s?°|no|numero)?\s*(\d{1,3}|[a-z])\b")
SHORTEST_WORD = 4
IDLE = frozenset(
    ("marche", "marches", "contrat", "heures", "insertion", "clause", "combien", "faites", "reste", "avancement",
     "etat", "bilan", "situation", "suivi", "point", "avec", "pour", "dans", "notre", "votre", "quel", "quelle",
     "quels", "sont", "lots")
)  # fmt: skip
MOST_OFFERED = 6


def named(register: Register, text: str) -> list[Commitment]:
    """Return the commitments that a question names, among those the person may see; none when it names none."""
    words = plain(text)
    if not ASKED.search(words) or WHAT_THEN.search(words):
        return []
    lot = LOT.search(words)
    rows = [row for row in register.commitments if lot is None or plain(row.lot) == lot[1]]
    wanted = _words(words)
    scores = {row.id: len(wanted & _words(_said_of(row))) for row in rows}
    best = max(scores.values(), default=0)
    if not best and lot is None:
        return []
    return [row for row in rows if scores[row.id] == best]


def _said_of(row: Commitment) -> str:
    return plain(f"{row.contract.reference} {row.contract.object} {row.lot_title}")


def _words(text: str) -> set[str]:
    found = re.findall(r"[a-z0-9]+", text)
    return {word.removesuffix("s") for word in found if len(word) >= SHORTEST_WORD and word not in IDLE}
