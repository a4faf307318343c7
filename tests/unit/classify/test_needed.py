"""What a pattern cannot do without: nothing it fits is without one of the words, and most patterns have some."""

from __future__ import annotations

import random
from typing import Any

import pytest
import re2

from maild.classify import needed as module
from maild.classify.needed import Index, needed
from maild.classify.vocabulary.patterns import is_tied
from maild.classify.vocabulary.searched import OFTEN, Searched, begin_mail

WORDS = {
    "续借|续": {"续"},
    "(?:已|未)?寄(?:送|出)": {"寄送", "寄出"},
    r"\bcan ?not (?:be )?supplied\b": {
        "cannot supplied",
        "can not supplied",
        "cannot be supplied",
        "can not be supplied",
    },
    "transactions?": {"transaction"},
    "[这那]本书?": {"这本", "那本"},
    r"(\d{4}-)?(?P<year>年度)": {"年度"},
    "(?i:Kelvin)+": {"kelvin"},
    "NSTL订单[Xx]": {"nstl订单x"},
    "单号{2}": {"单", "号"},
    "费用{0,2}": {"费"},
    r"未 ?付\.": {"未付.", "未 付."},
    "(?-i:[A-Z]+)完": {"完"},
}
NONE = (
    "", ".", "a", r"\d+", "续借|", "续?", "(?:a|续)", "[^续]", r"\pL{3}", r"[\d续]", "x{0,}", r"\Q续借\E", "续借)", "(续借",
    "(" * 5000 + "续借" + ")" * 5000, r"(?s)续借|.", "[一二三四五六七八九]",
)  # fmt: skip


def compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = options.log_errors = False
    return re2.compile(pattern, options=options)


@pytest.mark.parametrize(("pattern", "words"), WORDS.items())
def test_words(pattern: str, words: set[str]) -> None:
    """The longest pieces that no text can be without."""
    assert needed(pattern) <= words
    assert needed(pattern)


@pytest.mark.parametrize("pattern", NONE, ids=range(len(NONE)))
def test_nothing_is_said_of_what_may_do_without(pattern: str) -> None:
    """Or of what is not understood, or nested too deeply to be looked into."""
    assert needed(pattern) == frozenset()


ATOMS = ("续", "借书", "NST借", "aB", "K", "s", "x{2}", "[甲乙]", r"[^\d]", ".", r"\d", r"\b", "^", "$", "é", r"\.", "{", "-", "\\n",
         r"\pL", "[a-c]", r"[\w-]", r"\x41")  # fmt: skip
TEXTS = (
    "续",
    "借书",
    "ab",
    "K",
    "\u212a",
    "ſ",
    "S",
    "xx",
    "甲",
    "乙",
    "1",
    " ",
    "é",
    "É",
    ".",
    "{",
    "-",
    "\n",
    "A",
    "c",
)


def made(chance: random.Random, depth: int) -> str:
    """A pattern by chance."""
    pieces = []
    for _ in range(chance.randint(1, 4)):
        deeper = depth and chance.random() < 0.4
        piece = f"({chance.choice(('', '?:'))}{made(chance, depth - 1)})" if deeper else chance.choice(ATOMS)
        pieces.append(piece + (chance.choice(("?", "*", "+", "{0,2}", "{1,2}", "??")) if chance.random() < 0.3 else ""))
    return "".join(pieces) + (f"|{made(chance, 0)}" if chance.random() < 0.3 else "")


def test_no_hit_is_without_a_word() -> None:
    """Patterns and texts by chance: what RE2 finds, the look lets through."""
    chance, hits, said = random.Random(17), 0, 0
    for _ in range(1500):
        pattern = made(chance, 2)
        try:
            own = compiled(pattern)
        except re2.error:
            continue
        index = Index([pattern])
        said += bool(needed(pattern))
        for _ in range(12):
            text = "".join(chance.choices(TEXTS, k=chance.randint(0, 9)))
            found = own.search(text) is not None
            if found:
                hits += 1
                assert index.may(text.encode()) == {0}, (pattern, text)
            fresh = Searched(pattern, is_tied, compiled)
            assert fresh.occurs(text) is found, (pattern, text)
    assert hits > 1000
    assert said > 500


def test_words_that_outgrow_the_memory_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then every pattern may be found."""
    monkeypatch.setattr(module, "MEMORY", 1 << 12)
    assert Index(["续借", "寄送"]).may("无".encode()) == {0, 1}


def test_an_index_of_nothing() -> None:
    """Finds nothing."""
    assert Index([]).may(b"text") == frozenset()


def test_a_pattern_whose_words_never_stand_is_never_compiled() -> None:
    """And once it is, it is asked without a look for words."""
    pattern = Searched("(?:已|未)寄出", is_tied, compiled)
    assert not pattern.occurs("已经收到")
    assert pattern.search("未收到") is pattern.match("x") is pattern.fullmatch("") is None
    assert list(pattern.finditer("寄")) == []
    assert pattern._whole is None
    assert pattern.occurs("今天已寄出")
    assert pattern._whole is not None
    assert not pattern.occurs("已经收到")


def test_a_pattern_that_one_mail_asks_about_very_often_is_compiled() -> None:
    """RE2 looks for all of its words at once; mails that ask seldom leave it as it is, however many they are."""
    pattern = Searched("(?:已|未)寄出", is_tied, compiled)
    for _ in range(3):
        begin_mail()
        assert not any(pattern.occurs(f"已经收到{n}") for n in range(OFTEN))
    assert pattern._whole is None
    assert not pattern.occurs("再问一次")
    assert pattern._whole is not None
