"""Which of label and bytes is believed, for words so short that many charsets fit."""

from __future__ import annotations

import base64

import pytest

from maild.parse import words
from maild.parse.defects import Defects
from tests.cases import each
from tests.unit.parse.mails import read

WORDS = {
    ("windows-1251", "cp1251"): ("Привет", "Счет", "да", "Мы", "СРОЧНО", "Библиотека МГУ", "Иванов Пётр"),
    ("koi8-r", "koi8_r"): ("Привет", "Заказ", "нет", "СРОЧНО"),
    ("iso-8859-5", "iso8859_5"): ("Библиотека",),
    ("windows-1252", "cp1252"): ("Müller", "Größe", "José", "Förderung für Bücher", "François Côté", "Löß"),
    ("iso-8859-2", "iso8859_2"): ("Dvořák", "Łódź", "Książka"),
    ("windows-1253", "cp1253"): ("Ελλάδα",),
    ("iso-8859-1", "gb18030"): ("王", "王伟", "文献传递", "您好，图书已到", "PDF文件", "图书馆A座"),
    ("koi8-r", "gb18030"): ("文献传递", "图书馆A座"),
    ("gb2312", "big5hkscs"): ("圖書館", "您好", "文獻傳遞服務", "請問費用多少？", "Re: 館際合作申請"),
    ("gbk", "gb18030"): ("圖書館", "陳曉", "鑫淼", "犇骉", "邱淑敏、林宥嘉", "著作權"),
}
CASES = [(label, codec, text) for (label, codec), texts in WORDS.items() for text in texts]


@each(("label", "codec", "text"), CASES)
def test_short_words(label: str, codec: str, text: str) -> None:
    """As it was written."""
    coded = base64.b64encode(text.encode(codec)).decode()
    assert words.value(f"=?{label}?B?{coded}?=".encode(), "Subject", Defects()) == text


@pytest.mark.parametrize("encoding", ["", " ", ";", "; x=y", '""', "\r\n "])
def test_an_empty_transfer_encoding_is_none(encoding: str) -> None:
    """The text is there."""
    assert read("hello", f"Content-Transfer-Encoding: {encoding}").text == "hello"


def test_a_lone_named_text_is_the_text() -> None:
    """Inline with a file name, and nothing else in the mail: that is what was written."""
    mail = read("the whole letter", 'Content-Disposition: inline; filename="letter.txt"')
    assert mail.text == "the whole letter"
    assert not mail.attachments
