"""Whether a wish is about what a mail names: it belongs to the request that its own clause names. Pure.

'The one on Rilke is not needed, 《Dinggedicht》 goes on': the only title that was found is not the one that is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from maild.classify.rules.patterns import Pattern
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.patron import Transaction
from maild.office.answers.danger import folded
from maild.office.answers.heard import CLAUSE, LEAST_TITLE
from maild.office.answers.telling_policy import Telling
from maild.spine.facts import Facts

PIECE = 3  # characters of a Chinese title that tell it from others
_HAN = re.compile(r"[\u4e00-\u9fff]{3,}")
_LATIN = re.compile(r"[a-z]{5,}")  # a word that does
# Two characters of a title tell it where the clause makes a name of them: '防腐那篇', 'the lute book'.
_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2})(?:的|一|[这那])*(?:篇|本|部|份|册|单|文|书|[这那]个))")
_SHORT = re.compile(r"\b(?:the|my|that) ([a-z]{4,}) (?:one|paper|article|book|chapter|thesis|review|request|loan)\b")
_TWO = re.compile(r"[\u4e00-\u9fff]{2}")
HEADING = 16  # characters of a subject that names something, and tells nothing
_USUAL_PAIRS = frozenset(
    {
        "研究",
        "文献",
        "文章",
        "论文",
        "综述",
        "申请",
        "取消",
        "费用",
        "方法",
        "分析",
        "问题",
        "确认",
        "回复",
        "同意",
        "图书",
        "馆际",
        "互借",
        "传递",
        "续借",
    }
)
_LETTER = re.compile(r"[^\W_]")
_JOINT = re.compile(r"[的与和及之在中]")
# Words of titles that mails say of anything.
_USUAL = frozenset({"about", "review", "study", "studies", "their", "using", "based", "history", "theory", "events"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A folded clause, the requests that it speaks of by number, title or a piece of that, and whether it wishes.

    bare     it says nothing but their numbers and titles
    heading  it stands in the subject
    """

    said: str
    names: frozenset[str]
    wishes: bool
    bare: bool
    heading: bool


def clauses(reading: Reading) -> Iterator[str]:
    """Of the writer's words, folded; the subject of a reply is not among them."""
    mail = reading.mail
    text = mail.reply_text if mail.in_reply_to else f"{mail.subject}\n{mail.reply_text}"
    return (clause for clause in CLAUSE.split(folded(text)) if clause.strip())


def is_named(clause: str, request: Transaction) -> bool:
    """Whether a folded clause has the request's number or title."""
    title = folded(request.title)
    return request.number.lower() in clause or (len(title) >= LEAST_TITLE and title in clause)


def named_in(clause: str, own: Collection[Transaction]) -> list[str]:
    """The numbers of these requests that a folded clause names: by number or title, or by a piece of a title that is in
    no other of them.
    """
    pieces = {t.number: _telling(t) for t in own}
    often = Counter(piece for each in pieces.values() for piece in each)
    titles = {t.number: folded(t.title) for t in own}
    called = {*_PAIR.findall(clause), *_SHORT.findall(clause)} - _USUAL
    called = {name for name in called if sum(name in title for title in titles.values()) == 1}
    return [
        t.number
        for t in own
        if is_named(clause, t)
        or any(piece in clause for piece in pieces[t.number] if often[piece] == 1)
        or any(name in titles[t.number] for name in called)
    ]


def subject_names(subject: str, own: Collection[Transaction]) -> set[str]:
    """The numbers of these requests that a short subject names: two characters of one title that no other has."""
    text = folded(subject)
    if len(text) > HEADING:
        return set()
    pairs = {text[at : at + 2] for at in range(len(text) - 1) if _TWO.fullmatch(text[at : at + 2])}
    titles = {t.number: folded(t.title) for t in own}
    often = {pair: [n for n, title in titles.items() if pair in title] for pair in pairs - _USUAL_PAIRS}
    return {found[0] for found in often.values() if len(found) == 1}


