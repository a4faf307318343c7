"""Which request a mail means that says no number: the only one that runs whose whole title it says. Pure.

Part of a title, a short one outside of title marks, or one that goes on ("…研究", "…: part II") may be another work's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from maild.match.score import fold
from maild.traditional import simplified

if TYPE_CHECKING:
    from maild.domain.requests.patron import Transaction

# Characters, letters of a title that a mail says by chance no more; shorter ones count between title marks only.
LEAST_HAN, LEAST_LATIN = 6, 15
_OPENING, _CLOSING = '《〈「『“"‘<', '》〉」』”"’>'
# What makes another work of a title that stands ahead of it; folded.
_GOES_ON = (
    *(
        "研究",
        "分析",
        "综述",
        "概论",
        "导论",
        "通论",
        "论文",
        "论集",
        "文集",
        "续编",
        "补编",
        "新编",
        "丛书",
        "丛刊",
        "资料",
        "手册",
    ),
    *("初探", "新探", "考证", "校注", "选集", "全集", "汇编", "及其", "与", "和", "史", "的", "第二", "下册", "上册"),
    *("part", "volume", "vol", "and", "in", "of", "a", "revisited", "second", "ii", "supplement"),
)
# … unless they speak of it: '…的全文', 'of which'.
_SPEAKS_OF_IT = re.compile(r"的(?:全文|扫描|文章|论文|复印|请求|申请)|和编号|and\s(?:your|is|was|it)\b")


_HOUSES = re.compile(r"[\u4e00-\u9fff]{1,12}(?:大学|学院|图书馆|研究院|研究所|师大|科大|理工|情报所)")
_GREETED = re.compile(r"\bdear ([^,\n]{0,60}(?:universit|college)[^,\n]{0,60})", re.IGNORECASE)
_NOBODYS = ("我", "本", "贵", "该", "各", "其他", "别的", "兄弟", "外")


def others(text: str, names: Iterable[str]) -> str:
    """A house that the text names and that is none of these: the mail may be meant for it. Or ''.

    names: of the office and of who writes, in whatever letters; '浙大图书馆' is one by its characters in their order
    """
    known = tuple(name.lower() for name in names)
    for hit in _HOUSES.finditer(plain := simplified(text)):
        said = hit.group()
        if not any(_is_of(said[i:], name) for i in range(len(said) - 1) for name in known) and not any(
            each in said for each in _NOBODYS
        ):
            return said
    greeted = (hit[1].lower() for hit in _GREETED.finditer(plain))
    return next((said for said in greeted if not any(name.split()[0] in said for name in known if name.isascii())), "")


def _is_of(said: str, name: str) -> bool:
    rest = iter(name)
    return len(said) > 2 and said[0] == name[:1] and all(character in rest for character in said)


def titled(text: str, requests: Iterable[Transaction]) -> str:
    """Number of the only one of the requests whose whole title stands in the text; '' for none, or several."""
    plain = simplified(text).lower()
    places = [(i, c) for i, c in enumerate(plain) if c.isalnum()]
    said = "".join(character for _, character in places)
    where = [i for i, _ in places]
    found = [each for each in requests if _stands(fold(simplified(each.title)), said, where, plain)]
    return found[0].number if len(found) == 1 else ""


def _stands(title: str, said: str, where: list[int], plain: str) -> bool:
    long = len(title) >= (LEAST_LATIN if title.isascii() else LEAST_HAN)
    return len(title) >= 2 and any(
        _whole(plain, where[start], where[start + len(title) - 1] + 1, long) for start in _finds(title, said)
    )


def _whole(plain: str, start: int, end: int, long: bool) -> bool:
    """Whether it is all of a title that stands there: between marks, or a long one that does not go on."""
    before, after = plain[:start].rstrip()[-1:], plain[end:].lstrip()
    if before and before in _OPENING:
        return bool(after) and after[0] in _CLOSING
    if not long or (after[:1] and after[0] in _CLOSING and after[0] not in '"’”'):
        return False
    joined = plain[start].isascii() and plain[start - 1 : start].isalnum() and start > 0
    runs_on = plain[end - 1].isascii() and plain[end : end + 1].isascii() and plain[end : end + 1].isalnum()
    if joined or runs_on:
        return False
    return bool(_SPEAKS_OF_IT.match(after)) or not _goes_on(after)


def _goes_on(after: str) -> bool:
    words = after.lstrip(":-–— ,")
    return any(
        words.startswith(each) and not (each.isascii() and words[len(each) : len(each) + 1].isalnum())
        for each in _GOES_ON
    )


def _finds(title: str, said: str) -> Iterator[int]:
    start = said.find(title)
    while start >= 0:
        yield start
        start = said.find(title, start + 1)
