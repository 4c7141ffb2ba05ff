"""What may be confirmed to Telegram while updates are handled out of order."""

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
from bot.telegram.polling import Ledger
from bot.telegram.transport import failure_of


def ledger_of(*update_ids: int) -> Ledger:
    ledger = Ledger()
    for update_id in update_ids:
        assert ledger.take(update_id)
    return ledger


def test_nothing_is_confirmed_before_the_first_update() -> None:
    assert Ledger().offset is None


def test_only_what_precedes_the_oldest_unfinished_update_is_confirmed() -> None:
    ledger = ledger_of(10, 11, 12)
    ledger.finish(12)
    ledger.finish(10)
    assert ledger.offset == 11
    ledger.finish(11)
    assert ledger.offset == 13


def test_an_update_under_way_or_done_is_not_begun_again() -> None:
    ledger = ledger_of(10, 11)
    ledger.finish(11)
    ledger.confirmed(10)
    assert not ledger.take(10)
    assert not ledger.take(11)


def test_an_update_given_back_is_begun_again() -> None:
    ledger = ledger_of(10)
    ledger.drop(10)
    assert ledger.offset is None
    assert ledger.take(10)


def test_lower_numbers_after_a_quiet_week_are_not_skipped() -> None:
    ledger = ledger_of(900)
    ledger.finish(900)
    ledger.confirmed(ledger.offset)
    assert ledger.offset is None
    assert ledger.take(5)
    assert ledger.offset == 5


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), True),
        (ChatMigrated(-100), True),
        (BadRequest("Chat not found"), True),
        (NetworkError("Bad Gateway"), False),
        (TimedOut(), False),
        (InvalidToken(), False),
        (Conflict("terminated by other getUpdates request"), False),
        (TelegramError("?"), False),
    ],
)
def test_a_failure_is_permanent_when_trying_again_is_useless(error: TelegramError, permanent: bool) -> None:
    failure = failure_of(error)
    assert failure.permanent is permanent
    assert failure.retry_after is None


def test_flood_control_says_how_long_to_wait() -> None:
    failure = failure_of(RetryAfter(7))
    assert not failure.permanent
    assert failure.retry_after is not None
    assert failure.retry_after.total_seconds() == 7


def test_a_refused_token_is_never_written_out() -> None:
    assert "1000:secret" not in described(InvalidToken("The token `1000:secret` was rejected by the server."))
