"""What may be confirmed to Telegram while updates are handled out of order."""

from bot.telegram.polling import Ledger


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
