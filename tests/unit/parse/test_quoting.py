"""New text is told from history, signatures and forwards, in the ways of each mail program."""

from __future__ import annotations

import pytest

from tests.cases import each
from tests.unit.parse.mails import html, multipart, read

HISTORY = {
    "qq": '------------------ 原始邮件 ------------------\n发件人: "图书馆" <office@library.example>;\n发送时间: 2026年11月23日(星期一) 上午10:11\n'
    '收件人: "张三"<z@patron.example>;\n主题: 费用通知\n\n事务号：999',
    "qq-en": '------------------ Original ------------------\nFrom: "office" <office@library.example>;\nDate: Mon, Nov 23, 2026 10:11 AM\n'
    'To: "Li"<li@patron.example>;\nSubject: Fee\n\nold 999',
    "qq-phone": '---Original---\nFrom: "office"<office@library.example>\nDate: Mon, Nov 23, 2026 10:11 AM\nTo: "Li"<li@patron.example>;\nSubject: Fee\n\nold 999',
    "qq-reply": "------------------&nbsp;原始邮件&nbsp;------------------".replace("&nbsp;", "\u00a0")
    + "\n发件人: x\n\n事务号：999",
    "netease-zh": '在 2026-11-24 09:12:33，"office" <office@library.example> 写道：\n\n事务号：999',
    "netease-zh2": "\n\n在2026-11-24 09:12:33，office@library.example写道：\n> 事务号：999",
    "netease-en": 'At 2026-11-24 09:12:33, "office" <office@library.example> wrote:\n\nold 999',
    "netease-card": "---- Replied Message ----\n| From | office<office@library.example> |\n| Date | 11/24/2026 09:12 |\n| To | li@patron.example |\n| Subject | Fee |\nold 999",
    "netease-card-zh": "---- 回复的原邮件 ----\n发件人 office\n事务号：999",
    "foxmail": "_________________________________\n\n发件人： office@library.example\n发送时间： 2026-11-24 09:12\n收件人： li@patron.example\n主题： 费用\n事务号：999",
    "outlook-zh": "发件人: office <office@library.example>\n发送时间: 2026年11月24日 9:12\n收件人: Li <li@patron.example>\n抄送: x@patron.example\n主题: 费用\n\n事务号：999",
    "outlook-en": "From: office <office@library.example>\nSent: Tuesday, November 24, 2026 9:12 AM\nTo: Li <li@patron.example>\nSubject: Fee\n\nold 999",
    "outlook-old": "-----Original Message-----\nFrom: office\nSent: Tuesday\nTo: Li\nSubject: Fee\n\nold 999",
    "outlook-bold": "*From:* office <office@library.example>\n*Sent:* Tuesday, November 24, 2026\n*To:* Li\n*Subject:* Fee\n\nold 999",
    "apple-en": "On Nov 24, 2026, at 9:12 AM, office <office@library.example> wrote:\n\n> old 999\n> more",
    "apple-zh": "> 在 2026年11月24日，09:12，office <office@library.example> 写道：\n> \n> 事务号：999",
    "gmail-zh": "office <office@library.example> 于2026年11月24日周二 09:12写道：\n\n> 事务号：999",
    "gmail-en-wrapped": "On Tue, Nov 24, 2026 at 9:12 AM The Interlibrary Loan Office <\noffice@library.example> wrote:\n\n> old 999",
    "thunderbird": "在 2026/11/24 9:12, office 写道:\n> 事务号：999",
    "thunderbird-en": "On 24/11/2026 09:12, office wrote:\n> old 999",
    "phone-zh": "发件人: office@library.example\n主题: 费用\n事务号：999，自付 24 元，请确认",
    "phone-en": "From: office <office@library.example>\nSubject: Fee for 999\nPlease tell us whether you accept.",
    "phone-hant": "寄件者: office@library.example\n主旨: 費用 999\n是否同意？",
    "address-alone": "发件人：office@library.example\n999 中国水利史稿，读者希望续一个月。",
    "name-alone": "L. Brandl wrote:\n> old 999",
    "german": "Am 24.11.2026 um 09:12 schrieb office:\n> old 999",
    "plain": "> old 999\n> more",
}


