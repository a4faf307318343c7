"""The glossary's nouns are the words that are really used."""

from __future__ import annotations

from pathlib import Path

from tools.glossary import NOUNS

ROOT = Path(__file__).parents[3]
USED = [
    *ROOT.glob("templates/console/words/**/*.toml"),
    *ROOT.glob("maild/**/texts.toml"),
    *ROOT.glob("templates/notice/*zh-CN*.j2"),
    *ROOT.glob("docs/staff-*.zh.md"),
    *ROOT.glob("maild/domain/wording/words*.py"),
]


def test_nouns_are_used() -> None:
    """A word that no page, notice, guide or table uses is no term of the house."""
    text = "\n".join(path.read_text("utf-8") for path in USED)
    assert not [zh for _, zh, _, _, _ in NOUNS if zh not in text]


def test_one_word_for_one_thing() -> None:
    """No two nouns share a Chinese word."""
    words = [zh for _, zh, _, _, _ in NOUNS]
    assert len(words) == len(set(words))
