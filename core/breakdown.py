"""The hours of a commitment by public, modality and contract, and what became of people: counts that name nobody.

A group of fewer than three people is joined to the others: in a small one, a count is already a name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.commitments import COUNTED
from core.models import Declaration, DeclarationLine, Employment, ExitAnswer
from core.terms import Criterion

FEWEST = 3
OTHERS = "autres (groupes de moins de trois personnes)"


@dataclass(frozen=True)
class Group:
    """People who have something in common, and their hours."""

    label: str
    people: int
    hours: Decimal


@dataclass(frozen=True)
class Breakdown:
    """The groups of a commitment. `exits` counts situations at the end and since; its hours are those of the people."""

    publics: list[Group]
    modalities: list[Group]
    kinds: list[Group]
    exits: list[Group]


Work = tuple[Employment, Decimal]


def breakdown_of(session: Session, commitment_id: int) -> Breakdown:
    """Group the hours of the versions in force of a commitment."""
    hours: dict[int, Decimal] = {}
    employments: dict[int, Employment] = {}
    lines = session.scalars(
        select(DeclarationLine)
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .join(Employment, Employment.id == DeclarationLine.employment_id)
        .where(Declaration.commitment_id == commitment_id, COUNTED)
    ).unique()
    for line in lines:
        employments[line.employment_id] = line.employment
        hours[line.employment_id] = hours.get(line.employment_id, Decimal(0)) + line.worked + line.training
    work = [(employments[each], total) for each, total in hours.items() if total]
    latest: dict[int, ExitAnswer] = {}
    for answer in session.scalars(
        select(ExitAnswer).where(ExitAnswer.employment_id.in_(employments)).order_by(ExitAnswer.months)
    ):
        latest[answer.employment_id] = answer
    return Breakdown(
        publics=grouped(work, lambda employment: Criterion.of(employment.criterion).label),
        modalities=grouped(work, lambda employment: employment.modality.label),
        kinds=grouped(work, lambda employment: employment.kind.label),
        exits=grouped(
            [each for each in work if each[0].id in latest],
            lambda employment: latest[employment.id].situation.label,
        ),
    )


def grouped(work: Iterable[Work], label_of: Callable[[Employment], str]) -> list[Group]:
    """Group by a label, the most hours first; small groups are joined, unless that would leave one of them alone."""
    people: dict[str, set[int]] = {}
    hours: dict[str, Decimal] = {}
    for employment, total in work:
        label = label_of(employment)
        people.setdefault(label, set()).add(employment.participant_id)
        hours[label] = hours.get(label, Decimal(0)) + total
    small = {label for label, each in people.items() if len(each) < FEWEST}
    if small and len(set().union(*(people[label] for label in small))) < FEWEST and len(small) < len(people):
        # too few even together: the next smallest group hides them
        small.add(min(people.keys() - small, key=lambda label: (len(people[label]), label)))
    shown = [Group(label, len(people[label]), hours[label]) for label in people if label not in small]
    shown.sort(key=lambda group: (-group.hours, group.label))
    if small:
        joined = set().union(*(people[label] for label in small))
        shown.append(Group(OTHERS, len(joined), sum((hours[label] for label in small), Decimal(0))))
    return shown
