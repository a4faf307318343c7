"""What was made lately is kept within bounds, and made once for all who ask at once."""

from __future__ import annotations

import threading
import time

import pytest

from maild.domain.kept import Kept


def test_the_least_recently_used_goes_first() -> None:
    """By bytes; what was asked for again is young."""
    made: list[str] = []

    def get(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key, len)  # type: ignore[func-returns-value]

    kept: Kept[str] = Kept(6)
    for key in ("aa", "bb", "cc", "aa", "dd", "aa", "cc", "bb"):
        assert get(key) == key
    assert made == ["aa", "bb", "cc", "dd", "bb"]


def test_what_is_too_large_is_made_each_time() -> None:
    """It throws nothing else out."""
    kept: Kept[bytes] = Kept(10)
    kept.get("small", lambda: b"1", len)
    made: list[int] = []
    for _ in range(2):
        kept.get("large", lambda: made.append(1) or bytes(11), len)  # type: ignore[func-returns-value]
    assert made == [1, 1]
    assert kept.get("small", lambda: b"other", len) == b"1"


def test_two_who_ask_at_once_share_one() -> None:
    """The second waits for the first."""
    kept: Kept[int] = Kept(100)
    calls: list[int] = []

    def slow() -> int:
        time.sleep(0.05)
        calls.append(1)
        return len(calls)

    threads = [threading.Thread(target=lambda: kept.get("a", slow, lambda _: 1)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_what_fails_is_not_kept() -> None:
    """It is tried again."""
    kept: Kept[int] = Kept(100)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0, lambda _: 1)
    assert kept.get("a", lambda: 2, lambda _: 1) == 2
