"""What the facilitateur sees of the declarations: those to examine, those sent back, and one with its whole history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import ONLY_FACILITATOR, reviews
from core.checks import LABELS
from core.commitments import state_of, title_of, total_of
from core.hours import in_hours
from core.house import House
from core.letters import CommitmentState
from core.messages import moment
from core.models import Commitment, Contract, Declaration, DeclarationLine, Person, Remark, Territory
from core.months import day_in_french, in_french
from core.refusal import Refused
from core.remarks import names_of, open_remarks, remarks_of
from core.review import flags_now, is_clean, waiting
from core.terms import DeclarationStatus

MOST_SHOWN = 200


@dataclass(frozen=True)
class DeclarationRow:
    """One month in a list. `accepted_on` is when the delay accepts it, `late` whose answer is past its day."""

    id: int
    title: str
    awardee: str
    total: str
    since: str
    accepted_on: str = ""
    due_on: str = ""
    is_late: bool = False
    flags: int = 0
    is_clean: bool = False


@dataclass(frozen=True)
class DeclarationList:
    """The months to examine, those that wait for a company, and how many have nothing to look at."""

    to_examine: Sequence[DeclarationRow]
    returned: Sequence[DeclarationRow]

    @property
    def clean(self) -> int:
        """How many months may be accepted at once."""
        return sum(row.is_clean for row in self.to_examine)


@dataclass(frozen=True)
class LineSeen:
    """One line: whose hours, how many, what to look at, what the company confirmed."""

    employment_id: int
    name: str
    hours: str
    training: str
    terms: str
    flags: tuple[str, ...]
    confirmed: tuple[str, ...]
    is_returned: bool


@dataclass(frozen=True)
class RemarkSeen:
    """One exchange about a line: what the facilitateur said, what the company answered, "" while it waits."""

    name: str
    said: str
    when: str
    due_on: str
    answer: str
    answered: str


@dataclass(frozen=True)
class VersionSeen:
    """One version of the month."""

    version: int
    total: str
    status: str
    declared: str
    note: str
    is_shown: bool


@dataclass(frozen=True)
class DeclarationPage:
    """One month with everything said about it."""

    id: int
    title: str
    awardee: str
    status: str
    total: str
    declared: str
    nil_reason: str
    note: str
    lines: tuple[LineSeen, ...]
    remarks: tuple[RemarkSeen, ...]
    versions: tuple[VersionSeen, ...]
    state: CommitmentState
    accepted_on: str
    due_on: str
    is_examinable: bool
    is_returned: bool


def declarations_to_see(session: Session, house: House, who: Person) -> DeclarationList:
    """List the months of a facilitateur's territory."""
    place = session.get_one(Territory, who.territory_id)
    to_examine = session.scalars(waiting(place.id).limit(MOST_SHOWN)).all()
    returned = session.scalars(
        select(Declaration)
        .join(Commitment, Commitment.id == Declaration.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == place.id, Declaration.status == DeclarationStatus.RETURNED)
        .order_by(Declaration.awaiting_since)
        .limit(MOST_SHOWN)
    ).all()
    audit.note(session, house, "list_declarations", f"territory:{place.id}", person_id=who.id)
    return DeclarationList(
        [_row(session, house, declaration, place) for declaration in to_examine],
        [_returned_row(session, house, declaration, place) for declaration in returned],
    )


def _row(session: Session, house: House, declaration: Declaration, place: Territory) -> DeclarationRow:
    commitment = session.get_one(Commitment, declaration.commitment_id)
    flags = flags_now(session, declaration)
    return DeclarationRow(
        id=declaration.id,
        title=_title(declaration, commitment),
        awardee=commitment.awardee.name,
        total=_total(declaration),
        since=moment(house, declaration.awaiting_since),
        accepted_on=_accepted_on(house, declaration, place),
        flags=sum(map(len, flags.values())),
        is_clean=is_clean(flags),
    )


def _returned_row(session: Session, house: House, declaration: Declaration, place: Territory) -> DeclarationRow:
    commitment = session.get_one(Commitment, declaration.commitment_id)
    due_on = min((each.remark.due_on for each in open_remarks(session, declaration)), default=house.today())
    return DeclarationRow(
        id=declaration.id,
        title=_title(declaration, commitment),
        awardee=commitment.awardee.name,
        total=_total(declaration),
        since=moment(house, declaration.awaiting_since),
        due_on=day_in_french(due_on),
        is_late=due_on < house.today(),
    )


