"""Statements as banks, payment services and the finance office export them. All rows are synthetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from maild.domain.accounting.account import same_account
from maild.domain.errors import ConfigError, RuleError
from maild.office.books.statement_formats import StatementFile, load_formats, read_statement

FORMATS = load_formats()
ZONE = ZoneInfo("Asia/Shanghai")
OURS = ("1202024609908808891",)
ICBC_HEAD = (
    "电子回单号码~付方账号~付方户名~付方开户行~收方账号~收方户名~收方开户行~币种~金额~大写金额~用途~摘要~附言~备注"
    "~交易流水号~时间戳~记账日期~验证码~打印日期~打印次数"
)
WECHAT = """微信支付账单明细,,,,,,,,
微信昵称：[图书馆],,,,,,,,
----------------------微信支付账单明细列表--------------------,,,,,,,,
交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注
2026-11-20 09:12:33,二维码收款,张三,"文献传递费 2026112000101",收入,¥12.60,零钱,已收钱,"1000050001202611200000000001	","10001	","/"
2026-11-21 10:00:00,商户消费,某店,水,支出,¥3.00,零钱,支付成功,"1000050001202611210000000002	","10002	","/"
2026-11-21 11:00:00,转账,李四,"/",收入,¥8.00,零钱,已全额退款,"1000050001202611210000000003	","10003	","/"
"""
ALIPAY = """支付宝交易记录明细查询
账号:[lib@lib.example]
---------------------------------交易记录明细列表------------------------------------
交易号                  ,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态,
2026112022001400000000000001	,	,2026-11-20 09:00:00,2026-11-20 09:00:05,2026-11-20 09:00:05,支付宝网站,即时到账交易,王五,文献传递,25.20,收入,交易成功,0.00,0.00,,已收入,
------------------------------------------------------------------------------------
共1笔记录,,,,,,,,,,,,,,,,
"""


def _read(tmp_path: Path, name: str, text: str, encoding: str = "gb18030") -> StatementFile:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_statement(path, FORMATS, ZONE, accounts=OURS)


def _icbc(serial: str, amount: str, account: str = OURS[0]) -> str:
    return (
        f"{serial}~6222000000000001234~张三~某支行~{account}~浙江大学~浙大分理处~人民币~{amount}~拾贰元陆角整~图书馆文献传递费"
        f"~网转~2026112000101~~12345678~2026-11-20-09.12.33.123456~2026-11-20~ABCD~2026-11-24~1"
    )


def test_icbc(tmp_path: Path) -> None:
    """CP936, '~' between 20 columns; another account's line is left out, and said to be."""
    rows = [
        ICBC_HEAD,
        _icbc("0001-0002-0003-0004", "12.60"),
        _icbc("0001-0002-0003-0005", "5.00", "6222999999999999999"),
    ]
    found = _read(tmp_path, "icbc.txt", "\r\n".join(rows) + "\r\n")
    assert found.format.name == "icbc"
    (line,) = found.lines
    assert (line.serials[0], str(line.amount), line.booked) == ("0001000200030004", "12.60 CNY", date(2026, 11, 20))
    assert line.purpose == "图书馆文献传递费 网转 2026112000101"
    assert line.payer_account.endswith("1234")
    assert [fault.skipped for fault in found.faults] == [True]


def test_wechat(tmp_path: Path) -> None:
    """A preamble, tabs behind serials, money out as negative, a refunded line left out."""
    found = _read(tmp_path, "wx.csv", WECHAT, "utf-8-sig")
    assert [(str(line.amount), line.channel) for line in found.lines] == [
        ("12.60 CNY", "wechat"),
        ("-3.00 CNY", "wechat"),
    ]
    assert found.lines[0].time == "09:12:33"
    assert found.lines[0].serials == ("1000050001202611200000000001", "10001")
    assert [fault.what for fault in found.faults] == ["not carried out"]


def test_alipay(tmp_path: Path) -> None:
    """GB18030, a preamble, blanks in headers, a footer that is no movement."""
    found = _read(tmp_path, "ali.csv", ALIPAY)
    (line,) = found.lines
    assert (line.channel, str(line.amount), line.payer) == ("alipay", "25.20 CNY", "王五")
    assert all(fault.skipped for fault in found.faults)


