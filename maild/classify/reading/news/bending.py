"""What makes a provider's news none, or less than all that its mail says, whichever rule has read it.

An example, a test, a display that was wrong; what is not final, or comes only if nobody answers. And what it says to
us beside the news: a complaint, a question, a claim for more money, a wish about what was supplied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.news.compared import compared
from maild.classify.reading.news.composed import LINKS, SCANS
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View

_QUOTATION = re.compile(r"(?<![为成至作是])(?<!\bto )(?<!\bis )(?<!\bas )[“\"「『]([^“”\"「」『』\n]{3,300})[”\"」』]")
# Of every outcome; and of those that end a request or name its price, which people announce before they are sure.
_OF_ALL = ("not_real", "no_state", "more_money")
_OF_ENDS = ("not_final", "silence")
# Of a return: what came back is another book.
_OF_RETURNS = ("not_inside",)
# Of a library's supply: what came is not the text, or cannot be opened yet. What systems say of passwords is a field.
_OF_SUPPLIES = ("other_than_text",)
# Whoever writes: what came is a part or another version, or may not be handed on yet; who refuses can still be moved;
# who accepts wants something of us first; what is priced is not what was asked for.
_SUPPLIED = ("incomplete", "another_version", "on_terms")
_LEFT_OPEN: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.SHIPPED: _SUPPLIED,
        Kind.DELIVERED: _SUPPLIED,
        Kind.UNFILLED: ("open_end", "instead"),
        Kind.CANCELLED: ("open_end", "instead"),
        Kind.LOAN_OVERDUE: ("as_lost",),
        Kind.REQUEST_ACCEPTED: ("ours_first",),
        Kind.FEE_QUOTED: ("priced_aside",),
        Kind.REQUEST_FORWARDED: ("advised",),
    }
)
_NOT_TO_US = "not_to_us"
# Of a supply that no file came with.
_OF_ABSENT = ("not_there",)
_SUPPLIES = frozenset({Kind.SHIPPED, Kind.DELIVERED})
_ENDS = frozenset({Kind.UNFILLED, Kind.CANCELLED, Kind.CLOSED})
MOST_QUOTATIONS, MOST_HITS, MOST_CHARACTERS = 20, 20, 20_000
_CLAUSE = re.compile(r"[,，;；。]|\s[-–—]+\s")
_TITLE = re.compile(r"《[^《》\n]{1,300}》|〈[^〈〉\n]{1,300}〉|<<[^<>\n]{1,300}>>")
_NO = re.compile(r"(?:不是|并非|[非没无不未]|没有|\bnot (?:an? |the )?|\bno |\bwithout )$", re.IGNORECASE)
_BRINGS_NOTHING = frozenset({Kind.REQUEST_ACCEPTED, Kind.UNFILLED})
# A price asks for an answer by its nature.
_ASKING = frozenset({Kind.FEE_QUOTED})
_BACK = frozenset({Kind.LOAN_DUE, Kind.LOAN_OVERDUE})


def bent(view: View, kind: Kind, silent: Callable[[str], bool]) -> str:
    """Why what a mail tells is no news; '' where it is. silent: whether words tell no outcome."""
    supplies = kind in _SUPPLIES and view.sender.institution
    own = _OF_ENDS if kind in _ENDS else _OF_RETURNS if kind is Kind.LOAN_RETURNED else _OF_SUPPLIES if supplies else ()
    if said := next(filter(None, (_anywhere(view, name) for name in (*_LEFT_OPEN.get(kind, ()), _NOT_TO_US))), ""):
        return SAY("no_news_yet", words=said[:40])
    if kind in _SUPPLIES and (less := compared(view)):
        return SAY("not_as_asked", less=less)
    brought = view.own_attachments or LINKS.search(view.text)
    absent = _OF_ABSENT if kind in _SUPPLIES and not brought else ()
    for name in (*_OF_ALL, *own, *absent):
        if said := _said(view, name):
            return SAY("no_news_yet", words=said[:40])
    if supplies and view.own_attachments and (thing := _other_thing(view)):
        return SAY("no_news_yet", words=thing[:40])
    if kind in _BRINGS_NOTHING and view.sender.institution and (file := _scan(view)):
        return SAY("comes_with_it", file=file, kind=kind)
    return _quoted(view, silent)


def handed_on(view: View) -> str:
    """The words by which a library that has not got it says who has the request now, by name; '' where none is named,
    that is still to come, or that one has not got it either, and in a mail that asks.
    """
    hedges = view.lexicon.hedges
    said, still_to_come = hedges["handed_on"], hedges["handed_on_not"]
    sentences = view.claims.sentences if not hedges["question"].search(view.text) else ()
    clauses = [part for each in sentences if each.place == "text" for part in _CLAUSE.split(each.text)]
    hits = ((at, said.search(clause)) for at, clause in enumerate(clauses) if not still_to_come.search(clause))
    at, hit = next(((at, hit) for at, hit in hits if hit), (0, None))
    behind = [clauses[at][hit.end() :], *clauses[at + 1 :]] if hit else []
    back = any(hedges["handed_back"].search(clause) for clause in behind)
    return "" if hit is None or back else str(hit.group()).strip(" .,;:!–—-")


def _other_thing(view: View) -> str:
    """What is handed over in a sentence that names another thing than the text, and not the text; ''."""
    hedges = view.lexicon.hedges
    things, the_text, of_it = hedges["other_objects"], hedges["the_text"], hedges["of_the_text"]
    sentences = view.claims.sentences if view.claims.may_hold(things) else ()
    found = ((things.search(each.text), each.text) for each in sentences if each.place == "text")
    return next((hit.group().strip() for hit, text in found if hit and not the_text.search(of_it.sub(" ", text))), "")


def unreal(view: View) -> bool:
    """Whether a mail is an example, a test or a draft: none of its rows is news."""
    return bool(_said(view, "not_real"))


def beside(view: View, kind: Kind) -> str:
    """What a person has to answer beside the news; '' where nothing is said to us."""
    question, back = view.lexicon.hedges["question"], view.lexicon.hedges["asks_back"]
    asked = (s.text for s in view.claims.sentences if s.place == "text" and question.search(s.text))
    if kind in _BACK:
        asked = (text for text in asked if not back.search(text))  # 'please return it, will you?'
    return _said(view, "presses") or _said(view, "errand") or ("" if kind in _ASKING else next(asked, ""))


def _scan(view: View) -> str:
    """The name of a file that may be a document, or ''. A row of a divided mail has no subject, and others' files."""
    files = view.attachments if view.subject else ()
    return next((a.filename for a in files if a.filename.lower().endswith(SCANS)), "")


