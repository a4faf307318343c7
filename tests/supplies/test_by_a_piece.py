"""News of a request that a library names as people do: by a piece of its title. Who has it by the record is believed, of
others a file has to show the rest; and news that our own record speaks against waits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.cli.reading.evaluate import _services
from maild.cli.reading.labelled import read_mails, read_office
from maild.spine.explain import explain
from tests.cases import each

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
MAPS, BATHS, KILNS, LEDGERS = "2026111800231", "2026111800248", "2026111800255", "2026111800262"
LENT, PRICED = "2026102000276", "2026111800283"
OFFICE = f"""
patrons = [
  ["p1", "谢若舟", "internal", "农学院", "22317044", "xie@patron.example", "zh-CN"],
  ["p2", "尚未央", "internal", "建筑系", "22317045", "shang@patron.example", "zh-CN"],
]
requests = [
  ["c01", "{MAPS}", "p1", "copy", "闽江下游旧志舆图考释", "广西大学图书馆", "in_process", "", "", "", "none", ""],
  ["c02", "{BATHS}", "p2", "copy", "近代沪上混堂营业账簿初探", "CALIS", "in_process", "", "", "", "none", ""],
  ["c03", "{KILNS}", "p1", "copy", "龙窑投柴孔的砌筑与修补", "广西大学图书馆", "submitted", "", "", "", "none", ""],
  ["c04", "{LEDGERS}", "p2", "copy", "闽江下游渡口账册辑存", "广西大学图书馆", "in_process", "", "", "", "none", ""],
  ["c05", "{PRICED}", "p2", "copy", "石库门里弄的消防水池", "广西大学图书馆", "conditional", "28.00", "14.00", "14.00", "due", ""],
  ["l01", "{LENT}", "p2", "loan", "水榭木作図谱", "广西大学图书馆", "on_loan", "20.00", "20.00", "0.00", "none", "2026-12-02"],
]
"""
HOLDER, OTHER = "广西大学图书馆 <ill@gxu.edu.cn>", "云南大学图书馆 <ill@ynu.edu.cn>"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("office")
    (folder / "office.toml").write_text(OFFICE, "utf-8")
    known = read_office(folder / "office.toml")
    with _services(known, AT) as services:
        yield folder, known, services


def decided(office: tuple[Path, Any, Any], sender: str, text: str, subject: str, *files: str) -> Mapping[str, Any]:
    folder, known, services = office
    file = folder / "mails.jsonl"
    row = {"id": "x", "from": sender, "proven": True, "subject": subject, "text": text, "files": files}
    label = {"lang": "zh", "kinds": ["shipped"], "colleague": "settle"}
    file.write_text(json.dumps(row | label, ensure_ascii=False), "utf-8")
    (mail,) = read_mails([file], known, own_address=services.settings.office.address, at=AT)
    found: Mapping[str, Any] = explain(mail.raw, "x", services.parts, AT)["decision"]
    return found


PIECES = [
    # who has it
    (HOLDER, "投柴孔那篇在特藏部,要调库,周四扫给您。", "龙窑投柴孔", (), "accepted"),
    (HOLDER, "《旧志舆图考释》我馆没有入藏,无法提供。", "答复", (), "unfilled"),
    # a piece of two of them, of none, or beside another work's name
    (HOLDER, "闽江下游那篇要调库,周四扫给您。", "闽江下游", (), ""),
    (HOLDER, "《龙窑投柴孔图说》要调库,周四扫给您。", "答复", (), ""),
    (HOLDER, "您要的那篇要调库,周四扫给您。", "答复", (), ""),
    (HOLDER, "龙窑投柴孔考古图录要调库,周四扫给您。", "答复", (), ""),
    (HOLDER, "【龙窑投柴孔图说】要调库,周四扫给您。", "答复", (), ""),
    # a short piece ends nothing; nor does a piece alone, of who has it not
    (HOLDER, "投柴孔那篇我馆没有入藏,无法提供。", "答复", (), ""),
    (OTHER, "投柴孔那篇在特藏部,要调库,周四扫给您。", "龙窑投柴孔", (), ""),
    (OTHER, "混堂营业账簿那篇扫好了,见附件。", "文献传递", ("混堂.pdf",), ""),
]  # fmt: skip


@each(("sender", "text", "subject", "files", "event"), PIECES, ids=range(len(PIECES)))
def test_named_by_a_piece(
    office: Any, sender: str, text: str, subject: str, files: tuple[str, ...], event: str
) -> None:
    found = decided(office, sender, text, subject, *files)
    assert (found["event"] if found["action"] == "apply" else "") == event


AGAINST = [
    # the day of a reminder is another than the record's, in whatever words it is said
    (f"贵馆所借《水榭木作図谱》将于11月28日到期,请及时归还。单号{LENT}。", (), "review", "2026-11-28"),
    (f"贵馆所借《水榭木作図谱》将于12月2日到期,请及时归还。单号{LENT}。", (), "apply", ""),
    (f"贵馆所借《水榭木作図谱》将于本月28日到期。单号{LENT}。", (), "review", "2026-11-28"),
    (f"贵馆所借《水榭木作図谱》将于11月28日到期。单号{LENT}。打印日期:2026-11-20", (), "review", "2026-11-28"),
    (f"《水榭木作図谱》 is due on 28 November, please return it. Your number: {LENT}", (), "review", "2026-12-02"),
    (f"贵馆所借《水榭木作図谱》即将到期,请按时归还。单号{LENT}。\n2026年11月24日", (), "apply", ""),
    # a file that comes with what is no news is not put away with it
    (f"{PRICED} 费用28元,请确认。", ("石库门里弄的消防水池.pdf",), "review", "石库门里弄的消防水池.pdf"),
    (f"{PRICED} 费用28元,请确认。", (), "ignore", ""),
    (f"{PRICED} 费用28元,请确认。", ("scan.tif",), "review", "scan.tif"),
    # nobody works on what its reader has not accepted the fee of, as far as we know
    (f"{PRICED} 《石库门里弄的消防水池》已接单,正在处理。", (), "review", "has not accepted"),
    # an offer beside a refusal, a promise beside a book
    (f"《龙窑投柴孔的砌筑与修补》{KILNS} 只能退单了,抱歉。不过可以给扫目录,另外任选一两章扫描。", (), "review", ""),
    # a reader whose name is a condition by its characters is none
    (f"{MAPS} 《闽江下游旧志舆图考释》,谢若舟老师的,扫好了,见附件。", (f"{MAPS}.pdf",), "apply", ""),
    (f"{MAPS} 已受理,经查无读者所需卷期。", (), "review", ""),
    (f"{MAPS} 《闽江下游旧志舆图考释》,若老师要的急,可以先扫,见附件。", (f"{MAPS}.pdf",), "review", ""),
]  # fmt: skip


@each(("text", "files", "action", "said"), AGAINST, ids=range(len(AGAINST)))
def test_what_our_record_speaks_against(office: Any, text: str, files: tuple[str, ...], action: str, said: str) -> None:
    found = decided(office, HOLDER, text, "答复", *files)
    assert found["action"] == action
    assert said in "\n".join(map(str, found["reasons"]))


def test_a_status_and_its_subject(office: Any) -> None:
    """A form that says that the book is out, below a subject that asks for it, reminds; whatever order sets have."""
    text = f"借入单位 浙江大学图书馆\n贵馆单号 {LENT}\n书   名 水榭木作図谱\n应还日期 2026-12-02\n状   态 借出\n请于应还日期前寄回。"
    found = decided(office, HOLDER, text, "图书到期提醒")
    assert (found["action"], found["event"]) == ("apply", "due")


def test_what_a_row_was_before(office: Any) -> None:
    """'原状态' of a table is no news, and a line that says when it was made is none of a row."""
    rows = f"{MAPS}\t闽江下游旧志舆图考释\t已转发\t处理中\n{KILNS}\t龙窑投柴孔的砌筑与修补\t处理中\t不能提供"
    text = f"浙江大学图书馆  当日变动(2条)\n\n事务号\t题名\t原状态\t现状态\n{rows}\n\n汇总时间 17:30"
    found = decided(office, "CALIS馆际互借 <ill@calis.edu.cn>", text, "每日事务汇总")
    assert [(move["transaction"], move["after"]) for move in found["moves"]] == [(KILNS, "unfilled")]


@each(("subject", "text", "goes"), [
    (f"{MAPS} 已完成", f"贵馆 {KILNS} 的全文已扫好,见附件。", False),
    (f"{MAPS} 已完成", f"贵馆 {MAPS} 的全文已扫好,见附件。", True),
    (f"{MAPS} 已完成", "全文已扫好,见附件。我馆编号2026112388888。", True),
    (f"{MAPS} 已完成", "全文已扫好,见附件。", True),
], ids=range(4))  # fmt: skip
def test_a_subject_and_a_text_of_two_requests(office: Any, subject: str, text: str, goes: bool) -> None:
    """Whose document it is nobody knows."""
    found = decided(office, HOLDER, text, subject, "scan.pdf")
    assert (found["action"] == "apply") is goes, found["reasons"]


@each(("name", "goes"), [("前20页", False), ("全文", True)])
def test_a_file_that_calls_itself_a_part(office: Any, name: str, goes: bool) -> None:
    found = decided(office, HOLDER, "已扫好,见附件。", MAPS, f"闽江下游旧志舆图考释_{name}.pdf")
    assert (found["action"] == "apply") is goes, found["reasons"]
