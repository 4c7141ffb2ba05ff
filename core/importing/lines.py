"""Lines of the contracts table as rows of the register: who, which contract, which commitment.

Each function takes the lines and what was found before, by line number, and returns what it found in the same way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute

from core.contracts_sheet import ContractRow, Problem
from core.contracts_sheet.columns import COLUMNS
from core.contracts_sheet.row import quoted
from core.hours import NBSP, plain
from core.importing.amended import contradictions, without_terms
from core.importing.commitment import is_lead, last_day_of, new_commitment, status_for
from core.importing.directory import Ambiguous, Directory, nameless
from core.importing.ledger import Ledger, commitments_on, contracts_of_buyers
from core.models import Commitment, Contract, Organisation, Territory
from core.references import lot_key, lot_number, reference_key
from core.terms import OrganisationKind

HEADERS = {column.field: column.header for column in COLUMNS}


def _size(attribute: InstrumentedAttribute[Any]) -> int:
    return cast(String, attribute.type).length or 0


_LONGEST = {
    "buyer": _size(Organisation.name),
    "awardee": _size(Organisation.name),
    "reference": _size(Contract.reference),
    "place": _size(Contract.place),
    "lot": _size(Commitment.lot),
    "lot_title": _size(Commitment.lot_title),
    "clause_article": _size(Commitment.contract_article),
}


class Parties(NamedTuple):
    """Who buys and who owes the hours."""

    buyer: Organisation
    awardee: Organisation


def too_long(row: ContractRow) -> Iterator[Problem]:
    """Yield the texts of a line that the register has no room for."""
    for field, longest in _LONGEST.items():
        text: str = getattr(row, field) or ""
        if len(text) > longest:
            fault = f"fait plus de {longest} caractères"
            yield Problem(row.line, HEADERS[field], f"{text[:59]}…", fault, "Raccourcissez ce texte.")
    if row.lot is None and len(_lot(row)) > _LONGEST["lot"]:
        yield Problem(row.line, HEADERS["lot"], "", "cette case est vide", "Écrivez le numéro du lot.")


def parties_of(
    directory: Directory, rows: Iterable[ContractRow], problems: list[Problem], notices: list[str]
) -> dict[int, Parties]:
    """Find or make the organisations; those with a SIRET come first, so that other lines may name them without it."""
    named = [
        (row.line, field, siret, name, kind)
        for row in rows
        for field, siret, name, kind in (
            ("buyer", row.buyer_siret, row.buyer, OrganisationKind.BUYER),
            ("awardee", row.awardee_siret, row.awardee, OrganisationKind.AWARDEE),
        )
    ]
    found: dict[tuple[int, str], Organisation] = {}
    other_names: dict[tuple[str, str], str] = {}
    for line, field, siret, name, kind in sorted(named, key=lambda each: each[2] is None):
        try:
            organisation = directory.enter(siret, name, kind)
        except Ambiguous as ambiguous:
            known = ", ".join(each.siret or "sans SIRET" for each in ambiguous.organisations)
            fault = f"désigne plusieurs organisations connues ({known})"
            remedy = f"Écrivez son SIRET dans la colonne {quoted(HEADERS[f'{field}_siret'])}."
            problems.append(Problem(line, HEADERS[field], name, fault, remedy))
            continue
        found[line, field] = organisation
        if siret and plain(organisation.name) not in (plain(name), plain(nameless(siret))):
            whose = f"le SIRET {siret} est celui de {quoted(organisation.name)} dans le suivi. Ce nom est gardé."
            other_names.setdefault((siret, plain(name)), f"Ligne {line}{NBSP}: {whose}")
    notices += other_names.values()
    parties = {}
    for row in rows:
        buyer, awardee = found.get((row.line, "buyer")), found.get((row.line, "awardee"))
        if buyer is not None and buyer is awardee:
            fault, remedy = "est aussi l’acheteur de ce marché", "Corrigez l’un des deux."
            problems.append(Problem(row.line, HEADERS["awardee"], row.awardee, fault, remedy))
        elif buyer and awardee:
            parties[row.line] = Parties(buyer, awardee)
    return parties


def contracts_of(
    ledger: Ledger, place: Territory, rows: Iterable[ContractRow], parties: Mapping[int, Parties]
) -> dict[int, Contract]:
    """Find or make the contracts; what several lines say of one contract is put together."""
    together: defaultdict[tuple[int, str], list[ContractRow]] = defaultdict(list)
    for row in rows:
        together[parties[row.line].buyer.id, reference_key(row.reference)].append(row)
    known = contracts_of_buyers(ledger.session, set(together))
    lots_known: defaultdict[int, set[str]] = defaultdict(set)
    for commitment in commitments_on(ledger.session, known.values()):
        lots_known[commitment.contract_id].add(lot_key(commitment.lot))
    contracts: dict[int, Contract] = {}
    for key, lines in together.items():
        contract = known.get(key)
        if contract is None:
            contract = Contract(territory_id=place.id, buyer_id=key[0], reference=lines[0].reference, **_said(lines))
            ledger.add(contract)
        else:
            said = _said(lines)
            if not lots_known[contract.id] <= {lot_key(_lot(row)) for row in lines}:
                # Some lots are not in this file: its amounts and its first notification are not the whole contract's.
                said |= {name: None for name in ("amount", "notified_on") if getattr(contract, name) is not None}
            ledger.revise(contract, **said)
        contracts |= {row.line: contract for row in lines}
    return contracts


def commitments_of(
    ledger: Ledger,
    rows: Sequence[ContractRow],
    contracts: Mapping[int, Contract],
    parties: Mapping[int, Parties],
    problems: list[Problem],
) -> dict[int, Commitment]:
    """Find or make the commitments. A lead of open data, without lot nor hours, becomes the first that completes it."""
    pairs: defaultdict[tuple[int, int], list[Commitment]] = defaultdict(list)
    for commitment in commitments_on(ledger.session, set(contracts.values())):
        pairs[commitment.contract_id, commitment.awardee_id].append(commitment)
    lines: dict[Commitment, int] = {}
    found: dict[int, Commitment] = {}

    def take(row: ContractRow, commitment: Commitment) -> None:
        first = lines.setdefault(commitment, row.line)
        if first != row.line:
            fault = f"même marché, même lot et même attributaire que la ligne {first}"
            problems.append(Problem(row.line, "", "", fault, "Gardez une seule ligne, ou distinguez les lots."))
            return
        found[row.line] = commitment
        values = _owed(row, commitment, ledger)
        if commitment.initial is not None:
            problems.extend(contradictions(row.line, values, commitment))
            ledger.revise(commitment, **without_terms(values))
            return
        problems.extend(_reversed(row, values["starts_on"], values["ends_on"]))
        ledger.revise(commitment, **values)

    waiting = []
    for row in (row for row in rows if row.line in contracts):
        pair = pairs[contracts[row.line].id, parties[row.line].awardee.id]
        known = _of_lot(pair, row)
        if known is None:
            waiting.append((row, pair))
        else:
            take(row, known)
    for row, pair in waiting:
        lead = next((each for each in pair if is_lead(each) and not each.lot and each not in lines), None)
        owed = _of_lot(pair, row) or lead
        if owed is None:
            owed = new_commitment(contracts[row.line], parties[row.line].awardee, _lot(row))
            ledger.add(owed)
            pair.append(owed)
        elif owed is lead:
            ledger.revise(owed, lot=_lot(row))
        take(row, owed)
    return found


def _of_lot(pair: Iterable[Commitment], row: ContractRow) -> Commitment | None:
    return next((each for each in pair if lot_key(each.lot) == lot_key(_lot(row))), None)


def _owed(row: ContractRow, commitment: Commitment, ledger: Ledger) -> dict[str, Any]:
    """What a line says of a commitment; without a first day, the known one, else the day of notification."""
    starts_on = row.starts_on or commitment.starts_on or row.notified_on
    ends_on = row.ends_on or last_day_of(starts_on, row.months) or commitment.ends_on
    moved = (row.hours, starts_on, ends_on) != (commitment.committed_hours, commitment.starts_on, commitment.ends_on)
    status = status_for(row.hours, starts_on, ends_on, ledger.house.today(), former=commitment.status)
    return {
        "lot_title": row.lot_title if row.lot else None,
        "committed_hours": row.hours,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "modalities": [str(modality) for modality in row.modalities] or None,
        "publics": list(row.publics) or None,
        "reporting_day": row.reporting_day,
        "penalty_per_hour": row.penalty_per_hour,
        "penalty_terms": row.penalty_terms,
        "contract_article": row.clause_article,
        "status": status if moved else None,
    }


def _reversed(row: ContractRow, starts_on: date | None, ends_on: date | None) -> Iterator[Problem]:
    """Yield what is wrong when the line gives one of the two dates, and the register the other, in the wrong order."""
    if starts_on is None or ends_on is None or starts_on <= ends_on:
        return
    if row.ends_on:
        fault = f"est avant le début connu ({starts_on:%d/%m/%Y})"
        yield Problem(row.line, HEADERS["ends_on"], f"{ends_on:%d/%m/%Y}", fault, "Écrivez aussi la date de début.")
    else:
        field = "starts_on" if row.starts_on else "notified_on"
        fault = f"est après la fin connue ({ends_on:%d/%m/%Y})"
        yield Problem(row.line, HEADERS[field], f"{starts_on:%d/%m/%Y}", fault, "Écrivez aussi la date de fin.")


def _said(rows: Sequence[ContractRow]) -> dict[str, Any]:
    """What the lines of one contract say of it: the first value given, the first notification, the whole amount."""

    def first(field: str) -> Any:
        return next((value for row in rows if (value := getattr(row, field)) is not None), None)

    return {
        "object": first("object"),
        "nature": first("nature"),
        "amount": _amount(rows),
        "consultation_launched_on": first("launched_on"),
        "notified_on": min((row.notified_on for row in rows if row.notified_on), default=None),
        "cpv": first("cpv"),
        "place": first("place"),
    }


def _amount(rows: Sequence[ContractRow]) -> Decimal | None:
    """Add the amounts of the lots; the awardees of one lot repeat its amount, or all lines that of the contract."""
    by_lot: dict[str, Decimal] = {}
    for row in rows:
        if row.amount is not None:
            key = lot_key(_lot(row))
            by_lot[key] = max(row.amount, by_lot.get(key, row.amount))
    amounts = set(by_lot.values())
    return sum(by_lot.values(), Decimal(0)) if len(amounts) > 1 else next(iter(amounts), None)


def _lot(row: ContractRow) -> str:
    return lot_number(row.lot or row.lot_title or "")
