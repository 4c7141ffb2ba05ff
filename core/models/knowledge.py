"""What was answered to whom: the ground of the gap report and of corrections."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import EncryptedText, UtcTime
from core.models.root import Root


class AnswerLog(Root):
    """One question and what the assistant did of it. `rating` is "up" or "down"; `reason` says why.

    `chosen` is the article that the person picked when asked back; `corrected_at` says when they were told of a change.
    """

    __tablename__ = "answer_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    question: Mapped[str] = mapped_column(EncryptedText)
    outcome: Mapped[str] = mapped_column(String(10))
    article: Mapped[str | None] = mapped_column(String(120), index=True)
    proposed: Mapped[str] = mapped_column(String(600), default="")
    confidence: Mapped[float]
    rating: Mapped[str | None] = mapped_column(String(10), index=True)
    reason: Mapped[str | None] = mapped_column(String(40))
    chosen: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime] = mapped_column(UtcTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UtcTime)