def test_finance_xlsx(tmp_path: Path) -> None:
    """An Excel sheet with a title above the table; credit and debit in columns of their own."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["项目明细账 669105"],
        [],
        ["记账日期", "凭证号", "摘要", "对方部门代码", "对方项目代码", "借方", "贷方"],
        ["2026-11-20", "记-0012", "检索费 化学系", "181000", "512345", None, 36.9],
        ["2026-11-21", "记-0013", "退款", "181000", "512345", 5, None],
    ):
        sheet.append(row)
    path = tmp_path / "f.xlsx"
    book.save(path)
    found = read_statement(path, FORMATS, ZONE)
    assert [(str(line.amount), line.department, line.serials) for line in found.lines] == [
        ("36.90 CNY", "181000", ("0012",)),
        ("-5.00 CNY", "181000", ("0013",)),
    ]


def test_library(tmp_path: Path) -> None:
    """The library's payment page: a state in no list is a fault of its row, not a guess."""
    text = (
        "订单号,学工号,姓名,缴费项目,缴费金额,支付时间,状态\n"
        "L1,32201001,张三,文献传递费 2026112000101,12.60,2026/11/20 09:00,已支付\n"
        "L2,32201002,李四,文献传递费,2.60,2026/11/20 09:10,处理中\n"
    )
    found = _read(tmp_path, "lib.csv", text, "utf-8")
    assert [line.payer_account for line in found.lines] == ["32201001"]
    assert [(fault.row, fault.skipped) for fault in found.faults] == [(3, False)]


def test_keys_do_not_depend_on_the_file(tmp_path: Path) -> None:
    """Exports that overlap give a line the same key; equal lines without a serial are told apart by count."""
    head = "交易日期,摘要,对方户名,贷方发生额,借方发生额\n"
    one = "2026-11-20,网转,张三,5.00,\n"
    first = _read(tmp_path, "a.csv", head + one + one)
    second = _read(tmp_path, "b.csv", head + "2026-11-19,网转,李四,7.00,\n" + one + one)
    assert first.format.name == "bank"
    assert len({line.key for line in first.lines}) == 2
    assert {line.key for line in first.lines} < {line.key for line in second.lines}


def test_unknown_file(tmp_path: Path) -> None:
    """A file of no known format is refused, and the columns that were looked for are named."""
    with pytest.raises(ConfigError, match="电子回单号码"):
        _read(tmp_path, "x.csv", "a,b,c\n1,2,3\n")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('title="x"', "channel: is missing"),
        ('title="x"\nchannel="gold"\nhead=["a"]\n[columns]\namount=["b"]\nbooked=["c"]', "gold"),
        ('title="x"\nchannel="bank"\nhead=["a"]\n[columns]\nbooked=["c"]', "amount"),
        ('title="x"\nchannel="bank"\nhead=["a"]\nwrong=1\n[columns]\namount=["b"]\nbooked=["c"]', "wrong"),
        ('title="x"\nchannel="bank"\nhead=["a"]\n[columns]\namount=["b"]\nbooked=["c"]\nhue=["d"]', "hue"),
    ],
)
def test_broken_formats_are_refused(tmp_path: Path, text: str, what: str) -> None:
    """A format file that says something unknown stops the load with its name and reason."""
    (tmp_path / "statements").mkdir()
    (tmp_path / "statements" / "own.toml").write_text(text)
    with pytest.raises(RuleError, match=what):
        load_formats(str(tmp_path))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1202024609908808891", "1202024609908808891", True),
        ("1202024609908808891", "1202***********8891", True),
        ("1202024609908808891", "***************8892", False),
        ("1202024609908808891", "1203***********8891", False),
        ("1202024609908808891", "1202024609908808892", False),
        ("**", "1202024609908808891", False),
    ],
)
def test_masked_accounts(one: str, other: str, same: bool) -> None:
    """A masked number fits by what it shows; one that shows too little fits nothing."""
    assert same_account(one, other) is same


def test_serials_and_days(tmp_path: Path) -> None:
    """A short serial comes again on another day and is other money; a long one is one payment, though shown twice."""
    head = "交易日期,摘要,对方户名,流水号,贷方发生额,借方发生额\n"
    keys = []
    for row in (
        "2026-11-20,,,1234567,5.00,\n",
        "2026-11-23,,,1234567,5.00,\n",
        "2026-11-20,,,12345678901234,5.00,\n" * 2,
    ):
        (tmp_path / "s.csv").write_text(head + row, "utf-8")
        keys.append({line.key for line in read_statement(tmp_path / "s.csv", FORMATS, ZONE).lines})
    assert [len(some) for some in keys] == [1, 1, 1]
    assert not keys[0] & keys[1]


def test_two_formats_of_one_bank(tmp_path: Path) -> None:
    """The same payment in a bank's CSV and its bulk export is one line: it is not received twice."""
    row = "2026-11-20,,,0001-0002-0003-0004,5.00,\n"
    keys = set()
    for serial, account in (("电子回单号", "对方账号"), ("回单编号", "本方账号")):
        head = f"交易日期,摘要,{account},{serial},贷方发生额,借方发生额\n"
        keys |= {line.key for line in _read(tmp_path, "s.csv", head + row).lines}
    other = replace(FORMATS["bank"], name="other")
    keys |= {line.key for line in read_statement(tmp_path / "s.csv", {"other": other}, ZONE).lines}
    assert len(keys) == 1
