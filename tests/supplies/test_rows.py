"""Mails about several requests: what divides them, what holds them back, and which file is whose."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from types import MappingProxyType
from typing import Any

import pytest

from maild.classify.reading.rows.dividing import MOST_LINES
from maild.classify.reading.rows.files import told_of_files
from maild.cli.reading.evaluate import _moment, _services
from maild.cli.reading.labelled import Office, read_mails
from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Row, Ruling
from maild.domain.requests.lifecycle import Event
from maild.spine.explain import explain
from maild.spine.looking.row_files import files_of_rows
from maild.spine.reading.read import LocalReader
from tests.cases import each
from tests.supplies.mails import OURS
from tests.supplies.test_supplies import reader
from tests.unit.classify.classify_mails import around, mail, ruled

A, B, C, D = "2026112400017", "2026112400018", "2026112400019", "2026112400020"
SENDER = "ill@lib.pku.edu.cn"
SUPPLIED, LACKING, TAKEN, ON, PRICED, BACK = (
    "shipped",
    "unfilled",
    "request_accepted",
    "request_forwarded",
    "fee_quoted",
    "loan_due",
)
LIST = f"在 2026-11-20，浙江大学图书馆 写道：\n> 一、{A} 茶经校注\n> 二、{B} 水经注疏\n> 三、{C} 梦溪笔谈"


def read(text: str, *, subject: str = "处理情况", quoted: str = "", sender: str = SENDER) -> Classification:
    """What rules make of a proven sender's mail."""
    return ruled(mail(subject, text, sender=sender, quoted_text=quoted))


def told(found: Classification) -> dict[str, str]:
    """Number (or words, where none is said) → kind of the rows that tell an outcome."""
    return {
        row.ruling.value("transaction") or row.text.split("\n")[0]: row.ruling.kind.value
        for row in found.rows
        if row.ruling.event
    }


TITLES = {A: "茶经校注", B: "水经注疏", C: "梦溪笔谈", D: "山家清供"}
OFFICE = Office(
    patrons={"p1": ["p1", "李珺", "internal", "历史学院", "12304018", "li@patron.example", "zh-CN"]},
    requests={
        number: [number, "p1", "copy", title, "北京大学图书馆", "submitted", "", "", "", "none", ""]
        for number, title in TITLES.items()
    },
)
Decided = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decided]:
    """What an office with these four requests, all sent out, decides of a proven sender's mail."""
    at, path = _moment("2026-11-25"), tmp_path_factory.mktemp("rows") / "mail.jsonl"
    with _services(OFFICE, at) as services:
        parts = replace(services.parts, reader=LocalReader(services.read_settings))

        def decide(text: str, *, subject: str = "处理情况", quoted: str = "", files: tuple[str, ...] = ()) -> Any:
            row = {"id": "x", "from": SENDER, "kinds": ["unknown"], "colleague": "hold", "subject": subject}
            path.write_text(json.dumps({**row, "text": text, "quoted": quoted, "files": files}))
            (made,) = read_mails([path], OFFICE, own_address=services.settings.office.address, at=at)
            return explain(made.raw, "x", parts, at)["decision"]

        yield decide


def moved(decision: dict[str, Any]) -> list[str]:
    """The requests that it moves."""
    return sorted(each["transaction"] for each in decision["moves"])


def is_held(decision: dict[str, Any]) -> bool:
    """Whether a person has it, and nothing was done or written to anybody."""
    return decision["action"] == "review" and not any(decision[name] for name in ("moves", "notices", "ledger"))


