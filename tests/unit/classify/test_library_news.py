"""What libraries write by hand, each mail another way: the outcome that is read, and mails that tell none."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.requests.lifecycle import Event
from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

N, M, THIRD = "2026112400017", "2026112400018", "2026112400019"
SENDER = "ill@lib.pku.edu.cn"
ABROAD = "ill@library.illinois.edu"

TOLD = [
    ("loan_overdue", SENDER, "讨书", f"{N} 那本德文书过期好几天了，有老师等着看，请帮忙跟读者说一声，早点寄回来。"),
    ("shipped", ABROAD, "Your loan", f"The volume left Zurich on 23 November by DHL, waybill 4418 2207 93. Ref. {N}"),
    ("unfilled", SENDER, "无法提供", f"{N} 因该刊当年第7期缺藏，各成员单位均无法提供，订单已取消，未产生费用。"),
    ("request_accepted", SENDER, "回复", f"老师好，{N}《茶经校注》我馆文科库有藏，明天下午去扫，扫好就发您。"),
    ("request_accepted", SENDER, "答复", f"贵馆 {N} 号申请收悉，所需文献我馆可以提供，正在调取。"),
    ("request_accepted", SENDER, "您的单子", f"收到您馆{N}的请求，今天去找书。"),
    ("request_accepted", ABROAD, "Re: request", f"Happy to help. We own this and will scan it tomorrow morning. Your ref {N}"),
    ("request_accepted", ABROAD, "Lending", f"Good news: we are able to supply {N}. It is being scanned right now."),
    ("unfilled", SENDER, "抱歉", f"{N} 查无此刊，帮不上忙，请另找他馆。"),
    ("unfilled", SENDER, "结果", f"编号：{N}\n该书仅供馆内阅览，概不外借。"),
    ("unfilled", SENDER, "退单", f"{N} 因缺第3期，只能退单。"),
    ("unfilled", SENDER, "说明", f"很遗憾，{N} 这本被本校老师借走了，暂时满足不了。"),
    ("unfilled", ABROAD, "No luck", f"Sorry, our run of this journal stops at 1994, so we can't help with {N}."),
    ("unfilled", ABROAD, "Response", f"{N}: the volume is missing from our shelves."),
    ("unfilled", ABROAD, "Response", f"We had to decline {N}; licence terms don't allow us to send it abroad."),
    ("shipped", SENDER, "文献", f"{N} 扫好了，见附件，请查收。"),
    ("shipped", SENDER, "寄书", f"{N}《茶经校注》今早走的顺丰，单号 SF1099，请注意查收。"),
    ("shipped", ABROAD, "pdf", f"The article you wanted ({N}) is attached."),
    ("shipped", ABROAD, "Your loan", f"Your book went out today by courier. Our side is done. ({N})"),
    ("fee_quoted", SENDER, "费用", f"{N} 共32页，复制费9.6元，加邮费5元，合计14.6元，同意请回复。"),
    ("fee_quoted", SENDER, "报价单", f"单号 {N}\n总计：58.00元\n请确认后回复。"),
    ("fee_quoted", ABROAD, "Quotation", f"For {N} our charge will be 22.50 USD. May we go ahead?"),
    ("request_forwarded", SENDER, "转", f"{N} 我馆未藏，已转请南京图书馆办理。"),
    ("request_forwarded", ABROAD, "FW", f"I've passed your request {N} on to Columbia University; they will answer you."),
    ("loan_due", SENDER, "还书提醒", f"贵馆所借 {N} 将于12月10日到期，请按时寄还。"),
    ("loan_due", SENDER, "召回", f"因教学需要，现召回贵馆所借图书（{N}），请于12月1日前寄回。"),
    ("loan_overdue", SENDER, "催还", f"{N} 11月10日到期，至今未收到，请尽快寄还。"),
    ("loan_returned", SENDER, "已收到还书", f"{N} 今天上午签收，已销账，谢谢。"),
    ("loan_returned", ABROAD, "Thanks", f"Checked in this morning: {N}. Thank you."),
    ("unfilled", SENDER, "答复", f"{N} 我馆缺藏，无法提供，国图应该有。"),
    ("unfilled", SENDER, "已借出", f"{N} 唯一一本被本校读者借走，没法互借，请换别家。"),
    ("request_forwarded", SENDER, "答复", f"{N} 我馆缺藏，已于11月20日经CALIS转发至中国地质大学图书馆处理。"),
    ("fee_quoted", SENDER, "费用", f"{N} 国内无收藏，需境外代查，费用合计66.00元，请确认是否继续。"),
    ("shipped", SENDER, "文献", f"檔案附於本郵件，編號 {N}，見附件。"),
    ("cancelled", SENDER, "撤单", f"好的，{N} 已按您的要求撤单。"),
    ("request_forwarded", SENDER, "回复", f"{N} 我馆只有题录没有全文，系统里点了转发，下家是天大。"),
    ("request_forwarded", SENDER, "回复", f"请求号 {N}\n由 西南政法大学 调度至 武汉大学学科中心\n原因 原馆无藏"),
    ("request_forwarded", ABROAD, "Re: loan", f"not ours I'm afraid - passed to SOAS this morning, they've got the print. ref {N}"),
    ("request_accepted", ABROAD, "Received", f"Your request {N} has been received.\n\nThis mail is sent automatically. It will take about 5 days."),
    ("unfilled", SENDER, f"转发：[CALIS] 转入请求 {N}", "么得，这个刊我们前年就停订了，提供不了。"),
    # what keeps it, and until when: no refusal, however sorry they are
    ("request_accepted", SENDER, "回复", f"{N} 因书库搬迁，调书要晚几天，抱歉。"),
    ("request_accepted", SENDER, "回复", f"{N} 书在密集库，周四才能取到，取到就扫，抱歉久等。"),
    ("request_accepted", SENDER, "回复", f"{N} 库房盘点，三天后才能提书，请见谅。"),
    ("request_accepted", SENDER, "回复", f"{N} 系统升级，预计下周二前发给您，敬请谅解。"),
    ("request_accepted", ABROAD, "Delay", f"Sorry, {N} is delayed by about a week while our store is being moved."),
    ("request_accepted", ABROAD, "Auskunft", f"Leider verzögert sich die Lieferung von {N} bis nächste Woche."),
    ("request_forwarded", SENDER, "回复", f"{N} 这册在装订厂，我已把单子转到华东师大去了，他们有。"),
    ("request_forwarded", SENDER, "回复", f"{N} 改由北师大处理。"),
    ("unfilled", SENDER, "回執", f"回覆：\n□ 可提供\n☑ 未能滿足\n□ 已寄出\n編號：{N}"),
]  # fmt: skip

OPEN = [
    # something else could be had, or our word is missing; an overdue book is written off, or to be explained
    (
        ABROAD,
        "Unable to supply",
        f"We are unable to supply {N}, though we do hold the authors' 2024 journal version. Your order has been cancelled.",
    ),
    (SENDER, "答复", f"{N} 是古籍部藏本，概不外借，2003年排印的那种倒可以。单子已关掉。"),
    (
        ABROAD,
        "Unfilled",
        f"{N}: our licence excludes ILL, but the preprint is free on the author's page. Request closed.",
    ),
    (SENDER, "处理结果", f"{N} 上周问了要哪一篇，没有回音，实在无从下手，单子我已经取消。"),
    (SENDER, "逾期提醒", f"{N} 已逾期四天，已按遗失登记，请说明情况。"),
    (SENDER, "撤单", f"贵馆申请撤单的 {N} 业已进入加工，可予撤单，费用为6元检索费。"),
    (SENDER, "答复", f"{N} 本馆未见，无法提供，老馆应该有。"),
    (SENDER, "寄书", f"{N} 已借出给贵馆，顺丰SF1390427758812，另一册无法提供。"),
    (SENDER, "受理", f"{N} 可借，仅限馆内阅览，请将公函扫描件发来。"),
    (SENDER, "报价", f"{N} 普通件12个工作日，加急另收10元，按哪种办？"),
    (SENDER, "答复", f"{N} 我们没有；您的另一篇已于昨日转至南京大学图书馆。"),
    (ABROAD, "Answer", f"{N} is not held here but can be ordered from abroad for CNY 120."),
    (SENDER, "进展", f"{N} 目录上有，但架上没见着，可能在密集库，我托同事再找找。"),
    (SENDER, "请确认", f"{N} 我馆有2009年版和2015年版，请确认要哪一版。"),
    (SENDER, "还书", f"{N} 今天收到，但第20页有水渍，暂不销账。"),
    (SENDER, "费用", f"{N} 大概二三十元吧，具体扫出来才知道，能接受就先扫？"),
    (SENDER, "矛盾", f"{N} 我馆无法提供原件，不过可以提供复印件。"),
    (SENDER, "更正", f"更正：昨天关于 {N} 的通知有误，请以本邮件为准：未满足。"),
    (ABROAD, "Maybe", f"We might have {N}, but the volume is on a trolley somewhere. I'll write either way."),
    (ABROAD, "Form", f"Before we can supply {N} the reader must sign the declaration."),
    (ABROAD, "Question", f"We can lend {N}. Which address should we use?"),
    (SENDER, "转", f"{N} 我馆没有，建议转给复旦大学图书馆。"),
    (SENDER, "转", f"{N} 我馆没有，将转上海图书馆。"),
    (SENDER, "转", f"{N} 我馆没有，转给厦大可以吗？"),
    (ABROAD, "Not held", f"We do not hold {N}; we could pass it to SOAS if you wish."),
    # the one it went to has not got it either, or it is no request that went
    (ABROAD, "Not held", f"{N}: not ours, passed to SOAS but they declined it too."),
    (SENDER, "答复", f"{N} 无法提供。此单已调度至复旦大学图书馆，对方谢绝后退回我馆，我馆也无。"),
    (SENDER, "答复", f"{N} 本馆无藏，下家是北大，也没有。"),
    (ABROAD, "Not available", f"{N}: not available. The book was handed to Conservation for repair."),
    (
        ABROAD,
        "Not available",
        f"{N}: cannot supply, all volumes were transferred to Special Collections in 2019, no copying.",
    ),
    (SENDER, "答复", f"{N} 无法提供，该书已调度至紫金港分馆流通。"),
    # a delay beside which something is asked, taken back or ended
    (SENDER, "回复", f"{N} 因搬迁要晚几天，抱歉，如不能等请告知。"),
    (SENDER, "回复", f"{N} 本来大概周五能出，现在出不了了。"),
    (SENDER, "回复", f"{N} 延迟了两周，已超出时限，系统自动关闭。"),
    (SENDER, "回复", f"{N} 下周一才能扫描，只能扫前20页。"),
    (SENDER, "回复", f"{N} 周四才能拿到，请先付款。"),
    (SENDER, "回复", f"{N} 的发票将延迟几天寄出。"),
    (ABROAD, "Delay", f"Your request {N} is delayed until you return the signed copyright form."),
    (SENDER, "转", f"{N} 建议您转给复旦试试。"),
    (SENDER, "转", f"{N} 改由贵馆自行处理。"),
    (SENDER, "若需", f"如果 {N} 还没解决，我馆再帮您查查看。"),
]


def _read(sender: str, subject: str, text: str):  # type: ignore[no-untyped-def]
    attached = (Attachment(filename="a.pdf", media_type="application/pdf", content=b"%PDF-1.4", sha256="0"),)
    return ruled(
        mail(subject, text, sender=sender, attachments=attached if "附件" in text or "attached" in text else ())
    )


@each(("kind", "sender", "subject", "text"), TOLD, ids=range(len(TOLD)))
def test_an_outcome_is_read(kind: str, sender: str, subject: str, text: str) -> None:
    """The kind, and that it speaks of our number as a library."""
    main = _read(sender, subject, text).main
    assert (main.kind, main.value("transaction")) == (kind, N), main.reasons
    assert main.event is not None, main.reasons
    assert main.trusted
    assert main.institution


@each(("kind", "sender", "subject", "text"), [
    ("loan_overdue", "ill@calis.edu.cn", "【CALIS】馆际互借逾期清单(浙江大学)",
     f"逾期情况如下:\n+------+------+\n| 事务号 | 题名 | 应还日期 | 逾期 |\n+------+------+\n| {N} | Urteil und Evidenz | 2026-11-20 | 4天 |\n+------+------+"),
    ("unfilled", SENDER, "处理结果", f"申请号\t题名\t结果\n{N}\t廊桥\t无馆藏，无法提供\n\n顺祝冬安"),
    ("provider_other", SENDER, "处理结果", f"申请号\t题名\t结果\n{N}\t廊桥\t无馆藏，无法提供\n\t\t2015年版可提供"),
    ("provider_other", "ill@calis.edu.cn", "处理结果", f"事务号 | 题名 | 申请页数 | 提供页数 | 状态\n{N} | 廊桥 | 12 | 9 | 已提供\n\n谢谢"),
])  # fmt: skip
def test_a_table_of_one_row_says_what_its_columns_are(kind: str, sender: str, subject: str, text: str) -> None:
    """Each cell is read at its label; a row that goes on below is left as it stands."""
    main = ruled(mail(subject, text, sender=sender)).main
    assert (main.kind, main.value("transaction")) == (kind, N), main.reasons


@pytest.mark.parametrize(("sender", "subject", "text"), OPEN, ids=range(len(OPEN)))
def test_what_is_left_open_is_no_outcome(sender: str, subject: str, text: str) -> None:
    """Hedges, questions to us, guesses, contradictions, corrections, a damaged loan."""
    main = _read(sender, subject, text).main
    assert main.party is Party.PROVIDER
    assert main.event is None, (main.kind, main.reasons)


@pytest.mark.parametrize(
    "text",
    [
        f"1. {N} 茶经校注 —— 已发送\n2. {M} 水经注疏 —— 无权限，退回\n3. {THIRD} 梦溪笔谈 —— 已受理，扫描中",
        f"|单号|结果|\n|{N}|已寄出|\n|{M}|未满足|\n|{THIRD}|已受理|",
        f"{N}  茶经校注   已发\n{M}  水经注疏   不提供\n{THIRD}  梦溪笔谈   处理中",
        f"编号：{N}\n结果：已寄出\n\n编号：{M}\n结果：未满足\n\n编号：{THIRD}\n结果：已受理",
        f"《茶经校注》昨天寄出了，单号是 {N}；《水经注疏》（{M}）我们没有；《梦溪笔谈》（{THIRD}）正在扫描。",
    ],
)
def test_rows_have_outcomes_of_their_own(text: str) -> None:
    """Lists, tables, columns, blocks, sentences: one matter a row."""
    rows = ruled(mail("处理情况", text, sender=SENDER)).rows
    said = {row.ruling.value("transaction"): row.ruling.kind for row in rows if row.ruling.event}
    assert said == {N: Kind.SHIPPED, M: Kind.UNFILLED, THIRD: Kind.REQUEST_ACCEPTED}


def test_what_is_said_once_of_all_is_said_of_each() -> None:
    """'The following have been accepted:', and rows that say nothing more."""
    rows = ruled(mail("受理", f"以下请求已受理：\n{N} 茶经校注\n{M} 水经注疏", sender=SENDER)).rows
    assert [(row.ruling.value("transaction"), row.ruling.kind) for row in rows] == [
        (N, "request_accepted"),
        (M, "request_accepted"),
    ]


@pytest.mark.parametrize(("text", "name"), [
    (f"编号：{N[:8]}\n{N[8:]}，《茶经校注》已受理", "transaction_joined"), (f"编号 {N[:4]}-{N[4:8]}-{N[8:]} 已受理", "transaction_joined"),
    (f"{N.replace('0', 'O')} 已受理", "transaction_alike"), (f"{N[:-2]}l{N[-1]} accepted: request accepted", "transaction_alike"),
])  # fmt: skip
def test_numbers_in_pieces_and_with_letters(text: str, name: str) -> None:
    """What may be the number is told apart from what is: the store and a person say."""
    main = ruled(mail("回复", text, sender=SENDER)).main
    assert N in main.value(name).split("\n")
    assert N not in main.value("transaction").split("\n")


@pytest.mark.parametrize(
    "text",
    [
        f"以下申请已取消：\n{N}\n{M}\n以下申请继续处理，请耐心等待：\n{THIRD}",
        f"除{N}以外，以下图书均已收到归还：\n{M}\n{THIRD}",
        f"{N} Tea: accepted.\n{M} Coffee: accepted.\nWe cannot supply the other one you asked about on the phone.",
        f"The following requests have been accepted:\n{N} x\n{M} y - on loan till May, we cannot scan it",
        f"NOT filled\n{N}\n{M}\nFilled\n{THIRD}",
        f"以下申请无法提供：\n{N}\n{M}\n\n以下申请请贵馆补充卷期：\n{THIRD}",
    ],
)
def test_words_that_may_be_about_any_row_divide_nothing(text: str) -> None:
    """A heading between rows, a remark behind them, an exception, a row that denies what is said of all."""
    assert not ruled(mail("通知", text, sender=SENDER)).rows


@pytest.mark.parametrize("text", [
    f"{N} 北大已无法提供，我们正在联系复旦。", f"{N}：补充材料无法提供，正文稍后发。", f"{N} 加急无法满足，按普通件处理。",
    f"{N}: we are unable to supply before Friday.", f"Lender KUK has responded Unfilled to {N}. Your request has been sent to lender CGU.",
    f"{N}: the second copy was cancelled as you ordered it twice.", f"{N} 上册已收到归还，下册未见。",
    f"贵馆寄回的包裹已收到，内含《徽州文书类目》，没有{N}《敦煌变文集新书》。", f"贵馆所还{N}邮局显示已归还签收，我馆未见包裹。",
    f"Our usual supplier was unable to supply {N}, but we are buying a copy for you.",
])  # fmt: skip
def test_a_part_a_way_or_another_library_is_no_outcome(text: str) -> None:
    """What is refused, cancelled or returned is not the request itself: it ends nothing."""
    assert ruled(mail("通知", text, sender=SENDER)).main.event in (None, Event.FORWARDED)
