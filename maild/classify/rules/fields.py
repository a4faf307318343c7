"""Fields: found as a rule says, typed, or left out with a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Hedging, Sentence
from maild.classify.reading.numbers import is_something_else
from maild.classify.vocabulary.model import FieldSpec, FieldType
from maild.classify.vocabulary.patterns import label_matches
from maild.classify.vocabulary.values import Typed, Typing, Unfit
from maild.classify.vocabulary.whole import whole_reason, whole_terms, with_currency
from maild.domain import SAY as DOMAIN
from maild.domain.incoming.ruling import Field, Kind, Party
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.patterns import Pattern

MOST_VALUES = 50
# Reasons whose words stand in such mails for other causes, too: in process, charges, prepayment, copyright
# notices, rules, 'other libraries'. They count only where something calls them the reason.
_BY_THE_WAY = frozenset({"2", "14", "15", "16", "20", "27"})
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_CONFIDENCE = {"label": 1.0, "pattern": 0.9, "css": 1.0, "link": 0.9}


# Where libraries put files that are too large for mail.
STORES = (
    "pan.baidu.com",
    "worldcat.org",
    "oclc.org",
    "quark.cn",
    "aliyundrive.com",
    "lanzou.com",
    "weiyun.com",
    "dropbox.com",
    "wetransfer.com",
    "sharepoint.com",
    "onedrive.live.com",
    "1drv.ms",
    "drive.google.com",
)
_CLASSES = frozenset({"edu", "ac", "com", "org", "gov", "net", "co"})  # of names below a country's
_LINK = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(?::\d{1,5})?/[^\s<>\"'，。；）】]{3,400}", re.IGNORECASE | re.ASCII)
_PLAIN = re.compile(
    r"/(?:help|about|contact|faq|terms|privacy|unsubscribe|survey|policy|track\w*|log-?in|sign-?in|account|feedback|news|rate)\b",
    re.IGNORECASE,
)
MOST_OF_REASON = 500
# What brings a copy, whatever it calls that; and how a reader is asked to fetch it, which sets no condition.
_COMING = frozenset({Kind.SHIPPED, Kind.DELIVERED, Kind.LOAN_ARRIVED})
_POLITE = re.compile(r"(?:敬|烦|恳)?请(?:您|贵馆|老师)?(?:尽快|及时|务必|先)?")
WIDER = {FieldType.MONEY: with_currency, FieldType.REASON: whole_reason, FieldType.TERMS: whole_terms}


@dataclass(slots=True)
class Found:
    """Fields found so far, and why others are not there."""

    fields: dict[str, Field] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def add(self, name: str, value: str, confidence: float, source: str) -> None:
        """The first to say a field wins."""
        self.fields.setdefault(name, Field(value, confidence, source))


def extract(specs: tuple[FieldSpec, ...], view: View, typing: Typing) -> Found:
    """Every field of the rule that the mail has."""
    found = Found()
    for spec in specs:
        _extract_one(spec, view, typing, found)
    return found


def anywhere(kind: Kind, view: View, typing: Typing, found: Found, accounts: Collection[Kind]) -> None:
    """Add what such news is about where no label or pattern found it: the one there is of it in the mail.

    accounts: kinds that are about an applicant
    """
    if kind is Kind.UNFILLED and "reason_code" not in found.fields:
        reason_anywhere(view, typing, found)
    if kind is Kind.SHIPPED and "url" not in found.fields:
        link_anywhere(view, found)
    if kind in _COMING:
        place_anywhere(view, found)
    if kind in accounts and "patron_email" not in found.fields:
        applicant_anywhere(view, found)


def reason_anywhere(view: View, typing: Typing, found: Found) -> None:
    """Add the one reason that the sentences of an 'unfilled' give without calling it a reason."""
    told: dict[str, str] = {}
    held = view.claims.may_hold
    reasons = [(c, pattern) for c, pattern in typing.reasons if c not in _BY_THE_WAY and held(pattern)]
    for sentence in view.claims.sentences if reasons else ():
        code = next((c for c, pattern in reasons if pattern.search(sentence.text)), "")
        if code:
            told.setdefault(code, sentence.text)
    if len(told) == 1:
        code, said = next(iter(told.items()))
        found.add("reason_code", code, 0.7, "text")
        found.add("reason", said[:MOST_OF_REASON], 0.7, "text")


def link_anywhere(view: View, found: Found) -> None:
    """Add the one link of a mail that supplies something, wherever it stands: at the sender's, or a store of files.

    A home page (no path) and what is not the supplier's (a tracking page, a carrier's) is no document. The systems of
    the office's providers keep their files wherever they like: their only link is it where no file came.
    """
    own = _own(view.sender.domain)
    told = {hit.group().rstrip(".,;)>】") for hit in _LINK.finditer(view.text)}
    anywhere = (
        bool(view.sender.provider) and not view.sender.institution and not view.own_attachments and len(told) == 1
    )
    said = {url for url in told if (anywhere or _ends(_host(url), (own, *STORES))) and not _PLAIN.search(url)}
    if len(said) == 1:
        found.add("url", said.pop(), 0.7, "text")


def place_anywhere(view: View, found: Found) -> None:
    """Add what says that a copy lies ready where a person fetches it (`ready`), or comes by post (`posted`).

    As a fact: not what will be uploaded, or can be fetched once something is done. '请在…下载' asks for nothing else.
    """
    labelled = (Sentence(f"{pair.label}: {pair.value}", "label") for pair in view.pairs)
    sentences = [replace(s, text=_POLITE.sub("可", s.text)) for s in (*view.claims.sentences, *labelled)]
    for name in ("ready", "posted"):
        pattern = view.lexicon.hedges[name]
        hits = ((s, hit) for s in sentences for hit in pattern.finditer(s.text))
        said = (view.claims.judge(s, hit.start(), hit.end()) for s, hit in hits)
        if told := next((each for each in said if isinstance(each, Claim)), None):
            found.add(name, told.said, 0.7, "text")


def _own(domain: str) -> str:
    """A sender's domain without its hosts: pku.edu.cn of lib.pku.edu.cn."""
    labels = domain.lower().split(".")
    return ".".join(labels[-3 if len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _CLASSES else -2 :])