DIVIDED = [
    ("a table with tabs", f"本周情况如下，请核对。\n\n事务号\t题名\t状态\t备注\n{A}\t茶经校注\t已受理\t\n{B}\t水经注疏\t未满足\t无该期\n{C}\t梦溪笔谈\t已转发\t转宁波大学图书馆", {A: TAKEN, B: LACKING, C: ON}),
    ("prices in columns with a sum", f"下列文献可以提供，费用如下，请确认后我们再发送。\n\n| 事务号 | 页数 | 复制费 | 合计(元) |\n|---|---|---|---|\n| {A} | 40 | 12.00 | 17.00 |\n| {B} | 10 | 3.00 | 5.00 |\n| 2笔总计 | 50 | 15.00 | 22.00 |\n\n确认有效期七天。", {A: PRICED, B: PRICED}),
    ("blanks, and a column left out", f"申请号           状态          说明\n{A}    已转发        转中山大学中心馆\n{B}    已受理\n{C}    借出中        应还日期 2026-12-05\n\n共3条", {A: ON, B: TAKEN, C: BACK}),
    ("forms without a blank line", f"题名：茶经校注\n事务号：{A}\n结果：已受理\n题名：水经注疏\n事务号：{B}\n结果：无馆藏", {A: TAKEN, B: LACKING}),
    ("before and after", f"事务号：{A}\n变更前：已提交\n变更后：已转发\n\n事务号：{B}\n变更前：处理中\n变更后：已受理\n\n本邮件由系统发出，请勿直接回复。", {A: ON, B: TAKEN}),
    ("a cell that goes on", f"{A} | Tea | accepted, in queue\n{B} | Water | forwarded to the National Archive", {A: TAKEN, B: ON}),
    ("sections", f"已受理：\n{A}\n{B}\n\n无馆藏：\n{C}\n{D}", {A: TAKEN, B: TAKEN, C: LACKING, D: LACKING}),
    ("one outcome for all", f"以下均无馆藏，不能提供：\n{A}\n{B}\n馆际互借组", {A: LACKING, B: LACKING}),
    ("furniture below", f"{A} 已接单\n{B} 今天下午顺丰寄出，借期一个月\n收到请回一声，谢谢", {A: TAKEN, B: SUPPLIED}),
    ("prices to be confirmed", f"一、茶经校注（{A}），计94.50元，手续费5.00元，合计99.50元。\n二、水经注疏（{B}），予以受理，五个工作日内办结。\n第一项请书面确认后办理。", {A: PRICED, B: TAKEN}),
    ("a sentence about two", f"《茶经校注》和《水经注疏》都扫好了，随信附上（{A}、{B}）。{C} 各馆都没有入藏。", {A: SUPPLIED, B: SUPPLIED, C: LACKING}),
    ("a system's own numbers", f"订单号 | 用户备注 | 处理结果\nNS26111388201 | {A} | 已受理\nNS26112390034 | {B} | 未满足", {A: TAKEN, B: LACKING}),
    ("a count that is right", f"序号 | 事务号 | 题名 | 结果\n1 | {A} | 茶经校注 | 已提供\n2 | {B} | 水经注疏 | 未满足(缺卷)\n合计:2 条,满足 1 条。", {A: SUPPLIED, B: LACKING}),
    ("counts of each outcome", f"{A} | 茶经校注 | 处理中\n{B} | 水经注疏 | 未满足\n{C} | 梦溪笔谈 | 已转发\n\n共3笔：处理中1，未满足1，转发1。费用0元。", {A: TAKEN, B: LACKING, C: ON}),
    ("counts in English", f"{A} | Tea | unfilled\n{B} | Water | accepted, in queue\n\nTotal: 2 requests, 1 unfilled, 1 in process", {A: LACKING, B: TAKEN}),
    ("how it came about, and an end mark", f"{A} 茶经校注 已受理\n{B} 水经注疏 无馆藏\n\n本邮件每日 17:00 自动发送。有疑问请拨打客服电话。\n#EOF", {A: TAKEN, B: LACKING}),
    ("a file that cannot be opened", f"{A} 茶经校注 已受理\n{B} 水经注疏 无馆藏\n附件如无法打开,请于7日内联系客服。", {A: TAKEN, B: LACKING}),
    ("a count in words", f"一、{A} 茶经校注，已受理；\n二、{B} 水经注疏，无馆藏。\n\n共两笔。", {A: TAKEN, B: LACKING}),
    ("a count in English words", f"- {A}, Tea: accepted, in queue\n- {B}, Water: unfilled\n\nThat makes one accepted, one unfilled.", {A: TAKEN, B: LACKING}),
    ("an attachment and the environment", f"{A} 茶经校注 已受理\n{B} 水经注疏 无馆藏\n\n附件1个。\n请在打印之前考虑环境", {A: TAKEN, B: LACKING}),
    ("sorry", f"两篇都查无馆藏:\n{A} 茶经校注\n{B} 水经注疏\n抱歉!", {A: LACKING, B: LACKING}),
    ("found, and sent", f"李老师的两篇都找到了：\n1. {A} 茶经校注 —— 见附件1\n2. {B} 水经注疏 —— 见附件2", {A: SUPPLIED, B: SUPPLIED}),
    ("a heading that ends in a dash", f"现将贵馆在办申请处理结果反馈如下——\n{A} | 茶经校注 | 可借，本周内寄\n{B} | 水经注疏 | 未满足", {A: TAKEN, B: LACKING}),
    ("a year in a title ahead of a number", f"1、茶经校注的五年随访研究  {A}  已受理\n2、群落与卡片目录  {B}  未订购，不能提供", {A: TAKEN, B: LACKING}),
    ("circled places", f"①{A} 茶经校注:已接单\n②{B} 水经注疏:无馆藏", {A: TAKEN, B: LACKING}),
    ("headings that say whose they are", f"戚同学两篇：\n· 茶经校注（{A}） 已接单\n葛先生一篇：\n· 水经注疏（{B}） 我馆不藏，已转发南京图书馆", {A: TAKEN, B: ON}),
    ("lines with a label, one of which could sign", f"{A} 茶经校注\n状态：已转发，河海大学图书馆\n{B} 水经注疏\n状态：已受理，处理人：馆际互借组", {A: ON, B: TAKEN}),
    ("a system's footer", f"{A} 茶经校注 已受理\n{B} 水经注疏 无馆藏\n\n系统邮件,请勿回复", {A: TAKEN, B: LACKING}),
    ("another system's", f"{A} 茶经校注 已受理\n{B} 水经注疏 无馆藏\n\n(自动生成,无需回复)\n数据截止 2026-11-24 08:00", {A: TAKEN, B: LACKING}),
    ("whom to ask", f"{A} 茶经校注 已受理\n{B} 水经注疏 无馆藏\n\n客服电话：010-62750000\n如需帮助请联系 ill@calis.example", {A: TAKEN, B: LACKING}),
    ("in English", f"{A} Tea accepted\n{B} Water not available\n\nSystem-generated e-mail, do not answer.", {A: TAKEN, B: LACKING}),
    ("what is not over yet", f"贵馆有以下未完成事务:\n{A} 茶经校注 处理中\n{B} 水经注疏 已转发\n\n统计时间:2026-11-24 06:00", {A: TAKEN, B: ON}),
    ("in that order", f"1、茶经校注，已接单，本周内扫；\n2、水经注疏，我馆无此书。\n对应贵馆事务号依次为 {A}、{B}。", {A: TAKEN, B: LACKING}),
]  # fmt: skip


