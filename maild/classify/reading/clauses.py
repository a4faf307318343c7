"""What a person wrote that nobody accounts for: clause by clause, what remains when all that is known is taken out.

Known is: a certain phrase of a kind that the rules found, and what may stand beside it (words/certain.toml); filler,
which carries no matter (words/filler.toml); numbers, dates, addresses, titles in 《》; values of the rules' fields.
One word more, and a person looks at the mail: so an unknown word, a denial, a condition make doubt by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maild.classify.reading.numbers import is_something_else
from maild.classify.vocabulary.lexicon import Words, joined
from maild.classify.vocabulary.macros import PART
from maild.classify.vocabulary.patterns import Pattern, compile_pattern, longest
from maild.classify.vocabulary.searched import NOWHERE, Searched, encoded, width
from maild.domain.incoming.ruling import Kind, Party, Ruling

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

WITH, BARE, LOOSE = "_with", "_bare", "_loose"
NAMES = "name_loose"  # a filler list that counts among the last clauses only
LAST_CLAUSES = 3
LONG_NUMBER = 11  # digits; a card's number has ten at most
HIDDEN = "hidden-text"  # the parser's defect
MATTER, CONSENT, GUARD = "matter", "consent", "guard"  # filler lists with a meaning of their own
MOST_CHARACTERS = 3000  # a longer letter is never answered without a person
MOST_RESTS, LONGEST_REST = 20, 200
MASK = "\u25a0"  # ■ stands for what was taken out: no letter, no end of a clause
# What MASK stands for, where a pattern is to be found in text as it was written.
ANY_NUMBER = r"(?:[A-Za-z_-]*\d[0-9A-Za-z_-]*)"
_TO_FEES = frozenset({"consent", "declined"})  # fields of a mail that answers to a fee
_UNSAID = frozenset({Kind.PATRON_OTHER, Kind.UNKNOWN})
# Fields whose values are a person's sentences, or what only a person acts upon: they account for nothing.
_FREE_TEXT = frozenset(
    {
        "account",
        "beside",
        "ways",
        "topic",
        "scope",
        "state_asked",
        "other_asked",
        "cloud",
        "reason",
        "note",
        "tax_number",
        "invoice_title",
        "invoice_details",
        "invoice_person",
        "invoice_items",
        "invoice_type",
        "invoice_redo",
    }
)
_TITLE = re.compile(r"《[^《》\n]{1,300}》|<<[^<>\n]{1,300}>>")
_QUOTED = re.compile(r"[\"“„「『][^\"“”„「」『』\n]{6,300}[\"”」』]")
_LINK = re.compile(r"https?://[^\s\u4e00-\u9fff]+")
_NUMBER = re.compile(r"(?<![A-Za-z])\d+(?:[-./:~]\d+)*(?:st|nd|rd|th)?(?![A-Za-z])")
_END = re.compile(
    r"(?:(?<! ) +)?(?:[,。;?!:()、~\[\]{}|<>=/\\\"“”‘’「」『』*#—]|-{2,}|(?<=\s)-|-(?=\s)|\.(?=\s|$|[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])) *"
)
_LINE = re.compile(r"[^\n]+")
_CONTENT = re.compile(r"[^\W_]")
_ODD_CASES = ("\u0130", "\u0131", "\u017f", "\u212a")  # other forms of i, s and k: patterns in any case find them
_FORWARD = re.compile(r"\s*(?:fw|fwd|转发|转寄)\s*[::]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    """One kind's phrases: `certain` by themselves, `bare` where nothing else could be meant, `beside` both."""

    certain: Pattern
    bare: Pattern
    beside: Pattern


