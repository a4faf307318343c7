"""What one clause of a supplier's mail tells in words that no list knows, to a model of clauses (learned/clauses.py).

The model hears what is told; it knows neither conditions nor denials nor questions. So what it hears by itself counts
where the rules found nothing told (and doubted nothing, but for a price, which waits for a word), where it is sure of
one clause, no other clause tells anything else, and nothing in the mail bends it. It takes from the rules what they
found in a clause that tells something else (settled), and knows clauses of mails that say nothing more (told_alone).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import Claim, without_titles
from maild.classify.reading.news.left_open import FOREIGN, SUM, sums
from maild.classify.reading.news.wordings import BENDING, DENYING, WAITING
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View

# How sure any clause may be of something else than the one that tells.
MOST_OTHERWISE = 0.5
# How little a clause tells of what rules found in it, and how sure it tells something else, that the rules are wrong.
LEAST, OVERRULES = 0.05, 0.85
MOST_CLAUSES, LONGEST = 60, 200
RECALLED, LEAST_RECALLED = "recalled", 0.25  # as the model calls it; people recall other things, too
_RECALL = re.compile(r"\brecall", re.IGNORECASE)
LEAST_LETTERS = 2
_LETTERS = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]", re.IGNORECASE)
MASK = "■"  # a title, as the model was taught
_BETWEEN = re.compile(r"[。;!\n]|(?<=\?)|,(?!\d)|\.(?=\s|$)|\s[-–—]+\s")
_LABEL = re.compile(r"([^:=|]{1,30}?) ?[:=|] ?(?=[^/])")
_TELLING_LABELS = frozenset({"status", "note", "reason", "refusal", ""})
# What is taken from the model alone, and how sure it has to be; what else it hears is only in the way of these. A
# refusal ends a request.
SURE: Mapping[str, float] = MappingProxyType(
    {
        Kind.SHIPPED: 0.85,
        Kind.REQUEST_ACCEPTED: 0.9,
        Kind.REQUEST_FORWARDED: 0.9,
        Kind.FEE_QUOTED: 0.9,
        Kind.LOAN_RETURNED: 0.9,
        Kind.UNFILLED: 0.95,
    }
)
# What may stand beside an outcome of the same request: it goes no further, or says the same.
_BESIDE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Kind.SHIPPED: frozenset(
            {"request_accepted", "request_forwarded", "loan_due", "fee_quoted", "renewed", "renewal_refused"}
        ),
        Kind.UNFILLED: frozenset({"request_accepted"}),
        Kind.REQUEST_FORWARDED: frozenset({"request_accepted", "unfilled"}),
        Kind.FEE_QUOTED: frozenset({"request_accepted"}),
    }
)
# What a kind of mails is called by the model, too.
_ALSO: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {Kind.LOAN_DUE: frozenset({"recalled", "loan_overdue"}), Kind.LOAN_OVERDUE: frozenset({"recalled", "loan_due"})}
)
# Outcomes whose words are said of much else: how much at least the model has to make of the clause.
_AT_LEAST: Mapping[Kind, float] = MappingProxyType(
    {Kind.CANCELLED: 0.15, Kind.LOAN_OVERDUE: 0.1, Kind.REQUEST_FORWARDED: 0.1}
)
# Lists of words/hedges.toml of which none may be found in the mail: the model knows nothing of them.
_BENDING = ("supposed_within", "only_heard", *BENDING)
# A price waits for a word, and says so: '如同意请回复', 'if you accept'. What else is supposed beside it bends it.
_OF_A_PRICE = frozenset({"question", "asks_us", "wants_reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """kind, as the model calls it; how sure it is of the clause that tells it."""

    kind: str
    sure: float
    claim: Claim


def heard(view: View, *, doubted: bool) -> dict[Kind, Claim]:
    """The outcome that one clause tells and no other contradicts; {} for none.

    doubted: the rules found words that do not count; then only a price does, which waits for a word by its nature
    """
    if not view.sender.institution:
        return {}  # systems write in forms, whose labels say what a value means
    best: dict[str, Heard] = {}
    from maild.classify.learned.clauses import shipped

    told = shipped()
    clauses = _clauses(view)
    for clause, place in clauses or ():
        if _bare_sum(clause):
            continue
        for kind, sure in told.tells(clause).items():
            if kind not in best or sure > best[kind].sure:
                best[kind] = Heard(kind=kind, sure=sure, claim=Claim(clause, clause, place, 0, len(clause)))
    first = max(best.values(), key=lambda each: each.sure, default=None)
    if first is None or first.sure < SURE.get(first.kind, 1.1) or not _with_what_it_needs(first.kind, view):
        return {}
    beside = _BESIDE.get(first.kind, frozenset())
    if any(one.sure > MOST_OTHERWISE for one in best.values() if one.kind not in {first.kind, *beside}):
        return {}
    kind = Kind(first.kind)
    if doubted and kind is not Kind.FEE_QUOTED:
        return {}
    return {} if _bent(kind, first.claim.said, view) else {kind: first.claim}


def told_alone(clause: str, view: View) -> frozenset[Kind] | None:
    """What a clause of a library's tells by itself, with nothing in it that bends it; None where that is not sure."""
    from maild.classify.learned.clauses import shipped

    if not view.sender.institution or len(clause) > LONGEST:
        return None
    kind, sure = max(shipped().tells(clause.replace("…", MASK)).items(), key=lambda each: each[1])
    if sure < SURE.get(kind, 1.1) or kind == Kind.FEE_QUOTED or _bent(Kind(kind), clause, view):
        return None
    return frozenset({Kind(kind)})


