"""Which words make it this kind of mail: those of the subject and text that do not vary, and that other mails lack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice

from maild.classify import SAY
from maild.classify.drafting.draft_fields import DraftFault, words_pattern
from maild.classify.reading.claims import Claim, Hedging
from maild.classify.rules.view import View
from maild.classify.vocabulary.patterns import Pattern, compile_pattern
from maild.domain.incoming.ruling import Party
from maild.domain.incoming.shape import GAP, shape_of

FEW_HAN, FEW_LETTERS = 2, 4  # less than so much of a subject says nothing
ENOUGH_HAN, ENOUGH_LETTERS = 4, 10  # a subject with less does not stand alone
LONGEST_PHRASE = 60
MOST_CLAUSES = 200
_HAN, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]")
CUT = re.compile(rf"[#@{GAP}]+")
_CLAUSE = re.compile(r"[,;:。!?、]\s*")
EDGE = " \t-–—:;,.|[](){}【】《》<>\"'“”「」!?。、*"
_GREETING = re.compile(
    r"尊敬的|亲爱的|您好|你好|老师|^\s*(?:dear|hello|hi)\b|此致|敬礼|regards|sincerely|谢谢|thank", re.IGNORECASE
)
_TELLING = re.compile(r"\d|https?:|@|…")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenDraft:
    """The conditions: lists of [when]. spares: how many of the sender's mails of other kinds they would take, too."""

    subject: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    also_takes: int = 0

    @property
    def lists(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Name and patterns of those that are there."""
        for name in ("subject", "headline", "says", "text"):
            if patterns := getattr(self, name):
                yield name, patterns


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail that the rule shall take. values: what was found in it, which varies."""

    view: View
    values: tuple[str, ...] = ()


def draft_when(samples: Sequence[Sample], unlike: Sequence[View]) -> WhenDraft:
    """Conditions that hold for all samples and, as far as words can tell, for no other mail.

    What all have in common comes first; where they have nothing in common, each has its own entry of the list.
    Raises DraftFault where nothing of a mail is constant.
    """
    subject, status = _subjects(samples, unlike), _statuses(samples)
    made = WhenDraft(subject=subject, headline=status)
    wanting = [other for other in unlike if holds(made, other)] if subject or status else list(unlike)
    if wanting or not (status or (all(map(_enough, subject)) and subject)):
        phrases = _phrases(samples, wanting)
        said = bool(phrases) and all(any(claimed(compile_pattern(p), s.view) for p in phrases) for s in samples)
        made = WhenDraft(subject=subject, headline=status, says=phrases if said else (), text=() if said else phrases)
    if not any(made.lists):
        what = SAY("no_common_words")
        raise DraftFault(what, remedy=SAY("needs_words"))
    return replace(made, also_takes=sum(holds(made, other) for other in unlike))


def holds(when: WhenDraft, view: View) -> bool:
    """Whether the conditions hold for a mail."""
    places = {"subject": view.read_subject, "text": view.read_text}
    for name, patterns in when.lists:
        compiled = [compile_pattern(pattern) for pattern in patterns]
        if name in places:
            if not any(pattern.search(places[name]) for pattern in compiled):
                return False
        elif not any(claimed(pattern, view, headline=name == "headline") for pattern in compiled):
            return False
    return True


def claimed(pattern: Pattern, view: View, *, headline: bool = False) -> bool:
    """Whether a sentence of the mail says it as a fact, or as a wish where a patron writes."""
    hedging = Hedging.WISH if view.party is Party.PATRON and not headline else Hedging.FACT
    return any(isinstance(found, Claim) for found in view.claims.find(pattern, hedging, headline=headline))


def _subjects(samples: Sequence[Sample], unlike: Sequence[View]) -> tuple[str, ...]:
    """Patterns one of which each subject matches; () where a subject says nothing."""
    found: list[list[str]] = []
    for sample in samples:
        if any(_in_order(parts, sample.view.read_subject) for parts in found):
            continue
        closer = next((p for parts in found if (p := _shared(parts, sample, unlike))), None)
        if closer is not None:
            found = [parts for parts in found if not _shared(parts, sample, unlike)] + [closer]
            continue
        own = [part for part in _parts(sample) if tells(part)]
        if not own or not _in_order(own, sample.view.read_subject):
            return ()
        found.append(own)
    return tuple(_joined(parts) for parts in found)


def _parts(sample: Sample) -> list[str]:
    return [part.strip(EDGE) for part in CUT.split(shape_of(sample.view.subject, sample.values))]


def _shared(parts: Sequence[str], sample: Sample, unlike: Sequence[View]) -> list[str]:
    """What is left of the parts in another subject, where that is enough and takes no more of the others."""
    left = [common for part in parts if tells(common := _common(part, sample.view.subject))]
    if not _enough("".join(left)) or not _in_order(left, sample.view.read_subject):
        return []
    taken = [sum(_in_order(some, view.read_subject) for view in unlike) for some in (left, parts)]
    return left if taken[0] <= taken[1] else []


def _joined(parts: Sequence[str]) -> str:
    return ".*".join(map(words_pattern, parts))


def _in_order(parts: Sequence[str], text: str) -> bool:
    return compile_pattern(_joined(parts)).search(text) is not None


def _common(part: str, text: str) -> str:
    """The longest run of whole words that both have."""
    hit = SequenceMatcher(None, part.lower(), text.lower(), autojunk=False).find_longest_match()
    start, end = hit.a, hit.a + hit.size
    while start < end and start and part[start - 1].isascii() and part[start - 1].isalnum() and part[start].isalnum():
        start += 1  # the middle of a Latin word is no word
    while start < end < len(part) and part[end].isascii() and part[end].isalnum() and part[end - 1].isalnum():
        end -= 1
    return part[start:end].strip(EDGE)


def tells(text: str) -> bool:
    """Whether so few words say anything at all."""
    return len(_HAN.findall(text)) >= FEW_HAN or len(_LATIN.findall(text)) >= FEW_LETTERS


def _enough(pattern: str) -> bool:
    return len(_HAN.findall(pattern)) >= ENOUGH_HAN or len(_LATIN.findall(pattern)) >= ENOUGH_LETTERS


def _statuses(samples: Sequence[Sample]) -> tuple[str, ...]:
    """Values of the status label that count as one, an entry for each that is different; () where a mail has none."""
    found: dict[str, None] = {}
    for sample in samples:
        if any(claimed(compile_pattern(pattern), sample.view, headline=True) for pattern in found):
            continue
        own = (status for status in sample.view.statuses if len(status) <= LONGEST_PHRASE and tells(status))
        patterns = [words_pattern(status) for status in own if not _varies(status, sample.values)]
        fits = [p for p in patterns if claimed(compile_pattern(p), sample.view, headline=True)]
        if not fits:
            return ()
        found[fits[0]] = None
    return tuple(found)


def _phrases(samples: Sequence[Sample], unlike: Sequence[View]) -> tuple[str, ...]:
    """Clauses one of which each text has; those that few of the others have, and many of these, come first."""
    texts, others = [s.view.read_text for s in samples], [view.read_text for view in unlike]
    found: dict[str, None] = {}
    for sample, text in zip(samples, texts, strict=True):
        if any(compile_pattern(pattern).search(text) for pattern in found):
            continue
        best, rank = "", (0, 0)
        for clause in islice(_clauses(sample), MOST_CLAUSES):
            compiled = compile_pattern(pattern := words_pattern(clause))
            hits = sum(compiled.search(one) is not None for one in texts)
            taken = sum(compiled.search(one) is not None for one in others)
            if compiled.search(text) and (not best or (-taken, hits) > rank):
                best, rank = pattern, (-taken, hits)
        if not best:
            return ()
        found[best] = None
    return tuple(found)


def _clauses(sample: Sample) -> Iterator[str]:
    """Constant clauses of the text: of sentences, then whole lines; those that say most come first."""
    view = sample.view
    lines = [line for line in view.text.split("\n") if line.strip()]
    sentences = [s.text for s in view.claims.sentences if s.place == "text"]
    seen: dict[str, None] = {}
    for part in (*(part for text in (*sentences, *lines) for part in _CLAUSE.split(text)), *lines):
        said = part.strip(EDGE)
        constant = tells(said) and len(said) <= LONGEST_PHRASE and not _varies(said, sample.values)
        if constant and not _GREETING.search(said):
            seen[said] = None
    yield from sorted(seen, key=lambda said: -min(len(_HAN.findall(said)) * 2 + len(_LATIN.findall(said)), 24))


def _varies(text: str, values: Sequence[str]) -> bool:
    return bool(_TELLING.search(text)) or any(value and value in text for value in values)