def _host(url: str) -> str:
    return url.split("/")[2].partition(":")[0].lower()


def _ends(host: str, domains: Iterable[str]) -> bool:
    return any(f".{host}".endswith(f".{domain}") for domain in domains if domain)


def applicant_anywhere(view: View, found: Found) -> None:
    """Add the one address that a mail about an account names, the provider's own left out."""
    own = view.sender.domain
    said = {a.lower() for a in _ADDRESS.findall(view.text) if not a.lower().endswith((f"@{own}", f".{own}"))}
    if len(said) == 1:
        found.add("patron_email", said.pop(), 0.7, "text")


@dataclass(frozen=True, slots=True)
class _Raw:
    words: str
    way: str
    source: str
    rank: int = 0  # which of the rule's patterns found it


def _extract_one(spec: FieldSpec, view: View, typing: Typing, found: Found) -> None:
    """All values of the first way that yields one. Two different numbers are none, unless many are wanted."""
    if spec.values:
        if said := _told(spec, view):
            found.add(spec.name, "\n".join(said), _CONFIDENCE["pattern"], "text")
        return
    values: dict[str, tuple[Typed, _Raw]] = {}
    refused: list[str] = []
    for raw in _candidates(spec, view):
        if values and not _alike(spec, raw, next(iter(values.values()))[1]):
            break
        try:
            for typed in _typed(spec, raw.words, typing):
                values.setdefault(typed.value, (typed, raw))
        except Unfit as error:
            why = DOMAIN("named", name=raw.source, why=error.args[0])
            refused.append(DOMAIN("named", name=spec.name, why=why))
        if len(values) >= (MOST_VALUES if _needs_all(spec) else 1):
            break
    if len(values) > 1 and not spec.many:
        found.reasons.append(SAY("several_values", name=spec.name, values=", ".join(values)))
        return
    if not values:
        found.reasons += refused[:3]
        return
    typed, raw = next(iter(values.values()))
    if spec.type is FieldType.TERMS:
        values = {said: each for said, each in values.items() if not any(said in other != said for other in values)}
    found.add(spec.name, "\n".join(values) if spec.many else typed.value, _CONFIDENCE[raw.way], raw.source)
    for name, value in typed.more.items():
        found.add(name, value, _CONFIDENCE[raw.way], raw.source)


