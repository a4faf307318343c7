"""One rule on one mail: its ruling, or the reasons why it has none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from maild.classify import SAY
from maild.classify.reading.news.bending import bent, beside, handed_on
from maild.classify.reading.news.left_open import unsettled
from maild.classify.reading.status import REGISTRATION, StatusReader
from maild.classify.rules.concerned import refuses
from maild.classify.rules.fields import Found, anywhere, extract
from maild.classify.rules.view import Sender, View
from maild.classify.vocabulary.model import ANY_PROVIDER, EVENT_OF_KIND, Rule, Unauthenticated
from maild.classify.vocabulary.patterns import label_matches
from maild.classify.vocabulary.values import Typing
from maild.domain.incoming.ruling import Field, Kind, Party, Ruling
from maild.domain.requests.lifecycle import Event

_WORDS = re.compile(r"[^\W\d_]{3}")  # more than a number
LONGEST_NOTICE = 20_000  # characters: what is longer is no notice in words
# What only the request system and the office's own providers can tell.
_NOT_THEIRS = REGISTRATION | {Kind.REQUEST_SUBMITTED}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule on a mail: its ruling if it fired, else the reason it did not."""

    ruling: Ruling | None
    reasons: tuple[str, ...]


class Trial:
    """Tries single rules. status: what reads any provider's news; what it denies, no other rule tells."""

    def __init__(self, status: StatusReader | None) -> None:
        self._status = status

    def of(self, rule: Rule, view: View, typing: Typing) -> Outcome:
        """The rule's ruling, or the reasons (none where a condition failed) why there is none."""
        if why := refuses(rule, view.sender):
            return Outcome(None, (why,))
        if not all(condition.holds(view) for condition in rule.conditions):
            return Outcome(None, ())
        kind, event, found, reasons = rule.kind, rule.event, Found(), []
        if rule.reader:
            result = rule.reader(view, typing)
            if result.kind is None:
                return Outcome(None, result.reasons)
            kind, event, reasons = result.kind, result.event, list(result.reasons)
            found.fields.update(result.fields)
        more = extract(rule.fields, view, typing)
        for name, value in more.fields.items():
            found.fields.setdefault(name, value)
        reasons += more.reasons
        if rule.reader is None and rule.party is Party.PROVIDER and (why := self._contradicted(view, kind)):
            return Outcome(None, (why,))
        if view.sender.institution and kind in _NOT_THEIRS:
            return Outcome(None, (SAY("not_an_institutions", kind=kind),))
        if missing := [s.name for s in rule.fields if s.required and s.name not in found.fields]:
            return Outcome(None, (SAY("field_missing", names=", ".join(missing)), *reasons))
        if rule.kind_from:
            words = found.fields.get(rule.kind_from.field, Field("")).value
            kind = next((k for k, pattern in rule.kind_from.patterns if pattern.search(words)), None)
            if kind is None:
                return Outcome(None, (SAY("no_kind_for", field=rule.kind_from.field, words=words), *reasons))
            event = EVENT_OF_KIND.get(kind)
        assert kind is not None, "load gives every rule a kind, kind_from or a reader"
        anywhere(kind, view, typing, found, REGISTRATION)
        if rule.party is Party.PROVIDER and event is not None and (why := self._bent(rule, view, kind, found)):
            kind, event, reasons = self._turned(rule, view, kind, found, [why, *reasons])
        return Outcome(_ruling(rule, view.sender, kind, event, found, reasons), tuple(reasons))

    def _contradicted(self, view: View, kind: Kind | None) -> str:
        """What a provider's own form says that its status denies ('not supplied', and the text has been sent)."""
        return self._status.against(view, kind) if self._status and kind else ""

    def _bent(self, rule: Rule, view: View, kind: Kind, found: Found) -> str:
        """Why what a provider's mail tells is none; else '', and what it says to us beside it is a remark."""
        if kind in _NOT_THEIRS:
            return ""
        why = bent(view, kind, self._silent)
        # What systems' own forms and messages (ISO 18626) say is in their fields; people write from there, too.
        general = rule.reader is not None and rule.reader is self._status
        in_prose = isinstance(rule.reader, StatusReader) and (general or "status" not in found.fields)
        written = view.sender.institution or (in_prose and len(view.text) <= LONGEST_NOTICE)
        if not why and written and (said := beside(view, kind)):
            found.fields.setdefault("remark", Field(said, 0.7, "text"))
        if not why and not view.sender.institution and (note := _noted(view)):
            found.fields.setdefault("form_note", Field(note, 0.9, "label"))
        return why

    def _turned(
        self, rule: Rule, view: View, kind: Kind, found: Found, reasons: list[str]
    ) -> tuple[Kind, Event | None, list[str]]:
        """What news comes to that is none: who refuses and says which library has the request now, passes it on."""
        words = handed_on(view) if kind is Kind.UNFILLED else ""
        goes_on = Kind.REQUEST_FORWARDED
        if not words or unsettled(goes_on, view) or self._bent(rule, view, goes_on, found):
            return Kind.PROVIDER_OTHER, None, reasons
        for name in ("reason", "reason_code"):
            found.fields.pop(name, None)
        return goes_on, EVENT_OF_KIND[goes_on], [SAY("handed_on", words=words[:40]), *reasons[1:]]

    def _silent(self, text: str) -> bool:
        return self._status.silent(text) if self._status else True


def _noted(view: View) -> str:
    """What somebody wrote into a system's form, at its labels of notes; ''."""
    labels = view.lexicon.labels["note"]
    return "\n".join(
        pair.value for pair in view.pairs if label_matches(labels, pair.label) and _WORDS.search(pair.value)
    )


def _ruling(rule: Rule, sender: Sender, kind: Kind, event: Event | None, found: Found, reasons: list[str]) -> Ruling:
    trusted = sender.proven or rule.unauthenticated is Unauthenticated.ACCEPT
    provider = ""
    if rule.party is Party.PROVIDER:
        provider = sender.provider if rule.provider == ANY_PROVIDER else rule.provider
    if not trusted:
        reasons = [*reasons, sender.doubt]
    fields = dict(found.fields)
    if sender.institution and kind is not Kind.REQUEST_FORWARDED:
        fields["provider_name"] = Field(sender.name, 1.0, "sender")  # it speaks for itself alone
    return Ruling(
        kind=kind,
        rule=rule.name,
        party=rule.party,
        provider=provider,
        event=event,
        fields=MappingProxyType(fields),
        trusted=trusted,
        reasons=tuple(reasons),
        institution=rule.party is Party.PROVIDER and sender.institution,
        shown=rule.party is Party.PROVIDER and sender.shown,
    )
