"""One cell of the contracts table that chooses: nature of the contract, modalities, publics."""

import re

from core.contracts_sheet.row import quoted
from core.contracts_sheet.values import Unreadable, shown
from core.hours import plain
from core.sheets import Cell
from core.terms import ContractNature, Modality

_NATURES = {
    "travaux": ContractNature.WORKS,
    "service": ContractNature.SERVICES, "services": ContractNature.SERVICES,
    "prestations": ContractNature.SERVICES, "prestations de services": ContractNature.SERVICES,
    "fourniture": ContractNature.SUPPLIES, "fournitures": ContractNature.SUPPLIES,
    "concession": ContractNature.CONCESSION, "dsp": ContractNature.CONCESSION,
    "delegation de service public": ContractNature.CONCESSION,
}  # fmt: skip
_MODALITIES = {
    "embauche directe": Modality.DIRECT_HIRE, "embauche": Modality.DIRECT_HIRE,
    "recrutement direct": Modality.DIRECT_HIRE, "recrutement": Modality.DIRECT_HIRE,
    "mise a disposition": Modality.SECONDMENT, "mise a disposition de personnel": Modality.SECONDMENT,
    "mad": Modality.SECONDMENT, "interim": Modality.SECONDMENT, "etti": Modality.SECONDMENT, "ai": Modality.SECONDMENT,
    "geiq": Modality.SECONDMENT, "association intermediaire": Modality.SECONDMENT,
    "sous traitance": Modality.SUBCONTRACTING, "cotraitance": Modality.SUBCONTRACTING,
    "co traitance": Modality.SUBCONTRACTING, "ei": Modality.SUBCONTRACTING, "aci": Modality.SUBCONTRACTING,
}  # fmt: skip
_ALL = {"toutes", "toutes modalites", "toutes les modalites"}
_INSERTION = re.compile(r" (?:d |par l |en |avec l )?(?:insertion|iae|siae)$")


def read_nature(cell: Cell) -> ContractNature | None:
    """Read what the contract buys."""
    words = _bare(shown(cell)).removeprefix("marche ").removeprefix("de ")
    if words and words not in _NATURES:
        raise Unreadable("n’est pas une nature de marché", "Écrivez travaux, services, fournitures ou concession.")
    return _NATURES.get(words)


def read_modalities(cell: Cell) -> tuple[Modality, ...]:
    """Read the list of the modalities that the contract allows; "toutes" means all of them."""
    raw = cell if isinstance(cell, str) else shown(cell)
    if _bare(raw) in _ALL:
        return tuple(Modality)
    parts = [part for part in re.split(r"[;,/+\n•|()…]| et | ou ", raw) if _bare(part)]
    words = {_INSERTION.sub("", _bare(part)): part for part in parts}
    for word, part in words.items():
        if word not in _MODALITIES:
            raise Unreadable(
                f"contient {quoted(shown(part))}, qui n’est pas une modalité connue",
                "Écrivez embauche directe, mise à disposition ou sous-traitance, séparées par des points-virgules.",
            )
    return tuple(modality for modality in Modality if modality in {_MODALITIES[word] for word in words})


def read_publics(cell: Cell) -> tuple[str, ...]:
    """Read a free list, one public per line or separated by semicolons or commas."""
    raw = cell if isinstance(cell, str) else shown(cell)
    return tuple(public for part in re.split(r"[;\n•]|,(?![^(]*\))", raw) if (public := shown(part).strip(" -")))


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]", " ", plain(text)).split())
