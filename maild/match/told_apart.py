"""Which of somebody's requests a wish ends and which it keeps, clause by clause, where a mail speaks of several. Pure.

'The one on shrimps is not needed any more, the brittle stars I still want.' A clause speaks of what it names; one that
names nothing, of the only request that was named before it. What cannot be divided so is not divided.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from maild.domain.requests.lifecycle import OPEN, Service
from maild.domain.requests.patron import Transaction
from maild.match.pieces import folded, is_named, named_in, pieces_of, stands_in, titles_of, without

# What makes a name of the words before it: no topic of a story is a request.
_NAMES = re.compile(
    r"《|[那这该](?:一)?(?:篇|本|条|个|份|部|单|章)|[一二两三四]文(?![献章件])|(?:的|号)(?:文章|文献|论文|申请|书)"
    r"|\b(?:paper|article|book|chapter|thesis|one|request|order|copy|dissertation)s?\b"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COMMON = re.compile(
    r"[的与和之在中及对于这那篇本文章一条个份部单照旧留着保请仍还要继续办常]"
)  # no sign of a title, or of another too
_LONG = re.compile(r"[a-z]{4,}")
_PART = re.compile(
    r"同一|摘要|版|部分|[页章]|[个两]?月|\b(?:it|same|copy|copies|order|edition|version|abstract|part|pages?|chapter|month|print)\b"
)
_KEEPS_ONE = re.compile(
    r"(?:请|只|就|先|帮我|要|另)*(?:保留|留)(?:下|着)?有?一(?:篇|本|条|个|份|部|单)(?:即可|就行|就好|吧)?|keep one"
)
_ANY = re.compile(r"有?一(?:篇|本|条|个|份|部|单)|\b(?:an?|one|any|some) (?:paper|article|book|request|order|copy)\b")
_ALL = re.compile(r"都|全部|一并|一起|\b(?:all|both|them)\b")
_COUNTS = {2: re.compile(r"两|俩|\b(?:both|two)\b"), 3: re.compile(r"三|\b(?:all three|three)\b")}
_LOAN = re.compile(r"书|[那这]本|\b(?:books?|loans?)\b")
_COPY = re.compile(r"(?:文章|论文|文献传递)的?(?:申请|请求)|\b(?:article|paper) (?:request|order|one)\b")
_ONE_OF_TWO = re.compile(r"一(?:个|篇|本|条|份|单).{1,4}一(?:个|篇|本|条|份|单)|\bone\b.{1,20}\b(?:one|other)\b")
_JOINS = re.compile(r"[、&+/]|和|与|及|跟|都|两|俩|三|全部|\b(?:and|both|all)\b")
_OF_SUPPLIER = re.compile(
    r"([a-z]{2,10}|国家图书馆|上海图书馆|国图|上图)的?[那这](?:一)?(?:篇|本|份|个|条)"
    r"|\b(?:the|my) ([a-z]{2,10}) (?:one|request|order)\b"
)
_SHORT = (
    ("bl", re.compile(r"british.library")),
    ("国图", re.compile("国家图书馆")),
    ("上图", re.compile("上海图书馆")),
)
# They point at nothing: 'so this one is not needed', 'withdraw my request for this article'.
# It points at the only thing that was named.
_THIS = re.compile(r"(?:[这此该]|\bth(?:is|at)\b)(?:一)?(?:条|个|篇|本|份|单|章|申请|请求|request|order|one)")
_OF_THEM = re.compile(r"^[^\w]*其中(?:的|有)?")  # beside a whole name: which one, that says
_AS_IT_IS = re.compile(r"\bas (?:it|they) (?:is|are)\b")
_LINKS = re.compile(
    r"^ *(?:(?:所以|因此|因而|于是|那么|就|现在?|故|请|麻烦|烦请|劳烦|so\b|thus\b|please\b|kindly\b) *)+"
    r"|\bmy (?:request|order|application) for (?=this)"
)
# Marks that end a clause of a chat, blanks between Chinese words, and 'and keep'.
_APART = re.compile(
    r"\b(?:and|but) (?=keep|leave)|[\u2600-\u27bf\U0001f000-\U0001faff~…]+|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
)


class Pattern(Protocol):
    """Of re or of RE2."""

    def search(self, text: str, /) -> object: ...

    def sub(self, repl: str, text: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """What is sought in folded clauses.

    ends    what drops a request; stays: what is to go on as it is; rest: what means all others
    unsure  what leaves open which is meant, wherever it stands
    done    in a clause that drops or keeps: what tells of before; apart: what points at one of several without a name
    """

    ends: Pattern
    stays: Pattern
    rest: Pattern
    unsure: Pattern
    done: Pattern
    apart: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Numbers of requests: those that end, in their order, and all that the mail names. Nothing ends where it speaks of
    several, or of what stays, and it is not plain which ends.
    """

    ends: tuple[str, ...]
    named: frozenset[str]