def _told(spec: FieldSpec, view: View) -> list[str]:
    """The values of which a sentence speaks: not denied, not merely supposed."""
    found = view.claims.find
    return [
        value
        for value, pattern in spec.values
        if any(isinstance(claim, Claim) for claim in found(pattern, Hedging.WISH))
    ]


def _needs_all(spec: FieldSpec) -> bool:
    return spec.many or spec.type in (FieldType.TRANSACTION, FieldType.MONEY)


def _alike(spec: FieldSpec, raw: _Raw, first: _Raw) -> bool:
    """Whether a further value counts beside the first; of amounts, only one that the same words name.

    '总费用' stands before '复制费' in the lists; where two parts stand alone, neither is the sum.
    """
    return raw.way == first.way and (spec.type is not FieldType.MONEY or spec.many or raw.rank == first.rank)


def _typed(spec: FieldSpec, words: str, typing: Typing) -> list[Typed]:
    if spec.many and spec.type is FieldType.TRANSACTION:
        joined = words.replace(" ", "")  # '2026 1124 00017'
        return [Typed(number) for number in typing.numbers(words) or typing.numbers(joined)]
    return [typing.read(spec.type, words)]


def _candidates(spec: FieldSpec, view: View) -> Iterator[_Raw]:
    for rank, pattern in enumerate(spec.labels):
        for pair in view.pairs:
            if pair.value and label_matches(pattern, pair.label):
                yield _Raw(pair.value, "label", f"label {pair.label}", rank)
    for rank, pattern in enumerate(spec.patterns):
        yield from _by_pattern(pattern, rank, spec, view)
    if (spec.css or spec.links) and view.html_tree is not None:
        yield from _by_css(spec, view.html_tree)
        yield from _by_link(spec, view.html_tree)


def _by_pattern(pattern: Pattern, rank: int, spec: FieldSpec, view: View) -> Iterator[_Raw]:
    places = [("subject", view.read_subject, view.subject), ("text", view.read_text, view.text)]
    for place, text, written in places:
        if spec.where not in {"any", place}:
            continue
        for hit in pattern.finditer(text):
            group = 1 if hit.re.groups else 0
            words = written[hit.start(group) : hit.end(group)]  # the value as it was written, in its own characters
            # A number cut short by the pattern is not the number that stands there, nor is a phone's or a card's.
            if spec.type is FieldType.TRANSACTION:
                end = hit.end(group)
                if text[end : end + 1].isalnum() and text[end].isascii():
                    continue
                if view.party is Party.PATRON and is_something_else(text, hit.start(group), end):
                    continue
            if spec.type in WIDER:
                words = WIDER[spec.type](written, hit.start(group), hit.end(group))
            if words:
                yield _Raw(words, "pattern", place, rank)


def _by_css(spec: FieldSpec, tree: Any) -> Iterator[_Raw]:
    for selector in spec.css:
        node = tree.css_first(selector)
        if node is None:
            continue
        href = node.attributes.get("href") if spec.type is FieldType.URL else None
        yield _Raw(href or normalise(node.text(separator=" ")), "css", f"css {selector}")


def _by_link(spec: FieldSpec, tree: Any) -> Iterator[_Raw]:
    if not spec.links:
        return
    for node in tree.css("a[href]")[:500]:
        text = normalise(node.text(separator=" ")).strip()
        if any(pattern.search(text) for pattern in spec.links):
            yield _Raw(node.attributes.get("href") or "", "link", f"link {text[:40]}")
