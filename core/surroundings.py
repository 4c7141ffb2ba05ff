"""The names that the register knows around a person: what must not leave it, nor stand in an article."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Commitment, Employment, Participant, Person


def names_around(session: Session, person: Person | None) -> list[str]:
    """Return a person's name, their organisation's, their colleagues' and those of the people it employed."""
    if person is None or person.organisation is None:
        return [person.name] if person else []
    hired = (
        select(Participant.name)
        .join(Employment, Employment.participant_id == Participant.id)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .where(Commitment.awardee_id == person.organisation_id)
        .distinct()
    )
    colleagues = select(Person.name).where(Person.organisation_id == person.organisation_id)
    return [person.name, person.organisation.name, *session.scalars(hired), *session.scalars(colleagues)]
