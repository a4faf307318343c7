"""Short ways through a text give what the long way gives: written as the long way, compared on texts by chance."""

from __future__ import annotations

import random
import re
import unicodedata

from maild.classify.reading.claims import _cut
from maild.classify.reading.clauses import _Covered
from maild.classify.rules.load import load
from maild.config import Settings
from maild.domain.text import normalise
from maild.parse.defects import Defects
from maild.parse.head import read

_PIECES = ("状态", "已寄送", "。", "; ", ".", ". A", ".  文", "!", "?", "\n", " \n", "\n ", " ", "  ", "\u3000", "\xa0", "ab", "K", ":", "=",
           "事务号", "|")  # fmt: skip


def texts(seed: int, count: int = 400) -> list[str]:
    """Texts of pieces that are cut, folded or searched for."""
    chance = random.Random(seed)
    return ["".join(chance.choices(_PIECES, k=chance.randint(0, 14))) for _ in range(count)]


def test_sentences_are_cut_as_between_their_marks() -> None:
    """The cut stands behind each mark, and takes the blanks behind a full stop."""
    between = re.compile(r"(?<=[。!?;])|(?<=[.])\s+(?=[A-Z\u4e00-\u9fff])")
    for text in texts(1):
        assert [s for s in _cut(text) if s.strip()] == [s for s in between.split(text) if s.strip()], text


def test_blanks_are_folded_run_by_run() -> None:
    """Whether or not a run is one plain blank already."""
    for text in texts(2):
        folded = re.sub(r" ?\n ?", "\n", re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFKC", text)))
        assert normalise(text) == re.sub(r"\n{3,}", "\n\n", folded).strip(), text


def test_labels_of_a_line_are_those_a_search_finds() -> None:
    """The first time and when the line comes again; also where no mark ends a label."""
    lexicon = load(None, Settings().matching.transaction_number)._lexicon
    found = 0
    for line in [text.replace("\n", "") for text in texts(3)] * 2:
        hits = [(hit.group(1), *hit.span()) for hit in lexicon.label_anywhere.finditer(line)]
        assert list(lexicon.labels_in(line)) == hits, line
        hit = lexicon.masked.search(line)
        assert lexicon.behind_label(line) == (hit.end() if hit else -1), line
        found += len(hits)
    assert found > 20


def test_words_are_masked_in_any_case() -> None:
    """Also where a letter stands in one of its rarer forms; words within words stay."""
    for words, text, masked in (
        ("kim@x.example", "mail KIM@x.example", "mail ■■■■■■■■■■■■■"),
        ("kim@x.example", "mail \u212aim@x.example", "mail ■■■■■■■■■■■■■"),
        ("kim", "skim", "skim"),
        ("kim", "nobody", "nobody"),
        ("李明", "我是李明。", "我是■■。"),
    ):
        covered = _Covered(text, text)
        covered.mask_words(words)
        assert covered.text == masked


def test_a_long_head_ends_where_its_empty_line_is() -> None:
    """Wherever the empty line stands, and with either kind of line end before other empty lines of the body."""
    for size in (10, 32_740, 32_755, 32_760, 32_765, 32_768, 40_000):
        for end in (b"\r\n", b"\n"):
            raw = b"Subject: a" + end + b"X-Long: " + b"x" * size + end + end + b"body" + b"\n\n" + end
            head = read(raw, 0, len(raw), Defects())
            assert (raw[head.body : head.body + 4], len(head.fields)) == (b"body", 2), (size, end)
