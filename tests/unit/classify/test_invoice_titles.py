"""What stands where an invoice's title is told, and is none: nothings, words, persons by their titles."""

from __future__ import annotations

import pytest

from maild.domain.incoming.ruling import Kind
from tests.cases import each
from tests.unit.classify.classify_mails import PATRON, mail, ruled


def title(said: str) -> str:
    """The title that a request for an invoice tells in these words."""
    rulings = ruled(mail("开发票", f"老师您好，请开发票，{said}。谢谢", sender=PATRON)).rulings
    (asked,) = [ruling for ruling in rulings if ruling.kind is Kind.INVOICE_REQUEST]
    return asked.value("invoice_title")


@each("said", [
    "抬头空着", "抬头：方便", "抬头：王总", "抬头：李主任", "抬头：方便的话写学校", "抬头：安排", "抬头：任意", "抬头：都行",
    "抬头：张工", "抬头：何老板", "抬头：暂缺", "抬头：后补", "抬头：空", "抬头：常规", "抬头：周会计", "抬头：陈导", "抬头：全称",
    "抬头：从略", "抬头：高校", "抬头暂时空着", "Title: Leave Blank", "Title: To Follow", "Title: Boss Wang",
])  # fmt: skip
def test_no_title_is_made_of_what_is_none(said: str) -> None:
    """Left empty for the librarian: a wrong title has to be cancelled and made out anew."""
    assert title(said) == ""


@pytest.mark.parametrize("name", [
    "陈明", "方建国", "王可", "欧阳静", "何晓", "张强", "周方便", "方便食品有限公司", "空气动力研究所", "李工厂", "高校出版社",
    "双流中学", "成功大学", "都江堰市图书馆",
])  # fmt: skip
def test_names_that_begin_like_a_word_stay(name: str) -> None:
    """Persons' and organisations' names that share characters with these words."""
    assert title(f"抬头：{name}") == name
