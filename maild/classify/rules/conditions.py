"""The conditions of a rule's [when]: each says whether it holds, and in words why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Hedging
from maild.classify.rules.view import View, is_logo
from maild.classify.vocabulary.patterns import Pattern, compile_pattern
from maild.domain.incoming.mail import Attachment, Automatic
from maild.domain.text import normalise

_PICTURES = (".jpg", ".jpeg", ".png", ".pdf", ".heic", ".heif", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ofd")
_SHOWN = 60


class Condition(Protocol):
    """`holds` is quick and says yes or no; `explain` says it in a sentence.

    `needs`: ids of patterns one of which has to occur for it to hold; empty where it does not depend on any.
    """

    @property
    def needs(self) -> frozenset[int]: ...
    def holds(self, view: View) -> bool: ...
    def explain(self, view: View) -> str: ...


class _Independent:
    """A condition that no pattern in the mail's text decides."""

    __slots__ = ()

    @property
    def needs(self) -> frozenset[int]:
        return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Patterns on subject, text, or either (`place` any); `absent`: none of them may occur."""

    place: str
    ids: frozenset[int]
    patterns: tuple[Pattern, ...]
    absent: bool = False

    @property
    def needs(self) -> frozenset[int]:
        return frozenset() if self.absent else self.ids

    def holds(self, view: View) -> bool:
        found = (self.place != "text" and view.subject_hits.meets(self.ids)) or (
            self.place != "subject" and view.text_hits.meets(self.ids)
        )
        return found is not self.absent

    def explain(self, view: View) -> str:
        name = "none" if self.absent else self.place
        texts = {"subject": (view.read_subject,), "text": (view.read_text,)}.get(
            self.place, (view.read_subject, view.read_text)
        )
        hit = next((h for t in texts for p in self.patterns if (h := p.search(t))), None)
        if hit is None:
            return SAY("no_pattern_occurs", name=name, count=len(self.patterns))
        return SAY("found", name=name, text=_short(hit.group()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """One of the patterns is said in a sentence, and counts (claims.Hedging). `key` names it in the rule file.

    headline  by a status label, or by the subject where no label tells the status
    apart     one pattern that is searched for by itself, not in common with those of other rules
    unless    words that make it another matter, where they stand in the same clause
    """

    key: str
    patterns: tuple[tuple[int, str], ...]  # compiled where they occur: few of them do in any mail
    apart: Pattern | None = None
    unless: Pattern | None = None
    hedging: Hedging = Hedging.FACT
    headline: bool = False

    @property
    def needs(self) -> frozenset[int]:
        return frozenset() if self.apart else frozenset(index for index, _ in self.patterns)

    def holds(self, view: View) -> bool:
        return self._claim(view) is not None

    def _all(self, view: View) -> Iterator[Pattern]:
        """The patterns that may be found in the mail."""
        hits = view.claim_hits
        for index, text in self.patterns:
            if index in hits:
                pattern = compile_pattern(text)
                view.claims.held(pattern)
                yield pattern
        if self.apart:
            yield self.apart

    def _claim(self, view: View) -> Claim | None:
        for pattern in self._all(view):
            for found in view.claims.find(pattern, self.hedging, headline=self.headline):
                if isinstance(found, Claim) and not self._another(found, view):
                    return found
        return None

    def _another(self, claim: Claim, view: View) -> bool:
        if self.unless is None:
            return False
        return self.unless.search(claim.clause(view.lexicon.hedges["matter"])) is not None

    def explain(self, view: View) -> str:
        if claim := self._claim(view):
            return SAY("in_place", name=self.key, text=_short(claim.said), place=claim.place)
        found = (f for p in self._all(view) for f in view.claims.find(p, self.hedging, headline=self.headline))
        if doubts := [d for d in found if not isinstance(d, Claim)]:
            return f"{self.key}: " + "; ".join(SAY("is_why", text=_short(d.said), why=d.why) for d in doubts[:3])
        return SAY("no_pattern_said", name=self.key, count=len(self.patterns))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderIs(_Independent):
    """The header is there and one of the patterns occurs in it."""

    name: str
    patterns: tuple[Pattern, ...]

    def holds(self, view: View) -> bool:
        values = [normalise(v) for k, v in view.mail.headers if k.lower() == self.name.lower()]
        return any(p.search(v) for v in values for p in self.patterns)

    def explain(self, view: View) -> str:
        return SAY("header_is", name=self.name, value=_short(view.mail.header(self.name)))


@dataclass(frozen=True, slots=True)
class AttachmentIs(_Independent):
    """An attachment's name, claimed type or type by content matches."""

    patterns: tuple[Pattern, ...]

    def holds(self, view: View) -> bool:
        names = [n for a in view.attachments for n in (a.filename, a.media_type, a.sniffed) if n]
        return any(p.search(name) for name in names for p in self.patterns)

    def explain(self, view: View) -> str:
        names = ", ".join(f"{a.filename or '(no name)'} {a.media_type}" for a in view.attachments) or "none"
        return SAY("has_attachments", names=names)


@dataclass(frozen=True, slots=True)
class HasAttachment(_Independent):
    wanted: bool

    def holds(self, view: View) -> bool:
        return bool(view.attachments) is self.wanted

    def explain(self, view: View) -> str:
        return SAY("counts_attachments", count=len(view.attachments))


@dataclass(frozen=True, slots=True)
class Picture(_Independent):
    """A picture or PDF is attached that is no logo of a signature (inline and small)."""

    wanted: bool

    def holds(self, view: View) -> bool:
        return any(_is_picture(a) for a in view.attachments) is self.wanted

    def explain(self, view: View) -> str:
        return SAY("pictures", count=sum(_is_picture(a) for a in view.attachments), all=len(view.attachments))


def _is_picture(attachment: Attachment) -> bool:
    if is_logo(attachment):
        return False
    kinds = (attachment.media_type, attachment.sniffed)
    return any(k.startswith("image/") or k == "application/pdf" for k in kinds) or attachment.filename.lower().endswith(
        _PICTURES
    )


@dataclass(frozen=True, slots=True)
class AutomaticIs(_Independent):
    """The mail is automatic in one of these ways (no: a person wrote it)."""

    wanted: frozenset[Automatic]

    def holds(self, view: View) -> bool:
        return view.automatic in self.wanted

    def explain(self, view: View) -> str:
        return SAY("automatic_is", kind=view.automatic, wanted=" or ".join(sorted(self.wanted)))


@dataclass(frozen=True, slots=True)
class TextLength(_Independent):
    """The new text has at most so many characters: says little beside what is attached."""

    most: int

    def holds(self, view: View) -> bool:
        return len(view.text) <= self.most

    def explain(self, view: View) -> str:
        return SAY("characters", count=len(view.text), limit=self.most)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
