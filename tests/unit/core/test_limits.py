"""The moving windows of the rate limits."""

from core.limits import Limit, Windows


def test_what_is_over_the_limit_is_refused_until_the_window_has_moved() -> None:
    windows = Windows(Limit(3, 60))
    assert [windows.hit("a", now) for now in (0.0, 10.0, 20.0, 30.0, 59.0)] == [True, True, True, False, False]
    assert windows.hit("a", 60.5)
    assert not windows.hit("a", 69.0)
    assert windows.hit("a", 70.5)


def test_each_key_has_its_own_window() -> None:
    windows = Windows(Limit(1, 60))
    assert windows.hit("a", 0.0)
    assert windows.hit("b", 0.0)
    assert not windows.hit("a", 1.0)


def test_a_quiet_key_is_forgotten() -> None:
    windows = Windows(Limit(2, 60))
    for number in range(50):
        windows.hit(f"key {number}", float(number))
    windows.hit("key 0", 50.0)
    windows.hit("last", 100.0)
    assert set(windows.keys) == {f"key {number}" for number in range(41, 50)} | {"key 0", "last"}
