"""What may leave while its mail waits for a person: the one law, and the evidence that rules/leaving.toml demands.

A notice beside a queue item is an act that nobody has looked at. It leaves on its own evidence or waits as a draft, and
a kind that the file does not name always waits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Protocol

from maild.classify.rules.tabled import AnyOrNone
from maild.classify.rules.view import is_logo
from maild.classify.vocabulary.patterns import Pattern
from maild.domain.accounting.receipt import is_proof
from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.text import normalise
from maild.office import SAY as COMMON
from maild.office.notices import SAY
from maild.tables.table import Some, Table
from maild.traditional import simplified

MASK = "■"

_CONTENT = re.compile(r"\w")
_CODES = frozenset({"topic", "scope", "invoice_person", "invoice_redo", "invoice_type"})  # fields that quote no words


class Basis(StrEnum):
    """What a notice beside a queue item rests on; rules/leaving.toml says what each means."""

    NEWS = "news"
    PROOF = "proof"
    WHOLE = "whole"
    MATTER = "matter"
    LEARNED = "learned"
    FACTS = "facts"
    WORDS = "words"


class Hears(Protocol):
    """What knows whether anything in a mail bends its matters (maild.office.answers.heard)."""

    def bends(self, matters: Collection[Kind], /) -> str: ...

    def finds(self, wish: str, /) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One entry of the file; a pattern that is None asks for nothing. wish: a kind or 'consent', for basis learned."""

    basis: Basis
    kinds: frozenset[Kind] = frozenset()
    says: AnyOrNone = None
    own: AnyOrNone = None
    unless: AnyOrNone = None
    attached: bool = False
    alone: bool = False
    wish: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """`evidence`: by kind of notice, one of which has to hold; `doubts`: what asks, wishes, denies or supposes."""

    evidence: Mapping[NoticeKind, Sequence[Evidence]] = field(default_factory=lambda: MappingProxyType({}))
    doubts: Pattern = None

    @classmethod
    def usual(cls) -> Leaving:
        """As shipped."""
        return shipped()

    def against(self, kind: NoticeKind, reading: Reading, heard: Hears | None = None) -> str:
        """Why a notice of the kind has to wait for a person, as that person is told; '' where it may leave."""
        entries = self.evidence.get(kind, ())
        why = [self._lacks(entry, reading, heard) for entry in entries]
        return "" if "" in why else next(reversed(why), SAY("never_unread"))

    def _lacks(self, entry: Evidence, reading: Reading, heard: Hears | None) -> str:
        found = reading.classification
        if entry.basis is Basis.NEWS:
            return "" if found.main.party is Party.PROVIDER and found.main.trusted else SAY("untrusted_provider")
        if entry.kinds and entry.kinds.isdisjoint(found.kinds):
            return SAY("other_kind", kind=", ".join(sorted(entry.kinds)))
        if entry.alone and (others := set(found.kinds) - entry.kinds - {Kind.THANKS}):
            return COMMON("also_asks", what=", ".join(sorted(others)))
        text = _folded(f"{reading.mail.subject}\n{reading.mail.reply_text}")
        if entry.unless is not None and (hit := entry.unless.search(_folded(reading.mail.reply_text))):
            return COMMON("also_says", text=hit.group()[:80])
        if entry.basis is Basis.PROOF:
            return "" if any(is_proof(receipt) for receipt in reading.receipts) else SAY("no_proof")
        if entry.basis is Basis.WHOLE:
            return COMMON("not_understood", text=" / ".join(found.rest[:3])[:200]) if found.rest else ""
        if entry.basis is Basis.FACTS:
            return SAY("rest_not_understood")  # what is told all the same, office.answers.telling says
        if entry.basis is Basis.LEARNED:
            found_alone = heard is not None and heard.finds(entry.wish)
            return "" if found_alone else SAY("unsure_of_wish")
        if entry.basis is Basis.MATTER:
            return heard.bends(entry.kinds) if heard is not None else SAY("not_read_for_more")
        if entry.attached and not any(not is_logo(one) for one in reading.mail.attachments):
            return SAY("no_file")
        if entry.says is not None and not entry.says.search(text):
            return SAY("words_do_not_say")
        return self._doubtful(entry, reading, text)

    def _doubtful(self, entry: Evidence, reading: Reading, text: str) -> str:
        """The first clause left over that asks, wishes, denies or supposes something beside the matter itself."""
        said = [f for r in reading.classification.rulings for name, f in r.fields.items() if name not in _CODES]
        values = [value for one in said for value in one.value.split("\n")]
        told = sorted({_folded(v) for v in values if len(v) > 1}, key=len, reverse=True)
        for clause in reading.classification.rest:
            left = _folded(clause)
            for value in told:
                left = left.replace(value, MASK)
            left = entry.own.sub(" ", left) if entry.own is not None else left
            if f"{_folded(clause)}?" in text and _CONTENT.search(left):
                left += "?"
            if self.doubts is not None and self.doubts.search(left):
                return COMMON("not_understood", text=clause[:200])
        return ""


def lawful(decision: Decision, reading: Reading, leaving: Leaving, heard: Hears | None = None) -> Decision:
    """The decision with every notice that lacks its evidence made a draft, where a person has to look at the mail."""
    if not decision.notices or not (decision.cause or decision.action is Action.REVIEW):
        return decision
    why = {notice.kind: leaving.against(notice.kind, reading, heard) for notice in decision.notices}
    held = tuple(notice for notice in decision.notices if why[notice.kind])
    reasons = tuple(SAY("waits_as_draft", kind=kind, why=reason) for kind, reason in why.items() if reason)
    told = (notice for notice in decision.notices if notice not in held)
    decision = decision.telling(told).drafting((*decision.drafts, *held))
    return replace(decision, reasons=(*decision.reasons, *reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry(Evidence):
    notice: tuple[NoticeKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entries:
    beside: Annotated[tuple[_Entry, ...], Some]
    doubts: AnyOrNone = None


LEAVING: Table[_Entries] = Table("leaving.toml", _Entries, "write [[beside]] with notice and basis")


def load_leaving(rules_folder: str = "") -> Leaving:
    """The office's file, else the shipped one. Raises RuleError naming file, line and key."""
    said = LEAVING.load(rules_folder)
    found: dict[NoticeKind, list[Evidence]] = {}
    for entry in said.beside:
        for kind in entry.notice:
            found.setdefault(kind, []).append(entry)
    return Leaving(evidence=MappingProxyType(found), doubts=said.doubts)


@cache
def shipped() -> Leaving:
    """As shipped."""
    return load_leaving()


def _folded(text: str) -> str:
    return simplified(normalise(text)).lower()
