"""rules/danger.toml: signs for which a person reads a mail before anybody is told anything, and what asks or wishes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated

from maild.classify.rules.tabled import AnyOf
from maild.domain.incoming.ruling import Kind
from maild.match.told_apart import Words
from maild.tables.table import Key, Needed, Some, Table

MASK = " | "  # ends no clause, joins no words; ASCII, for RE2 writes bytes
SHOWN = 60  # characters of a sign that staff are shown
_WORD = re.compile(r"\w")
_GRATEFUL = re.compile(r"谢|thank")


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
    own       it is one beside the writer's own facts; what the guide tells everybody is told all the same
    """

    name: str
    words: AnyOf
    then: Then
    but: Annotated[AnyOf, Key("not")] = None
    fine: frozenset[Kind] = frozenset()
    only: frozenset[Kind] = frozenset()
    stranger: bool = False
    mild: bool = False
    own: bool = False

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
    agrees  what may accept, in a reply, what it answers; orders: what who accepts says beside it: which one, to get it
    awaits  what, in the mail that is answered, waits for an answer
    questions  what asks for something to be told; tells: what only looks like it ('等着呢', 'for which')
    promises  what the writer will do: nobody else has to
    keeps   what is to stay as it is, or which of several is left open, beside a wish
    apart   what names by itself which request a wish is about; labels: what may stand beside a name that says nothing
    besides that more is spoken of than what a complaint names: one came and the other did not
    came    what says beside a complaint that something else came, that others miss it, or how often it was said
    things  what came, and what belongs to it, beside thanks; praise: what is said of it that asks nothing
    ends, stays, rest, unsure, done  which of several requests a mail ends (maild.match.told_apart.Words)
    service what of this service a question names; any does where the file does not say
    """

    asks: Annotated[AnyOf, Needed] = None
    signs: Annotated[tuple[Sign, ...], Key("sign"), Some, Needed] = ()
    idle: AnyOf = None
    agrees: AnyOf = None
    orders: AnyOf = None
    awaits: AnyOf = None
    questions: AnyOf = None
    tells: AnyOf = None
    promises: AnyOf = None
    keeps: AnyOf = None
    apart: AnyOf = None
    labels: AnyOf = None
    service: AnyOf = None
    besides: AnyOf = None
    came: AnyOf = None
    ends: AnyOf = None
    stays: AnyOf = None
    rest: AnyOf = None
    unsure: AnyOf = None
    done: AnyOf = None
    things: AnyOf = None
    praise: AnyOf = None

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

    def of(
        self,
        text: str,
        kinds: Collection[Kind],
        then: Then,
        calm: Callable[[], bool] = bool,
        *,
        guide: bool = False,
    ) -> str:
        """The first sign in the folded text from which that follows, in words for staff; ''. calm: whether the mail
        looks like those that colleagues let go, asked only where a mild sign is found. guide: nothing of the writer's
        own would be told.
        """
        for sign in self.signs:
            if (
                sign.stranger
                or (guide and sign.own)
                or (sign.then is not then and not (sign.mild and then is Then.READ))
            ):
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


DANGER: Table[Danger] = Table("danger.toml", Danger, "the head of rules/danger.toml says what each list means")


def load_danger(rules_folder: str = "") -> Danger:
    """The office's file, else the shipped one. Raises RuleError naming file, line and key."""
    return DANGER.load(rules_folder)


@cache
def shipped() -> Danger:
    """As shipped."""
    return load_danger()
