"""Whether the sum of a slip is negative: the money went back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.domain.accounting.receipt import ReceiptKind
from maild.receipts.page.figures import find_figures
from maild.receipts.page.stages.states import PAPER
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import StateWords

_CLOCK = re.compile(r"[0-2]?\d:[0-5]\d")
# What a phone shows of its net, with a level; a sign of it is read as a character or two: 5G O:, 小.
_NET = re.compile(r"中国(?:移动|联通|电信|广电)|CMCC|[345]G|LTE|WLAN|Wi-?Fi|HD|VPN|\d{1,3} ?%?|[^\w¥+-]", re.IGNORECASE)
_SIGN = re.compile(r"[A-Za-z\d]{0,2}|[\u3400-\u9fff]")
_ADVICE = re.compile(r"\b(?:advice|voucher|slip)$")
_BEHIND = ("-", "–", "−", "cr")  # 35.00-, 35.00 CR
_IN_WORDS = re.compile(r"\(负数?\)|负数?\)? ?[壹贰叁肆伍陆柒捌玖拾]")  # 人民币(负数)叁佰元整
_MINUS = ("-", "–", "—", "−")


def goes_back(
    page: Page, figure: Cell | None, kind: ReceiptKind, titles: Sequence[str] = (), *, words: StateWords
) -> bool:
    """Whether the sum of a slip is negative, by its sign or in brackets: a screen writes so what was paid, a slip, or
    a page that is headed as one, what went back. A phone's screen may write a minus, too, where no slip is on it.
    """
    if any(_IN_WORDS.search(cell.text) for cell in page.cells):
        return True
    if figure is None or (kind not in PAPER and not any(map(_ADVICE.search, titles))):
        return False
    screen = _is_phones(page) and not any(words.titled(words.titles, title) for title in titles)
    whole = next((cell for cell in page.cells if cell.index == figure.index), figure)
    for hit in find_figures(whole.text):
        before, after = whole.text[: hit.start].rstrip(" ¥"), whole.text[hit.end :].lstrip()
        bracketed = before.endswith("(") and after.startswith(")")
        behind = after.lower().startswith(_BEHIND)
        if hit.text in figure.text and ((hit.sign == "-" and not screen) or bracketed or behind):
            return True
    left = [
        cell for cell in page.cells if cell.right <= whole.left and abs(cell.middle - whole.middle) < whole.height / 2
    ]
    nearest = max(left, key=lambda cell: cell.right, default=None)
    minus = nearest is not None and nearest.text.rstrip(" ¥").endswith(_MINUS) and len(nearest.text.strip(" ¥")) == 1
    return minus and not screen


def _is_phones(page: Page) -> bool:
    """Whether the first row is a phone's: its clock, and what it shows of its net and battery, nothing else."""
    clock, *others = [cell.text for row in page.rows[:1] for cell in row] or [""]
    hit = _CLOCK.match(clock)
    others = [*others, *([clock[hit.end() :].strip()] if hit is not None else [])]
    others = [text for text in others if text]
    return hit is not None and bool(others) and all(_SIGN.fullmatch(_NET.sub("", text)) for text in others)
