"""The kinds of letters that a person asked to receive no more."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import TermColumn, UtcTime
from core.models.root import Root
from core.terms import LetterKind


class Unsubscription(Root):
    """One kind of letter that a person stopped; without a row they receive it."""

    __tablename__ = "unsubscriptions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(TermColumn(LetterKind), primary_key=True)
    stopped_at: Mapped[datetime] = mapped_column(UtcTime)
