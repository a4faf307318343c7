"""Whether a payee is the library."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.layouts import load
from maild.receipts.ours import account_is_ours, codes_are_ours, is_ours, name_is_ours

OFFICE = Office()
LAYOUTS = load()


@pytest.mark.parametrize(
    ("text", "ours"),
    [("1202024609908808891", True), ("1202 0246 0990 8808 891", True), ("12020246099808808891", True),
     ("1202024609908808871", True), ("1202****8891", True), ("1202 **** **** 8891", True), ("120202******891", True),
     ("1202024609***", None), ("****8891", None), ("尾号8891", None), ("(8891)", None), ("尾号1234", False),
     ("6217001234567890123", False), ("6217****8891", False), ("1202****1234", False), ("1202024600008808891", False),
     ("", None)],
)  # fmt: skip
def test_an_account(text: str, ours: bool | None) -> None:
    """One edit at most; a mask needs head and tail to say yes; a tail of ours alone says nothing."""
    assert account_is_ours(text, OFFICE.bank_account).ours is ours


@pytest.mark.parametrize(
    ("text", "ours"),
    [("浙江大学", True), ("浙江大学图书馆", True), ("浙江大学(图书馆)", True), ("浙江大字", True), ("浙*大学", True),
     ("浙江**", None), ("图书馆", True), ("浙江大学计划财务处", True), ("Zhejiang University", True),
     ("浙江大学出版社有限责任公司", False), ("浙江大学教育基金会", False), ("浙江工业大学", False), ("浙江农林大学", False),
     ("浙江大学医学院附属第一医院", False), ("张小明", False), ("", None)],
)  # fmt: skip
def test_a_name(text: str, ours: bool | None) -> None:
    """Ours with more after it is another's, unless that is harmless."""
    assert name_is_ours(text, LAYOUTS.ours, LAYOUTS.harmless).ours is ours


@pytest.mark.parametrize(
    ("name", "account", "ours"),
    [("浙江大学", "6217001234567890123", False), ("张小明", "1202024609908808891", None), ("浙江大学", "", True),
     ("", "1202024609908808891", True), ("浙江大学", "****8891", True), ("", "", None)],
)  # fmt: skip
def test_name_and_account_together(name: str, account: str, ours: bool | None) -> None:
    """Another account says no; our account under another's name is for a person."""
    assert is_ours(name, account, LAYOUTS, OFFICE) is ours


@pytest.mark.parametrize(
    ("department", "project", "payee", "ours"),
    [("188610", "669105", "", True), ("188610", "", "", None), ("188610", "669106", "", None),
     ("168958", "642034", "出版社", False), ("168958", "642034", "图书馆", None), ("492500", "", "", None)],
)  # fmt: skip
def test_the_codes_of_the_campus_form(department: str, project: str, payee: str, ours: bool | None) -> None:
    """Both must be ours, to the digit; one that differs may be misread."""
    assert codes_are_ours(department, project, payee, OFFICE) is ours