@each(("name", "text", "outcomes"), DIVIDED, ids=range(len(DIVIDED)))
def test_rows_are_divided(name: str, text: str, outcomes: dict[str, str]) -> None:
    """Tables, forms, sections, lists, sentences: what each request's row says."""
    assert told(read(text)) == outcomes, name


ANSWERS = [
    ("the first two, and the third", "老师好，前两篇已发，见附件；第三篇我馆缺该期，抱歉。", {A: SUPPLIED, B: SUPPLIED, C: LACKING}),
    ("each by its place", "第一篇：已扫，见附件；第二篇：受理中；第三篇：我馆无此书。", {A: SUPPLIED, B: TAKEN, C: LACKING}),
    ("all of them", "三篇均已发送，见附件。", {A: SUPPLIED, B: SUPPLIED, C: SUPPLIED}),
    ("in English", "The first two cannot be supplied. The third has been accepted.", {A: LACKING, B: LACKING, C: TAKEN}),
]  # fmt: skip


@each(("name", "text", "outcomes"), ANSWERS, ids=range(len(ANSWERS)))
def test_places_of_the_list_that_is_answered(name: str, text: str, outcomes: dict[str, str]) -> None:
    """Who answers our list says 'the third', and no number."""
    found = read(text, quoted=LIST)
    assert told(found) == outcomes, name
    assert all(row.ruling.value("transaction") in row.quoted for row in found.rows)