def declaration_page(session: Session, house: House, who: Person, declaration_id: int) -> DeclarationPage:
    """Return one month; the read is audited. Raises Refused: not the facilitateur's, or no such month."""
    declaration = session.get(Declaration, declaration_id)
    commitment = session.get_one(Commitment, declaration.commitment_id) if declaration is not None else None
    if declaration is None or commitment is None or not reviews(who, commitment):
        raise Refused(ONLY_FACILITATOR)
    audit.note(session, house, "read_declaration", f"declaration:{declaration.id}", person_id=who.id)
    place = session.get_one(Territory, commitment.contract.territory_id)
    flags = flags_now(session, declaration)
    remarks = remarks_of(session, commitment.id, declaration.month)
    names = names_of(session, remarks)
    due = [each.remark.due_on for each in open_remarks(session, declaration)]
    submitted = declaration.status is DeclarationStatus.SUBMITTED
    return DeclarationPage(
        id=declaration.id,
        title=_title(declaration, commitment),
        awardee=commitment.awardee.name,
        status=declaration.status.for_facilitator,
        total=_total(declaration),
        declared=_declared(session, house, declaration),
        nil_reason=declaration.nil_reason.label if declaration.nil_reason else "",
        note=declaration.note,
        lines=tuple(_line(line, flags.get(line.employment_id, ())) for line in declaration.lines),
        remarks=tuple(_remark(session, house, each, names) for each in remarks),
        versions=_versions(session, house, declaration),
        state=state_of(session, commitment, house.today()),
        accepted_on=_accepted_on(house, declaration, place) if submitted else "",
        due_on=(house.today() + timedelta(days=place.correction_days)).isoformat() if not due else "",
        is_examinable=declaration.status in {DeclarationStatus.SUBMITTED, DeclarationStatus.RETURNED},
        is_returned=declaration.status is DeclarationStatus.RETURNED,
    )


def _line(line: DeclarationLine, flags: tuple[str, ...]) -> LineSeen:
    employment = line.employment
    since = f"depuis le {day_in_french(employment.starts_on)}"
    until = f", jusqu’au {day_in_french(employment.ends_on)}" if employment.ends_on else ""
    return LineSeen(
        employment_id=employment.id,
        name=employment.participant.name,
        hours=in_hours(line.worked + line.training),
        training=in_hours(line.training) if line.training else "",
        terms=f"{employment.kind.label}, {employment.modality.label}, {since}{until}",
        flags=tuple(LABELS[flag] for flag in flags),
        confirmed=tuple(LABELS[rule] for rule in line.confirmed.split(",") if rule),
        is_returned=line.is_returned,
    )


def _remark(session: Session, house: House, remark: Remark, names: dict[int, str]) -> RemarkSeen:
    answer = remark.answer or ""
    if remark.corrected_in_id is not None:
        answer = f"Heures corrigées (version {session.get_one(Declaration, remark.corrected_in_id).version})."
    return RemarkSeen(
        name=names[remark.employment_id],
        said=f"{remark.reason.capitalised}. {remark.text}".strip(),
        when=moment(house, remark.made_at),
        due_on=day_in_french(remark.due_on),
        answer=answer,
        answered=moment(house, remark.answered_at) if remark.answered_at else "",
    )


def _versions(session: Session, house: House, shown: Declaration) -> tuple[VersionSeen, ...]:
    rows = session.scalars(
        select(Declaration)
        .where(Declaration.commitment_id == shown.commitment_id, Declaration.month == shown.month)
        .order_by(Declaration.version.desc())
    )
    return tuple(
        VersionSeen(
            version=row.version,
            total=_total(row),
            status=row.status.for_facilitator,
            declared=_declared(session, house, row),
            note=row.note,
            is_shown=row.id == shown.id,
        )
        for row in rows
    )


def _declared(session: Session, house: House, declaration: Declaration) -> str:
    by = session.get_one(Person, declaration.declared_by_id)
    return f"le {moment(house, declaration.declared_at)}, par {by.name}"


def _title(declaration: Declaration, commitment: Commitment) -> str:
    return f"{in_french(declaration.month).capitalize()}, {title_of(commitment, short=True)}"


def _total(declaration: Declaration) -> str:
    return in_hours(total_of(declaration))


def _accepted_on(house: House, declaration: Declaration, place: Territory) -> str:
    return day_in_french(house.local(declaration.awaiting_since).date() + timedelta(days=place.acceptance_days))
