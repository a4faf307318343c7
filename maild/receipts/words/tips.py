"""Whether a sentence of small print says what holds in general, by its grammar: rules/receipts/tips.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from maild.receipts.words.layoutfile import LayoutFile, Pattern
from maild.receipts.words.states import StateWords

BULLET = re.compile(
    r"^\s*(?:[(\[]?\d{1,2}[.、)\]:]+(?!\d)|[①-⑳]|[(\[]?[一二三四五六七八九十][、.)\]]+|注\d?:|[*·•●○◆■☆★※–-])\s*"
)
_HEAD = re.compile(r"^(?:温馨|重要|特别|友情)?(?:提示|说明|声明):")
_COMMA = re.compile(r",(?!\d)")
_CONDITION = re.compile(r" (?:once|after|if|when|unless|until) .*")
_CLINGING = " ,.:"
_SHORTEST = 16  # columns of a sentence
_LEAD = 12  # characters before a condition: 跨行汇款如遇…


class _Kind(Enum):
    """RULING: for all that follows; OWN: for its own clause."""

    NONE = auto()
    OWN = auto()
    RULING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TipWords:
    """tips.toml. any, weak: conditions; first: of a sentence's first clause, with its comma; ways: of a whole line; the
    others anywhere. advice: a clause that warns, asks or says what may be; things: what it speaks of where it names no
    money. notes: what the notes below a form begin with; of_forms: a clause of them that holds of every such form.
    """

    any: Pattern
    weak: Pattern
    first: Pattern
    advice: Pattern
    things: Pattern
    money: Pattern
    waits: Pattern
    mood: Pattern
    own: Pattern
    happened: Pattern
    exact: Pattern
    ways: Pattern
    notes: Pattern
    of_forms: Pattern

    def is_general(self, sentence: str, states: StateWords) -> bool:
        """Whether a plain sentence says what holds for payments in general."""
        text = _HEAD.sub("", BULLET.sub("", sentence)).strip(_CLINGING)
        if columns(text) < _SHORTEST or self.exact.search(text):
            return False
        ruled = seen = advised = False
        for clause in filter(None, map(str.strip, _COMMA.split(text))):
            if self._advises(clause):
                advised = True
                continue
            kind, said = self._divided(f"{clause},", first=not seen)
            ruled, seen = ruled or kind is _Kind.RULING, seen or kind is not _Kind.NONE
            if not self._may_follow(said, states, ruled=ruled and not self.waits.search(clause)):
                return False
        return advised or (seen and bool(self.mood.search(text)))

    def _advises(self, clause: str) -> bool:
        """Whether a clause warns, asks, says what may be, or speaks of a thing that is no payment: whatever it names as
        failed or waiting is not said of this one.
        """
        clause = _CONDITION.sub("", clause)
        if self.own.search(clause) or self.happened.search(clause):
            return False
        thing = self.things.search(clause) and self.mood.search(clause) and not self.money.search(clause)
        return bool(self.advice.search(clause) or thing)

    def _divided(self, clause: str, *, first: bool) -> tuple[_Kind, str]:
        """What condition a clause holds, and what it says beside it. A step that is still to be taken makes none."""
        if self.waits.search(clause):
            return _Kind.NONE, clause
        if (hit := self.any.search(clause)) and hit.start() <= _LEAD:
            weak = self.weak.search(clause, hit.start())
            return (_Kind.OWN if weak else _Kind.RULING), clause[: hit.start()]
        if first and (hit := self.first.search(clause)) and not self.own.search(clause):
            return _Kind.RULING, clause[hit.end() :]
        return _Kind.NONE, clause

    def _may_follow(self, said: str, states: StateWords, *, ruled: bool) -> bool:
        """Whether a clause tells nothing of this payment: nothing that happened, and no failure but on a condition."""
        if self.own.search(said) or self.happened.search(said):
            return False
        return ruled or not states.against(said)

    def is_idle(self, sentence: str, states: StateWords) -> bool:
        """Whether a plain sentence beside general ones tells nothing of its own: 请勿向陌生人转账."""
        said = states.harmless.sub(" ", BULLET.sub("", sentence))
        telling = self.own.search(said) or self.happened.search(said) or self.exact.search(said)
        return not telling and not states.against(said) and not states.lines.own.search(said)


def load_tips(file: LayoutFile) -> TipWords:
    """tips.toml. Raises RuleError."""
    data = file.known("", file.data, {"tips"})
    table = file.known("tips", data.get("tips", {}), set(TipWords.__slots__))
    missing = next((name for name in TipWords.__slots__ if name not in table), None)
    if missing:
        raise file.error("tips", f"{missing} is missing", remedy="restore the shipped file")
    return TipWords(
        **{name: file.any(f"tips.{name}", table[name], whole=name == "ways") for name in TipWords.__slots__}
    )


def columns(text: str) -> int:
    """How wide a text is: a Chinese character has two columns."""
    return len(text) + sum(not char.isascii() for char in text)