def test_answers_below_the_lines_that_they_answer() -> None:
    """Who writes between our lines answers each of them."""
    text = (
        f"答复写在每条下面了：\n\n> 1）{A} 茶经校注\n已受理。\n\n> 2）{B} 水经注疏\n我馆无此书。\n\n> 谢谢。\n不客气！"
    )
    own = "答复写在每条下面了：\n已受理。\n我馆无此书。\n不客气！"
    found = ruled(mail("Re: 两篇", text, sender=SENDER, reply_text=own))
    assert told(found) == {A: TAKEN, B: LACKING}


HELD = [
    ("the rest, without saying which", "前两篇无馆藏，其余已受理。", LIST),
    ("two things of one place", "前两篇无馆藏，第二篇已受理，第三篇已受理。", LIST),
    ("a place that the list has not", "第一篇无馆藏，第四篇已受理。", LIST),
    ("another count", "两篇都已发送，见附件。", LIST),
    ("a list with two beginnings", "第一篇已受理；第二篇无馆藏。", f"> 1. {A}\n> 2. {B}\n> 1. {C}\n> 2. {D}"),
    ("one of them is short", "三篇都扫了，有一篇缺页，见附件。", LIST),
    ("one price for all", "三篇合计复制费45元，请确认。", LIST),
    ("provisional", f"{A} 茶经校注 未满足\n{B} 水经注疏 未满足\n以上为初步结果，最终以明日系统通知为准。", ""),
    ("a question about all", f"{A} 无馆藏\n{B} 无馆藏\n\n读者如接受微缩胶片则可提供，请问是否需要？", ""),
    ("unless we say otherwise", f"{A} 无馆藏\n{B} 已受理\n\n如无意见，明日起执行。", ""),
    ("perhaps later", f"{A}: not held\n{B}: not held\n\nBoth may be available from our other store after January.", ""),
    ("a remark that states may be wrong", f"{A} 无馆藏\n{B} 已受理\n（系统升级中，状态可能不准）", ""),
    ("a correction of a line", f"{A} | 已受理\n{B} | 无馆藏\n\n更正：上面第二条应为已受理。", ""),
    ("another one, not named", f"{A} 已受理\n{B} 无馆藏\n另一篇还在找，找到再说。", ""),
    ("headings that stand between rows", f"已发送\n{A}\n无馆藏\n{B}\n已受理\n{C}", ""),
    ("our branch has it", f"{A}: unfilled\n{B}: unfilled\n\nOur branch library has it and sends it.", ""),
    ("thanks, and more", f"{A}: unfilled\n{B}: unfilled\n\nThanks, the second one turned up afterwards in our store.", ""),
    ("waited for, and found", f"{A} 未满足\n{B} 未满足\n\n感谢耐心等待，刚又找到了。", ""),
    ("on the telephone", f"{A} 未满足\n{B} 未满足\n\n电话里说的两篇都找到了", ""),
    ("by a day", f"{A} 未满足\n{B} 未满足\n\n2026-11-30前会补发", ""),
    ("the other way round", f"1、茶经校注 已受理\n2、水经注疏 未满足\n顺序相反：{A}、{B}", ""),
    ("an order that is doubted", f"1、茶经校注 已受理\n2、水经注疏 未满足\n{A}、{B} 顺序可能有误", ""),
    ("who works on which", f"1、茶经校注 已受理\n2、水经注疏 未满足\n{A}、{B} 分别由我馆和北大馆处理", ""),
    ("a short line", f"{A} 未满足\n{B} 未满足\n正在联系外馆", ""),
    ("a count that contradicts", f"{A}: unfilled\n{B}: unfilled\n\n2 shipped, 0 unfilled", ""),
    ("a count that is wrong", f"{A} | 茶经校注 | 已受理\n{B} | 水经注疏 | 未满足\n合计:2 条,未满足 2 条。", ""),
    ("more rows than there are", f"{A} | 茶经校注 | 已受理\n{B} | 水经注疏 | 未满足\n共3条,未满足1条。", ""),
    ("a count of something else", f"{A} | 茶经校注 | 已受理\n{B} | 水经注疏 | 未满足\n共2条,待核实1条。", ""),
    ("a count that costs", f"{A} | 茶经校注 | 已受理\n{B} | 水经注疏 | 未满足\n共2条,费用12元。", ""),
    ("found, and not", f"两篇都找到了：\n{A} 茶经校注 —— 见附件1\n{B} 水经注疏 —— 无馆藏", ""),
    ("perhaps found", f"两篇可能都找到了：\n{A} 茶经校注 —— 见附件1\n{B} 水经注疏 —— 见附件2", ""),
    ("ask us which", f"{A} 已受理\n{B} 无馆藏\n有疑问的是第二条，请联系我们。", ""),
    ("a sentence behind the last", f"{A} 未满足。{B} 未满足。同事已转他馆。", ""),
    ("the last time", "The last time we looked, they were not held.", LIST),
    ("three, of which one is pointed at", "The first, second, and third cannot be supplied.", LIST),
    ("we all", "我们都查了，无馆藏。", LIST),
    ("the first two, ahead of three", f"前两篇无馆藏，不能提供：\n{A}\n{B}\n{C}", ""),
    ("one sent, one not", f"{A} 与 {B} 一篇已发一篇无馆藏，请查收。", ""),
    ("all accepted, and one not", f"The following requests have been accepted:\n{A} x\n{B} y - we cannot scan it", ""),
    ("a list of titles with a line that tells nothing", "茶经校注 —— 已受理\n水经注疏 —— 见下次来信", ""),
]  # fmt: skip


