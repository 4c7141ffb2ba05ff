"""Attestations: what the facilitateur certifies of the hours of a commitment."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedText, UtcTime
from core.models.root import Root


class Attestation(Root):
    """One attestation, A-000012 when `id` is 12; `content` is what it says (JSON), `hash` its SHA-256.

    It names nobody employed. A later one on the same commitment replaces it; both stay verifiable.
    """

    __tablename__ = "attestations"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    content: Mapped[str] = mapped_column(EncryptedText)
    hash: Mapped[str] = mapped_column(String(64))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime] = mapped_column(UtcTime)
