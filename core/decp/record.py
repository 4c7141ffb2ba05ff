"""One published record, of any format, as a contract in its present state and what was wrong in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TypeVar

from core.decp.contract import NO_CONSIDERATION, Awardee, DecpContract, DecpProblem, Modification
from core.decp.values import (
    quoted,
    read_amount,
    read_buyer,
    read_code,
    read_cpv,
    read_day,
    read_months,
    read_place_kind,
    read_social,
    read_text,
)  # fmt: skip
from core.hours import NBSP, plain
from core.siret import is_siret, read_siret

T = TypeVar("T")
_KINDS = {"siret", "tva", "tahiti", "ridet", "frwf", "irep", "hors-ue", "ue"}
_AWARDEE_WRAPPERS = ("titulaire", "titulaires", "concessionnaire", "concessionnaires")
_MODIFICATION_WRAPPERS = ("modification", "modifications")
_CONCESSION_FIELDS = {"concessionnaires", "autoriteconcedante", "autoriteconcedante.id", "valeurglobale"}
_MOST_PARTS = 1000


class _Fields:
    """The fields of a record under folded names, and the faults found while reading them."""

    def __init__(self, raw: Mapping[str, object], faults: list[str]) -> None:
        self.values: dict[str, object] = {}
        self.faults = faults
        for name, value in raw.items():
            folded = folded_name(name)
            self.values.setdefault(folded, value)
            if isinstance(value, dict):
                for inner, part in value.items():
                    self.values.setdefault(f"{folded}.{folded_name(inner)}", part)

    def read(self, label: str, reader: Callable[[object], T | None], *names: str) -> T | None:
        try:
            return reader(self.first(*names))
        except ValueError as fault:
            self.faults.append(f"{label}{NBSP}: {fault}")
            return None

    def first(self, *names: str) -> object:
        return next((self.values[name] for name in names if self.values.get(name) not in (None, "")), None)


@lru_cache(4096)
def folded_name(name: str) -> str:
    """Fold the name of a field: "acheteur_id" and "Acheteur.id" are the same."""
    return name.strip().lower().replace("_", ".")


def read_record(
    raw: Mapping[str, object], position: int, *, concession: bool = False, today: date | None = None
) -> Iterator[DecpContract | DecpProblem]:
    """Yield the contract of a record and its problems; only problems when it has no identifier or no buyer.

    With `today`, a later notification date is reported and left out.
    """
    faults: list[str] = []
    fields = _Fields(raw, faults)
    reference = fields.read("identifiant", read_code, "id", "idmarche", "identifiant")
    buyer = fields.read(
        "acheteur", read_buyer,
        "acheteur.id", "idacheteur", "acheteur.siret", "autoriteconcedante.id", "autoriteconcedante", "acheteur",
    )  # fmt: skip
    if reference is None or buyer is None:
        if reference is None and not faults:
            faults.append("il n’a pas d’identifiant")
        elif buyer is None and not faults:
            faults.append("il n’a pas d’acheteur")
        yield DecpProblem(position, reference, f"{f'{NBSP}; '.join(faults)}, il n’est pas repris", False)
        return
    contract = _contract(fields, position, buyer, reference, today)
    yield replace(contract, concession=concession or _is_concession(fields, contract.nature))
    for fault in faults:
        yield DecpProblem(position, reference, fault, True)


def _contract(fields: _Fields, position: int, buyer: str, reference: str, today: date | None) -> DecpContract:
    if not is_siret(buyer):
        fields.faults.append(f"acheteur{NBSP}: la clé du SIRET {buyer} est fausse")
    notified_on = fields.read("date de notification", read_day, "datenotification", "datesignature")
    if today and notified_on and notified_on > today:
        fields.faults.append(f"date de notification{NBSP}: {notified_on:%d/%m/%Y} est dans le futur")
        notified_on = None
    place = fields.read("lieu", read_code, "lieuexecution.code", "lieuxexecution.code", "lieuexecution")
    social = fields.read("considérations sociales", read_social, "considerationssociales", "considerationsociale")
    if social and len(social) > 1 and NO_CONSIDERATION in social:
        none = quoted(NO_CONSIDERATION)
        fields.faults.append(f"considérations sociales{NBSP}: {none} est déclaré avec une autre")
    awardees = _awardees(fields.first(*_AWARDEE_WRAPPERS[::-1]), fields.faults)
    if not awardees:
        fields.faults.append("aucun attributaire")
    changes = tuple(_modifications(fields.first("modifications", "modification"), fields.faults))
    contract = DecpContract(
        position=position,
        buyer_siret=buyer,
        reference=reference,
        object=fields.read("objet", read_text, "objet"),
        nature=fields.read("nature", read_text, "nature"),
        buyer_name=fields.read("nom de l’acheteur", read_text, "acheteur.nom", "autoriteconcedante.nom"),
        amount=fields.read("montant", read_amount, "montant", "valeurglobale"),
        months=fields.read("durée", read_months, "dureemois"),
        notified_on=notified_on,
        published_on=fields.read("date de publication", read_day, "datepublicationdonnees"),
        cpv=fields.read("code CPV", read_cpv, "codecpv"),
        place=place,
        place_kind=fields.read(
            "lieu", lambda raw: read_place_kind(raw, place), "lieuexecution.typecode", "lieuxexecution.typecode"
        ),
        awardees=awardees,
        social=social,
        modifications=changes,
    )
    return _present(contract)


def _present(contract: DecpContract) -> DecpContract:
    """Apply the modifications: the last that says something wins, by date when all are dated, else in order."""
    dated = [(change.notified_on or change.published_on, change) for change in contract.modifications]
    if all(day for day, _ in dated):
        dated.sort(key=lambda pair: pair[0] or date.min)
    for _, change in dated:
        contract = replace(
            contract,
            amount=change.amount or contract.amount,
            months=change.months or contract.months,
            awardees=change.awardees or contract.awardees,
        )
    return contract


def _is_concession(fields: _Fields, nature: str | None) -> bool:
    words = plain(f"{nature or ''} {fields.first('.type') or ''}")
    return bool(fields.values.keys() & _CONCESSION_FIELDS) or "concession" in words or "delegation" in words


def _modifications(raw: object, faults: list[str]) -> Iterator[Modification]:
    for number, part in enumerate(_parts(raw, _MODIFICATION_WRAPPERS), start=1):
        wrong: list[str] = []
        fields = _Fields(part, wrong)
        yield Modification(
            notified_on=fields.read(
                "date", read_day, "datenotificationmodification", "datesignaturemodification", "datenotification"
            ),
            published_on=fields.read("date", read_day, "datepublicationdonneesmodification", "datepublicationdonnees"),
            amount=fields.read("montant", read_amount, "montant", "valeurglobale"),
            months=fields.read("durée", read_months, "dureemois"),
            awardees=_awardees(fields.first(*_AWARDEE_WRAPPERS[::-1]), wrong),
        )
        faults += [f"modification {number}, {fault}" for fault in wrong]


def _awardees(raw: object, faults: list[str]) -> tuple[Awardee, ...]:
    found = (_awardee(part, faults) for part in _parts(raw, _AWARDEE_WRAPPERS))
    return tuple(dict.fromkeys(awardee for awardee in found if awardee.id or awardee.name))


def _awardee(raw: Mapping[str, object], faults: list[str]) -> Awardee:
    fields = _Fields(raw, faults)
    identifier = fields.read("attributaire", read_code, "id", "siret", "identifiant") or ""
    name = fields.read("attributaire", read_text, "denominationsociale", "nom", "denomination")
    declared = (
        plain(fields.read("attributaire", read_text, "typeidentifiant") or "").replace("_", "-").replace(" ", "-")
    )
    kind = declared.upper() if declared in _KINDS else ""
    siret = read_siret(identifier.removesuffix(".0"))
    if siret and kind in {"", "SIRET"}:
        return Awardee(siret, "SIRET", name)
    if kind == "SIRET":
        if identifier:
            faults.append(f"attributaire{NBSP}: {quoted(identifier)} n’est pas un SIRET valide")
        kind = ""
    return Awardee(identifier, kind, name)


def _parts(raw: object, wrappers: Iterable[str]) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a list, wrapped or not, nested or not: `[{"titulaire": {…}}, [[{…}]], "12345…"]`."""
    waiting = [raw]
    count = 0
    while waiting and count < _MOST_PARTS:
        part = waiting.pop()
        wrapped = (
            [value for name, value in part.items() if folded_name(name) in wrappers] if isinstance(part, dict) else []
        )
        if isinstance(part, list):
            waiting += reversed(part)
        elif wrapped:
            waiting += reversed(wrapped)
        elif part is not None and part != "":
            count += 1
            yield part if isinstance(part, dict) else {"id": part}