@each(("name", "text", "quoted"), HELD, ids=range(len(HELD)))
def test_what_may_be_about_any_row_holds_all(name: str, text: str, quoted: str, decided: Decided) -> None:
    """What stands around rows is read with each of them; what cannot be told apart is a person's."""
    assert not told(read(text, quoted=quoted)), name
    assert is_held(decided(text, quoted=quoted)), name


OWN = [
    ("two outcomes in a row", f"{A} | 已发送 | 无馆藏\n{B} | 已受理 | ", {B: TAKEN}),
    ("a note that denies the state", f"事务号\t状态\t备注\n{A}\t已发送\t发送失败，稍后重试\n{B}\t已受理\t", {B: TAKEN}),
    ("sums that come to no price", f"{A} 复制费 12元，手续费 5元，合计 19元\n{B} 复制费 10元，手续费 2元，合计 12元", {B: PRICED}),
    ("a price of a page", f"{A} 复制费每页0.5元\n{B} 复制费15元", {B: PRICED}),
    ("a price of two", f"{A} 与 {B} 两篇合并代查，两篇共计74元。\n{C} 合计30.80元，同意请回复。", {C: PRICED}),
    ("accepted, and refused behind that", f"{A}：已受理，预计三天。附注：该刊馆藏到2009年止，无法提供。\n{B}：已受理。", {B: TAKEN}),
    ("a refusal that hands on", f"{A} 水经注疏\n状态：本馆无，退回CALIS由下一馆应答\n{B} 茶经校注\n状态：已受理", {B: TAKEN}),
    ("a guess of a return", f"{A} 已收到归还，已销账。\n{B} 快递显示昨天签收，但流通台还没见到书，应该是还了吧。", {A: "loan_returned"}),
    ("a question in a row", f"{A}：各馆均无此刊，未能满足。\n{B} 不在目录里，不知道是不是误发给我们的？您看怎么处理。", {A: LACKING}),
    ("a condition in a row", f"{A} 已受理\n{B} 无馆藏，不过分馆可能有，再等等。", {A: TAKEN}),
    ("a heading that says what would be", f"未满足：\n{A}\n{D}\n\n如可提供：\n{B}\n{C}", {A: LACKING, D: LACKING}),
    ("a heading that leaves its section open", f"已受理：\n{A}\n{B}\n\n可能无馆藏：\n{C}\n{D}", {A: TAKEN, B: TAKEN}),
]  # fmt: skip


