"""HTML made readable; what is hidden is left out and named; label/value pairs."""

from __future__ import annotations

import pytest

from tests.unit.parse.mails import has, html, read


@pytest.mark.parametrize(
    "source",
    ["<div style='display:none'>secret</div>", "<span style='font-size:0px'>secret</span>", "<p style='color:#ffffff'>secret</p>",
     "<p style='color:white;background:#fff'>secret</p>", "<style>.h{display:none}</style><p class='x h'>secret</p>", "<p hidden>secret</p>",
     "<div style='max-height:0;overflow:hidden'>secret</div>", "<font color='#FFFFFF'>secret</font>", "<i style='visibility: hidden'>secret</i>",
     "<div style='position:absolute;left:-9999px'>secret</div>", "<div style='opacity:0'>secret</div>",
     "<table bgcolor='#000000'><tr><td style='color:#000'>secret</td></tr></table>"],
)  # fmt: skip
def test_hidden_text(source: str) -> None:
    """CSS that hides, in all its usual ways."""
    mail = html(f"<p>seen</p>{source}<p>end</p>")
    assert "secret" not in mail.text
    assert "hidden-text: secret" in mail.defects
    assert "seen" in mail.text
    assert "end" in mail.text


@pytest.mark.parametrize(
    "source",
    [
        "<table bgcolor='#003366'><tr><td style='color:#ffffff'>shown</td></tr></table>",
        "<p style='color:#333;font-size:10px'>shown</p>",
        "<style>@media (max-width:600px){.m{display:none}}</style><p class=m>shown</p>",
        "<p style='opacity:0.9'>shown</p>",
        "<div style='margin:0;line-height:1.5;font-size:0.9em'>shown</div>",
    ],
)
def test_what_only_looks_hidden(source: str) -> None:
    """White on dark blue, and what is hidden on telephones only."""
    mail = html(source)
    assert "shown" in mail.text
    assert not has(mail, "hidden-text")


def test_words_are_joined() -> None:
    """Comments, zero-width characters and inline tags do not split words."""
    assert html("事<!-- x -->务<b>号</b>\u200b：<span>12</span>3").text == "事务号：123"


def test_conditional_comments() -> None:
    """Outlook's branch is dropped, everyone else's kept."""
    mail = html(
        "<!--[if mso]><p>only outlook</p><![endif]--><!--[if !mso]><!--><p>rest</p><!--<![endif]--><![if !vml]>more<![endif]>"
    )
    assert mail.text == "rest\n\nmore"


def test_scripts_styles_entities() -> None:
    """Neither scripts nor styles are text; entities and blanks are resolved."""
    mail = html(
        "<style>p{}</style><script>var x='<p>no</p>'</script><title>t</title>a&nbsp;&nbsp;&nbsp;&lt;b&gt; &amp; &#20107;"
    )
    assert mail.text == "a <b> & 事"


def test_links() -> None:
    """http(s) only; the address is shown where the label differs."""
    mail = html(
        '<a href="https://dl.example/f?a=1&amp;b=2">点击下载</a> <a href="https://x.example/">x.example</a> <a href="javascript:a()">j</a> <a href="mailto:a@b.example">m</a>'
    )
    assert mail.links == ("https://dl.example/f?a=1&b=2", "https://x.example/")
    assert mail.text == "点击下载 <https://dl.example/f?a=1&b=2> x.example j m"
    assert read("见 https://dl.example/abc。谢谢").links == ("https://dl.example/abc",)


def test_tables() -> None:
    """Two columns, label and value by turns, th and td, heads over one row; layout tables are no data."""
    mail = html("<table><tr><td>事务号：</td><td>A1</td></tr><tr><td>状态</td><td>已发送</td></tr></table>")
    assert [(p.label, p.value) for p in mail.pairs] == [("事务号", "A1"), ("状态", "已发送")]
    assert mail.text == "事务号： | A1\n状态 | 已发送"
    mail = html("<table><tr><th>事务号</th><td>A1</td><th>页数</th><td>12</td></tr></table>")
    assert [(p.label, p.value) for p in mail.pairs] == [("事务号", "A1"), ("页数", "12")]
    mail = html(
        "<table><tr><th>事务号</th><th>题名</th><th>状态</th></tr><tr><td>A1</td><td>Nature</td><td>已发送</td></tr></table>"
    )
    assert [(p.label, p.value) for p in mail.pairs] == [("事务号", "A1"), ("题名", "Nature"), ("状态", "已发送")]
    mail = html("<table><tr><td><table><tr><td>事务号</td><td>A1</td></tr></table></td><td>menu</td></tr></table>")
    assert ("事务号", "A1") in [(p.label, p.value) for p in mail.pairs]


def test_deep_nesting_loses_no_text() -> None:
    """What parsers drop silently or never finish is read without structure, and said so."""
    mail = html("<div>" * 100_000 + "事务号：123")
    assert mail.text.strip() == "事务号：123"
    assert has(mail, "html-too-deep")


LINES = [
    ("事务号：123", [("事务号", "123")]),
    ("Transaction number: 123", [("Transaction number", "123")]),
    ("【事务号】123", [("事务号", "123")]),
    ("【事务号】：123", [("事务号", "123")]),
    ("[Status] shipped", [("Status", "shipped")]),
    ("Status = shipped", [("Status", "shipped")]),
    ("状态\t已发送", [("状态", "已发送")]),
    ("1. 题名： Nature: a history", [("题名", "Nature: a history")]),
    ("  费用 : 12.50 元", [("费用", "12.50 元")]),
    ("事务号：123  状态：已发送", [("事务号", "123"), ("状态", "已发送")]),
    ("姓名：张三，学号：2026", [("姓名", "张三"), ("学号", "2026")]),
    ("下载地址：https://dl.example/a", [("下载地址", "https://dl.example/a")]),
    ("https://dl.example/a", []),
    ("10:30 开会", []),
    ("您好，请注意以下事项：明天闭馆", []),
    ("no pair here", []),
    ("空：", []),
    ("*Title:* A book", [("Title", "A book")]),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_pairs_of_lines(line: str, expected: list[tuple[str, str]]) -> None:
    """Labels and values as people and systems write them."""
    assert [(p.label, p.value) for p in read(line).pairs] == expected


def test_cloud_attachments() -> None:
    """Over-size attachments come as links and are named."""
    mail = read(
        "从QQ邮箱发来的超大附件\n\n论文.pdf (120M, 无限期) 进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=x&k=y\n"
    )
    assert has(mail, "cloud-attachment")
    assert mail.links