def _said(view: View, name: str) -> str:
    pattern = view.lexicon.hedges[name]
    sentences = view.claims.sentences if view.claims.may_hold(pattern) else ()
    hits = (pattern.search(sentence.text) for sentence in sentences if sentence.place != "status")
    return next((hit.group().strip() for hit in hits if hit), "")


def _anywhere(view: View, name: str) -> str:
    """The words of that list in subject or text, the values of forms among them; neither in titles nor behind a denial:
    'not the preprint'.
    """
    pattern = view.lexicon.hedges[name]
    text = _TITLE.sub("《》", f"{view.read_subject}\n{view.read_text[:MOST_CHARACTERS]}")
    text = view.lexicon.hedges["offer"].sub("。", text)
    hits = islice(pattern.finditer(text), MOST_HITS)
    return next(
        (hit.group().strip() for hit in hits if not _NO.search(text[max(0, hit.start() - 12) : hit.start()])), ""
    )


def _quoted(view: View, silent: Callable[[str], bool]) -> str:
    """An outcome that stands in quotation marks, where the words around it say that it is not so."""
    text = view.read_text
    quoted = [hit.group(1) for hit in islice(_QUOTATION.finditer(text), MOST_QUOTATIONS)]
    around = view.lexicon.hedges["of_a_quotation"].search(_QUOTATION.sub(" … ", text)) if quoted else None
    told = next((said for said in quoted if not silent(said)), "") if around else ""
    return SAY("quoted_among", told=told[:40], words=around.group().strip()[:20]) if told and around else ""
