"""Names, honorifics and amounts, as they stand in notices of both languages."""

from __future__ import annotations

from datetime import UTC

import pytest

from maild.domain.money import Money
from maild.domain.requests.patron import Honorific
from maild.notify.language.locales import EN, ZH, Style
from maild.notify.language.names import greeting, tidy
from tests.cases import each

H = Honorific
GREETINGS = [
    # name, honorific, reader, Chinese, English
    ("林知夏", H.UNKNOWN, "internal", "林知夏 同学/老师，您好：", "Dear 林知夏,"),
    ("林知夏", H.UNKNOWN, "external", "林知夏，您好：", "Dear 林知夏,"),
    ("林知夏", H.STUDENT, "internal", "林知夏同学，您好：", "Dear 林知夏,"),
    ("林知夏", H.TEACHER, "internal", "林知夏老师，您好：", "Dear Prof. 林知夏,"),
    ("周慕白", H.MR, "external", "周慕白先生，您好：", "Dear Mr 周慕白,"),
    ("周慕白", H.MS, "external", "周慕白女士，您好：", "Dear Ms 周慕白,"),
    ("欧阳若兰", H.TEACHER, "internal", "欧阳若兰老师，您好：", "Dear Prof. 欧阳若兰,"),
    ("诸葛 明远", H.STUDENT, "internal", "诸葛明远同学，您好：", "Dear 诸葛明远,"),
    ("夏　雨", H.MS, "external", "夏雨女士，您好：", "Dear Ms 夏雨,"),
    ("古丽娜尔・艾山", H.STUDENT, "internal", "古丽娜尔·艾山同学，您好：", "Dear 古丽娜尔·艾山,"),
    ("安娜.贝克尔", H.TEACHER, "internal", "安娜·贝克尔老师，您好：", "Dear Prof. 安娜·贝克尔,"),
    ("𠮷田 花子", H.MS, "external", "𠮷田花子女士，您好：", "Dear Ms 𠮷田花子,"),
    ("Anna Becker", H.UNKNOWN, "internal", "Anna Becker 同学/老师，您好：", "Dear Anna Becker,"),
    ("Anna  Becker", H.STUDENT, "internal", "Anna Becker 同学，您好：", "Dear Anna Becker,"),
    ("Anna Becker", H.MS, "external", "Anna Becker 女士，您好：", "Dear Ms Anna Becker,"),
    ("J. R. O'Hara-Lund", H.TEACHER, "internal", "J. R. O'Hara-Lund 老师，您好：", "Dear Prof. J. R. O'Hara-Lund,"),
    ("LIN Zhixia", H.STUDENT, "internal", "LIN Zhixia 同学，您好：", "Dear LIN Zhixia,"),
    ("Nguyễn Văn Ánh", H.MR, "external", "Nguyễn Văn Ánh 先生，您好：", "Dear Mr Nguyễn Văn Ánh,"),
    ("王晓 Wendy", H.MS, "external", "王晓 Wendy 女士，您好：", "Dear Ms 王晓 Wendy,"),
    ("秦教授", H.TEACHER, "internal", "秦教授，您好：", "Dear 秦教授,"),
    ("Dr. Anna Becker", H.MS, "internal", "Dr. Anna Becker，您好：", "Dear Dr. Anna Becker,"),
    ("Drew Misty", H.MR, "external", "Drew Misty 先生，您好：", "Dear Mr Drew Misty,"),
    ("", H.TEACHER, "internal", "老师，您好：", "Dear reader,"),
    ("", H.UNKNOWN, "internal", "您好：", "Dear reader,"),
    (None, H.UNKNOWN, "", "您好：", "Dear reader,"),
]


@each(("name", "honorific", "reader", "zh", "en"), GREETINGS)
def test_greetings(name: str | None, honorific: Honorific, reader: str, zh: str, en: str) -> None:
    """Whoever it is, both languages address the person rightly, and no name is taken apart."""
    assert greeting(name, honorific, reader, ZH) == zh
    assert greeting(name, honorific, reader, EN) == en


def test_a_name_cannot_break_out_of_its_line() -> None:
    """Line ends and direction marks in a record do not reach the salutation."""
    assert tidy("林知夏\r\nBcc: x@y.example\u202e") == "林知夏 Bcc: x@y.example"


@pytest.mark.parametrize(
    ("amount", "currency", "full", "short"),
    [
        ("12.5", "CNY", "¥12.50 (CNY 12.50)", "¥12.50"),
        ("1234.00", "CNY", "¥1,234.00 (CNY 1,234.00)", "¥1,234.00"),
        ("-3", "CNY", "-¥3.00 (CNY -3.00)", "-¥3.00"),
        ("20", "USD", "$20.00 (USD 20.00)", "$20.00"),
        ("20", "EUR", "€20.00 (EUR 20.00)", "€20.00"),
        ("12.5", "CHF", "CHF 12.50", "CHF 12.50"),
        ("1500", "JPY", "JPY 1,500", "JPY 1,500"),
        ("30", "HKD", "HKD 30.00", "HKD 30.00"),
    ],
)
@pytest.mark.parametrize("locale", [ZH, EN])
def test_amounts(amount: str, currency: str, full: str, short: str, locale: str) -> None:
    """Amounts are the same in both languages, unmistakable in their currency, and say nothing twice."""
    style = Style(locale, UTC)
    assert (style.money(Money.of(amount, currency)), style.short_money(Money.of(amount, currency))) == (full, short)
