"""The texts of the pages: each in both languages, well set, used, and none missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from maild.console.wording.words import Words
from maild.domain.wording.words import Word
from maild.domain.wording.words_staff import INVOICE_STATES, PATRON_KINDS, REVIEW_STATES, ROLES, SCOPES
from tests.unit.console.words_lint import Uses, faults, uses

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "templates" / "console"
TEXTS = Words.load(FOLDER / "words").texts


@cache
def used() -> Uses:
    """What pages and code ask for: read by the tests, not by whoever collects them."""
    return uses(FOLDER, ROOT / "maild" / "console")


def test_each_text_is_well_set() -> None:
    """Both languages with the same placeholders; full-width marks, spaces and quotes as in the notices."""
    assert not [fault for key, pair in TEXTS.items() for fault in faults(key, pair)]


def test_no_text_is_missing() -> None:
    """Every key that a page names is there."""
    assert len(used().keys) > 50
    assert not used().missing(TEXTS)


def test_no_text_is_left_over() -> None:
    """A text that no page and no code names is deleted."""
    assert not used().unused(TEXTS)


def test_every_placeholder_is_filled() -> None:
    """A page that names a text hands over all that stands in it."""
    assert not used().unfilled(TEXTS)


@pytest.mark.parametrize(("beginning", "table"), [
    ("access.role", ROLES), ("access.scope", SCOPES), ("patrons.kinds", PATRON_KINDS), ("queue.state", REVIEW_STATES),
    ("invoices.states", INVOICE_STATES),
])  # fmt: skip
def test_pages_and_reasons_call_it_the_same(beginning: str, table: Mapping[str, Word]) -> None:
    """Where a page has own texts for states, they are the words that reasons, notices and docs use."""
    said = {key: TEXTS[f"{beginning}.{key}"] for key in table if key}
    assert {key: (zh, en.lower()) for key, (zh, en) in said.items()} == {
        key: (word.zh, word.en.lower()) for key, word in table.items() if key
    }


@pytest.mark.parametrize(("pair", "wrong"), [
    (("共{n}项", "{n} items"), "no space"), (("确定吗?", "Sure?"), "half-width"), (("见ISO", "see ISO"), "no space"),
    (("共 {n} 项", "{m} items"), "placeholders"), (("“好”", "好的 fine"), "Chinese in the English"),
    (("请稍候...", "Wait…"), "ellipsis"), (('读者"甲"', "patron A"), "straight quotes"), (("好 ", "good"), "space at an end"),
])  # fmt: skip
def test_the_judge_sees_faults(pair: tuple[str, str], wrong: str) -> None:
    """Each law can be broken."""
    assert any(wrong in fault for fault in faults("x.y", pair))


def test_the_judge_finds_uses(tmp_path: Path) -> None:
    """Keys, beginnings of keys, either way of a condition, and what a call does not hand over."""
    (tmp_path / "a.html.j2").write_text(
        '{{ t("a.one", n=1) }}{{ t("a.two") }}{{ t("b." ~ x) }}{{ t("c.%s" % x if x else "d.one") }}', "utf-8"
    )
    found = uses(tmp_path, tmp_path)
    texts = {"a.one": ("{n}", "{n}"), "a.two": ("{n}", "{n}"), "b.x": ("一", "one"), "z.z": ("终", "end")}
    assert found.missing(texts) == ["d.one", "c.…"]
    assert found.unused(texts) == ["z.z"]
    assert found.unfilled(texts) == ["a.html.j2:1: a.two without n"]
