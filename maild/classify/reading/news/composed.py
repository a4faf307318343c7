"""Outcomes composed of parts (words/composed.toml), and of what a form's lines show: a link with its code.

Asked where no whole phrase tells more than that a request was taken on: people say the rest in ever new words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from maild.classify.reading.claims import Claim, Doubt
from maild.classify.reading.news import wordings
from maild.classify.reading.news.heard import likely
from maild.classify.reading.news.wordings import (
    AGREE,
    BENDING,
    BESIDE_DELAY,
    DELAYED,
    FILE,
    GIVEN_UP,
    LATER,
    LINK,
    NOTHING,
    PROMISED,
    UNLIKE,
    Wording,
    by_kind,
)
from maild.classify.vocabulary.lexicon import Words, joined
from maild.classify.vocabulary.patterns import Pattern, compile_pattern, label_matches
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.domain.incoming.mail import Attachment

SCANS = (".pdf", ".tif", ".tiff", ".djvu", ".caj")
LINKS = re.compile(r"https?://[\w.-]+/[^\s<>]{3,}", re.ASCII)
# Lists of words/hedges.toml of which none may occur where only a file or a link says that something is supplied.
_FORBIDDING = (
    *(
        "negation",
        "condition",
        "future",
        "question",
        "wants_reply",
        "asks_us",
        "sample",
        "incomplete",
        "astray",
        "guess",
    ),
    *("presses", "more_money", "damaged", "not_real", "no_state", "not_final", "silence", "retraction", "unsettled"),
)

LEAST_HANDED = 0.05  # how much a clause has to tell a supply where one of its words hands something over

EARLY = frozenset({Kind.REQUEST_SUBMITTED, Kind.REQUEST_ACCEPTED})
# What clauses may say more than: a fee is told, and the document is there.
UNFINISHED = EARLY | {Kind.FEE_QUOTED}


class Composed:
    """What a mail's clauses come to, beside what whole phrases told."""

    def __init__(self, words: Words) -> None:
        self._lists = words["composed"]

    @cached_property
    def _wordings(self) -> tuple[Wording, ...]:
        """Compiled with the first mail that no whole phrase tells: a quarter of a second that most processes save."""
        kinds = by_kind({name: self._lists[name] for name in self._lists if name in frozenset(Kind)})
        return (*kinds, Wording.of(None, self._lists[NOTHING]))

    def __call__(self, view: View, told: Mapping[Kind, Claim], doubts: list[Doubt]) -> dict[Kind, Claim]:
        """Further kinds with what tells them. Supplied is only what a file or link came with, or what is posted."""
        why_not: list[Doubt] = []
        found = wordings.told(self._wordings, view.claims, why_not, labelled=True)
        doubts += why_not
        if wordings.means_none(why_not):
            found.pop(Kind.SHIPPED, None)  # what is enclosed is perhaps the invoice
        if not found or set(found) <= EARLY:
            found |= _shown(view)
        if not (found or told or doubts or why_not):
            found = self._handed(view)
        late = self._late(view)
        if late and Kind.UNFILLED in found and late.said in found[Kind.UNFILLED].said:
            del found[Kind.UNFILLED]  # sorry for what keeps it, and no more
        if late and found.keys() <= EARLY and not self._ends(view, late):
            found[Kind.REQUEST_ACCEPTED] = late
        taken_on = told.get(Kind.REQUEST_ACCEPTED) or found.get(Kind.REQUEST_ACCEPTED)
        if Kind.UNFILLED in found and (late or (taken_on and self._later.search(taken_on.said))):
            return {Kind.PROVIDER_OTHER: found[Kind.UNFILLED]}  # 'not today, tomorrow' refuses nothing
        if told:
            found = {kind: claim for kind, claim in found.items() if kind not in EARLY}
        if told and not (view.attachments or "http" in view.text):
            found.pop(Kind.SHIPPED, None)
        return {kind: claim for kind, claim in found.items() if kind not in told}

    def _late(self, view: View) -> Claim | None:
        """What says that it takes longer."""
        wording = self._promised if view.sender.institution else self._delayed
        return wordings.told(wording, view.claims, []).get(Kind.REQUEST_ACCEPTED)

    def _ends(self, view: View, late: Claim) -> bool:
        """Whether anything around a delay asks, supposes or takes something back, or ends the request."""
        hedges = view.lexicon.hedges
        if self._beside_delay.search(view.claims.whole):
            return True
        rest = hedges["neutral"].sub("", view.claims.whole.replace(late.said, " "))
        return any(p.search(rest) for p in (*(hedges[name] for name in ("condition", *BENDING)), self._given_up))

    @cached_property
    def _beside_delay(self) -> Pattern:
        return compile_pattern(joined(self._lists[BESIDE_DELAY]))

    @cached_property
    def _given_up(self) -> Pattern:
        return compile_pattern(joined(self._lists[GIVEN_UP]))

    @cached_property
    def _delayed(self) -> tuple[Wording, ...]:
        return (Wording.of(Kind.REQUEST_ACCEPTED, self._lists[DELAYED]),)

    @cached_property
    def _promised(self) -> tuple[Wording, ...]:
        return (Wording.of(Kind.REQUEST_ACCEPTED, (*self._lists[DELAYED], *self._lists[PROMISED])),)

    def _handed(self, view: View) -> dict[Kind, Claim]:
        """What came with a mail that tells nothing else: a file or a link, a word that hands it over, and not one word
        that denies, asks, waits, or calls it anything but the text that was asked for."""
        brought = self._file if view.own_attachments and all(map(_is_scan, view.own_attachments)) else self._link
        if brought is self._link and (view.own_attachments or len(LINKS.findall(view.text)) != 1):
            return {}
        hedges, sentences = view.lexicon.hedges, [s for s in view.claims.sentences if s.place == "text"]
        for sentence in sentences:
            said = hedges["needless"].sub("", hedges["neutral"].sub("", sentence.text))
            if self._unlike.search(said) or any(hedges[name].search(said) for name in _FORBIDDING):
                return {}
        hits = ((s, hit) for s in sentences if (hit := brought.search(s.text)))
        first = next(hits, None)
        if first is None:
            return {}
        sentence, hit = first
        claim = Claim(hit.group(), sentence.text, "text", hit.start(), hit.end())
        return {Kind.SHIPPED: claim} if likely(Kind.SHIPPED, claim) >= LEAST_HANDED else {}

    @cached_property
    def _file(self) -> Pattern:
        return compile_pattern(joined(self._lists[FILE]))

    @cached_property
    def _link(self) -> Pattern:
        return compile_pattern(joined(self._lists[LINK]))

    @cached_property
    def _unlike(self) -> Pattern:
        return compile_pattern(joined(self._lists[UNLIKE]))

    @cached_property
    def _later(self) -> Pattern:
        return compile_pattern(joined(self._lists[LATER]))

    def billed(self, view: View) -> bool:
        """Whether a sum stands beside a file and nobody is to agree to it: it may be what the file has cost."""
        return bool(view.own_attachments) and not self._agree.search(view.text)

    @cached_property
    def _agree(self) -> Pattern:
        return compile_pattern(joined(self._lists[AGREE]))

    def silent(self, text: str) -> bool:
        """Whether no wording occurs."""
        return not any(wording.pattern.search(text) for wording in self._wordings)


def _is_scan(attachment: Attachment) -> bool:
    return attachment.filename.lower().endswith(SCANS)


def _shown(view: View) -> dict[Kind, Claim]:
    """Where the document lies, of labelled lines alone: a link that comes with its own code to open it.

    A link by itself says nothing: it may lead to a form, a bill, a parcel, a catalogue, the front page. Nor does
    a sum: it may be owed, paid or given back.
    """
    labels = view.lexicon.labels
    coded = any(label_matches(labels["password"], pair.label) and pair.value for pair in view.pairs)
    for pair in view.pairs if coded else ():
        if label_matches(labels["url"], pair.label) and pair.value.startswith(("http://", "https://")):
            return {Kind.SHIPPED: Claim(pair.label, pair.label, "text", 0, len(pair.label))}
    return {}
