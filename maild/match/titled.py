"""Which request a mail means that says no number: the only one that runs whose whole title it says. Pure.

Part of a title, a short one outside of title marks, or one that goes on ("…研究", "…: part II") may be another work's.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from maild.match.title_words import title_words
from maild.match.words import fold
from maild.traditional import simplified

if TYPE_CHECKING:
    from maild.domain.requests.patron import Transaction

# Characters, letters of a title that a mail says by chance no more; shorter ones count between title marks only.
LEAST_HAN, LEAST_LATIN = 6, 15
LEAST_MUCH_HAN = 5  # … between title marks
LEAST_PIECE = 3  # characters in a row that any piece of a title has
# … and of the beginning of one that is cut off.
LEAST_CUT_HAN, LEAST_CUT_LATIN, MOST_CUT = 9, 24, 200
_PLACED = re.compile("第[一二三四五六七八九](?=[卷册辑编集部])")  # a figure for its word, in its place
_ACCENTED = re.compile("[\u0080-\u04ff\u1e00-\u1fff]")  # scripts that know accents
_CUT = re.compile(r"…+|\.{3,}")
_ENDS_MARKED = re.compile(r"[ \t]{0,4}(?:…|\.{3}|[”\"」』》〉])")
_ENDS_HERE = re.compile(rf"{_ENDS_MARKED.pattern}|[ \t]{{0,4}}(?:\n|$)")
_LABEL = re.compile(r"^[^:：]{1,8}[:：]")  # '题名:'
SUBTITLE = re.compile(r"[:：]\s*+|[—–]{1,2}\s*+|\s-{1,2}\s")
_SUBTITLED = re.compile(rf" {{0,2}}(?:{SUBTITLE.pattern})\w")
LEAST_WRAPPED = 55  # characters of a line that may go on in the next
# A journal or a volume that a work stands in.
_AHEAD_OF_HOLDER = re.compile(
    r"(?:刊|载|登|发表|收|收录|录|见|编)(?:[于在入]|自)\s*$|出自\s*$|(?:刊名|期刊|杂志|来源)[:：]?\s*$"
)
_BEHIND_HOLDER = re.compile(r"\s*+[,，]?\s*+(?:\d{4}\s*+年?\s*+[,，]?\s*+)?(?:第?\s*+\d{1,4}\s*[卷期]|\d{4}\s*年\s*第)")
_BRACKET = re.compile(r"[(（][^()（）]*$")  # that a title ends in
# What may stand ahead of a piece of a title, and behind it, where it calls a work.
_BEFORE_PIECE = re.compile(r"(?:^|[^\u4e00-\u9fff]|[的借要篇于给在把将是和那这您馆师者投])$")
_BEHIND_PIECE = re.compile(
    r"$|[^\u4e00-\u9fff\w(（【]|[(（](?:旧|新|上|下|第|pdf|扫)|[那这][篇本章份单件部册]|一[文书篇本]|[已在扫今昨]"
    r"|(?:的)?(?:论文|文章|全文|文献|扫描件|请求|申请)|的(?:[^\u4e00-\u9fff]|[那这][篇本]|今|昨|已|在|扫)"
)
_QUOTED = re.compile(r"[“\"‘'「『【]([^”\"’'」』】\n]{4,200})[”\"’'」』】]")
PIECE_LATIN = 8  # letters in a row that any piece of a Latin title has
_OPENS_A_TITLE = '《〈「『“"'
_OPENING, _CLOSING = '《〈「『“"‘<', '》〉」』”"’>'


def others(text: str, names: Iterable[str], *, passed_on: bool = False) -> str:
    """A house that the text names and that is none of these: the mail may be meant for it. Or ''.

    names: of the office and of who writes, in whatever letters; '浙大图书馆' is one by its characters in their order
    passed_on: the text tells to whom a request went on, who is not whom it is written to
    """
    known, words = tuple(name.lower() for name in names), title_words()
    for hit in words.house.finditer(plain := simplified(text)):
        said = hit.group()
        ours = any(_is_of(said[i:], name) for i in range(len(said) - 1) for name in known)
        if passed_on and words.passed_on.search(said):
            continue
        if not ours and not words.no_certain_house.search(said):
            return said
    greeted = (hit[1].lower() for hit in words.greeted.finditer(plain))
    return next((said for said in greeted if not any(name.split()[0] in said for name in known if name.isascii())), "")


def _is_of(said: str, name: str) -> bool:
    rest = iter(name)
    return len(said) > 2 and said[0] == name[:1] and all(character in rest for character in said)


def called(text: str, requests: Iterable[Transaction]) -> Transaction | None:
    """The only one of the requests whose title stands in the text, whole or without its subtitle; None for none, or
    several.

    None, too, where the text says another title between marks, or one that begins as that one does: 'Dust deposition on
    Aral Sea almond orchards' and '… cotton fields'.
    """
    plain = bare(simplified(text)).lower()
    places = [(i, c) for i, c in enumerate(_figured(plain)) if c.isalnum()]
    said = "".join(character for _, character in places)
    where = [i for i, _ in places]
    pieces = {said[at : at + LEAST_PIECE] for at in range(len(said))}
    titles = ((each, fold(_figured(bare(simplified(each.title))))) for each in requests)
    shared = [(each, title) for each, title in titles if shares(title, pieces)]
    found = [(each, title) for each, title in shared if _stands(title, said, where, plain)]
    marked = {fold(_figured(hit[1])) for hit in title_words().marked.finditer(plain) if not _holds(plain, hit)}
    if not found:
        found = [(each, main) for each, main in _mains(shared) if _stands_alone(main, said, where, plain)]
    if not found and not marked:
        return _cut_short(plain, shared)
    found = [(each, title) for each, title in found if not any(_is_piece(title, other, said) for _, other in found)]
    if len(found) != 1:
        return None
    request, title = found[0]
    others = any(name not in title for name in marked)  # '《切韵》' is of '敦煌写本《切韵》残卷'
    return None if others or _begins_another(title, said, where, plain) else request


def says_no_other(text: str, title: str) -> bool:
    """Whether what stands between marks is of the title, a piece of it, or has nothing of it, and
    the whole title stands nowhere: that would be of a longer one, which `called` does not take for it.
    """
    plain, known = bare(simplified(text)).lower(), fold(_figured(bare(simplified(title))))
    marked = [hit for hit in title_words().marked.finditer(plain) if not _holds(plain, hit)]
    said = [fold(_figured(hit[1])) for hit in (*marked, *_QUOTED.finditer(plain))]
    size = PIECE_LATIN if known.isascii() else LEAST_PIECE
    pieces = {known[at : at + size] for at in range(len(known) - size + 1)}
    others = (name for name in said[len(marked) :] if known.isascii() or any(piece in name for piece in pieces))
    return known not in fold(_figured(plain)) and all(name in known for name in (*said[: len(marked)], *others))


def stands_apart(text: str, title: str) -> bool:
    """Whether a piece of a Chinese title stands somewhere as what a work is called, and goes on to no other one:
    '投柴孔那篇', not '越窑青瓷制作技艺一书'. Words of a Latin title are held against it by who looks for them.
    """
    plain, known = bare(simplified(text)).lower(), fold(bare(simplified(title)))
    if known.isascii():
        return True
    begin = 0
    while begin <= len(plain) - LEAST_PIECE:
        end = begin + LEAST_PIECE
        if plain[begin:end] not in known:
            begin += 1
            continue
        while end < len(plain) and plain[begin : end + 1] in known:
            end += 1
        if _BEFORE_PIECE.search(plain[:begin]) and _BEHIND_PIECE.match(plain[end:]):
            return True
        begin = end - LEAST_PIECE + 1
    return False


def says_much(text: str, title: str) -> bool:
    """Whether a good piece of the title stands between title marks, as a work is called: '《旧志舆图考释》'."""
    plain, known = bare(simplified(text)).lower(), fold(bare(simplified(title)))
    least = LEAST_LATIN if known.isascii() else LEAST_MUCH_HAN
    return any(len(name := fold(hit[1])) >= least and name in known for hit in title_words().marked.finditer(plain))


def _is_piece(title: str, other: str, said: str) -> bool:
    """Whether a title is said nowhere but within another: '…辑考' of '…辑考补正'."""
    if title == other or title not in other:
        return False
    places = [(start, start + len(other)) for start in _finds(other, said)]
    return all(any(a <= at and at + len(title) <= b for a, b in places) for at in _finds(title, said))


def _mains(requests: Sequence[tuple[Transaction, str]]) -> Iterator[tuple[Transaction, str]]:
    """What stands ahead of a subtitle, where it is long enough and no other title begins so: 'Dust on Aral almonds' of
    '…: a two-year record'.
    """
    known = sorted(title for _, title in requests)
    for each, _ in requests:
        ahead = SUBTITLE.split(bare(simplified(each.title)), maxsplit=1)
        main = fold(ahead[0]) if len(ahead) > 1 else ""
        first = bisect_left(known, main)
        alone = not any(other.startswith(main) for other in known[first + 1 : first + 2])
        if alone and len(main) >= (LEAST_CUT_LATIN if main.isascii() else LEAST_CUT_HAN):
            yield each, main


def _stands_alone(main: str, said: str, where: list[int], plain: str) -> bool:
    """Whether a title stands there without its subtitle, and nowhere with another one."""
    ends = [where[start + len(main) - 1] + 1 for start in _finds(main, said)]
    if not _stands(main, said, where, plain) or any(_SUBTITLED.match(plain, end) for end in ends):
        return False
    return any(not plain[end : end + 1].isalnum() or title_words().speaks_of_it.match(plain[end:]) for end in ends)


def _begins_another(title: str, said: str, where: list[int], plain: str) -> bool:
    """Whether something else begins as the title does: not where it is only shortened, as in a subject."""
    begun = title[: max(len(title) // 2 + 1, _least(title))]
    return any(
        not said.startswith(title, start) and not _shortened(title, said, start, where, plain)
        for start in _finds(begun, said)
    )


def _shortened(title: str, said: str, start: int, where: list[int], plain: str) -> bool:
    """Whether what begins as the title does, at a place in `said`, ends within it: with its line, a mark, or what says
    that it goes on.
    """
    there = said[start : start + len(title)]
    alike = next((i for i, (a, b) in enumerate(zip(title, there, strict=False)) if a != b), len(there))
    end = where[start + alike - 1] + 1
    wrapped = end - plain.rfind("\n", 0, end) > LEAST_WRAPPED and not plain.startswith("\n\n", end)
    ends = (_ENDS_MARKED if wrapped else _ENDS_HERE).match(plain[end : end + 8])
    return bool(ends or title_words().speaks_of_it.match(plain[end : end + 24]))


def _holds(plain: str, hit: re.Match[str]) -> bool:
    """Whether what stands between marks is where a work appeared: '刊于《中国兽医杂志》2024年第60卷'."""
    return bool(_AHEAD_OF_HOLDER.search(plain[: hit.start()][-8:]) or _BEHIND_HOLDER.match(plain[hit.end() :][:24]))


def _cut_short(plain: str, requests: Iterable[tuple[Transaction, str]]) -> Transaction | None:
    """The only request whose title begins as something that is cut off in the text: '塔里木盆地奥陶系古岩溶储层…'."""
    cuts = [head for hit in _CUT.finditer(plain) if (head := _cut_head(plain, hit))]
    heads = [fold(part) for head in cuts for part in (head, _LABEL.sub("", head))]
    found = {each.number: each for each, title in requests if any(map(_ends_with_head(title), heads))}
    return next(iter(found.values())) if len(found) == 1 else None


def _cut_head(plain: str, cut: re.Match[str]) -> str:
    """What stands ahead of the cut in its line, less the mark of a reply; '' where the title may go on behind it."""
    line = plain[plain.rfind("\n", 0, cut.start()) + 1 : cut.start()][-MOST_CUT:]
    line = line[max(map(line.rfind, _OPENS_A_TITLE)) + 1 :]
    mark = title_words().of_a_reply.match(line)
    goes_on = re.match(r"\s*[(（\w]", plain[cut.end() :].partition("\n")[0])
    return "" if goes_on else line[mark.end() if mark else 0 :]


def _ends_with_head(title: str) -> Callable[[str], bool]:
    """Whether a text is a long beginning of the title."""
    least = max(LEAST_CUT_LATIN if title.isascii() else LEAST_CUT_HAN, len(title) // 2)
    return lambda text: len(text) >= least and title.startswith(text)


def shares(title: str, pieces: Set[str]) -> bool:
    """Whether any piece of a title is said at all: of thousands of requests few are looked at closely."""
    return len(title) < LEAST_PIECE or any(title[at : at + LEAST_PIECE] in pieces for at in range(len(title) - 2))


def ends(text: str) -> tuple[str, ...]:
    """What the text calls the last figures of a number."""
    words = title_words()
    hits = (
        hit
        for hit in words.tail.finditer(text)
        if not words.not_ours_before.search(text[max(0, hit.start() - 24) : hit.start()])
        and not words.not_ours_after.match(text[hit.end() :])
    )
    return tuple(next(filter(None, hit.groups())) for hit in hits)


def bare(text: str) -> str:
    """Letters without their accents, each in its place."""
    return _ACCENTED.sub(lambda hit: unicodedata.normalize("NFD", hit[0])[0], text)


def _figured(text: str) -> str:
    """The number of a volume in figures, in its place."""
    return _PLACED.sub(lambda hit: f"第{'一二三四五六七八九'.index(hit[0][1]) + 1}", text)


def _stands(title: str, said: str, where: list[int], plain: str) -> bool:
    long = len(title) >= _least(title)
    return len(title) >= 2 and any(
        _whole(plain, where[start], where[start + len(title) - 1] + 1, long) for start in _finds(title, said)
    )


def _whole(plain: str, start: int, end: int, long: bool) -> bool:
    """Whether it is all of a title that stands there: between marks, or a long one that does not go on."""
    before, after = plain[:start].rstrip()[-1:], plain[end:].lstrip()
    if _BRACKET.search(plain[start:end]):
        after = after.lstrip(")）")  # 'Shuowen (volume 1)'
    if before == "'" and not after.startswith("'") and after[:1].isalnum():
        return False  # marks that close further on
    if before and before in _OPENING:
        closed = bool(after) and after[0] in _CLOSING
        return closed and not _goes_on(after.lstrip(_CLOSING), title_words().another)
    if not long or (after[:1] and after[0] in _CLOSING and after[0] not in '"’”'):
        return False
    joined = start > 0 and plain[start].isascii() and _joins(plain[start - 1])
    runs_on = plain[end - 1].isascii() and plain[end : end + 1].isascii() and plain[end : end + 1].isalnum()
    if joined or runs_on:
        return False
    words = title_words()
    return bool(words.speaks_of_it.match(after)) or not _goes_on(after, (*words.goes_on, *words.another))


def _joins(before: str) -> bool:
    """Whether a Latin title goes on to the left: Chinese writes no blank ahead of it, but '评Oxy-fuel …' is of it."""
    return before.isalnum() and (before.isascii() or before in title_words().of_a_work)


def _goes_on(after: str, by: Iterable[str]) -> bool:
    words = after.lstrip(":-–— ,([（【")
    return any(
        words.startswith(each) and not (each.isascii() and words[len(each) : len(each) + 1].isalnum()) for each in by
    )


def _least(title: str) -> int:
    return LEAST_LATIN if title.isascii() else LEAST_HAN


def _finds(title: str, said: str) -> Iterator[int]:
    start = said.find(title)
    while start >= 0:
        yield start
        start = said.find(title, start + 1)