@each(("name", "text", "outcomes"), OWN, ids=range(len(OWN)))
def test_what_bends_one_row_holds_that_row(name: str, text: str, outcomes: dict[str, str], decided: Decided) -> None:
    """The others go, but for a return of what was never lent."""
    assert told(read(text)) == outcomes, name
    assert moved(decided(text)) == [number for number, kind in outcomes.items() if kind != "loan_returned"], name


def test_a_row_that_tells_nothing_has_nothing_of_the_mail() -> None:
    """A price, a refusal, a day that another row says is not its own."""
    rows = read(f"{A}: total 21.90 GBP, reply YES.\n{B} is ready for one single download, the link comes apart.").rows
    assert [set(row.ruling.fields) for row in rows if not row.ruling.event] == [{"transaction"}]


def test_titles_with_outcomes_behind_them() -> None:
    """No number is said: the titles name the requests, which the store looks up."""
    rows = read("Tea Classic annotated —— 已受理\nCommentary on Waterways —— 无馆藏").rows
    assert [(row.text.split("\n")[0], row.ruling.kind.value) for row in rows] == [
        ("Tea Classic annotated", TAKEN),
        ("Commentary on Waterways", LACKING),
    ]


def test_a_table_in_html() -> None:
    """Columns of a page are columns of its text."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, "office@lib.example", "结果"
    message["Date"], message["Message-ID"] = "Tue, 24 Nov 2026 09:00:00 +0800", "<r@x.example>"
    cells = "".join(
        f"<tr><td>{number}</td><td>{title}</td><td>{state}</td></tr>"
        for number, title, state in ((A, "茶经校注", "已受理"), (B, "水经注疏", "无馆藏"))
    )
    head = "<tr><th>事务号</th><th>题名</th><th>状态</th></tr>"
    message.set_content(f"<p>处理结果如下：</p><table>{head}{cells}</table>", subtype="html")
    domain = SENDER.rpartition("@")[2]
    proof = f"Authentication-Results: {OURS}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n"
    raw = proof.encode() + message.as_bytes().replace(b"\n", b"\r\n")
    assert told(reader().read(raw, {}).classification) == {A: TAKEN, B: LACKING}


def row(number: str, text: str, kind: Kind = Kind.SHIPPED) -> Row:
    """A row as it was read of a mail without files."""
    fields = MappingProxyType({"transaction": Field(number, 1.0, "row")})
    event = {Kind.SHIPPED: Event.SHIPPED, Kind.UNFILLED: Event.UNFILLED}.get(kind)
    return Row(
        text=text, ruling=Ruling(kind=kind, rule="r", party=Party.PROVIDER, event=event, fields=fields, trusted=True)
    )


def files(*names: str) -> tuple[Attachment, ...]:
    """Files of those names."""
    return tuple(
        Attachment(filename=name, media_type="application/pdf", content=b"%PDF", sha256=name) for name in names
    )


OTHER = Kind.PROVIDER_OTHER
FILES = [
    ("by number", [row(A, "已发"), row(B, "已发")], [f"{B}.pdf", f"{A}.pdf"], [f"{A}.pdf", f"{B}.pdf"]),
    ("by words of the title", [row(A, f"{A} Copper Tea Allenylidenes 已发"), row(B, f"{B} 伊犁盆地南缘砂岩型铀矿 已传")], ["YT-砂岩型铀矿.pdf", "Copper_Allenylidenes.pdf"], ["Copper_Allenylidenes.pdf", "YT-砂岩型铀矿.pdf"]),
    ("by their order", [row(A, "已传，附件2"), row(B, "已传，附件1")], ["a.pdf", "b.pdf"], ["b.pdf", "a.pdf"]),
    ("order against names", [row(A, "附件1"), row(B, "附件2")], [f"{B}.pdf", f"{A}.pdf"], ["", ""]),
    ("a place that there is not", [row(A, "附件1"), row(B, "附件3")], ["a.pdf", "b.pdf"], ["", ""]),
    ("two supplied, names say nothing", [row(A, "已发"), row(B, "已发")], ["scan1.pdf", "scan2.pdf"], ["", ""]),
    ("a name that fits both", [row(A, "薄壁叶片铣削颤振的在线识别 已发"), row(B, "薄壁叶片铣削颤振的主动抑制 已发")], ["薄壁叶片铣削颤振.pdf"], ["", ""]),
    ("the only one supplied", [row(A, "已发"), row(B, "无馆藏", Kind.UNFILLED)], ["scan.pdf"], ["scan.pdf", ""]),
    ("the only one, and another's number", [row(A, "已发"), row(B, "无馆藏", Kind.UNFILLED)], [f"{C}.pdf"], ["", ""]),
    ("what was not understood may have brought it", [row(A, "已发"), row(B, "附件里看看有没有", OTHER)], ["scan.pdf"], ["", ""]),
    ("what was not understood and brings nothing", [row(A, "已发"), row(B, "卷期对不上，请核对", OTHER)], ["scan.pdf"], ["scan.pdf", ""]),
    ("what a row calls its file is no title", [row(A, f"{A} 《银行周报》专题 见附件“银行周报1922”"), row(B, f"{B} —— 见附件“申报副刊1931”")], ["银行周报1922.pdf", "申报副刊1931.pdf"], ["银行周报1922.pdf", ""]),
    ("a number, and the neighbour's title", [row(A, f"{A} 茶经校注 已发"), row(B, f"{B} 水经注疏 已发")], [f"{A}_水经注疏.pdf"], ["", ""]),
    ("the neighbour's title", [row(A, f"{A} 茶经校注 已发"), row(B, f"{B} 水经注疏 无馆藏", Kind.UNFILLED)], ["水经注疏.pdf"], ["", "水经注疏.pdf"]),
    ("the order that rows say, and the neighbour's title", [row(A, f"{A} 茶经校注 附件1"), row(B, f"{B} 水经注疏 附件2")], ["水经注疏.pdf", "b.pdf"], ["", ""]),
    ("a file of several", [row(A, f"{A} 已发"), row(B, f"{B} 已发")], [f"{A}合并.pdf"], ["", ""]),
    ("a file of several, in English", [row(A, f"{A} 已发"), row(B, f"{B} 已发")], [f"{A}_combined.pdf"], ["", ""]),
    ("by a system's own number in the row", [row(A, f"NS26111388201 | {A} | 已发送"), row(B, f"NS26112390034 | {B} | 已发送")], ["NS26112390034.pdf"], ["", "NS26112390034.pdf"]),
]  # fmt: skip


@each(("name", "rows", "names", "given"), FILES, ids=range(len(FILES)))
def test_a_file_goes_where_it_is_plain(name: str, rows: list[Row], names: list[str], given: list[str]) -> None:
    """By number, by the title's words, by the order that rows say, or as the only one."""
    said = [replace(one, files=told_of_files(one.text, names, around().words)) for one in rows]
    found = files_of_rows(said, files(*names))
    assert ["".join(file.filename for file in each) for each in found] == given, name


