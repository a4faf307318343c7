"""Which requests a text names by pieces of their titles, as people do: 'the lute book', '防腐那篇'. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from maild.domain.requests.patron import Transaction
from maild.domain.text import normalise
from maild.traditional import simplified

CLAUSE = re.compile(r"[,。;?!:\n]|\.(?=\s|$)")
LEAST_TITLE = 4  # characters: a shorter one may be a word
CLAUSE_LENGTH = 200  # characters of a text that is kept folded
PIECE = 3  # characters of a Chinese title that tell it from others
_ANY_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN = re.compile(r"[\u4e00-\u9fff]{3,}")
_LATIN = re.compile(r"[a-z]{5,}")  # a word that does
_PLURAL = re.compile(r"(?<![sui])s$")  # of 'systems', not of 'stress', 'virus' or 'analysis'
_ENDING = re.compile(r"(?:e?s|e?d|ing|al|ic)?(?![a-z])")  # of a word that is short
LONG = 7  # letters of a word that may end in any way: 'isotop' of 'isotopic'
# Two characters of a title tell it where the clause makes a name of them: '防腐那篇', 'the lute book'.
_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2})(?:的|一|[这那])*(?:篇|本|部|份|册|单|文|书|种|[这那]个))")
_SHORT = re.compile(r"\b(?:the|my|that) ([a-z]{4,}) (?:one|paper|article|book|chapter|thesis|review|request|loan)\b")
# A title is named by its language, where only one of them has it: 'the English one', '中文那篇'.
_CHINESE = re.compile(
    r"(?:中|国|汉)[文语](?:的)?[这那]?(?:篇|本|份|部|个)|\bthe chinese (?:one|paper|article|book|title)\b"
)
_FOREIGN = re.compile(
    r"(?:英|外)[文语](?:的)?[这那]?(?:篇|本|份|部|个)|\bthe english (?:one|paper|article|book|title)\b"
)
# The end of a number, called that; of a telephone, a card or a parcel it is another number's.
_OF_OTHERS = re.compile(
    r"(?:手机|电话|卡|账[户号]|银行|快递|运单|单号|学号|工号|证件?|phone|card|mobile|account|tracking)[^\d,;。]{0,8}$"
)
_TAIL = re.compile(
    r"(?:尾号|(?:末尾|最后|后|末)[三四五六3-6](?:位|个数)?|结尾)(?:是|为|的)? ?(\d{3,6})(?!\d)"
    r"|(?<!\d)(\d{3,6}) ?(?:结尾|收尾|号?(?:取消|撤|留着|保留|不要|不用|继续|照旧))"
    r"|\b(?:ending|ends)(?: in| with)? (\d{3,6})(?!\d)"
    r"|\blast (?:three|four|five|six|[3-6]) digits[^\d]{0,6}(\d{3,6})(?!\d)"
)
_TITLE = re.compile(r"《([^《》\n]{1,200})》")
_TOKEN = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]")
_NO_ITEM = re.compile(r"(?:单|提醒|通知|学报|通报|须知|指南|表)$")  # no title of what is asked for
_JOINT = re.compile(r"[的与和及之在中]")
# Words of titles that mails say of anything.
_USUAL = re.compile(
    r"(?:"
    r"about|above|access|across|after|again|against|along|among|analysis|around|article|based|before|being|below"
    r"|between|chapter|could|during|early|events|every|first|found|from|great|history|journal|large|later|model"
    r"|never|notes|other|paper|previous|report|request|research|review|second|should|since|small|still|studies"
    r"|study|their|theory|there|these|thesis|third|those|through|toward|towards|under|until|using|where|which|while"
    r"|within|without|would"
    r")$"
)
_TWO = re.compile(r"[\u4e00-\u9fff]{2}")
MASK = "■"  # in the place of a name: it names a request and says nothing
HEADING = 16  # characters of a subject that names something, and tells nothing
# Pairs that subjects and titles have for what they are, not for what they are about.
_USUAL_PAIR = re.compile(
    "研究|文献|文章|论文|综述|申请|取消|费用|方法|分析|问题|确认|回复|同意|图书|馆际|互借|传递|续借"
)


def folded(text: str) -> str:
    """A text as names are sought in it: simplified, of one width, small letters."""
    return _kept(text) if len(text) <= CLAUSE_LENGTH else _fold(text)


def _fold(text: str) -> str:
    return simplified(normalise(text)).lower()


_kept = lru_cache(maxsize=1024)(_fold)  # the clauses of a mail are asked of one matter after the other
_folded_title = lru_cache(maxsize=512)(_fold)  # each of them is held against the same ones


def foreign_titles(text: str, own: Iterable[Transaction]) -> list[str]:
    """What a text says between 《 and 》 of which nothing is in a title of these requests."""
    requests = list(own)
    titles = [_folded_title(t.title) for t in requests]
    said = _TITLE.findall(folded(text))
    return [one for one in said if not named_in(one, requests) and not any(one in title for title in titles)]


def misnamed(text: str, own: Iterable[Transaction]) -> str:
    """The first title that a text says between 《 and 》 and that is no shorter or longer form of a title of these; '':
    《营造法式注释》 where 营造法式解读 is on record.
    """
    titles = [title for t in own if (title := _TOKEN.findall(_folded_title(t.title)))]
    for one in map(str, _TITLE.findall(folded(text))):
        said = _TOKEN.findall(one)
        if not said or not titles or _NO_ITEM.search(one):
            continue
        if not any(_runs_through(said, title) or _runs_through(title, said) for title in titles):
            return one
    return ""


def _runs_through(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether all of these words and characters stand in the other, in their order."""
    rest = iter(long)
    return all(token in rest for token in short)