@dataclass(slots=True)
class _Sorted:
    """before: named since the last wish; topics: whose title has a word of the story; heading: a wish came before
    anything was named; one: it ends one; kept: the last wish keeps; vague: something is kept by a name nobody knows;
    pointed: 'this one' was ended; numbered: said by number.
    """

    ends: list[str] = field(default_factory=list)
    stays: set[str] = field(default_factory=set)
    before: list[str] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    heading: bool = False
    one: bool = False
    kept: bool = False
    vague: bool = False
    pointed: bool = False
    numbered: set[str] = field(default_factory=set)


def told_apart(
    clauses: Sequence[str], own: Collection[Transaction], words: Words, *, headings: int = 0
) -> Apart | None:
    """None where nothing ends, or only one thing is spoken of in another way.

    clauses: folded, in their order; headings: so many of them stand in the subject, where a word of a title names it
    """
    found, names = _Sorted(), [*titles_of(own), *(t.number.lower() for t in own)]
    parts = [(part, place < headings) for place, whole in enumerate(clauses) for part in _APART.split(whole)]
    for clause, heading in parts:
        if not _sort(clause, without(clause, names), own, words, found, heading=heading):
            return _not_plain(clauses, own, words)
    if found.heading and not (found.ends or found.vague):
        left = [t.number for t in own if t.state in OPEN and t.number not in found.stays]
        found.ends = left if found.stays and len(left) == 1 and left[0] not in found.topics else []
    if found.stays & {*found.ends} or (found.one and len({*found.ends}) > 1):
        return _not_plain(clauses, own, words)
    if found.pointed and {*found.topics, *found.before} - {*found.ends, *found.stays}:
        return _not_plain(clauses, own, words) or Apart(ends=(), named=frozenset(found.ends))
    if not found.ends:
        return None
    ends = tuple(dict.fromkeys(found.ends))
    return Apart(ends=ends, named=frozenset({*ends, *found.stays}))


def _not_plain(clauses: Iterable[str], own: Collection[Transaction], words: Words) -> Apart | None:
    names = frozenset(number for clause in clauses for number in named_in(clause, own))
    several = len(names) > 1 or any(words.stays.search(clause) for clause in clauses)
    return Apart(ends=(), named=names) if several else None