@each("name", HISTORY)
def test_history_is_cut(name: str) -> None:
    """The answer stays, the history goes to quoted_text, and text keeps both."""
    mail = read("已收到，谢谢！请问费用多少？\n\n" + HISTORY[name], subject="回复: 费用")
    assert mail.reply_text == "已收到，谢谢！请问费用多少？"
    assert "999" in mail.quoted_text
    assert "999" in mail.text
    assert not mail.pairs
    assert not mail.forwarded


@pytest.mark.parametrize(
    "text",
    [
        "发件人: 主任\n主题: 精简采购\n向你们借的一律取消",
        "From: Hangzhou to Ningbo\nSubject: heat islands 999",
        "Smith wrote:\nnot a word about 999",
        "发件人: 王老师\n999 请一并寄来",
        "发件人: office@library.example\n收件电话：999",
    ],
)
def test_what_only_looks_like_a_head_stays(text: str) -> None:
    """Two labels without an address, and words that nothing quoted follows."""
    assert read(f"请看\n\n{text}").reply_text == f"请看\n\n{text}"


def test_interleaved_answers_stay() -> None:
    """Answers between quoted lines are new text."""
    mail = read(
        "On Tue, Nov 24, 2026 at 9:12 AM office <o@library.example> wrote:\n> Which pages?\n12 to 19\n> Colour?\nNo.\n"
    )
    assert mail.reply_text.split("\n") == ["12 to 19", "No."]
    assert "Which pages" in mail.quoted_text


@pytest.mark.parametrize(
    "line",
    ["发自我的iPhone", "发自我的华为手机", "Sent from my iPhone", "来自QQ邮箱手机版", "获取 Outlook for iOS", "Get Outlook for Android",
     "发自我的小米手机", "Sent from Mail for Windows", "发送自 Windows 10 版邮件应用"],
)  # fmt: skip
def test_phone_signatures_go(line: str) -> None:
    """What a telephone adds is no text of the patron's; it stays in text."""
    mail = read(f"请取消 20261124001\n\n{line}\n")
    assert mail.reply_text == "请取消 20261124001"
    assert line in mail.text


def test_signature_and_disclaimer() -> None:
    """'-- ' begins a signature; a legal notice without it is kept."""
    mail = read("hello\n-- \nLi\nDepartment: Physics\n")
    assert mail.reply_text == "hello"
    assert not mail.pairs
    assert "confidential" in read("hello\n\nThis mail is confidential.\n").reply_text


@pytest.mark.parametrize(
    "source",
    [
        "<div>new text</div><blockquote type='cite'>old 999</blockquote>",
        "<div dir=ltr>new text</div><br><div class='gmail_quote'><div class=gmail_attr>On Tue, Nov 24, 2026 at 9:12 AM x &lt;<a href='mailto:x@y.example'>x@y.example</a>&gt; wrote:<br></div><blockquote class=gmail_quote>old 999</blockquote></div>",
        "<p>new text</p><div id='divRplyFwdMsg'><b>发件人:</b> x<br><b>发送时间:</b> y<br><b>主题:</b> z</div><div>old 999</div>",
        "<div>new text</div><div id='isReplyContent'><p>At 2026-11-24 09:12:33, \"x\" wrote:</p><p>old 999</p></div>",
        "<div>new text</div><div><includetail><div style='font-size:12px'>------------------&nbsp;原始邮件&nbsp;------------------</div><div style='background:#efefef'><div><b>发件人:</b>&nbsp;\"x\"&lt;x@y.example&gt;;</div><div><b>发送时间:</b>&nbsp;2026年</div><div><b>主题:</b>&nbsp;z</div></div><div>old 999</div></includetail></div>",
        "<p>new text</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> x &lt;x@y.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> z<br><b>Subject:</b> s</p></div><p>old 999</p>",
        "<div>new text</div><div id='ntes-pcmail-quote'><table><tr><td>---- Replied Message ----</td></tr></table><table><tr><td>From</td><td>x</td></tr></table>old 999</div>",
        "<body>new text<div id='mail-editor-reference-message-container'><div>old 999</div></div></body>",
    ],
)
def test_html_containers(source: str) -> None:
    """The containers that mail programs put history into."""
    mail = html(source, subject="Re: x")
    assert mail.reply_text == "new text"
    assert "999" in mail.quoted_text


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: CALIS <ill@calis.edu.cn>\nDate: Tue, Nov 24, 2026 at 9:12 AM\nSubject: 已发送\nTo: <li@patron.example>\n\n事务号：777",
    "gmail-zh": "---------- 转发的邮件 ---------\n发件人： CALIS <ill@calis.edu.cn>\n日期： 2026年11月24日周二 09:12\n主题： 已发送\n收件人： <li@patron.example>\n\n事务号：777",
    "netease": '-------- 转发邮件信息 --------\n发件人："CALIS" <ill@calis.edu.cn>\n发送日期：2026-11-24 09:12:33\n收件人："li" <li@patron.example>\n主题：已发送\n事务号：777',
    "apple": "Begin forwarded message:\n\n> From: CALIS <ill@calis.edu.cn>\n> Subject: 已发送\n> Date: 24 November 2026 at 09:12:33 GMT+8\n> To: li@patron.example\n> \n> 事务号：777",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "CALIS" <ill@calis.edu.cn>;\n发送时间: 2026年11月24日(星期二) 上午9:12\n收件人: "li"<li@patron.example>;\n主题: 已发送\n\n事务号：777',
    "outlook": "发件人: CALIS <ill@calis.edu.cn>\n发送时间: 2026年11月24日 9:12\n收件人: li <li@patron.example>\n主题: 已发送\n\n事务号：777",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \t已发送\nDate: \tTue, 24 Nov 2026 09:12:33 +0800\nFrom: \tCALIS <ill@calis.edu.cn>\nTo: \tli@patron.example\n\n事务号：777",
}


