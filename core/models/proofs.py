"""Proofs: documents that the company sends for an employment, and what the facilitateur says of each."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.columns import EncryptedText, TermColumn, UtcTime
from core.models.root import Root
from core.models.trace import StoredFile
from core.terms import ProofKind, ProofVerdict


class Proof(Root):
    """One document about one employment; a statement of hours is about a month ("2026-10") too.

    The same file may prove several things. `file_id` is None once the document was seen and not kept.
    """

    __tablename__ = "proofs"

    id: Mapped[int] = mapped_column(primary_key=True)
    employment_id: Mapped[int] = mapped_column(ForeignKey("employments.id"), index=True)
    month: Mapped[str | None] = mapped_column(String(7))
    kind: Mapped[ProofKind] = mapped_column(TermColumn(ProofKind))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    verdict: Mapped[ProofVerdict] = mapped_column(TermColumn(ProofVerdict), index=True)
    reason: Mapped[str] = mapped_column(EncryptedText, default="")
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)

    file: Mapped[StoredFile | None] = relationship(lazy="joined")
