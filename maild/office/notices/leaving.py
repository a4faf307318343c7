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
from typing import Protocol, TypeVar

from maild.classify.rules.lexicon import joined
from maild.classify.rules.patterns import Pattern, compile_pattern
from maild.classify.rules.view import is_logo
from maild.domain.accounting.receipt import is_proof
from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.text import normalise
from maild.tables import Source, office_table
from maild.traditional import simplified

FILE = "leaving.toml"
MASK = "■"
Word = TypeVar("Word", bound=StrEnum)
_KEYS = {"notice", "basis", "kinds", "says", "own", "unless", "attached", "alone", "wish"}

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
    says: Pattern | None = None
    own: Pattern | None = None
    unless: Pattern | None = None
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
        return "" if "" in why else next(reversed(why), "it never goes out unread")

    def _lacks(self, entry: Evidence, reading: Reading, heard: Hears | None) -> str:
        found = reading.classification
        if entry.basis is Basis.NEWS:
            return "" if found.main.party is Party.PROVIDER and found.main.trusted else "no trusted provider says it"
        if entry.kinds and entry.kinds.isdisjoint(found.kinds):
            return f"the mail is no {', '.join(sorted(entry.kinds))}"
        if entry.alone and (others := set(found.kinds) - entry.kinds - {Kind.THANKS}):
            return f"it also asks: {', '.join(sorted(others))}"
        text = _folded(f"{reading.mail.subject}\n{reading.mail.reply_text}")
        if entry.unless is not None and (hit := entry.unless.search(_folded(reading.mail.reply_text))):
            return f"it also says: {hit.group()[:80]}"
        if entry.basis is Basis.PROOF:
            return "" if any(is_proof(receipt) for receipt in reading.receipts) else "no proof was read"
        if entry.basis is Basis.WHOLE:
            return f"not understood: {' / '.join(found.rest[:3])[:200]}" if found.rest else ""
        if entry.basis is Basis.FACTS:
            return "not all of the mail is understood"  # what is told all the same, office.answers.telling says
        if entry.basis is Basis.LEARNED:
            found_alone = heard is not None and heard.finds(entry.wish)
            return "" if found_alone else "no reader is sure of the wish"
        if entry.basis is Basis.MATTER:
            return heard.bends(entry.kinds) if heard is not None else "it was not read for more"
        if entry.attached and not any(not is_logo(one) for one in reading.mail.attachments):
            return "nothing is attached"
        if entry.says is not None and not entry.says.search(text):
            return "its words do not say it"
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
                return f"not understood: {clause[:200]}"
        return ""


def lawful(decision: Decision, reading: Reading, leaving: Leaving, heard: Hears | None = None) -> Decision:
    """The decision with every notice that lacks its evidence made a draft, where a person has to look at the mail."""
    if not decision.notices or not (decision.cause or decision.action is Action.REVIEW):
        return decision
    why = {notice.kind: leaving.against(notice.kind, reading, heard) for notice in decision.notices}
    held = tuple(notice for notice in decision.notices if why[notice.kind])
    reasons = tuple(f"{kind} waits as a draft: {reason}" for kind, reason in why.items() if reason)
    return replace(
        decision,
        notices=tuple(n for n in decision.notices if n not in held),
        drafts=(*decision.drafts, *held),
        reasons=(*decision.reasons, *reasons),
    )


def load_leaving(rules_folder: str = "") -> Leaving:
    """The office's file, else the shipped one. Raises RuleError naming file and entry."""
    return read_leaving(office_table(FILE, rules_folder))


@cache
def shipped() -> Leaving:
    """As shipped."""
    return load_leaving()


def read_leaving(source: Source) -> Leaving:
    """Read a file. Raises RuleError."""
    if unknown := sorted(set(source.data) - {"doubts", "beside"}):
        raise source.error(unknown[0], "is not known", "doubts and [[beside]] are known")
    found: dict[NoticeKind, list[Evidence]] = {}
    rows = source.data.get("beside")
    if not isinstance(rows, list) or not rows:
        raise source.error("beside", "there is none", "write [[beside]] with notice and basis")
    for place, row in enumerate(rows):
        entry = _entry(source, row, f"beside[{place}]")
        for name in _texts(source, row.get("notice"), f"beside[{place}].notice"):
            found.setdefault(_one(source, f"beside[{place}].notice", NoticeKind, name), []).append(entry)
    return Leaving(evidence=MappingProxyType(found), doubts=_pattern(source, source.data.get("doubts"), "doubts"))


def _entry(source: Source, row: Mapping[str, object], where: str) -> Evidence:
    if unknown := sorted(set(row) - _KEYS):
        raise source.error(f"{where}.{unknown[0]}", "is not known", f"one of {', '.join(sorted(_KEYS))}")
    kinds = _texts(source, row.get("kinds", []), f"{where}.kinds")
    return Evidence(
        basis=_one(source, f"{where}.basis", Basis, str(row.get("basis", ""))),
        kinds=frozenset(_one(source, f"{where}.kinds", Kind, kind) for kind in kinds),
        attached=row.get("attached", False) is True,
        alone=row.get("alone", False) is True,
        wish=str(row.get("wish", "")),
        **{name: _pattern(source, row.get(name), f"{where}.{name}") for name in ("says", "own", "unless")},
    )


def _pattern(source: Source, value: object, where: str) -> Pattern | None:
    if value is None:
        return None
    try:
        return compile_pattern(joined(_texts(source, value, where)))
    except ValueError as error:
        raise source.error(where, str(error)) from error


def _texts(source: Source, value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise source.error(where, "must be a list of texts")
    return tuple(value)


def _one(source: Source, where: str, words: type[Word], name: str) -> Word:
    if name not in list(words):
        raise source.error(where, f"{name!r} is not known", f"one of {', '.join(words)}")
    return words(name)


def _folded(text: str) -> str:
    return simplified(normalise(text)).lower()
