"""Typing: the words of a mail made into values, or refused."""

from __future__ import annotations

import pytest

from maild.classify.vocabulary.patterns import compile_pattern
from maild.classify.vocabulary.values import Typing, Unfit, number_pattern, read_money
from tests.cases import each
from tests.unit.classify.classify_mails import NUMBER

TYPING = Typing(number=number_pattern(NUMBER), reasons=(("5", compile_pattern("无馆藏")),), year=2026)
VALUES = [
    ("money", "12.50元", "12.50"), ("money", "¥1,235.5", "1235.50"), ("money", "RMB 12", "12.00"),
    ("money", "EUR 12,50", "12.50"), ("money", "12 (人民币)", "12.00"), ("money", "免费", "0.00"),
    ("money", "6.00 + 5.00 = 11.00 元", "11.00"), ("money", "CNY258.66", "258.66"), ("money", "10页 3.00元", "3.00"),
    ("date", "2026年11月24日", "2026-11-24"), ("date", "2026-11-24 10:00", "2026-11-24"), ("date", "2026/1/4", "2026-01-04"),
    ("date", "24 November 2026", "2026-11-24"), ("date", "Nov 24, 2026", "2026-11-24"), ("date", "24-Nov-2026", "2026-11-24"),
    ("date", "11月24日", "2026-11-24"), ("date", "20261124", "2026-11-24"), ("date", "24.12.2026", "2026-12-24"),
    ("date", "12/24/2026", "2026-12-24"), ("date", "2026-12-24T00:00:00Z", "2026-12-24"), ("date", "24th December 2026", "2026-12-24"),
    ("datetime", "2026-11-24 09:12:33", "2026-11-24T09:12:33"), ("datetime", "2026年11月24日 下午3:05", "2026-11-24T15:05:00"),
    ("datetime", "2026-11-24T01:12:33Z", "2026-11-24T01:12:33Z"),
    ("url", "点击 https://a.example/x?y=1&amp;z=2。", "https://a.example/x?y=1&z=2"), ("url", "(http://a.example/b)", "http://a.example/b"),
    ("url", "https://a.example/f_(1).pdf,", "https://a.example/f_(1).pdf"), ("url", "http://a.example/文献", "http://a.example/"),
    ("integer", "12页", "12"), ("integer", "1,024", "1024"),
    ("email", "Li.Lei@Patron.Example", "li.lei@patron.example"), ("email", "邮箱<a@b.example>", "a@b.example"),
    ("transaction", "2026112400017(文献传递)", "2026112400017"), ("transaction", "ILL-20261124-001", "ILL-20261124-001"),
    ("text", "  a \n b ", "a b"), ("state", "NOT-SUPPLIED", "unfilled"), ("state", "In process", "in_process"),
    ("reason", "本馆无馆藏", "本馆无馆藏"), ("code", "x7Qp,有效期30天", "x7Qp"), ("code", "“aB-1!”。", "aB-1!"),
    ("code", "a,b;c d", "a,b;c"), ("money", "15.50元,请点击 http://x.example/?b=1", "15.50"),
]  # fmt: skip
UNFIT = [
    ("money", "待定"), ("money", "3元或5元"), ("money", "-5.00"), ("money", "50%"), ("date", "2026-13-40"), ("date", "03/04/2026"),
    ("date", "2026-11-24至2026-12-24"), ("date", "soon"), ("url", "javascript:alert(1)"), ("url", "见附件"), ("url", "http://"),
    ("integer", "3-5"), ("integer", "many"), ("email", "无"), ("email", "a@b.example c@d.example"), ("transaction", "12"),
    ("transaction", "2026112400017 2026112400018"), ("text", " — ".strip()), ("state", "melancholy"), ("code", "见短信"),
]  # fmt: skip


@each(("kind", "words", "value"), VALUES)
def test_fits(kind: str, words: str, value: str) -> None:
    """The value in its canonical form."""
    assert TYPING.read(kind, words).value == value


@each(("kind", "words"), UNFIT)
def test_unfit(kind: str, words: str) -> None:
    """What does not fit is refused with a reason, never guessed."""
    with pytest.raises(Unfit, match=r"\w"):
        TYPING.read(kind, words)


def test_currency_and_code_come_along() -> None:
    """Money says its currency, a reason its ISO 10161 code, where known."""
    assert TYPING.read("money", "USD 5").more == {"currency": "USD"}
    assert TYPING.read("money", "5").more == {}
    assert TYPING.read("reason", "无馆藏").more == {"reason_code": "5"}


def test_numbers_are_whole_words() -> None:
    """A number within a longer run is not one; neighbours separated by one character are all found."""
    assert TYPING.numbers("x2026112400017 2026112400018,2026112400019 20261124000201234567890") == (
        "2026112400018",
        "2026112400019",
    )


@pytest.mark.parametrize("words", [
    "3千日元", "0.8万日元", "2万韩元", "¥4,500(日元)", "¥3000 JPY", "Rs 500", "45 刀", "30-50元", "30元/本", "0.5元/页",
    "约30元", "预计30元", "30元起", "30元,其中读者承担10元", "₩9000", "30元左右", "20 瑞典克朗",
])  # fmt: skip
def test_what_is_only_half_read_is_no_amount(words: str) -> None:
    """A multiple, a range, a rate, a guess, a part, a currency that is none of ours: the figures alone say another sum."""
    with pytest.raises(Unfit):
        read_money(words)


@pytest.mark.parametrize(("words", "amount"), [
    ("30元", "30.00"), ("¥12.50", "12.50"), ("人民币 12.5 元", "12.50"), ("CNY 1,234.00", "1234.00"), ("RMB12.00元", "12.00"),
    ("10+2=12.00元", "12.00"), ("12.50 USD", "12.50"), ("$12.50", "12.50"), ("12,50 EUR", "12.50"), ("26.00元整", "26.00"),
])  # fmt: skip
def test_a_plain_amount_is_read(words: str, amount: str) -> None:
    """With its sign before, behind, or on both sides."""
    assert read_money(words).value == amount


@pytest.mark.parametrize(("words", "amount"), [
    ("复制费 8 元，加急费 10 元，共 18 元。", "18.00"), ("复印费5元、邮费12元,合计:17元", "17.00"), ("EUR 8.00 plus 3.50, total 11.50 EUR", "11.50"),
    ("9元,共3篇", "9.00"),
])  # fmt: skip
def test_of_several_fees_the_sum_counts(words: str, amount: str) -> None:
    """What they come to, where it is said."""
    assert read_money(words).value == amount


@pytest.mark.parametrize(
    "words", ["复制费 8 元，加急费 10 元", "复印费5元,另收邮费12元", "EUR 8.00 plus 3.50", "6.00 plus USD 2"]
)
def test_of_several_fees_without_a_sum_none_counts(words: str) -> None:
    """Each alone is less than what is asked for: a person adds them up."""
    with pytest.raises(Unfit):
        read_money(words)


@pytest.mark.parametrize(("words", "currency"), [
    ("4500円", "JPY"), ("CHF 20", "CHF"), ("30加元", "CAD"), ("30港币", "HKD"), ("25.00 CAD", "CAD"), ("9000韩元", "KRW"),
    ("12 AUD", "AUD"), ("20新台币", "TWD"),
])  # fmt: skip
def test_a_foreign_price_keeps_its_currency(words: str, currency: str) -> None:
    """It is no fee in yuan: a person converts it."""
    assert read_money(words).more["currency"] == currency