NEIGHBOURS = [
    ("a refused one's title", f"{A} 茶经校注 已发，见附件\n{B} 水经注疏 无馆藏", "水经注疏.pdf", []),
    ("a number, and the neighbour's title", f"{A} 茶经校注 已发，见附件\n{B} 水经注疏 无馆藏", f"{A}_水经注疏.pdf", [B]),
    ("its own title", f"{A} 茶经校注 已发，见附件\n{B} 水经注疏 无馆藏", "茶经校注.pdf", [A, B]),
]  # fmt: skip


@each(("name", "text", "file", "goes"), NEIGHBOURS, ids=range(len(NEIGHBOURS)))
def test_a_file_that_is_named_after_the_neighbour(
    name: str, text: str, file: str, goes: list[str], decided: Decided
) -> None:
    """It goes to nobody."""
    decision = decided(text, files=(file,))
    assert moved(decision) == goes, name
    assert all(notice["documents"] == [] for notice in decision["notices"]) is (A not in goes), name


TAKEN_OFF = [
    ("mixed up", f"{A} 已受理\n{B} 未满足\n\n上面两行状态填反了", "处理情况"),
    ("to be ignored, one of them", f"{A} 未满足\n{B} 未满足\n第二条请忽略上述", "处理情况"),
    ("a pattern", f"{A} 未满足\n{B} 未满足", "处理结果（样表，请贵馆核对格式）"),
    ("an exercise", f"{A} 未满足\n{B} 未满足", "演练通知"),
    ("proposed", f"{A}: Unfilled\n{B}: Unfilled", "Proposed statuses"),
    ("planned", f"事务号：{A}\n拟变更为：未满足\n\n事务号：{B}\n拟变更为：未满足", "状态变更"),
    ("of another kind of request", f"以下撤销申请未满足：\n{A}\n{B}", "撤销"),
    ("what else was asked for", f"事务号|申请内容|结果\n{A}|撤销|未满足\n{B}|续借|未满足", "通知"),
    ("to be marked", f"以下图书请于12月1日前标为“已归还”：\n{A} 已归还\n{B} 已归还", "请归还"),
    ("what should come back", f"{A} 已归还\n{B} 已归还\n\n以上为本月应归还清单。", "归还"),
    ("a first look", f"{A} 未满足\n{B} 未满足\n初查，供内部讨论。", "处理情况"),
    ("looked for again", f"{A} unfilled\n{B} unfilled\n\nRetrying tomorrow", "Result"),
    ("a range, less one", f"{A}-{C} 共三件，除第二件外均未满足", "处理情况"),
    ("a table on its side", f"订单号\t{A}\t{B}\n状态\t未满足\t已受理", "订单"),
    ("pages of each, one price", f"{A} {B} 两篇每篇15页，共9元，请确认付费", "费用"),
    ("several libraries as columns", f"事务号|第一馆|第二馆\n{A}|未满足|未答复\n{B}|未满足|未答复", "通知"),
    ("two outcomes by day", f"事务号|11月20日|11月23日\n{A}|未满足|已受理\n{B}|未满足|已受理", "通知"),
    ("files that are swapped", f"{A} 已发送 见附件\n{B} 已发送 见附件\n\nPS 两个文件名写串了", "文献"),
]


