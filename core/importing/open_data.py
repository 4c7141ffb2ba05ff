"""Open data of awarded contracts (DECP), into the register as leads: a social clause exists, its hours are unknown.

The file is read twice, as a stream: first to know the last record of each contract, then to enter by batches those that
declare a social clause, and to keep all of them as something to compare with.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.decp import Awardee, DecpContract, DecpProblem, bought_by, notified_since, read_decp
from core.house import House
from core.importing.awarded import keep_awarded
from core.importing.commitment import is_lead, last_day_of, new_commitment
from core.importing.directory import LONGEST_NAME, Ambiguous, Directory, directory_of_batch
from core.importing.editions import Editions
from core.importing.ledger import AT_ONCE, Ledger, commitments_on, contracts_of_buyers, in_batches
from core.models import Commitment, Contract, Organisation, Territory
from core.people import territory
from core.references import reference_key
from core.terms import ContractNature, OrganisationKind

MOST_BAD = 1000
UNTITLED = "Objet non publié"
_LONGEST_ID = 80
_LONGEST_OBJECT = 1000  # what the open data schema and the contracts table allow


@dataclass(frozen=True)
class DecpImported:
    """What a file held and what became of it.

    `read` counts records; `without_clause` and `unknown_social` those of the buyer and period asked for; `kept`,
    `created`, `updated` and `unchanged` contracts. `bad` holds the first problems, `bad_count` how many there were,
    `left_out` how many of them cost a record.
    """

    read: int
    kept: int
    created: int
    updated: int
    unchanged: int
    without_clause: int
    unknown_social: int
    bad: tuple[DecpProblem, ...]
    bad_count: int
    left_out: int


@dataclass
class _Count:
    read: int = 0
    without_clause: int = 0
    unknown_social: int = 0
    bad_count: int = 0
    left_out: int = 0


def import_decp(house: House, path: Path, *, buyer: str | None = None, since: date | None = None) -> DecpImported:
    """Enter the contracts of an open data file that declare a social clause, with a commitment to complete per awardee.

    `buyer` is a SIREN (or a SIRET), `since` the first day of notification. What the facilitateur completed is never
    overwritten, only filled in. A record that cannot be read is reported, the others are kept. Raises OSError only.
    """
    count, bad = _Count(), list[DecpProblem]()
    done = dict.fromkeys(("kept", "created", "updated", "unchanged"), 0)
    with closing(Editions()) as editions:
        for problem in _sorted_out(house, path, buyer, since, editions, count):
            count.bad_count += 1
            count.left_out += not problem.kept
            if len(bad) < MOST_BAD:
                bad.append(problem)
        for batch in in_batches(_chosen(house, path, editions), AT_ONCE):
            with house.database.transaction() as session:
                keep_awarded(session, batch)
                leads = [item for item in batch if item.has_social_clause]
                for name, number in _enter(session, house, leads).items() if leads else ():
                    done[name] += number
    return DecpImported(
        **done,
        read=count.read,
        without_clause=count.without_clause,
        unknown_social=count.unknown_social,
        bad=tuple(bad),
        bad_count=count.bad_count,
        left_out=count.left_out,
    )


def _sorted_out(
    house: House, path: Path, buyer: str | None, since: date | None, editions: Editions, count: _Count
) -> Iterator[DecpProblem]:
    """Fill in the editions and the counts; yield the problems of what is kept and of what cannot be read at all."""
    concerned = False
    for item in read_decp(path, today=house.today()):
        if isinstance(item, DecpProblem):
            if concerned or not item.kept:
                yield item
            continue
        count.read += 1
        asked_for = (buyer is None or bought_by(item, buyer)) and (since is None or notified_since(item, since))
        concerned = asked_for and item.has_social_clause
        if not asked_for:
            continue
        count.without_clause += item.social is not None and not item.has_social_clause
        count.unknown_social += item.social is None
        if len(_decp_id(item)) > _LONGEST_ID:
            concerned = False
            if item.has_social_clause:
                reason = f"identifiant de plus de {_LONGEST_ID - len(item.buyer_siret)} caractères, il n’est pas repris"
                yield DecpProblem(item.position, None, reason, False)
            continue
        editions.add(item, wanted=True)


def _chosen(house: House, path: Path, editions: Editions) -> Iterator[DecpContract]:
    positions = editions.wanted()
    following = next(positions, None)
    if following is None:
        return
    for item in read_decp(path, today=house.today()):
        if isinstance(item, DecpContract) and item.position == following:
            yield item
            following = next(positions, None)
            if following is None:
                return


def _enter(session: Session, house: House, batch: list[DecpContract]) -> dict[str, int]:
    ledger = Ledger(session, house)
    place = territory(session, house)
    parties = _parties(ledger, place, batch)
    ledger.flush()
    contracts = _contracts(ledger, place, batch, parties)
    ledger.flush()
    leads = _leads(ledger, batch, contracts, parties)
    ledger.flush()
    touched = ledger.created | ledger.revised
    created = sum(contract in ledger.created for contract in contracts)
    updated = sum(
        contract not in ledger.created and not touched.isdisjoint({contract, *owed, *who})
        for contract, owed, who in zip(contracts, leads, parties, strict=True)
    )
    if created or updated:
        detail = f"created {created}, updated {updated}"
        audit.note(session, house, "import_decp", f"territory:{place.id}", detail=detail)
    return {
        "kept": len(batch), "created": created, "updated": updated, "unchanged": len(batch) - created - updated,
    }  # fmt: skip


def _parties(ledger: Ledger, place: Territory, batch: list[DecpContract]) -> list[list[Organisation]]:
    """Find or make, for each contract, its buyer then its awardees."""
    sirets = {contract.buyer_siret for contract in batch}
    sirets |= {each.id for contract in batch for each in contract.awardees if each.kind == "SIRET"}
    names = {_name(each) for contract in batch for each in contract.awardees if each.kind != "SIRET"}
    directory = directory_of_batch(ledger, place, sirets, names)
    return [
        [
            directory.enter(contract.buyer_siret, contract.buyer_name, OrganisationKind.BUYER),
            *dict.fromkeys(_awardee(directory, awardee) for awardee in contract.awardees),
        ]
        for contract in batch
    ]


def _awardee(directory: Directory, awardee: Awardee) -> Organisation:
    siret = awardee.id if awardee.kind == "SIRET" else None
    try:
        return directory.enter(siret, awardee.name if siret else _name(awardee), OrganisationKind.AWARDEE)
    except Ambiguous as ambiguous:
        return ambiguous.organisations[0]


def _name(awardee: Awardee) -> str:
    """Name an awardee that has no valid SIRET, in a way that finds it again."""
    identifier = f"{awardee.kind or 'identifiant'} {awardee.id}" if awardee.id else ""
    if awardee.name and identifier:
        return f"{awardee.name[: LONGEST_NAME - len(identifier) - 3]} ({identifier})"
    return (awardee.name or identifier)[:LONGEST_NAME]


def _contracts(
    ledger: Ledger, place: Territory, batch: list[DecpContract], parties: list[list[Organisation]]
) -> list[Contract]:
    keys = [(who[0].id, reference_key(item.reference)) for item, who in zip(batch, parties, strict=True)]
    ids = {_decp_id(item) for item in batch}
    same_id = ledger.session.scalars(select(Contract).where(Contract.decp_id.in_(ids)))
    known_by_id = {each.decp_id: each for each in same_id}
    unmatched = {key for item, key in zip(batch, keys, strict=True) if _decp_id(item) not in known_by_id}
    known_by_key = contracts_of_buyers(ledger.session, unmatched, among=Contract.decp_id.is_(None))
    known = {each.id: each for each in (*known_by_id.values(), *known_by_key.values())}
    completed = {each.contract_id for each in commitments_on(ledger.session, known.values()) if not is_lead(each)}
    contracts = []
    for item, key in zip(batch, keys, strict=True):
        contract = known_by_id.get(_decp_id(item)) or known_by_key.pop(key, None)
        said = _said(item)
        if contract is None:
            said["object"] = said["object"] or UNTITLED
            contract = Contract(territory_id=place.id, buyer_id=key[0], reference=item.reference, **said)
            ledger.add(contract)
        elif contract.id in completed:
            ledger.revise(contract, **{name: value for name, value in said.items() if getattr(contract, name) is None})
        else:
            ledger.revise(contract, **said)
        contracts.append(contract)
    return contracts


def _leads(
    ledger: Ledger, batch: list[DecpContract], contracts: list[Contract], parties: list[list[Organisation]]
) -> list[list[Commitment]]:
    """Find or make a commitment to complete for each awardee of each contract; return what each of them owes."""
    known: defaultdict[tuple[int, int], list[Commitment]] = defaultdict(list)
    for commitment in commitments_on(ledger.session, contracts):
        known[commitment.contract_id, commitment.awardee_id].append(commitment)
    owed = []
    for item, contract, who in zip(batch, contracts, parties, strict=True):
        dates = {"starts_on": item.notified_on, "ends_on": last_day_of(item.notified_on, item.months)}
        found = []
        for awardee in who[1:]:
            commitments = known[contract.id, awardee.id]
            if not commitments:
                commitments.append(new_commitment(contract, awardee))
                ledger.add(commitments[0])
            for commitment in commitments:
                if is_lead(commitment):
                    ledger.revise(commitment, **dates)
            found += commitments
        owed.append(found)
    return owed


def _said(item: DecpContract) -> dict[str, Any]:
    return {
        "decp_id": _decp_id(item),
        "object": item.object[:_LONGEST_OBJECT] if item.object else None,
        "nature": ContractNature.CONCESSION if item.concession else None,
        "amount": item.amount,
        "notified_on": item.notified_on,
        "cpv": item.cpv,
        "place": item.place,
    }


def _decp_id(item: DecpContract) -> str:
    """Identify a contract as the consolidated open data do: the buyer's SIRET, then the reference."""
    return f"{item.buyer_siret}{item.reference}"
