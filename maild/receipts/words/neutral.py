"""What a line that no list has is about, judged by its words: small print, an offer, a button, or a payment's fate.

Naive Bayes over one to three neighbouring characters (words, in Latin letters) of rules/receipts/lines.toml. A piece
that none of its lines has speaks against a line: neutral is only what is made of what is known to be neutral.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from maild.receipts.words.layoutfile import LayoutFile
from maild.receipts.words.states import plain

SIDES = ("neutral", "telling")
_TOKEN = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s\u3400-\u9fff]+|[\w.+-]+@[\w.-]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|edu)\b"
)
_CLAUSE = re.compile(r"[,.;:!?。；，、|>()\[\]]+(?!\d)|\s{2,}")
_LONGEST = 3  # tokens of a gram
_SHARE = {1: 1.0, 2: 1.0, 3: 0.7}  # what the mean of its grams of that length counts for
_UNSEEN = {1: -0.7, 2: -0.25, 3: -0.05}
_SMOOTH = 0.4  # lines
_ENDS = ("^", "$")
_BETWEEN, _WIDEST = " |/·,、", 16  # of words in one box; characters of one
_LATIN = re.compile(r"[a-z]{2}")  # no word ends within another

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJudge:
    """weights: how much more often, as a logarithm, a gram is in neutral lines than in telling ones; words: the neutral
    lines, plain.
    """

    weights: Mapping[Gram, float]
    words: frozenset[str] = frozenset()

    def is_run(self, text: str) -> bool:
        """Whether a plain text is two or more neutral lines that stand in one box: 联系收款方对此订单有疑问."""
        ends = {0: 0}  # where a word may begin: how many stand before it
        for at in range(len(text)):
            if at not in ends:
                continue
            if text[at] in _BETWEEN:
                ends[at + 1] = max(ends.get(at + 1, 0), ends[at])
            for end in range(at + 2, min(at + _WIDEST, len(text)) + 1):
                if text[at:end] in self.words and not _LATIN.match(text, end - 1):
                    ends[end] = max(ends.get(end, 0), ends[at] + 1)
        return ends.get(len(text), 0) > 1

    def score(self, text: str) -> float:
        """How neutral the least neutral clause of a line is; below 0 it rather tells of something."""
        return min((self._clause(clause) for clause in _clauses(text)), default=0.0)

    def _clause(self, clause: Sequence[str]) -> float:
        found: dict[int, list[float]] = {}
        for gram in grams(clause):
            found.setdefault(len(gram), []).append(self.weights.get(gram, _UNSEEN[len(gram)]))
        return sum(_SHARE[size] * sum(values) / len(values) for size, values in found.items())


def grams(tokens: Sequence[str]) -> set[Gram]:
    """The runs of one to three tokens of a clause, its ends among them."""
    whole = (_ENDS[0], *tokens, _ENDS[1])
    runs = {whole[at : at + size] for size in range(1, _LONGEST + 1) for at in range(len(whole) - size + 1)}
    return runs - {(end,) for end in _ENDS}


def _clauses(text: str) -> Iterator[list[str]]:
    for part in _CLAUSE.split(_ADDRESS.sub(" www ", plain(text))):
        tokens = ["0" if token.isdigit() else token for token in _TOKEN.findall(part)]
        if tokens and tokens != ["0"]:
            yield tokens


def judge_of(neutral: Iterable[str], telling: Iterable[str], labels: Iterable[str] = ()) -> LineJudge:
    """The judge that these lines make; the words of labels are as neutral, though no line is made so."""
    good, count = _counted(neutral)
    bad, other = _counted(telling)
    good += _counted(labels)[0]
    weights = {
        gram: math.log((good[gram] + _SMOOTH) / (count + 2 * _SMOOTH))
        - math.log((bad[gram] + _SMOOTH) / (other + 2 * _SMOOTH))
        for gram in good.keys() | bad.keys()
    }
    return LineJudge(weights=weights)


def _counted(lines: Iterable[str]) -> tuple[Counter[Gram], int]:
    """How many clauses have each gram, and how many there are."""
    clauses = [clause for line in lines for clause in _clauses(line)]
    return Counter(gram for clause in clauses for gram in grams(clause)), len(clauses)


def load_judge(file: LayoutFile, labels: Iterable[str]) -> LineJudge:
    """lines.toml: two tables of lists; labels say nothing of what became of a payment either. Raises RuleError."""
    data = file.known("", file.data, set(SIDES))
    sides = []
    for side in SIDES:
        table = data.get(side)
        if not isinstance(table, dict) or not table:
            raise file.error(side, "is missing", remedy="restore the shipped file")
        sides.append([line for name, lines in table.items() for line in file.strings(f"{side}.{name}", lines)])
    neutral, telling = sides
    judge = judge_of(neutral, telling, [label for label in labels if not label.isascii()])
    return replace(judge, words=frozenset(map(plain, neutral)))
