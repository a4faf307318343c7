"""Who is logged in, with the way out: 曹砚秋 注销, 某某公司 操作员:葛晓 | 安全退出."""

from __future__ import annotations

import re

from maild.receipts.layouts import Layouts

_BRIEF = 5  # characters of a person's name
_LEAVE = re.compile(
    r"(?:(?:我的)?(?:工作台|首页|主页|消息|帮助|设置|个人中心|修改密码)(?:\(\d{1,3}\))?[ |]*)*"
    r"(?:安全)?(?:退出|登出|注销)(?:登录|系统|账号)?"
)
_ROLE = re.compile(r"(?:欢迎您?|您好|当前|登录)*(?:(?:操作|经办|复核|制单|管理)员|用户|柜员|您好|欢迎您?)")
_EDGES = " :,·()"
_MORE, _NAME = re.compile(r"(?:我的)?消息|个人中心|修改密码|工作台"), re.compile(r"[\u3400-\u9fff]{2,4}")  # before 退出


def is_greeted(clause: str, layouts: Layouts) -> bool:
    """Whether a clause is just a person's name with the button behind it that ends his visit: 曹砚秋 注销. Before two
    such words it may be a name that no list has: 应采薇 消息(3) 退出.
    """
    person, words = layouts.purposes.person, layouts.states
    for at in range(2, _BRIEF):
        name, rest = clause[:at].strip(), clause[at:].strip()
        if not _LEAVE.fullmatch(rest):
            continue
        unlisted = _MORE.match(rest) and not words.stems.search(name) and not words.lines.speaks.search(name)
        if person.search(name) or (unlisted and _NAME.fullmatch(name)):
            return True
    return False


def is_visitor(text: str, layouts: Layouts) -> bool:
    """Whether a line only names who works there, for whom, and the way out: 某某公司 操作员:葛晓 | 安全退出."""
    pieces = [piece.strip() for piece in _ROLE.sub("|", text).split("|") if piece.strip(_EDGES)]
    if not pieces:
        return False
    *who, leave = pieces
    named = (layouts.organisation, layouts.purposes.person)
    return bool(_LEAVE.fullmatch(leave)) and all(any(n.search(one.strip(_EDGES)) for n in named) for one in who)
