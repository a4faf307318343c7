"""The small tools of writing: folding, dates, amounts, fees, mail systems, headers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.errors import RuleError
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.wording.words import PAYMENTS, STATES
from maild.notify.language.locales import EN, ZH, Style, block, line, to_money
from maild.notify.language.wrap import columns, fold, shorten
from maild.notify.rendering import mime
from maild.notify.rendering.samples import sample_transaction
from maild.notify.writing.fees import read_fee
from maild.notify.writing.guidance import MailSystems
from maild.resources import data_folder
from maild.tables import read_toml

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_every_state_has_its_words() -> None:
    """No state can be shown as a bare English code."""
    assert set(STATES) == {state.value for state in State}
    assert set(PAYMENTS) == {state.value for state in PaymentState}


def test_folding_keeps_marks_words_and_indents() -> None:
    """No line begins with a closing mark; list items hang; links stay whole."""
    folded = fold("1. " + "文献传递，" * 20 + "\n" + "  word " * 30 + "\nhttps://x.example/" + "a" * 200)
    lines = folded.splitlines()
    assert all(columns(text) <= 76 for text in lines[:-1])
    assert all(text.startswith("   ") for text in lines[1:3])
    assert not any(text.lstrip()[0] in "，。）" for text in lines)
    assert lines[-1] == "https://x.example/" + "a" * 200


@given(st.text(alphabet="文献，。（）ab \n-1.", max_size=400))
def test_folding_loses_no_character(text: str) -> None:
    """Only white space is added or taken."""
    assert re.sub(r"\s", "", fold(text)) == re.sub(r"\s", "", text)


def test_shortening_counts_columns() -> None:
    """A Chinese character takes two."""
    assert shorten("江南市镇研究", 12) == "江南市镇研究"
    assert shorten("江南市镇研究", 11) == "江南市镇研…"


def test_dates_are_days_of_the_office() -> None:
    """17:30 UTC is tomorrow in Hangzhou; text that is no date is shown as it came."""
    moment = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert Style(ZH, SHANGHAI).date(moment) == "2026年11月25日"
    assert Style(EN, SHANGHAI).date(moment) == "25 November 2026"
    assert Style(EN, SHANGHAI).date(date(2026, 3, 1)) == "1 March 2026"
    assert Style(EN, SHANGHAI).date("2026-13-45") == "2026-13-45"
    assert Style(EN, SHANGHAI).date(None) == ""


@pytest.mark.parametrize(
    ("value", "money"),
    [("12.50", Money.of("12.5")), (12, Money.of(12)), ("¥1,234.5", Money.of("1234.5")), ("3 USD", Money.of(3, "USD")),
     ("12元", Money.of(12)), ("x", None), (None, None), (True, None), ("nan", None), ([], None)],
)  # fmt: skip
def test_amounts_from_data(value: object, money: Money | None) -> None:
    """What JSON can carry, and nothing else."""
    assert to_money(value) == money


def test_amounts_in_words_of_both_locales() -> None:
    """Sign and code; a currency without a sign shows its code."""
    style = Style(EN, SHANGHAI)
    assert style.money(Money.of("1234.5")) == "¥1,234.50 (CNY 1,234.50)"
    assert style.short_money(Money.of("-3")) == "-¥3.00"
    assert style.short_money(Money.of(3, "CHF")) == "CHF 3.00"


def test_foreign_text_is_cleaned() -> None:
    """One line without controls or direction marks; a block keeps its line ends."""
    assert line(" a\r\nb\0\u202ec\u200b ") == "a bc"
    assert block("a\r\nb\rc\0") == "a\nb\nc"
    assert len(line("x" * 999)) == 300


def test_a_fee_is_completed_from_what_is_known() -> None:
    """Total less subsidy, subsidy from total and share, and no fee from nothing."""
    assert read_fee(None, {}) is None
    fee = read_fee(None, {"total": "10", "subsidy": "4"})
    assert fee is not None
    assert fee.payable == Money.of(6)
    fee = read_fee(None, {"total": "10", "payable": "4"})
    assert fee is not None
    assert fee.subsidy == Money.of(6)
    fee = read_fee(None, {"fee_lines": [{"label_zh": "a", "amount": "1"}, {"label_zh": "b", "amount": "2"}]})
    assert fee is not None
    assert fee.total == Money.of(3)
    fee = read_fee(sample_transaction(NoticeKind.FEE_NOTICE), {})
    assert fee is not None
    assert [amount for _, _, amount in fee.lines] == [Money.of("22.50")]


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_subject_comes_back_as_it_was(text: str, name: str) -> None:
    """Encoded and folded, each line short, and decoded by the standard library to the same words."""
    clean = line(text)
    raw = mime.header("Subject", clean)
    assert raw.isascii()
    assert all(len(piece) <= 76 for piece in raw.rstrip("\r\n").split("\r\n"))
    value = raw.partition(":")[2].strip().replace("\r\n", "")
    assert str(make_header(decode_header(value))).split() == clean.split()
    assert mime.address_header("To", line(name), "a@b.example").rstrip().endswith("<a@b.example>")


def test_a_mail_system_file_with_a_slip_is_refused(tmp_path: Path) -> None:
    """Named by file, entry and key."""
    good = (data_folder("rules") / "whitelist.toml").read_text("utf-8")
    file = tmp_path / "whitelist.toml"
    for old, new, said in (
        ('id = "qq"', "id = 7", r"toml:\d+: system\[1\]\.id: must be a string"),
        ('domains = ["139.com"]', 'domains = ["qq.com"]', "'qq.com' is listed twice"),
        ('domains = ["*"]', 'domains = ["x.example"]', "no system for other domains"),
        ("max_mail_bytes =", "max_mail_byte =", "max_mail_byte: unknown key"),
        ("[[system]]", "[[system", "whitelist.toml"),
    ):
        assert old in good
        file.write_text(good.replace(old, new, 1), "utf-8")
        with pytest.raises(RuleError, match=said):
            MailSystems.load(read_toml(file))
    with pytest.raises(RuleError, match="No such file"):
        MailSystems.load(read_toml(tmp_path / "none.toml"))
