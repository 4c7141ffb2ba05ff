"""What one line of the contracts table says, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.hours import NBSP
from core.terms import ContractNature, Modality


@dataclass(frozen=True)
class ContractRow:
    """One line: a contract, one of its lots if any, one awardee and what it committed to.

    Amounts are euros excluding tax, `hours` hours of insertion over the whole contract, `cpv` eight digits, SIRETs
    fourteen. A contract with several lots or awardees stands on several lines with the same buyer and reference.
    """

    line: int
    buyer: str
    reference: str
    object: str
    awardee: str
    hours: Decimal
    buyer_siret: str | None = None
    lot: str | None = None
    lot_title: str | None = None
    nature: ContractNature | None = None
    amount: Decimal | None = None
    launched_on: date | None = None
    notified_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    months: int | None = None
    place: str | None = None
    cpv: str | None = None
    awardee_siret: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    modalities: tuple[Modality, ...] = ()
    publics: tuple[str, ...] = ()
    reporting_day: int | None = None
    penalty_per_hour: Decimal | None = None
    penalty_terms: str | None = None
    clause_article: str | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong and what to write instead; `str()` is the sentence for the person.

    `line` is None and `field` empty when it concerns the whole table. `value` is what was read, "" when nothing was.
    """

    line: int | None
    field: str
    value: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        """Write "Ligne 14, colonne « … » : « 12O0 » n’est pas … . Écrivez …"."""
        where = [f"ligne {self.line}"] if self.line else []
        where += [f"colonne {quoted(self.field)}"] if self.field else []
        what = f"{quoted(self.value)} {self.fault}" if self.value else self.fault
        sentence = f"{', '.join(where)}{NBSP}: {what}" if where else what
        return f"{sentence[0].upper()}{sentence[1:]}. {self.remedy}".strip()


@dataclass(frozen=True)
class ContractsSheet:
    """The lines that could be read, the problems that forbid to store them, and remarks that do not."""

    rows: tuple[ContractRow, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]


def quoted(text: str) -> str:
    """Put French quotation marks around a text."""
    return f"«{NBSP}{text}{NBSP}»"
