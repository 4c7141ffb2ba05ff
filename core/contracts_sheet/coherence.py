"""What lines of the contracts table say against themselves or against each other."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from core.contracts_sheet.row import ContractRow, Problem, quoted
from core.hours import NBSP, plain

_ORDERED_DATES = (("launched_on", "notified_on"), ("starts_on", "ends_on"), ("notified_on", "ends_on"))


def contradictions(rows: Iterable[ContractRow], names: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what forbids to store the rows; `names` are the titles that the person sees, by field."""
    commitments: dict[Hashable, ContractRow] = {}
    contracts: dict[Hashable, ContractRow] = {}
    for row in rows:
        yield from _dates(row, names)
        twin = commitments.setdefault(_commitment(row), row)
        if twin is not row:
            yield _repeated(row, twin)
        first = contracts.setdefault(_contract(row), row)
        if None not in (row.launched_on, first.launched_on) and row.launched_on != first.launched_on:
            yield Problem(
                row.line, names["launched_on"], _day(row.launched_on),
                f"n’est pas la date de la ligne {first.line}, qui est du même marché",
                "Écrivez la même date sur toutes les lignes du marché.",
            )  # fmt: skip


def remarks(rows: Iterable[ContractRow]) -> Iterator[str]:
    """Yield what the person should know but does not forbid anything."""
    undated = [str(row.line) for row in rows if not row.starts_on and not row.notified_on]
    if undated:
        lines = f"ligne{'s' if len(undated) > 1 else ''} {', '.join(undated)}"
        yield f"Sans date de début ni de notification ({lines}){NBSP}: aucun mois ne sera demandé tant qu’elle manque."


def _dates(row: ContractRow, names: Mapping[str, str]) -> Iterator[Problem]:
    for earlier, later in _ORDERED_DATES:
        before: date | None = getattr(row, earlier)
        after: date | None = getattr(row, later)
        if before and after and after < before:
            yield Problem(
                row.line, names[later], _day(after),
                f"est avant {quoted(names[earlier])} ({_day(before)})", "Corrigez l’une des deux dates.",
            )  # fmt: skip
            return


def _repeated(row: ContractRow, twin: ContractRow) -> Problem:
    if replace(row, line=twin.line) == twin:
        return Problem(row.line, "", "", f"c’est la copie exacte de la ligne {twin.line}", "Supprimez l’une des deux.")
    return Problem(
        row.line, "", "",
        f"même marché, même lot et même attributaire que la ligne {twin.line}, mais le reste diffère",
        "Gardez une seule ligne, ou distinguez les lots.",
    )  # fmt: skip


def _contract(row: ContractRow) -> Hashable:
    return row.buyer_siret or plain(row.buyer), plain(row.reference).replace(" ", "")


def _commitment(row: ContractRow) -> Hashable:
    return _contract(row), plain(row.lot or row.lot_title or ""), row.awardee_siret or plain(row.awardee)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
