"""How five mail clients write an answer: the HTML they make, and how they quote what is answered.

QQ Mail, NetEase (163), Outlook, Foxmail and Apple Mail; the shapes were written by hand after what such mails look like.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The mail that is answered: whose, when (as the client shows it), its subject and text."""

    author: str
    address: str
    when: str
    subject: str
    text: str


def _lines(text: str, tag: str = "div", style: str = "") -> str:
    mark = f'<{tag} style="{style}">' if style else f"<{tag}>"
    return "".join(f"{mark}{html.escape(line) or '<br>'}</{tag}>" for line in text.split("\n"))


def qq(said: str, old: Quoted) -> tuple[str, str]:
    who, address = html.escape(old.author), html.escape(old.address)
    rule = "------------------&nbsp;原始邮件&nbsp;------------------"
    head = (
        f'<div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b> "{who}" &lt;{address}&gt;;</div>'
        f"<div><b>发送时间:</b>&nbsp;{old.when}</div><div><b>主题:</b>&nbsp;{html.escape(old.subject)}</div></div>"
    )
    page = (
        f'<meta http-equiv="Content-Type" content="text/html; charset=GB18030">{_lines(said)}<div><br></div>'
        f'<div><includetail></includetail></div><div><div style="font-size:70%;">{rule}</div>{head}'
        f"<div></div>{_lines(old.text)}</div>"
    )
    plain = (
        f'{said}\n\n------------------ 原始邮件 ------------------\n发件人: "{old.author}" <{old.address}>;\n'
        f"发送时间: {old.when}\n主题: {old.subject}\n\n{old.text}\n"
    )
    return plain, page


def netease(said: str, old: Quoted) -> tuple[str, str]:
    mark = f'At {old.when}, "{old.author}" <{old.address}> wrote:'
    page = (
        f'<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial">{_lines(said, "p", "margin: 0;")}'
        f'<div style="position:relative;zoom:1"></div><div id="divNeteaseMailCard"></div><p>{html.escape(mark)}</p>'
        '<blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid">'
        f"{_lines(old.text)}</blockquote></div>"
    )
    return f"{said}\n\n\n{mark}\n" + "".join(f">{line}\n" for line in old.text.split("\n")), page


def outlook(said: str, old: Quoted) -> tuple[str, str]:
    font = "font-size:10.5pt;font-family:等线"
    normal = "".join(
        f'<p class="MsoNormal"><span style="{font}">{html.escape(line) or "&nbsp;"}<o:p></o:p></span></p>\n'
        for line in said.split("\n")
    )
    head = "<br>".join(f"<b>{label}:</b> {html.escape(value)}" for label, value in (
        ("From", f"{old.author} <{old.address}>"), ("Sent", old.when), ("To", old.address), ("Subject", old.subject)))  # fmt: skip
    page = (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        "<style><!--\n/* Font Definitions */\n@font-face\n\t{font-family:等线;\n\tpanose-1:2 1 6 0 3 1 1 1 1 1;}\n"
        "p.MsoNormal\n\t{margin:0cm;\n\ttext-align:justify;\n\tfont-size:10.5pt;}\n--></style><!--[if gte mso 9]><xml>"
        '<o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head><body lang="ZH-CN" style="word-wrap:'
        f'break-word"><div class="WordSection1">{normal}<div style="border:none;border-top:solid #E1E1E1 1.0pt;'
        f'padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{head}<o:p></o:p></p></div>'
        f"{_lines(old.text, 'p', 'margin:0cm')}</div></body></html>"
    )
    plain = (
        f"{said}\n\nFrom: {old.author} <{old.address}>\nSent: {old.when}\nTo: {old.address}\nSubject: {old.subject}\n\n"
        f"{old.text}\n"
    )
    return plain, page


def foxmail(said: str, old: Quoted) -> tuple[str, str]:
    head = (
        f'<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><div style="PADDING-RIGHT: 8px;'
        f'font-size: 12px;background:#efefef;"><div><b>发件人：</b>&nbsp;{html.escape(old.author)}</div><div><b>发送时间：</b>'
        f"&nbsp;{old.when}</div><div><b>主题：</b>&nbsp;{html.escape(old.subject)}</div></div></div>"
    )
    page = (
        f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"><style>body {{ line-height: 1.5; }}'
        f"blockquote {{ margin-top: 0px; margin-left: 0.5em; }}</style></head><body>{_lines(said)}<div><br></div>"
        f'<hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><blockquote>{head}<div>'
        f"{_lines(old.text)}</div></blockquote></body></html>"
    )
    plain = f"{said}\n\n\n\n发件人： {old.author}\n发送时间： {old.when}\n主题： {old.subject}\n{old.text}\n"
    return plain, page


def apple(said: str, old: Quoted) -> tuple[str, str]:
    mark = f"{old.when}，{old.author} <{old.address}> 写道："
    page = (
        f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">'
        f"{_lines(said)}<br><div dir='ltr'>发自我的 iPhone</div><div dir='ltr'><br><blockquote type=\"cite\">"
        f'{html.escape(mark)}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{_lines(old.text)}</div>'
        "</blockquote></body></html>"
    )
    return f"{said}\n\n发自我的 iPhone\n\n> {mark}\n> \n" + "".join(
        f"> {line}\n" for line in old.text.split("\n")
    ), page


CLIENTS: tuple[Callable[[str, Quoted], tuple[str, str]], ...] = (qq, netease, outlook, foxmail, apple)
