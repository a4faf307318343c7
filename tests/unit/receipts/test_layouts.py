"""Layouts: the shipped ones read their own examples; a broken file is refused with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.config import Office
from maild.domain.errors import RuleError
from maild.receipts.examples import count, failures
from maild.receipts.layouts import Label, label_key
from maild.receipts.loading import load

GOOD = """title = "a test"
kind = "bank_app"
needs = 2

[[anchors]]
words = ["转账"]
weight = 2
"""


def test_every_layout_reads_its_own_examples() -> None:
    """The examples in the files are the first tests of the reader."""
    layouts = load()
    assert list(failures(layouts, Office())) == []
    assert count(layouts) >= len(layouts.layouts)


def test_every_layout_of_the_brief_is_there() -> None:
    """Campus form, banks, any bank, app, WeChat, Alipay, library page, counter slip."""
    names = {layout.name.split("-", 1)[1] for layout in load().layouts}
    assert names >= {"campus-transfer-form", "icbc", "ccb", "boc", "abc", "cmb", "bocom", "cib", "bank-receipt",
                     "bank-app", "wechat", "alipay", "library-payment", "counter-slip"}  # fmt: skip


def test_a_label_is_known_in_any_writing() -> None:
    """Full width, blanks, brackets, 帐."""
    lexicon = load().lexicon
    for text in ("收款人帐号：", "收 款 人 账 号", "（收款人账号）", "收款人賬號"[:3] + "账號"):
        assert lexicon[label_key(text)].label is Label.PAYEE_ACCOUNT


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("title = ", 1, "not TOML"),
        (GOOD.replace("bank_app", "bank_ap"), 2, "no kind of receipt"),
        (GOOD.replace("kind", "kin"), 2, "unknown key"),
        (GOOD.replace("needs = 2", "needs = 3"), 3, "cannot be reached"),
        (GOOD.replace("needs = 2", 'needs = "2"'), 3, "whole number"),
        (GOOD.replace("weight = 2", "wight = 2"), 7, "unknown key"),
        (GOOD.replace('["转账"]', '"转账"'), 6, "list of strings"),
        (GOOD + '[labels]\namont = ["金额"]\n', 9, "unknown key"),
        (GOOD + '[labels]\namount = ["金额"]\nfee = ["费"]\n', 10, "unknown key"),
        (GOOD + '[labels]\namount = ["甲"]\ntotal = ["甲"]\n', 10, "also a label"),
        (GOOD + '[dates]\nnever = ["日期"]\n', 9, "unknown key"),
        (GOOD + "[[serials]]\nlabel = \"回单号\"\nshape = '(?<=x)1'\n", 10, "not an RE2 pattern"),
        (GOOD + "excuses = ['(']\n", 0, "not an RE2 pattern"),
        (GOOD + '[[examples]]\nsheet = "x"\nfields = { date = "2026-13-01" }\n', 10, "date"),
        (GOOD + "[[examples]]\nsheet = 1\n", 9, "sheet"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    """Nothing is dropped silently: the message names file, line and what is amiss."""
    folder = tmp_path / "receipts"
    folder.mkdir()
    if text.startswith(GOOD) and "excuses" in text:
        text = "excuses = ['(']\n" + GOOD
        line = 1
    (folder / "90-test.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError) as caught:
        load(tmp_path)
    assert f"90-test.toml:{line}: " in str(caught.value)
    assert says in str(caught.value)


def test_a_file_of_the_operator_takes_the_place_of_the_shipped(tmp_path: Path) -> None:
    """Same name: replaced; another: added; the version tells the difference."""
    folder = tmp_path / "receipts"
    folder.mkdir()
    (folder / "40-bank-app.toml").write_text(GOOD, "utf-8")
    (folder / "90-mine.toml").write_text(GOOD, "utf-8")
    shipped, own = load(), load(tmp_path)
    assert {layout.title for layout in own.layouts if layout.name in {"40-bank-app", "90-mine"}} == {"a test"}
    assert len(own.layouts) == len(shipped.layouts) + 1
    assert own.version != shipped.version


def test_a_name_that_is_no_layouts_is_refused(tmp_path: Path) -> None:
    """A file that would never be read is a mistake."""
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "mine.toml").write_text(GOOD, "utf-8")
    with pytest.raises(RuleError, match="not a layout by its name"):
        load(tmp_path)