@each("name, text, subject", TAKEN_OFF)
def test_rows_that_are_taken_off(name: str, text: str, subject: str, decided: Decided) -> None:
    assert is_held(decided(text, subject=subject)), name
    found = read(text, subject=subject)
    assert told(found) == {}, name
    assert not any(ruling.event for ruling in found.rulings), name


def test_a_row_that_is_taken_off_holds_itself_alone() -> None:
    assert told(read(f"{A} 未满足\n{B} 未满足（此条请忽略）")) == {A: LACKING}
    assert told(read(f"{A} 无馆藏\n{B} 其余同前，未满足")) == {A: LACKING}
    assert told(read(f"{A}|未满足|成员馆\n{B}|未满足|成员馆\n{A}|已受理|成员馆")) == {B: LACKING}


NESTED = ("不是第一篇，是第二篇无馆藏", "倒数第二篇无馆藏", "第一篇第3页无馆藏", "第二篇的第一篇引文无馆藏")


@each("words", NESTED)
def test_places_within_a_place(words: str, decided: Decided) -> None:
    assert told(read(words, quoted=LIST)) == {}
    assert is_held(decided(words, quoted=LIST))


@each(("lines", "outcomes"), [(MOST_LINES, {A: LACKING, B: TAKEN}), (MOST_LINES + 1, {})])
def test_a_long_mail_is_not_divided(lines: int, outcomes: dict[str, str]) -> None:
    """Neither by its rows, nor by the answers below the lines of our letter."""
    blank = "\n" * (lines - 1)
    assert told(read(f"{A} 未满足{blank}{B} 已受理")) == outcomes
    answers = f"> {A}\n未满足\n> {B}\n已受理"
    long = answers.replace("\n> ", "\n" * (lines - 3) + "> ")
    assert len(long.split("\n")) == lines
    assert told(ruled(mail("Re: 两篇", long, sender=SENDER, reply_text="未满足\n已受理"))) == outcomes
