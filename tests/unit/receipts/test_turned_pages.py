"""Payments that were not made, went back or went elsewhere, each a small change of a page that is sure, and harmless ones
of the same pages, written by who had not seen the rules, and by a review (0183).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
DATA = tomllib.loads((Path(__file__).parents[2] / "receipts/turned.toml").read_text("utf-8"))
PAGES: Mapping[str, str] = DATA["pages"]


def judged(page: str) -> list[Receipt]:
    """The receipts of a page that is given as text."""
    return list(extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE))


def changed(change: Mapping[str, Any]) -> str:
    """The page with other lines in their place, which stand in it once."""
    old, new, page = (
        "\n".join(["", *lines, ""]) for lines in (change["old"], change["new"], [PAGES[change["page"]].rstrip("\n")])
    )
    assert page.count(old) == 1
    return page.replace(old, new)


def named(change: Mapping[str, Any]) -> str:
    """For pytest: the page, and what it says."""
    return f"{change['page']}: {' '.join(' '.join(change['new']).split())}"


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_themselves_are_sure(page: str) -> None:
    """Else nothing would be shown by what follows."""
    assert all(receipt.sure for receipt in judged(PAGES[page]))


@pytest.mark.parametrize("change", DATA["changes"]["waits"], ids=named)
def test_what_turns_it_is_for_a_person(change: Mapping[str, Any]) -> None:
    """Another unit, form, day or sum; a fee taken back; who did not agree as things stand; money that is still to come."""
    assert not any(receipt.sure for receipt in judged(changed(change)))


@pytest.mark.parametrize("change", DATA["changes"]["passes"], ids=named)
def test_what_says_nothing_does_not_stop_it(change: Mapping[str, Any]) -> None:
    """Notes, opinions and steps behind the last one that had stopped such a page before."""
    receipts = judged(changed(change))
    assert receipts
    assert all(receipt.sure for receipt in receipts)