@pytest.mark.parametrize("name", FORWARDS)
def test_inline_forwards_are_opened(name: str) -> None:
    """Header block and text of a mail forwarded inline."""
    mail = read("请帮忙看看\n\n" + FORWARDS[name], subject="转发：已发送")
    (inner,) = mail.forwarded
    assert inner.author.address == "ill@calis.edu.cn"
    assert inner.subject == "已发送"
    assert inner.date is not None
    assert inner.date.day == 24
    assert inner.reply_text == "事务号：777"
    assert [(p.label, p.value) for p in inner.pairs] == [("事务号", "777")]
    assert mail.reply_text == "请帮忙看看"
    assert "777" in mail.text


def test_forward_without_own_text() -> None:
    """Nothing above the forward: the text is the forward's."""
    mail = read(FORWARDS["gmail"], subject="Fwd: 已发送")
    assert mail.reply_text == ""
    assert mail.forwarded[0].reply_text == "事务号：777"


def test_forward_as_attachment() -> None:
    """A message/rfc822 part is opened with its attachments, which are not ours."""
    inner = "From: CALIS <ill@calis.edu.cn>\r\nSubject: in\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\n事务号：5\r\n--i\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.4\r\n--i--\r\n"
    mail = multipart(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n见附件", "Content-Type: message/rfc822\r\n\r\n" + inner
    )
    assert mail.reply_text == "见附件"
    assert not mail.attachments
    assert mail.forwarded[0].author.address == "ill@calis.edu.cn"
    assert mail.forwarded[0].attachments[0].filename == "a.pdf"
    assert mail.forwarded[0].pairs[0].value == "5"


def test_provider_notice_is_no_history() -> None:
    """Labels of a notice that resemble a header block in part do not cut it."""
    mail = read("您好：\n收件人：张三\n主题：Nature 文章\n事务号：123\n状态：已发送\n")
    assert ("事务号", "123") in [(p.label, p.value) for p in mail.pairs]
    assert mail.quoted_text == ""


def test_gmail_html_forward() -> None:
    """A forward inside Gmail's quote container is a forward, not history."""
    mail = html(
        '<div>see below<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: CALIS &lt;ill@calis.edu.cn&gt;<br>Date: Tue, Nov 24, 2026 at 9:12 AM<br>Subject: s<br>To: x<br></div><table><tr><td>事务号</td><td>777</td></tr></table></div></div>',
        subject="Fwd: s",
    )
    assert mail.reply_text == "see below"
    assert mail.forwarded[0].pairs[0].value == "777"