class Understanding:
    """The engine over the word lists. Pure; its cost grows with the text, which is bounded."""

    def __init__(self, words: Words, addresses: Iterable[str] = ()) -> None:
        """`words`: at least certain, filler, topics and hedges (load checks it). Raises ValueError for a bad list.

        addresses  of providers: a mail may name them and means nothing by it
        """
        self._addresses = tuple(addresses)
        filler = {n: ps for n, ps in words["filler"].items() if not n.startswith(PART)}
        self._consent = longest(_lines(filler.pop(CONSENT, ())))
        self._matter = longest(_lines(filler.get(MATTER, ())))
        doubt = [
            *filler.pop(GUARD, ()),
            *(p for name in ("negation", "supposition", "retraction") for p in words["hedges"][name]),
        ]
        self._doubt = compile_pattern(joined(doubt))
        telling = (p for name, ps in words["topics"].items() if name in set(Kind) for p in ps)
        self._guard = compile_pattern(joined([*doubt, *telling]))
        self._names = longest(_lines(filler.pop(NAMES, ())))
        own = {name.removesuffix(GUARD): filler.pop(name) for name in [*filler] if name.endswith(f"_{GUARD}")}
        self._loose = [
            (longest(_lines(ps)), compile_pattern(joined(own.get(name.removesuffix(LOOSE) + "_", ()))))
            for name, ps in filler.items()
            if name.endswith(LOOSE)
        ]
        self._filler = longest(_lines([p for name, ps in filler.items() if not name.endswith(LOOSE) for p in ps]))
        self._kinds = dict(_vocabularies(words["certain"]))
        self._telling = {
            Kind(name): compile_pattern(joined(ps)) for name, ps in words["topics"].items() if name in set(Kind)
        }

    def rest(
        self, view: View, typing: Typing, rulings: Sequence[Ruling], *, sure: frozenset[str], accounted: bool
    ) -> tuple[str, ...]:
        """The clauses left over; empty where all is understood.

        sure       names of rules that are certain without a phrase (what they look at is no text)
        accounted  a rule that fired is about the attachments
        """
        kinds = {ruling.kind for ruling in rulings if ruling.party is Party.PATRON}
        reply = view.is_reply
        subject = "" if reply else view.read_subject
        text = f"{subject}\n{view.read_text}" if subject else view.read_text
        shown = f"{view.subject}\n{view.text}" if subject else view.text
        if len(text) > MOST_CHARACTERS:
            return (f"{shown[:LONGEST_REST].strip()}…",)
        found = _Covered(text, shown)
        self._take_out(found, view, typing, rulings)
        self._cover(found, kinds)
        rest = found.left_over()
        if reply and kinds == {Kind.THANKS}:
            rest += [said for said in found.said_with(self._consent) if said not in rest]
        if not rest and not self._carried(found, rulings, kinds, sure):
            rest = found.clauses() or ["(nothing is written)"]
        # Who accepts a fee answers to a notice of it: its subject speaks of nothing else.
        about = kinds | ({Kind.FEE_QUESTION} if any(ruling.fields.keys() & _TO_FEES for ruling in rulings) else set())
        return (*rest[:MOST_RESTS], *self._around(view, about, accounted))

    def _take_out(self, found: _Covered, view: View, typing: Typing, rulings: Sequence[Ruling]) -> None:
        """Numbers, addresses, titles and the values of fields: they name a matter and say nothing."""
        found.mask(_TITLE)
        found.mask(_QUOTED, unless=self._guard)
        found.mask(_LINK)
        for address in (view.mail.author.address, *(a.address for a in view.mail.to), *self._addresses):
            found.mask_words(address)  # any other address may be where the answer is wished to go
        for number in typing.numbers(found.text):
            found.mask_words(number)
        for ruling in rulings:
            for name, field in ruling.fields.items():
                if name not in _FREE_TEXT:
                    for value in field.value.split("\n"):
                        found.mask_words(value)
        # A long number that is neither a request's nor a card's or a phone's is one that nobody can place.
        found.mask(_NUMBER, unplaced=LONG_NUMBER)
        found.split()

    def _cover(self, found: _Covered, kinds: set[Kind]) -> None:
        found.cover(self._filler)
        found.cover(self._consent)
        others = tuple(pattern for kind, pattern in self._telling.items() if kind not in kinds)
        for pattern, own in self._loose:
            found.cover(pattern, unless=(self._doubt, own, *others))
        found.cover(self._names, unless=(self._guard,), last=LAST_CLAUSES)
        for kind in kinds & self._kinds.keys():
            words = self._kinds[kind]
            for pattern in (words.certain, words.bare, words.beside):
                found.cover(pattern)

    def _carried(self, found: _Covered, rulings: Sequence[Ruling], kinds: set[Kind], sure: frozenset[str]) -> bool:
        """Whether each kind stands on a phrase that means nothing else."""
        by_rule = {ruling.kind for ruling in rulings if ruling.rule in sure}
        if not kinds or (kinds & _UNSAID) - by_rule:
            return False
        return all(kind in by_rule or self._is_certain(found, kind, alone=len(kinds) == 1) for kind in kinds)

    def _is_certain(self, found: _Covered, kind: Kind, *, alone: bool) -> bool:
        words = self._kinds.get(kind)
        if words is None:
            return False
        if found.has(words.certain):
            return True
        # '什么时候能到' beside a question about an invoice may ask for the invoice: the clause has to name its matter.
        return any(alone or self._matter.search(clause) is not None for clause in found.with_hit(words.bare))

    def _around(self, view: View, kinds: set[Kind], accounted: bool) -> Iterator[str]:
        """What is not the text itself, and yet part of what the person says."""
        mail = view.mail
        if mail.forwarded or _FORWARD.match(view.subject):
            yield "(a forwarded mail)"
        if (
            view.is_reply
            and kinds != {Kind.THANKS}
            and any(p.search(view.read_subject) for k, p in self._telling.items() if k not in kinds)
        ):
            yield view.subject[:LONGEST_REST]  # 'Re: refund …': what the words below are about
        if any(defect.startswith(HIDDEN) for defect in mail.defects):
            yield "(hidden text)"  # nobody writes it who means well; what it says is no word of the mail
        if cut := self._cut_off(view):
            yield cut[:LONGEST_REST]
        if not accounted:
            yield from (f"(attachment {a.filename or a.media_type})" for a in view.own_attachments[:3])

    def _cut_off(self, view: View) -> str:
        """A line taken for a signature that speaks of a matter all the same."""
        mail = view.mail
        if len(mail.text) <= len(mail.reply_text) + len(mail.quoted_text) + 2 or len(mail.text) > 20 * MOST_CHARACTERS:
            return ""
        seen = {line.strip() for part in (mail.reply_text, mail.quoted_text) for line in part.split("\n")}
        lines = (line.strip() for line in mail.text.split("\n"))
        return next((s for s in lines if s and s not in seen and self._guard.search(view.read(s[:500]))), "")