def settled(told: Mapping[Kind, Claim]) -> dict[Kind, Claim]:
    """What sentences told, less what words of rules found in a clause that tells something else ('已借出' of a book
    that is out, where '已寄出' supplies), and less what is said in words that may be said of anything.
    """
    return {kind: claim for kind, claim in told.items() if claim.place != "text" or not _of_another_kind(kind, claim)}


def _with_what_it_needs(kind: str, view: View) -> bool:
    """One price; and no link that only leads somewhere: to a text that is free for all, to a form."""
    if kind == Kind.FEE_QUOTED:
        return _one_sum(view)
    return kind != Kind.SHIPPED or bool(view.own_attachments) or "://" not in view.text


def put_off(kind: Kind, claim: Claim, view: View) -> str:
    """Why what a clause tells has not come about, by its own words; ''."""
    clause = clause_of(claim)
    if kind is Kind.SHIPPED and (later := view.lexicon.hedges["not_yet"].search(clause)):
        return SAY("doubted", why=SAY("still_to_come"), words=later.group())
    if claim.place == "text" and _RECALL.search(claim.said) and likely(RECALLED, claim) < LEAST_RECALLED:
        return SAY("hardly_a_recall")
    return ""


def likely(kind: str, claim: Claim) -> float:
    """How probable it is that the clause of a claim tells that kind."""
    from maild.classify.learned.clauses import shipped

    return shipped().tells(clause_of(claim).replace("…", MASK)).get(kind, 0.0)


def _of_another_kind(kind: Kind, claim: Claim) -> bool:
    from maild.classify.learned.clauses import shipped

    said = shipped().tells(clause_of(claim).replace("…", MASK))
    if kind not in said or said[kind] >= LEAST:
        return said.get(kind, 1.0) < _AT_LEAST.get(kind, 0.0)
    other = max(said, key=said.__getitem__)
    return said[other] >= OVERRULES and other not in _BESIDE.get(kind, frozenset()) | _ALSO.get(kind, frozenset())


def clause_of(claim: Claim) -> str:
    """The words around a claim, up to the next marks."""
    before = _BETWEEN.split(claim.sentence[: claim.start])[-1]
    after = _BETWEEN.split(claim.sentence[claim.end :])[0]
    return f"{before}{claim.said}{after}".strip()


def _clauses(view: View) -> list[tuple[str, str]] | None:
    """The clauses of subject and new text, and where they stand; none behind a label whose value tells nothing.

    None where there are too many, or one runs on: what is not heard may tell otherwise.
    """
    found: list[tuple[str, str]] = []
    for text, place in ((view.read_subject, "subject"), (view.read_text, "text")):
        for line in without_titles(text).replace(" … ", MASK).split("\n"):
            label = _LABEL.match(line)
            if label and view.lexicon.label_kind(label[1].strip()) not in _TELLING_LABELS:
                continue
            found += ((clause, place) for part in _BETWEEN.split(line) if (clause := part.strip()))
            if len(found) > MOST_CLAUSES or any(len(clause) > LONGEST for clause, _ in found):
                return None
    return found


def _one_sum(view: View) -> bool:
    """Whether one sum is named: of several somebody has to choose, or to add up."""
    return len([*sums(view.read_text), *FOREIGN.findall(view.read_text)]) == 1


def _bare_sum(clause: str) -> bool:
    """Whether a clause is a sum and hardly a word: what is paid, owed or given back is written so, too."""
    return len(_LETTERS.findall(FOREIGN.sub("", SUM.sub("", clause)))) < LEAST_LETTERS


def _bent(kind: Kind, clause: str, view: View) -> bool:
    """Whether the words of the clause deny it or put it off, or any of the mail makes it depend on something."""
    hedges = view.lexicon.hedges
    said = hedges["needless"].sub("", hedges["neutral"].sub("", clause))
    if kind not in DENYING and hedges["negation"].search(said):
        return True
    if kind not in WAITING and (hedges["future"].search(said) or hedges["condition"].search(said)):
        return True
    elsewhere = hedges["own_house"].sub("", clause)
    if kind is Kind.REQUEST_FORWARDED and not hedges["to_a_library"].search(elsewhere):
        return True
    if kind is Kind.SHIPPED and not hedges["hands_over" if view.own_attachments else "carries"].search(clause):
        return True
    text = without_titles(f"{view.read_subject}\n{view.read_text}")
    price = kind is Kind.FEE_QUOTED
    text = hedges["needless"].sub("", hedges["agreeing"].sub("", text) if price else text)
    asked = (name for name in _BENDING if not (price and name in _OF_A_PRICE))
    return any(hedges[name].search(text) for name in asked)
