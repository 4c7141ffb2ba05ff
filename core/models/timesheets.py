"""How a company's spreadsheets of hours are read, once somebody there has confirmed it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import UtcTime
from core.models.root import Root


class SheetLayout(Root):
    """The column of the hours (0 is A) in the tables of one make, by the signature of their headers.

    It is an organisation's, or, for who has none (an accountant who prepares months), one person's.
    """

    __tablename__ = "sheet_layouts"
    __table_args__ = (UniqueConstraint("organisation_id", "signature"), UniqueConstraint("person_id", "signature"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signature: Mapped[str] = mapped_column(String(32))
    hours_column: Mapped[int]
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime] = mapped_column(UtcTime)
