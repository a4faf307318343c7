"""How the office speaks (rules/voice.toml): what may go out at night, what can wait, what a person's mail replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from maild.domain.outgoing.notice import NoticeKind
from maild.domain.text import normalise
from maild.tables.table import From, Table


def _folded(word: str) -> str:
    return normalise(word).casefold()


_Words = tuple[Annotated[str, From(_folded, str)], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingPolicy:
    """at_night: kinds that heed no quiet hours; can_wait: kinds for the daily mail.

    by_hand: kind → words, folded, that say the same in a librarian's own mail
    """

    at_night: frozenset[NoticeKind] = frozenset()
    can_wait: frozenset[NoticeKind] = frozenset()
    by_hand: Mapping[NoticeKind, _Words] = field(default_factory=lambda: MappingProxyType({}))

    def says_the_same(self, kind: NoticeKind, text: str) -> str:
        """The word of a hand-written text that makes a notice of the kind needless, or ''."""
        folded = normalise(text).casefold()
        return next((word for word in self.by_hand.get(kind, ()) if word in folded), "")


TIMING_POLICY: Table[TimingPolicy] = Table("voice.toml", TimingPolicy, "maild notices list")


def load_timing_policy(rules_folder: str = "") -> TimingPolicy:
    """The office's file over the shipped one. Raises RuleError naming file, line and key."""
    return TIMING_POLICY.load(rules_folder)
