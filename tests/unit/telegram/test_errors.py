"""What the errors of Telegram mean for a delivery and for the log."""

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.api import described
from bot.telegram.transport import failure_of


@pytest.mark.parametrize(
    ("error", "permanent", "blames_peer"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), True, True),
        (ChatMigrated(-100), True, True),
        (BadRequest("Chat not found"), True, True),
        (BadRequest("Message is too long"), True, False),
        (NetworkError("Bad Gateway"), False, False),
        (TimedOut(), False, False),
        (InvalidToken(), False, False),
        (Conflict("terminated by other getUpdates request"), False, False),
        (TelegramError("?"), False, False),
    ],
)
def test_a_failure_says_whether_to_try_again_and_whether_the_peer_is_gone(
    error: TelegramError, permanent: bool, blames_peer: bool
) -> None:
    failure = failure_of(error)
    assert failure.permanent is permanent
    assert failure.blames_peer is blames_peer
    assert failure.retry_after is None


def test_flood_control_says_how_long_to_wait() -> None:
    failure = failure_of(RetryAfter(7))
    assert not failure.permanent
    assert failure.retry_after is not None
    assert failure.retry_after.total_seconds() == 7


def test_a_refused_token_is_never_written_out() -> None:
    assert "1000:secret" not in described(InvalidToken("The token `1000:secret` was rejected by the server."))
