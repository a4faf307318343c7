"""rules/danger.toml: signs for which a person reads a mail before anybody is told anything, and what asks or wishes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from maild.classify.rules.lexicon import joined
from maild.classify.rules.patterns import Pattern, compile_pattern
from maild.domain.incoming.ruling import Kind
from maild.match.told_apart import Words
from maild.tables import Source, office_table

FILE = "danger.toml"
MASK = " | "  # ends no clause, joins no words; ASCII, for RE2 writes bytes
SHOWN = 60  # characters of a sign that staff are shown
_LISTS = (
    "idle",
    "agrees",
    "awaits",
    "questions",
    "tells",
    "promises",
    "keeps",
    "apart",
    "labels",
    "service",
    "besides",
    "ends",
    "stays",
    "rest",
    "unsure",
    "done",
    "things",
    "praise",
)
_WORD = re.compile(r"\w")
_GRATEFUL = re.compile(r"谢|thank")
_KEYS = {"name", "words", "not", "fine", "only", "then", "stranger", "mild"}


class Then(StrEnum):
    """What follows from a sign."""

    HOLD = "hold"  # nobody is told anything
    READ = "read"  # the writer is told, and a person reads the mail all the same
    BEND = "bend"  # the same, and a wish in the mail is not passed on
    DENY = "deny"  # the wish is not meant: nobody is told anything, and it is not passed on, however well understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign. but: what only looks like it; fine: kinds of which it is the matter itself; only: kinds it is about.

    stranger  it is one in the mail of who is no known patron, and only there
    mild      a mail that looks like those that colleagues let go is told all the same, and a person reads it
    """

    name: str
    words: Pattern
    then: Then
    but: Pattern | None = None
    fine: frozenset[Kind] = frozenset()
    only: frozenset[Kind] = frozenset()
    stranger: bool = False
    mild: bool = False

    def found(self, text: str, kinds: Collection[Kind], *, known: bool = True) -> str:
        """The sign as staff are told of it, with its words in the folded text; ''. known: of a patron: of whoever is
        none nothing is fine.
        """
        if (known and not self.fine.isdisjoint(kinds)) or (self.only and self.only.isdisjoint(kinds)):
            return ""
        said = self.but.sub(MASK, text) if self.but is not None else text
        hit = self.words.search(said)
        return f"{self.name}: '{' '.join(hit.group().split())[:SHOWN]}'" if hit else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """signs in the order of the file.

    asks    what makes a clause that nobody understood wait for a person; idle: what only looks like it
    agrees  what may accept, in a reply, what it answers
    awaits  what, in the mail that is answered, waits for an answer
    questions  what asks for something to be told; tells: what only looks like it ('等着呢', 'for which')
    promises  what the writer will do: nobody else has to
    keeps   what is to stay as it is, or which of several is left open, beside a wish
    apart   what names by itself which request a wish is about; labels: what may stand beside a name that says nothing
    besides that more is spoken of than what a complaint names: one came and the other did not
    things  what came, and what belongs to it, beside thanks; praise: what is said of it that asks nothing
    ends, stays, rest, unsure, done  which of several requests a mail ends (maild.match.told_apart.Words)
    service what of this service a question names; any does where the file does not say
    """

    signs: Sequence[Sign] = ()
    asks: Pattern = None
    idle: Pattern = None
    agrees: Pattern = None
    awaits: Pattern = None
    questions: Pattern = None
    tells: Pattern = None
    promises: Pattern = None
    keeps: Pattern = None
    apart: Pattern = None
    labels: Pattern = None
    service: Pattern = None
    besides: Pattern = None
    ends: Pattern = None
    stays: Pattern = None
    rest: Pattern = None
    unsure: Pattern = None
    done: Pattern = None
    things: Pattern = None
    praise: Pattern = None

    @property
    def apart_words(self) -> Words | None:
        """The words that divide a wish between several requests; None where the file lacks some."""
        lists = (self.ends, self.stays, self.rest, self.unsure, self.done, self.apart)
        return Words(*lists) if None not in lists else None

    def asks_in(self, clause: str) -> bool:
        """Whether a folded clause asks, wishes, denies or decides something, phrases of politeness aside."""
        said = self.idle.sub(MASK, clause) if self.idle is not None else clause
        return self.asks is not None and self.asks.search(said) is not None

    def question_in(self, text: str) -> str:
        """The words by which a folded text asks for something to be told; ''."""
        said = self.tells.sub(MASK, text) if self.tells is not None else text
        hit = self.questions.search(said) if self.questions is not None else None
        return hit.group() if hit else ""

    def is_of_a_thing(self, clause: str) -> bool:
        """Whether a folded clause tells something of what came that is no praise: 'the plates are all blank'."""
        of_it = self.things is not None and self.things.search(clause) is not None
        return of_it and not (self.praise is not None and self.praise.search(clause))

    def agrees_in(self, clause: str) -> bool:
        """Whether a folded clause may accept what it answers; any does where the file does not say what does."""
        return self.agrees is None or self.agrees.search(clause) is not None

    def awaits_in(self, quoted: str) -> bool:
        """Whether a folded mail that is answered may wait for a word; any may, where the file says nothing."""
        return self.awaits is None or not quoted.strip() or self.awaits.search(quoted) is not None

    def replies_in(self, text: str, quoted: str) -> bool:
        """Whether a folded text may be the word that the mail it answers waits for: it agrees, and asks nothing."""
        awaited = self.awaits is not None and self.awaits.search(quoted) is not None
        asks = self.questions is not None and self.questions.search(text) is not None
        return awaited and not asks and self.agrees is not None and self.agrees.search(text) is not None

    def is_idle(self, clause: str) -> bool:
        """Whether a folded clause is nothing but politeness, or what its writer will do himself. A clause of thanks is
        looked at as a whole: it may thank for what is wrong.
        """
        known = () if _GRATEFUL.search(clause) else (self.promises, self.idle)
        return any(pattern is not None and not _WORD.search(pattern.sub(MASK, clause)) for pattern in known)

    def of(self, text: str, kinds: Collection[Kind], then: Then, calm: Callable[[], bool] = bool) -> str:
        """The first sign in the folded text from which that follows, in words for staff; ''. calm: whether the mail
        looks like those that colleagues let go, asked only where a mild sign is found.
        """
        for sign in self.signs:
            if sign.stranger or (sign.then is not then and not (sign.mild and then is Then.READ)):
                continue
            said = sign.found(text, kinds)
            if said and then is (Then.READ if sign.mild and calm() else sign.then):
                return said
        return ""

    def strange(self, text: str, kinds: Collection[Kind]) -> str:
        """The first sign for which a writer who is no known patron is told nothing, in the folded text; ''."""
        if self.service is not None and not self.service.search(text):
            return "it names nothing of this service"
        signs = (sign for sign in self.signs if sign.stranger or sign.then is not Then.READ)
        return next((said for sign in signs if (said := sign.found(text, kinds, known=False))), "")


