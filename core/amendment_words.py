"""Amendments in words: what one changes, and what is owed before and after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.hours import NBSP, in_hours
from core.months import day_in_french
from core.standing import Change, Period, Standing
from core.terms import AmendmentKind, ShareRole


@dataclass(frozen=True)
class Names:
    """How the companies and the other commitments that an amendment is about are called, by id."""

    companies: Mapping[int, str] = field(default_factory=dict)
    commitments: Mapping[int, str] = field(default_factory=dict)

    def company(self, number: int | None) -> str:
        """The name of a company."""
        return self.companies.get(number or 0, "une autre entreprise")


NOBODY = Names()


@dataclass(frozen=True)
class Difference:
    """One figure or date before and after."""

    label: str
    before: str
    after: str

    @property
    def line(self) -> str:
        """As a line of a list."""
        return f"{self.label}{NBSP}: {self.after} (avant{NBSP}: {self.before})"


SAY_THEIR_HOURS = {AmendmentKind.HOURS, AmendmentKind.SHARE, AmendmentKind.PART, AmendmentKind.TRANSFER}
SAY_THEIR_END = {AmendmentKind.DATES, AmendmentKind.EARLY_END, AmendmentKind.TRANSFER}


def in_words(change: Change, names: Names) -> str:
    """Say what a change is: "suspension du 1er décembre 2026 au 31 janvier 2027"."""
    said = [_what(change, names)]
    if change.hours is not None and change.kind not in SAY_THEIR_HOURS:
        said.append(_hours(change.hours))
    if change.ends_on is not None and change.kind not in SAY_THEIR_END:
        said.append(f"fin au {day_in_french(change.ends_on)}")
    return ", ".join(said)


def _what(change: Change, names: Names) -> str:
    day = day_in_french(change.effective_on)
    match change.kind:
        case AmendmentKind.HOURS:
            return _hours(change.hours or Decimal(0))
        case AmendmentKind.SUSPENSION:
            return f"suspension {_period((change.effective_on, change.until))}"
        case AmendmentKind.RESUMPTION:
            return f"reprise le {day}"
        case AmendmentKind.TRANSFER:
            return f"cession à {names.company(change.awardee_id)} le {day}"
        case AmendmentKind.SHARE | AmendmentKind.PART:
            return _share(change, names.company(change.awardee_id))
        case AmendmentKind.POOLING:
            others = ", ".join(names.commitments.get(number, "un autre marché") for number in change.members)
            return f"heures comptées avec celles de {others or 'vos autres marchés'}"
        case AmendmentKind.UNPOOLING:
            return f"fin du compte commun le {day}"
        case AmendmentKind.DATES | AmendmentKind.EARLY_END:
            return _dates(change)
        case AmendmentKind.TRANCHE:
            return "tranche affermie"


def _share(change: Change, other: str) -> str:
    hours = change.hours or Decimal(0)
    amount = in_hours(abs(hours))
    if change.share_role is ShareRole.FORMER:
        return f"{amount} reprises de {other}, à la cession du marché"
    if change.kind is AmendmentKind.PART:
        return f"{amount} confiées par {other}" if hours > 0 else f"{amount} reprises par {other}"
    how = f" ({change.share_role.label})" if change.share_role is not None else ""
    return f"{amount} confiées à {other}{how}" if hours < 0 else f"{amount} reprises à {other}{how}"


def _dates(change: Change) -> str:
    starts = f"début au {day_in_french(change.starts_on)}" if change.starts_on else ""
    word = "fin anticipée" if change.kind is AmendmentKind.EARLY_END else "fin du marché"
    ends = f"{word} au {day_in_french(change.ends_on)}" if change.ends_on else ""
    return ", ".join(filter(None, (starts, ends)))


def _hours(hours: Decimal) -> str:
    return f"{in_hours(abs(hours))} en {'moins' if hours < 0 else 'plus'}"


def differences(before: Standing, after: Standing, done: Decimal) -> tuple[Difference, ...]:
    """Return what differs, figures first; `done` are the hours already done."""
    found = []
    if after.hours != before.hours:
        found.append(Difference("Heures à faire", _owed(before.hours), _owed(after.hours)))
        found.append(Difference("Reste", _left(before.hours, done), _left(after.hours, done)))
    for label, one, other in (
        ("Début du marché", before.starts_on, after.starts_on),
        ("Fin du marché", before.ends_on, after.ends_on),
    ):
        if one != other:
            found.append(Difference(label, _day(one), _day(other)))
    if after.suspensions != before.suspensions:
        found.append(Difference("Suspension", periods(before.suspensions), periods(after.suspensions)))
    return tuple(found)


def periods(suspensions: Sequence[Period]) -> str:
    """Write suspensions: "du 1er octobre au 30 novembre 2026", "aucune"."""
    return ", ".join(map(_period, suspensions)) or "aucune"


def _period(period: Period) -> str:
    since, until = period
    if since == date.min:
        return "en cours"
    if until is None:
        return f"à partir du {day_in_french(since)}, sans date de reprise connue"
    return f"du {day_in_french(since)} au {day_in_french(until)}"


def _owed(hours: Decimal | None) -> str:
    return "à compléter" if hours is None else in_hours(hours)


def _left(hours: Decimal | None, done: Decimal) -> str:
    return "à compléter" if hours is None else in_hours(max(Decimal(0), hours - done))


def _day(day: date | None) -> str:
    return day_in_french(day) if day is not None else "à compléter"
