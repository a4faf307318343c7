"""What the acts on queue items answer, in Chinese: whole sentences as the code writes them."""

from __future__ import annotations

import pytest

from maild.console.wording.saying import say


@pytest.mark.parametrize(
    "english",
    [
        "item 5 has changed since you looked: li dismissed it on 2026-11-25 10:02 UTC",
        "item 5 has changed since you looked: li handed it to wang on 2026-11-25 10:02 UTC",
        "item 5 was changed meanwhile: it belongs to wang now",
        "item 5 belongs to wang already",
        "zhao may look only (viewer)",
        "pest@spam.example is ignored; item 5 dismissed; 2 other item(s) dismissed with it",
        "ill@calis.edu.cn is not ignored: it belongs to the provider calis",
        "a@b.example was asked today, at 10:02 UTC (notice 7)",
        "item 5 assigned to registration 3 (account of a@b.example, pending)",
        "2026112000101 exists already: submitted, of p01",
        "notice 7 (answer) left the house 2026-11-25 10:02 UTC: it cannot be taken back",
        "the requests are p01 and p02's: whose payment it is, is not known",
        "80 points are needed, 45 were reached",
    ],
)
def test_in_chinese(english: str) -> None:
    """Nothing is left in English."""
    said = say(english, "zh-CN")
    assert said.translated, str(said)
