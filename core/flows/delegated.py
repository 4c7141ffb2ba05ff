"""What is delegated to a person, and what waits for their own company: the parts of the register about delegations."""

from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from core.access import declares_for
from core.checks import employed_in
from core.delegations import covering, held_by
from core.employments import employments_of
from core.models import Commitment, Delegation, Employment, Person, PreparedHire, PreparedMonth
from core.months import in_french
from core.preparations import answers_of, hires_waiting, prepared_for


class Delegated:
    """Reads for one person, in one transaction; the months of their own company are not delegated to them."""

    def __init__(self, session: Session, person: Person | None, today: date) -> None:
        self._session = session
        self._person = person
        self._today = today

    @cached_property
    def held(self) -> list[Delegation]:
        """What is delegated to the person today."""
        return held_by(self._session, self._person, self._today)

    def of(self, commitment: Commitment) -> list[Delegation]:
        """What is delegated to the person of a commitment; nothing of their own company's."""
        found = [each for each in self.held if each.commitment_id == commitment.id]
        return found if found and not declares_for(self._person, commitment) else []

    def is_whole(self, commitment: Commitment) -> bool:
        """Whether every month of a commitment is delegated to the person."""
        return any(each.month is None for each in self.of(commitment))

    def covers(self, commitment: Commitment, month: str) -> bool:
        """Whether the person prepares a month."""
        return covering(self.of(commitment), self._person, commitment.id, month, self._today) is not None

    def refusal_for(self, commitment: Commitment, month: str, declared: frozenset[str]) -> str | None:
        """Say why the person cannot prepare a month, in French; None when they can."""
        said = in_french(month).capitalize()
        if not self.covers(commitment, month):
            return f"{said} ne vous est pas confié. Choisissez un mois qui l’est."
        if month in declared:
            return f"{said} est déjà déclaré par l’entreprise, il n’y a rien à préparer."
        return None

    def seen(self, commitment: Commitment, people: list[Employment]) -> list[Employment]:
        """Keep the people employed in the months that are delegated."""
        months = [each.month for each in self.of(commitment)]
        return [each for each in people if any(month is None or employed_in(each, month) for month in months)]

    def waiting(self, commitment: Commitment) -> list[PreparedMonth]:
        """What was prepared, by anybody, of the months delegated to the person, and waits for the company."""
        if not self.of(commitment):
            return []
        return [each for each in prepared_for(self._session, [commitment.id]) if self.covers(commitment, each.month)]

    def own(self, commitment: Commitment) -> dict[str, PreparedMonth]:
        """What the person prepared themselves and that waits for the company, by month."""
        whose = self._person.id if self._person is not None else None
        return {each.month: each for each in self.waiting(commitment) if each.prepared_by_id == whose}


class Awaiting:
    """What others prepared of some commitments of a person's own company, that waits for its word."""

    def __init__(self, session: Session, commitments: list[Commitment]) -> None:
        self._session = session
        self._numbers = [row.id for row in commitments]

    @cached_property
    def months(self) -> list[PreparedMonth]:
        """The months prepared, oldest first."""
        return prepared_for(self._session, self._numbers)

    @cached_property
    def hires(self) -> list[PreparedHire]:
        """The hires prepared, oldest first."""
        return hires_waiting(self._session, self._numbers)

    def of(self, commitment_id: int, month: str) -> PreparedMonth | None:
        """What was prepared of a month."""
        return next((each for each in self.months if (each.commitment_id, each.month) == (commitment_id, month)), None)

    def by(self, prepared: PreparedMonth) -> str:
        """The name of who prepared a month."""
        return self._session.get_one(Person, prepared.prepared_by_id).name

    def answers_of(self, prepared: PreparedMonth) -> dict[str, str]:
        """A prepared month, as answers of the company's own declaration."""
        people = employments_of(self._session, prepared.commitment_id, prepared.month)
        return answers_of(prepared, people, self.by(prepared))