class _Covered:
    """A text and which of its characters are accounted for; ends of clauses become ends of lines, in place."""

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self._shown = shown
        self._known = bytearray(len(text))
        self._left, self._left_of = bytearray(), ""

    def mask(self, pattern: re.Pattern[str], unless: Pattern | None = None, unplaced: int = 0) -> None:
        """Put MASK in the place of what matches, unless that occurs in it.

        unplaced  digits from which on a number is left standing where its words do not say what it is
        """

        def masked(hit: re.Match[str]) -> str:
            said = hit.group()
            if unless is not None and unless.search(said):
                return said
            if unplaced and sum(map(str.isdigit, said)) >= unplaced:
                return MASK * len(said) if is_something_else(self.text, *hit.span()) else said
            return MASK * len(said)

        self.text = pattern.sub(masked, self.text)

    def mask_words(self, words: str) -> None:
        """Put MASK in the place of these words, in any case, where they do not run over the end of a clause."""
        if len(words) < 2 or re.search(r"[,。;?!\n]", words) or _is_absent(words, self.text):
            return
        written = f"(?i:{re.escape(words)})"  # not the classes: each would cost a millisecond
        if words[0].isascii() and words[0].isalnum():
            written = rf"(?<![A-Za-z0-9]){written}(?![A-Za-z0-9])"
        self.mask(re.compile(written))

    def split(self) -> None:
        self.text = _END.sub(lambda hit: "\n" * len(hit.group()), self.text)

    def cover(self, pattern: Searched, unless: Sequence[Searched] = (), last: int = 0) -> None:
        """What matches is accounted for, unless one of those occurs in it.

        last  only in so many clauses at the end, and never in the first one
        """
        begin = self._last(last) if last else 0
        raw = encoded(self.text)
        at, place = len(self.text[:begin].encode()), begin  # the same place in bytes and in characters
        while at < len(raw) and (found := pattern.spans(raw, at)[0]) != NOWHERE:
            first, behind = found
            start = place + len(raw[at:first].decode())
            said = raw[first:behind].decode()
            end = start + len(said)
            if said and not any(guard.occurs(said) for guard in unless):
                self._account(start, end)
            # '请问费用' hides '费用大概是多少': what begins within a hit counts too, while its clause is left.
            if said and self._is_known(end):
                at, place = behind, end
            elif first < len(raw):
                at, place = first + width(raw, first), start + 1
            else:
                break

    def _last(self, clauses: int) -> int:
        """Where so many last clauses begin; never the first one."""
        starts = [hit.start() for hit in _LINE.finditer(self.text) if _CONTENT.search(hit.group())]
        return starts[1:][-clauses:][0] if len(starts) > 1 else len(self.text)

    def _account(self, start: int, end: int) -> None:
        self._unaccounted()[start:end] = bytes(end - start)
        self._known[start:end] = b"\x01" * (end - start)

    def _unaccounted(self) -> bytearray:
        """1 for each letter and digit that is left; worked out anew only where words were masked since."""
        if self._left_of is not self.text:
            letters = map(str.isalnum, self.text)
            self._left = bytearray(letter > known for letter, known in zip(letters, self._known, strict=True))
            self._left_of = self.text
        return self._left

    def _is_known(self, start: int) -> bool:
        """Whether nothing from here to the end of the clause is left."""
        end = self.text.find("\n", start)
        return self._unaccounted().find(1, start, len(self.text) if end < 0 else end) < 0

    def has(self, pattern: Pattern) -> bool:
        return pattern.search(self.text) is not None

    def with_hit(self, pattern: Pattern) -> Iterator[str]:
        """The clauses in which the pattern occurs."""
        return (hit.group() for hit in _LINE.finditer(self.text) if pattern.search(hit.group()))

    def said_with(self, pattern: Pattern) -> list[str]:
        """The same, as they were written."""
        return [self._said(hit) for hit in _LINE.finditer(self.text) if pattern.search(hit.group())]

    def left_over(self) -> list[str]:
        """The clauses of which something is not accounted for, as they were written."""
        left = self._unaccounted()
        return [self._said(hit) for hit in _LINE.finditer(self.text) if left.find(1, *hit.span()) >= 0]

    def clauses(self) -> list[str]:
        """All clauses."""
        return [said for hit in _LINE.finditer(self.text) if _CONTENT.search(said := self._said(hit))]

    def _said(self, hit: re.Match[str]) -> str:
        return " ".join(self._shown[hit.start() : hit.end()].split())[:LONGEST_REST]


def _is_absent(words: str, text: str) -> bool:
    """Whether ASCII words occur in no case, as most addresses do not: then no pattern of them need be compiled."""
    return words.isascii() and words.lower() not in text.lower() and not any(odd in text for odd in _ODD_CASES)


def _vocabularies(lists: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Kind, _Vocabulary]]:
    """Raises ValueError for a list that is neither a block nor named after a kind."""
    for name in lists:
        if name.startswith(PART):
            continue
        plain = name.removesuffix(WITH).removesuffix(BARE)
        if plain not in set(Kind):
            raise ValueError(f"list {name!r} is named after no kind")
        if plain == name or plain not in lists:
            certain, bare, beside = (longest(_lines(lists.get(plain + s, ()))) for s in ("", BARE, WITH))
            yield Kind(plain), _Vocabulary(certain=certain, bare=bare, beside=beside)


def _lines(patterns: Sequence[str]) -> str:
    """'^' and '$' are the ends of a clause."""
    return f"(?m:{joined(tuple(patterns))})"