def is_in_another_language(text: str, case: Transaction) -> bool:
    """Whether a text speaks of 'the Chinese one' or 'the English one', and the request's title is none."""
    text = folded(text)
    chinese, foreign = _CHINESE.search(text) is not None, _FOREIGN.search(text) is not None
    return chinese is not foreign and (_ANY_HAN.search(case.title) is not None) is not chinese


def titles_of(requests: Iterable[Transaction]) -> tuple[str, ...]:
    """Their titles, folded, the longest first, as `without` takes them."""
    titles = {_folded_title(t.title) for t in requests if len(t.title) >= LEAST_TITLE}
    return tuple(sorted(titles, key=lambda one: (-len(one), one)))


def without(text: str, names: Iterable[str]) -> str:
    """A text, folded, with MASK in the place of each of these folded names."""
    text = folded(text)
    for name in names:
        text = text.replace(name, MASK)
    return text


def named_by_clauses(text: str, requests: Collection[Transaction]) -> frozenset[str]:
    """The numbers of these requests that the clauses of a text name."""
    clauses = [clause for clause in CLAUSE.split(folded(text)) if clause.strip()]
    return frozenset(number for clause in clauses for number in named_in(clause, requests))


def named_by_pieces(subject: str, text: str, own: Collection[Transaction]) -> frozenset[str]:
    """The numbers of these requests that a mail names as people do, in its subject or its text."""
    return named_by_clauses(subject, own) | frozenset(subject_names(subject, own)) | named_by_clauses(text, own)


def is_named(clause: str, request: Transaction) -> bool:
    """Whether a folded clause has the request's number or title."""
    title = _folded_title(request.title)
    return request.number.lower() in clause or (len(title) >= LEAST_TITLE and title in clause)


def named_in(clause: str, own: Collection[Transaction]) -> list[str]:
    """The numbers of these requests that a folded clause names: by number or title, or by a piece of a title that is in
    no other of them.
    """
    pieces = {t.number: _telling(t) for t in own}
    often = Counter(piece for each in pieces.values() for piece in each)
    titles = {t.number: _folded_title(t.title) for t in own}
    called = {word for word in (*_PAIR.findall(clause), *_SHORT.findall(clause)) if not _USUAL.match(word)}
    called = {name for name in called if sum(name in title for title in titles.values()) == 1}
    apart = {_named_by_language(clause, titles), *_named_by_tail(clause, titles)}
    return [
        t.number
        for t in own
        if is_named(clause, t)
        or any(stands_in(piece, clause) for piece in pieces[t.number] if often[piece] == 1)
        or any(name in titles[t.number] for name in called)
        or t.number in apart
    ]


def stands_in(piece: str, clause: str) -> bool:
    """Whether a piece of a title stands in a folded clause, a Latin one as a word: 'grass' not in 'grassland', but
    'isotope' in 'isotopes'.
    """
    at = clause.find(piece)
    while at >= 0 and piece.isascii():
        whole = len(piece) >= LONG or _ENDING.match(clause, at + len(piece))
        if whole and not clause[at - 1 : at].isalpha():
            return True
        at = clause.find(piece, at + 1)
    return at >= 0


def _named_by_language(clause: str, titles: Mapping[str, str]) -> str:
    """The number of the only title in the language that a clause names; ''."""
    chinese, foreign = _CHINESE.search(clause) is not None, _FOREIGN.search(clause) is not None
    if chinese is foreign:
        return ""
    found = [number for number, title in titles.items() if (_ANY_HAN.search(title) is not None) is chinese]
    return found[0] if len(found) == 1 and len(titles) > 1 else ""


def _named_by_tail(clause: str, numbers: Collection[str]) -> list[str]:
    """The numbers that end as a clause says, each where no other does: '尾号844', 'the one ending 311'."""
    hits = (hit for hit in _TAIL.finditer(clause) if not _OF_OTHERS.search(clause[: hit.start()]))
    tails = [next(filter(None, hit.groups())) for hit in hits]
    ending = [[number for number in numbers if number.endswith(tail)] for tail in tails]
    return [found[0] for found in ending if len(found) == 1]


def pieces_of(case: Transaction) -> set[str]:
    title = _folded_title(case.title)
    pieces = {han[at : at + PIECE] for han in _HAN.findall(title) for at in range(len(han) - PIECE + 1)}
    return pieces | {_PLURAL.sub("", word) for word in _LATIN.findall(title) if not _USUAL.match(word)}


def _telling(case: Transaction) -> set[str]:
    """Pieces of a title that are words of their own, and not the joint of two ('的研究')."""
    return {piece for piece in pieces_of(case) if not _JOINT.search(piece)}


def subject_names(subject: str, own: Collection[Transaction]) -> set[str]:
    """The numbers of these requests that a short subject names: two characters of one title that no other has."""
    text = folded(subject)
    if len(text) > HEADING:
        return set()
    pairs = {text[at : at + 2] for at in range(len(text) - 1) if _TWO.fullmatch(text[at : at + 2])}
    titles = {t.number: _folded_title(t.title) for t in own}
    often = {
        pair: [n for n, title in titles.items() if pair in title] for pair in pairs if not _USUAL_PAIR.fullmatch(pair)
    }
    return {found[0] for found in often.values() if len(found) == 1}
