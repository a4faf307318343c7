"""How the office speaks (rules/voice.toml): what may go out at night, what can wait, what a person's mail replaces."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from maild.domain.errors import RuleError
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.text import normalise
from maild.resources import data_folder

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
    """The office's file, else the shipped one. Raises RuleError naming file and entry."""
    own = Path(rules_folder) / FILE if rules_folder else None
    return read_voice(own if own and own.is_file() else data_folder("rules") / FILE)


def read_voice(file: Path) -> Voice:
    """Read a file. Raises RuleError."""
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise RuleError(f"{file}: {error.strerror}", remedy=f"restore rules/{FILE}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{file}: {error}", remedy="correct the TOML syntax there") from error
    if unknown := sorted(set(data) - {"at_night", "can_wait", "by_hand"}):
        raise RuleError(f"{file}: unknown key {unknown[0]!r}", remedy="at_night, can_wait and [by_hand] are known")
    words = data.get("by_hand", {})
    if not isinstance(words, dict):
        raise RuleError(f"{file}: by_hand must be a table", remedy='write [by_hand], then kind = ["word", …]')
    return Voice(
        at_night=frozenset(_kind(file, name) for name in _texts(file, "at_night", data.get("at_night", []))),
        can_wait=frozenset(_kind(file, name) for name in _texts(file, "can_wait", data.get("can_wait", []))),
        by_hand=MappingProxyType(
            {
                _kind(file, name): tuple(normalise(word).casefold() for word in _texts(file, f"by_hand.{name}", said))
                for name, said in words.items()
            }
        ),
    )


def _texts(file: Path, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise RuleError(f"{file}: {key} must be a list of texts", remedy=f'write {key} = ["…"]')
    return value


def _kind(file: Path, name: str) -> NoticeKind:
    try:
        return NoticeKind(name)
    except ValueError:
        raise RuleError(f"{file}: no kind of notice is named {name!r}", remedy="maild notices list") from None
