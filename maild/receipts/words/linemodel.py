"""What a line of a page says of the payment on it, to a model that learned it from lines written from memory.

Beside a payment stand words that no list will ever have: 退出登录, 如有疑问请致电, the name of a bank's new app. People
wrote down, each without the others and without the rules, what stands on such pages (tests/corpus/pages); the model
tells what says nothing of this payment from what says that it is not made, or that the page is none of a payment. How
sure it has to be was set on writers that it had not read: docs/decisions/0149. It never says that a payment is made.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from maild.linear.weights import Weights, load
from maild.resources import data_folder

SILENT, AGAINST, FINAL = "silent", "against", "final"
KINDS = (SILENT, AGAINST, FINAL)
_PIECES = re.compile(
    r"[|,;:。!?/·、>＞，；：（）()]+|\s{2,}|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])| (?:and|but|or) ", re.I
)
_RATHER = 0.5
_WORD = re.compile(r"[^\W\d_年月日时分秒]")
# Of a day or a number alone, which was taught as little as it can be: whose it is, its place tells.
_UNSAID = {SILENT: 0.5, AGAINST: 0.4, FINAL: 0.0}
_LONGEST = 200  # characters of a line that is judged: what is longer was written by nobody for a page of a payment


class LineModel:
    """The weights, and what they said of the lines of the page at hand."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._said: dict[str, dict[str, float]] = {}

    def silent(self, text: str) -> float:
        """How probable it is that a line says nothing of the payment beside which it stands, 0 to 1; 0 for one that is
        too long. A piece of it that rather says something is not made up for by the others: 首页 | 已退 | 查询.
        """
        if len(text) > _LONGEST:
            return 0.0
        pieces = [piece for piece in map(str.strip, _PIECES.split(text)) if len(piece) > 1]
        least = min((self._sure(piece)[SILENT] for piece in pieces if piece != text), default=1.0)
        return self._sure(text)[SILENT] if least >= _RATHER else least

    def against(self, text: str) -> float:
        """How probable it is that a line says that the payment is not made, or that the page is no proof of one; 0 for
        one that is too long.
        """
        return self._sure(text)[AGAINST] if len(text) <= _LONGEST else 0.0

    def forget(self) -> None:
        """What was said of a page: a worker keeps nothing of who paid."""
        self._said.clear()

    def _sure(self, text: str) -> dict[str, float]:
        if text not in self._said:
            self._said[text] = self._weights.sure(text) if _WORD.search(text) else _UNSAID
        return self._said[text]


@cache
def shipped() -> LineModel:
    """The model that ships with maild. Raises ConfigError where its file is missing or broken."""
    return LineModel(load(path()))


def path() -> Path:
    """Where its weights lie."""
    return data_folder("rules") / "receipts" / "lines.npz"