def elsewhere(reading: Reading, facts: Facts, telling: Telling, kind: Kind, case: Transaction) -> str:
    """Why the wish may be about another request than this, the only one that was found, in words for staff; ''."""
    words = telling.words.get(kind)
    own = [t for t in facts.requests if t.patron_id == case.patron_id]
    said = _read(reading, [case, *own], words, telling) if words is not None else []
    wishes = [clause for clause in said if clause.wishes]
    if not wishes or any(case.number in clause.names for clause in wishes):
        return ""
    if other := next((name for clause in wishes for name in sorted(clause.names)), ""):
        return f"the clause with the wish may speak of {other}"
    if any(case.number in clause.names for clause in said) and not _belongs(said, case.number, telling):
        return f"{case.number} is named beside the wish, which may be about another"
    return ""


def belong(reading: Reading, cases: Collection[Transaction], telling: Telling, kind: Kind) -> bool:
    """Whether all of these, which the mail names, are what it wishes this for."""
    words = telling.words.get(kind)
    said = _read(reading, cases, words, telling) if words is not None else []
    wished = frozenset(name for clause in said if clause.wishes for name in clause.names)
    others = {case.number for case in cases} - wished
    if wished:
        return all(_is_listed(said, name) for name in others)
    return all(_belongs(said, name, telling) for name in others)


def _read(reading: Reading, cases: Collection[Transaction], words: Pattern, telling: Telling) -> list[Clause]:
    keeps, labels = telling.danger.keeps, telling.danger.labels

    headings = sum(bool(c.strip()) for c in CLAUSE.split(folded(reading.mail.subject)))

    def read(place: int, clause: str) -> Clause:
        left = clause
        for name in (name for case in cases for name in (case.number.lower(), folded(case.title)) if name):
            left = left.replace(name, " ")
        return Clause(
            said=clause,
            names=frozenset(case.number for case in cases if _speaks(clause, case)),
            wishes=bool(words.search(clause)) and not (keeps is not None and keeps.search(clause)),
            bare=labels is not None and not _LETTER.search(labels.sub(" ", left)),
            heading=not reading.mail.in_reply_to and place < headings,
        )

    return [read(place, clause) for place, clause in enumerate(clauses(reading))]


def _speaks(clause: str, case: Transaction) -> bool:
    return is_named(clause, case) or any(piece in clause for piece in _pieces(case))


def _pieces(case: Transaction) -> set[str]:
    title = folded(case.title)
    pieces = {han[at : at + PIECE] for han in _HAN.findall(title) for at in range(len(han) - PIECE + 1)}
    return pieces | ({word.rstrip("s") for word in _LATIN.findall(title)} - _USUAL)


def _telling(case: Transaction) -> set[str]:
    """Pieces of a title that are words of their own, and not the joint of two ('的研究')."""
    return {piece for piece in _pieces(case) if not _JOINT.search(piece)}


def _belongs(said: Sequence[Clause], number: str, telling: Telling) -> bool:
    """Whether a wish whose own clause names nothing is about what this number names: named before, or by itself.

    A subject's wish is about all that the text names, where no clause of the text sets something apart.
    """
    apart = telling.danger.apart
    wishes = [place for place, clause in enumerate(said) if clause.wishes]
    if not wishes:
        return False
    heading = said[wishes[-1]].heading
    alone = [c for c in said if not c.heading and number not in c.names] if heading else []
    if apart is not None and any(apart.search(c.said) for c in (*(said[place] for place in wishes), *alone)):
        return False
    if heading:
        return not any(clause.names for clause in alone)
    return any(number in clause.names for clause in said[: wishes[-1]]) or _is_listed(said, number)


def _is_listed(said: Sequence[Clause], number: str) -> bool:
    """Whether each clause that names it says nothing else."""
    return all(clause.bare for clause in said if number in clause.names)