def load_danger(rules_folder: str = "") -> Danger:
    """The office's file, else the shipped one. Raises RuleError naming file and entry."""
    return read_danger(office_table(FILE, rules_folder))


@cache
def shipped() -> Danger:
    """As shipped."""
    return load_danger()


def read_danger(source: Source) -> Danger:
    """Read a file. Raises RuleError."""
    if unknown := sorted(set(source.data) - {"asks", "sign", *_LISTS}):
        raise source.error(unknown[0], "is not known", f"asks, {', '.join(_LISTS)} and [[sign]] are known")
    rows = source.data.get("sign")
    if not isinstance(rows, list) or not rows:
        raise source.error("sign", "there is none", "write [[sign]] with name and words")
    signs = tuple(_sign(source, row, f"sign[{place}]") for place, row in enumerate(rows))
    lists = {
        name: _pattern(source, source.data, name, "")
        for name in ("asks", *_LISTS)
        if name == "asks" or name in source.data
    }
    return Danger(signs=signs, **lists)


def _sign(source: Source, row: object, where: str) -> Sign:
    if not isinstance(row, dict) or (unknown := sorted(set(row) - _KEYS)):
        raise source.error(where, "is not known" if not isinstance(row, dict) else f"{unknown[0]} is not known")
    name, then = row.get("name"), row.get("then")
    if not isinstance(name, str) or not name:
        raise source.error(f"{where}.name", "must be said", "what staff are told")
    if then not in list(Then):
        raise source.error(f"{where}.then", f"{then!r} is not known", f"one of {', '.join(Then)}")
    return Sign(
        name=name,
        then=Then(str(then)),
        words=_pattern(source, row, "words", f"{where}."),
        but=_pattern(source, row, "not", f"{where}.") if "not" in row else None,
        fine=_kinds(source, row, "fine", where),
        only=_kinds(source, row, "only", where),
        stranger=row.get("stranger", False) is True,
        mild=row.get("mild", False) is True,
    )


def _kinds(source: Source, row: dict[str, object], key: str, where: str) -> frozenset[Kind]:
    value = row.get(key, [])
    if not isinstance(value, list) or (strange := [kind for kind in value if kind not in list(Kind)]):
        raise source.error(f"{where}.{key}", f"{value if not isinstance(value, list) else strange[0]!r} is no kind")
    return frozenset(map(Kind, value))


def _pattern(source: Source, row: Mapping[str, object], key: str, where: str) -> Pattern:
    value = row.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
        raise source.error(f"{where}{key}", "must be a list of texts")
    try:
        return compile_pattern(joined(tuple(value)))
    except ValueError as error:
        raise source.error(f"{where}{key}", str(error)) from error
