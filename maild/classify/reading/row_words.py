"""What stands around rows: courtesies, headings, sums, what speaks of all rows or of some (words/rows.toml)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from maild.classify.reading.news.wordings import BENDING
from maild.classify.vocabulary.lexicon import Lexicon, joined
from maild.classify.vocabulary.patterns import Pattern, compile_pattern
from maild.classify.vocabulary.searched import LONG_REMEMBERED, REMEMBERED, SHORT
from maild.domain.text import normalise
from maild.traditional import simplified

LISTS = (
    *("furniture", "confirm", "joint", "each", "due", "sum", "naming", "ordered", "void", "aside", "headed"),
    *("together", "back", "excepted", "rest", "some", "part", "nested", "of_us", "greeting", "addressed", "courtesy"),
    *("house", "does", "announced", "neutral", "closing", "tally", "outcomes", "counted", "supposed", "open"),
    *("goes_on", "onward", "before", "yuan", "money", "of_a_page", "placed", "called", "brings", "merged"),
    *("counter", "costs_nothing", "counted_all", "counted_supplied", "counted_refused", "counted_at_work"),
    "counted_passed_on",
)
MOST_TALLY = 80  # characters of a line that counts
MOST_GREETING = 40  # characters of a greeting
MOST_LINE = 300  # characters of a line that is looked at for a courtesy
# Lists of words/hedges.toml of which none may stand in what is said around rows and tells no outcome.
_HEDGES = ("condition", "supposition", "not_there", "not_real", "no_state", *BENDING)
_BEHIND_GREETING = " \n,:!~。"
_COLON = re.compile(r":\s*$")
_COUNTED = re.compile(r"[\W_]*(?:(?<!\d)\d{1,3}(?!\d)[\W_]*)*")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")
# A line of a letter's end that is drawn, or a day.
_DRAWN_OR_DAY = re.compile(r"[-–—_=*]{2,}|\d{4}(?:[-./]\d|年\d)[\d年月日/.: -]{0,16}$")
# The shape of a name: few characters, or capitals.
_SIGNED = re.compile(
    r"[一-鿿]{2,4}(?: [一-鿿]{2,4})?|[A-Z](?![a-z]*(?:ing|ed)\b)[\w.'-]{1,20}"
    r"|[A-Z][\w.'-]+(?:,? (?:[A-Z][\w.'&-]*|of|the|and|for|&)){1,6}"
)
_NAMED = re.compile(r"[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}$")  # behind a courtesy
_CLAUSES = re.compile(r"[,。;!]\s*|\.(?:\s+|$)")
_SENTENCES = re.compile(r"(?<=[。；;！!])|(?<=[.])\s+(?=[A-Z])")
_EDGES = " \t\r\n。.!！,，;；:：~～…-—*#>·•"


@dataclass(frozen=True, slots=True)
class RowWords:
    """The lists of words/rows.toml, of which the engine knows what they are for. Texts are folded for them."""

    lists: Mapping[str, Pattern]

    @classmethod
    def of(cls, lists: Mapping[str, tuple[str, ...]]) -> RowWords:
        return cls({name: compile_pattern(joined(patterns)) for name, patterns in lists.items()})

    def whole(self, name: str, text: str) -> bool:
        """Whether the text is one of a list from end to end, but for its marks."""
        return self.lists[name].fullmatch(folded(text).strip(_EDGES)) is not None

    def is_one(self, name: str, text: str) -> bool:
        """Whether the text, as it is parted by blanks, is one of a list from end to end, its marks with it."""
        return self.lists[name].fullmatch(simplified(text.strip())) is not None

    def says(self, name: str, text: str) -> bool:
        """Whether one of a list stands in it."""
        return bool(self.lists[name].occurs(folded(text)))

    def said(self, name: str, text: str) -> str:
        """The first words in it that are one of a list; ''."""
        hit = self.lists[name].search(folded(text))
        return hit.group() if hit else ""

    def every(self, name: str, text: str) -> tuple[tuple[str, str], ...]:
        """All words in it that are one of a list, each with what follows it."""
        whole = folded(text)
        return tuple((hit.group(), whole[hit.end() :]) for hit in self.lists[name].finditer(whole))

    def begun(self, name: str, text: str) -> str:
        """The words of a list that it begins with; ''."""
        hit = self.lists[name].match(folded(text))
        return hit.group() if hit else ""

    def without(self, name: str, text: str) -> str:
        """The folded text, blanks in the place of the words of a list."""
        return str(self.lists[name].sub(" ", folded(text)))


@dataclass(frozen=True, slots=True)
class Around:
    """Judges what names no request. silent: whether words tell no outcome, in whatever wording."""

    words: RowWords
    lexicon: Lexicon
    silent: Callable[[str], bool]

    def idle(self, line: str) -> bool:
        """Whether a line says nothing of any row: it greets, signs, closes or is furniture."""
        if self.greets(line) and not self.words.says("does", line):
            return True
        if self.courteous(line) or (self.signs(line) and not self.leaves_open(line)):
            return self.silent(normalise(line)) or self.words.is_one("house", line)
        parts = [part for part in _SENTENCES.split(line) if part.strip(_EDGES)]
        return all(self.words.whole("furniture", part) or (len(parts) > 1 and self.courteous(part)) for part in parts)

    def quiet(self, part: str) -> bool:
        """Whether a sentence behind a row's own is furniture or a courtesy: any other may be about the row."""
        return self.words.whole("furniture", part) or self.courteous(part)

    def leaves_open(self, line: str) -> bool:
        """Whether a line that tells nothing of a row may leave all open."""
        return self.words.says("open", line) or self.bends(line)

    def bends(self, text: str) -> bool:
        """Whether it leaves something open, asks or awaits something."""
        said = folded(text)
        return any(self.lexicon.hedges[name].search(said) for name in _HEDGES)

    def void(self, text: str) -> str:
        """The words by which rows are void, a mistake, or no news of the request, wherever they stand; ''."""
        return self.words.said("void", text)

    def takes_off(self, subject: str) -> bool:
        """Whether a subject says that what is below is no news: a draft, an exercise, to be checked."""
        return bool(self.void(subject)) or self.words.says("headed", subject)

    def pointing(self, text: str) -> bool:
        """Whether it speaks of some of the rows; what speaks of all of them does not."""
        return self.words.says("part", text) or self.words.says("some", self.words.without("joint", text))

    def joint(self, text: str) -> bool:
        """Whether it speaks of all rows together."""
        return self.words.says("joint", text) or self.announces(text)

    def greets(self, line: str) -> bool:
        """Whether a line is a greeting and nothing else."""
        if not (self.words.begun("greeting", line) or self.words.says("addressed", line)):
            return False
        said = self.ungreeted(line).strip(_EDGES)
        return not said or (said == normalise(line).strip(_EDGES) and len(line.strip(_EDGES)) <= MOST_GREETING)

    def ungreeted(self, line: str) -> str:
        """The line, its marks and blanks folded, without the greeting that it begins with."""
        greeting = self.words.begun("greeting", line)
        said = normalise(line)
        return said[len(greeting) :].lstrip(_BEHIND_GREETING) if greeting else said

    def announces(self, line: str) -> bool:
        """Whether a line is a heading of what follows."""
        return bool(_COLON.search(folded(line))) or self.words.says("announced", line)

    def signs(self, line: str) -> bool:
        """Whether a line is the name of an institution, a desk or a person, as far as its shape tells."""
        shaped = self.words.is_one("house", line) or _SIGNED.fullmatch(line.strip())
        return bool(shaped) and not self.words.says("does", line)

    def courteous(self, line: str) -> bool:
        """Whether a line only greets, thanks or signs, clause by clause."""
        if len(line.strip()) > MOST_LINE:
            return False
        first, *more = [clause for clause in _CLAUSES.split(normalise(line)) if clause.strip()] or [""]
        if self.announces(line) or (first and not self._is_courtesy(first)):
            return False
        return all(self._is_courtesy(one) or _NAMED.fullmatch(one) for one in more)

    def _is_courtesy(self, clause: str) -> bool:
        return bool(_DRAWN_OR_DAY.match(clause)) or bool(self.words.begun("courtesy", clause))

    def closes(self, line: str) -> bool:
        """Whether a line only closes a list, or counts it."""
        said = folded(line)
        if len(said) > MOST_TALLY:
            return False
        if self.words.is_one("closing", _MARKS.sub("", said)):
            return True
        return any(map(str.isdigit, said)) and only_counted(self.words.without("tally", said))


def only_counted(rest: str) -> bool:
    """Whether a line is nothing but marks and small figures."""
    return _COUNTED.fullmatch(rest) is not None


def folded(text: str) -> str:
    """As the lists are matched: folded, in simplified characters. Remembered: a line, or a mail, is asked of many."""
    return _short(text) if len(text) <= SHORT else _long(text)


def _folded(text: str) -> str:
    return simplified(normalise(text))


_short: Callable[[str], str] = lru_cache(REMEMBERED)(_folded)
_long: Callable[[str], str] = lru_cache(LONG_REMEMBERED)(_folded)
