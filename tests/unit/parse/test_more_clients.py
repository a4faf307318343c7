"""Further mail programs and systems, not those the tables were first written for."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.parse import parse_mail
from tests.unit.parse.mails import has, html, multipart, read

ANSWERS = {
    "aliyun": "------------------------------------------------------------------\n发件人：图书馆 <o@library.example>\n发送时间：2026年11月24日(星期二) 09:12\n收件人：li <li@patron.example>\n主　题：费用\n\n旧文 999",
    "lark": '发件人： "图书馆"<o@library.example>\n日期:  2026年11月24日 (周二) 09:12\n收件人:  "li"<li@patron.example>\n主题:  费用\n\n旧文 999',
    "netease-wrapped": '在2026-11-24 09:12:33，"浙江大学图书馆馆际互借与文献传递"\n<office@library.example> 写道：\n旧文 999',
    "traditional": "寄件者: office <o@library.example>\n寄件日期: 2026年11月24日\n收件者: li\n主旨: x\n\n旧文 999",
    "undated": "Library Office <office@library.example> wrote:\n> old 999",
    "outlook-rule": "________________________________\nFrom: office <o@library.example>\nSent: Tuesday\nTo: x\nSubject: y\n\nold 999",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_more_history(name: str) -> None:
    """Answer above, history below."""
    mail = read("好的，谢谢\n\n" + ANSWERS[name], subject="答复: x")
    assert mail.reply_text == "好的，谢谢"
    assert "999" in mail.quoted_text


def test_outlook_html_forward() -> None:
    """divRplyFwdMsg under a forwarding subject is a forward."""
    mail = html(
        '<div>FYI</div><hr><div id="divRplyFwdMsg"><b>From:</b> CALIS &lt;ill@calis.edu.cn&gt;<br><b>Sent:</b> Tuesday, November 24, 2026 9:12 AM<br>'
        "<b>To:</b> l<br><b>Subject:</b> z</div><table><tr><td>事务号</td><td>9</td></tr></table>",
        subject="Fw: z",
    )
    assert mail.reply_text == "FYI"
    assert (mail.forwarded[0].author.address, mail.forwarded[0].pairs[0].value) == ("ill@calis.edu.cn", "9")


def test_definition_lists_and_table_heads() -> None:
    """dl and thead give pairs, too."""
    assert [
        (p.label, p.value) for p in html("<dl><dt>事务号</dt><dd>1</dd><dt>状态</dt><dd>已发送</dd></dl>").pairs
    ] == [("事务号", "1"), ("状态", "已发送")]
    mail = html(
        "<table><thead><tr><td>事务号</td><td>题名</td></tr></thead><tr><td>A1</td><td>B</td></tr><tr><td>A2</td><td>C</td></tr></table>"
    )
    assert [p.value for p in mail.pairs if p.label == "事务号"] == ["A1", "A2"]


def test_texts_keep_their_order() -> None:
    """Plain and HTML parts outside an alternative stay in the order of the mail."""
    mail = multipart(
        "Content-Type: text/html\r\n\r\n<p>one</p>",
        "Content-Type: text/plain\r\n\r\ntwo",
        "Content-Type: text/html\r\n\r\n<p>three</p>",
    )
    assert mail.text.split() == ["one", "two", "three"]
    assert has(read("<html><body><p>hi</p></body></html>"), "html-as-text")


def test_what_is_struck_out_is_not_said() -> None:
    """In markup, in markup that is sent as plain text, and in such marks escaped a second time."""
    struck = html("<p>A <s>sent</s> <del>lost</del> <i style='text-decoration: line-through'>gone</i> in process</p>")
    assert struck.text.split() == ["A", "in", "process"]
    assert has(struck, "hidden-text")
    plain = read("no. 17 <del>sent</del>\nin &lt;s&gt;stock&lt;/s&gt; process, 3 <s 5")
    assert plain.text.splitlines() == ["no. 17", "in  process, 3 <s 5"]


def bounce(body: str, subject: str, sender: str, kind: str = "text/plain; charset=utf-8") -> ParsedMail:
    """A report of a Chinese system."""
    return parse_mail(
        f"From: {sender}\nTo: office@library.example\nSubject: {subject}\nContent-Type: {kind}\n\n{body}".encode()
    )


@pytest.mark.parametrize(
    ("body", "subject", "sender", "permanent"),
    [
        ("您发往 gone@p.example 的邮件未能送达\n错误信息：550 5.1.1 Mailbox not found", "系统退信", "postmaster@sina.example", True),
        ("Your message to gone@p.example was not delivered.\nReason: host mx said: 550 Connection frequency limited", "Undelivered mail", "PostMaster@qq.com", False),
        ("您的邮件投递失败，收件地址：gone@p.example\n原因：对方邮箱已满", "投递失败通知", "mailer-daemon@p.example", False),
        ("Message to gone@p.example failed.\nThe user does not exist.", "Delivery failure", "admin@p.example", True),
    ],
)  # fmt: skip
def test_more_reports(body: str, subject: str, sender: str, permanent: bool) -> None:
    """Wordings that no table has word for word."""
    mail = bounce(body, subject, sender)
    assert mail.automatic is Automatic.BOUNCE
    assert mail.bounce is not None
    assert [(r.address, r.permanent) for r in mail.bounce.recipients] == [("gone@p.example", permanent)]


def test_provider_notice_is_no_bounce() -> None:
    """A system's notice that something could not be supplied is no delivery report."""
    assert (
        bounce("文献未能送达，收件人：li@p.example 无法下载", "文献传递通知", "system@provider.example").bounce is None
    )


def test_encoded_word_with_comma() -> None:
    """A comma inside an encoded word divides no addresses."""
    mail = read("x", "Reply-To: =?utf-8?Q?Li,_Lei?= <a@p.example>, =?utf-8?Q?B?= <b@p.example>")
    assert [(a.name, a.address) for a in mail.reply_to] == [("Li, Lei", "a@p.example"), ("B", "b@p.example")]