def _sort(clause: str, said: str, own: Collection[Transaction], words: Words, found: _Sorted, *, heading: bool) -> bool:
    """Put what a clause names where it belongs; False where that is not plain. said: the clause without titles."""
    whole = any(is_named(clause, t) for t in own)
    if words.unsure.search(_OF_THEM.sub("", said) if whole else said):
        return False
    named = named_in(clause, own) or _counted(clause, own) or _supplied(clause, own)
    found.numbered |= {t.number for t in own if t.number.lower() in clause}
    stays = words.stays.search(said) is not None
    ends = words.ends.search(words.stays.sub(" ", said)) is not None
    if not (stays or ends):
        if heading or _calls(clause, named, own):
            found.before += named
        else:
            found.topics.update(named)
        return True
    if heading and stays and ends and not named and _ONE_OF_TWO.search(said):
        return True  # 'drop one, keep one': which, the letter says
    if (ends and words.done.search(said)) or (stays and ends) or _is_blurred(clause, named, own):
        return False
    one, kept = [*dict.fromkeys(found.before)], found.kept
    found.before, found.kept = [], stays
    if stays:
        found.stays.update(told := named or _of_service(said, own) or (one if len(one) == 1 else []))
        if told or words.rest.search(said) or kept or _KEEPS_ONE.fullmatch(said.strip()):
            return True  # 'keep one' only counts: which one, another clause says
        # What is kept by a name that nobody knows is another than what was ended by its number, where another runs.
        runs = any(t.state in OPEN and t.number not in found.ends for t in own)
        same = any(_may_be(said, t.title) for t in own if t.number in found.ends)
        found.vague = runs and bool(found.ends) and found.numbered.issuperset(found.ends) and not same
        return found.vague and words.apart.search(said) is not None
    if named:
        found.ends += named
        return True
    counted = _ALL.search(said) or (len(one) in _COUNTS and _COUNTS[len(one)].search(said))
    pointed = _LINKS.sub("", said) if len(one) == 1 else said
    if len(so_far := {*found.ends, *one}) == 1 and not (found.stays or found.topics - so_far) and _THIS.search(pointed):
        pointed, found.pointed = _THIS.sub(" ", pointed), True
    if _ANY.search(pointed) and (one or found.ends):
        return False
    found.one = found.one or _ANY.search(pointed) is not None
    if words.rest.search(said) or words.apart.search(pointed) or (len(one) > 1 and not counted):
        return False
    found.ends += one
    found.heading = found.heading or not (one or found.ends)
    return bool(one or found.ends or not kept)


def _may_be(said: str, title: str) -> bool:
    """Whether words may name that title: they are in another script, share a sign or a word with it, or mean a part."""
    title = folded(title)
    han = _HAN.search(title) is not None
    if (_HAN.search(said) is not None) is not han or _PART.search(_AS_IT_IS.sub("", said)):
        return True
    named = _COMMON.sub("", said)
    return (
        any(sign in named for sign in _COMMON.sub("", title) if _HAN.match(sign))
        if han
        else bool({*_LONG.findall(title)} & {*_LONG.findall(said)})
    )


def _calls(clause: str, named: Sequence[str], own: Collection[Transaction]) -> bool:
    """Whether a clause that wishes nothing calls a request by its name, and does not only have a word of its title."""
    whole = any(is_named(clause, t) for t in own if t.number in named)
    listed = len(named) > 1 and _JOINS.search(clause) is not None
    return whole or listed or _NAMES.search(clause) is not None


def _is_blurred(clause: str, named: Sequence[str], own: Collection[Transaction]) -> bool:
    """Whether pieces of several titles stand in what calls one thing: '悬索桥防船撞的那篇'."""
    whole = [t.number for t in own if t.number in named and is_named(clause, t)]
    return len(named) > 1 and len(whole) < len(named) and not _JOINS.search(clause)


def _of_service(said: str, own: Collection[Transaction]) -> list[str]:
    """The loans, where a clause only says 'the book'; the copies, where it says 'the article request'."""
    copies = [t.number for t in own if t.service is Service.COPY] if _COPY.search(said) else []
    loans = [t.number for t in own if t.service is Service.LOAN] if _LOAN.search(said) else []
    return loans or copies


def _supplied(clause: str, own: Collection[Transaction]) -> list[str]:
    """The only request that a supplier has whom a clause makes a name of: 'BL那篇', 'the subito one'."""
    names = {called((one or two).strip()) for one, two in _OF_SUPPLIER.findall(clause)}
    found = [[t.number for t in own if called(folded(t.provider)) == name] for name in names if name]
    return [numbers[0] for numbers in found if len(numbers) == 1]


def called(supplier: str) -> str:
    """A supplier, folded, as patrons call it."""
    return next((short for short, name in _SHORT if name.fullmatch(supplier)), supplier)


def _counted(clause: str, own: Collection[Transaction]) -> list[str]:
    """All of two or three requests that share a piece, where a clause says it with their count: '海草床两篇'."""
    pieces = {t.number: pieces_of(t) for t in own}
    often = Counter(piece for each in pieces.values() for piece in each)
    shared = {piece for piece, count in often.items() if count in _COUNTS and stands_in(piece, clause)}
    told = [piece for piece in shared if _COUNTS[often[piece]].search(clause)]
    groups = {frozenset(number for number, each in pieces.items() if piece in each) for piece in told}
    return sorted(groups.pop()) if len(groups) == 1 else []
