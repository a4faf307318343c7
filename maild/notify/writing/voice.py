"""How the office speaks (rules/voice.toml): what may go out at night, what can wait, what a person's mail replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.outgoing.notice import NoticeKind
from maild.domain.text import normalise
from maild.tables import Source, office_table

FILE = "voice.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """at_night: kinds that heed no quiet hours; can_wait: kinds for the daily mail.

    by_hand: kind → words, folded, that say the same in a librarian's own mail
    """

    at_night: frozenset[NoticeKind] = frozenset()
    can_wait: frozenset[NoticeKind] = frozenset()
    by_hand: Mapping[NoticeKind, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def says_the_same(self, kind: NoticeKind, text: str) -> str:
        """The word of a hand-written text that makes a notice of the kind needless, or ''."""
        folded = normalise(text).casefold()
        return next((word for word in self.by_hand.get(kind, ()) if word in folded), "")


def load_voice(rules_folder: str = "") -> Voice:
    """The office's file over the shipped one. Raises RuleError naming file and entry."""
    return read_voice(office_table(FILE, rules_folder))


def read_voice(source: Source) -> Voice:
    """What a table says. Raises RuleError."""
    if unknown := sorted(set(source.data) - {"at_night", "can_wait", "by_hand"}):
        raise source.error(unknown[0], "is not known", "at_night, can_wait and [by_hand] are known")
    words = source.data.get("by_hand", {})
    if not isinstance(words, dict):
        raise source.error("by_hand", "must be a table", 'write [by_hand], then kind = ["word", …]')
    return Voice(
        at_night=_kinds(source, "at_night"),
        can_wait=_kinds(source, "can_wait"),
        by_hand=MappingProxyType(
            {_kind(source, "by_hand", kind): _words(source, f"by_hand.{kind}", said) for kind, said in words.items()}
        ),
    )


def _kinds(source: Source, key: str) -> frozenset[NoticeKind]:
    return frozenset(_kind(source, key, name) for name in _texts(source, key, source.data.get(key, [])))


def _words(source: Source, key: str, value: object) -> tuple[str, ...]:
    return tuple(normalise(word).casefold() for word in _texts(source, key, value))


def _texts(source: Source, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise source.error(key, "must be a list of texts", f'write {key} = ["…"]')
    return value


def _kind(source: Source, key: str, name: str) -> NoticeKind:
    try:
        return NoticeKind(name)
    except ValueError:
        raise source.error(key, f"no kind of notice is named {name!r}", "maild notices list") from None