ABROAD = {
    "nl": "Op 24-11-2026 om 10:00 schreef Bibliotheek:", "pt": "Em 24/11/2026 10:00, Biblioteca <b@x.example> escreveu:",
    "sv": "Den tis 24 nov. 2026 kl 10:00 skrev Biblioteket <b@x.example>:", "it": "Il 24/11/26 10:00, Biblioteca ha scritto:",
    "fi": "ti 24. marrask. 2026 klo 10.00 Kirjasto (b@x.example) kirjoitti:", "pl": "W dniu 24.11.2026 o 10:00, Ewa pisze:",
    "cs": "út 24. 11. 2026 v 10:00 odesílatel Knihovna <b@x.example> napsal:", "ru": "24.11.2026 10:00, Библиотека пишет:",
    "hu": "Könyvtár <b@x.example> ezt írta (időpont: 2026. nov. 24., K, 10:00):", "fr": "Le 24/11/2026, Claire a écrit :",
    "tr": "Kütüphane <b@x.example>, 24 Kas 2026 Sal, 10:00 tarihinde şunu yazdı:",
    "el": "Στις Τρί 24 Νοε 2026 στις 10:00 π.μ., ο/η Βιβλιοθήκη <b@x.example> έγραψε:",
    "ko": "2026년 11월 24일 (화) 오전 10:00, 도서관 <b@x.example>님이 작성:", "wrapped": "Op di 24 nov 2026 om 10:00 schreef\nBib <b@x.example>:",
    "heading": "-----Messaggio originale-----\nDa: Biblioteca", "forwarded": "-----Mensaje original-----\nDe: Biblio",
    "header es": "De: Bib <b@x.example>\nEnviado el: martes, 24 de noviembre\nPara: a@x.example\nAsunto: x",
    "header pl": "Od: Bib <b@x.example>\nWysłano: wtorek\nDo: a@x.example\nTemat: x",
    "header ru": "От: Библ <b@x.example>\nОтправлено: вторник\nКому: a@x.example\nТема: x",
}  # fmt: skip


@each("name", ABROAD)
@each("quote", ["> old 999\n> more", "old 999\nmore"])
def test_history_as_europe_marks_it(name: str, quote: str) -> None:
    """Attributions, headings and header blocks in other languages of mail programs begin what is quoted."""
    mail = read(f"new text\n\n{ABROAD[name]}\n\n{quote}\n", subject="Re: x")
    assert mail.reply_text == "new text"
    assert "999" in mail.quoted_text


@pytest.mark.parametrize(
    "line", ["вт, 24 нояб. 2026 г. в 10:00, Библ <b@x.example>:", "2026年11月24日(火) 10:00 館 <b@x.example>:"]
)
def test_a_date_and_an_address_need_a_quote(line: str) -> None:
    """Without a verb such a line begins history only where the next line is marked as quoted."""
    assert read(f"new text\n\n{line}\n> old 999\n").reply_text == "new text"
    assert "mine" in read(f"new text\n\n{line}\nmine\n").reply_text


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("太好了，谢谢老师。\n\n发件人：浙大馆际互借\n您所借图书续借成功。", "太好了，谢谢老师。"),
        ("Attached, cheers.\n\nFrom: ZJU ILL\nSent: Thursday, 19 November\nCould you supply it?", "Attached, cheers."),
        ("收到。\n\n发件人: 馆际互借\n主题: 到书通知\n请来取书。", "收到。"),
        ("书寄出了。\n\n寄件人：李四\n电话自留。", "书寄出了。\n\n寄件人：李四\n电话自留。"),
        ("书寄出了。\n\n寄件人：复旦图书馆\n单号自留。", "书寄出了。\n\n寄件人：复旦图书馆\n单号自留。"),
        ("请看：\n发件人：馆际互借\n已发", "请看：\n发件人：馆际互借\n已发"),
        ("Hi,\n\nFrom: Peking\nTo: Zhejiang\nBook: tea", "Hi,\n\nFrom: Peking\nTo: Zhejiang\nBook: tea"),
        (
            "您好：\n\n发件人：复旦大学图书馆\n单号：20261124\n结果：无馆藏",
            "您好：\n\n发件人：复旦大学图书馆\n单号：20261124\n结果：无馆藏",
        ),
        ("请看\n\n发件人: 主任\n向你们借的一律取消", "请看\n\n发件人: 主任\n向你们借的一律取消"),
        ("发件人：馆际互借\n已发", "发件人：馆际互借\n已发"),
    ],
)
def test_a_head_of_which_little_was_kept(text: str, new: str) -> None:
    """Cut from what is answered by hand, below new text and a blank line."""
    assert read(text).reply_text.strip() == new
