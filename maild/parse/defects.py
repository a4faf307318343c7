"""The list of repairs: stable words with a detail."""

from __future__ import annotations

from maild.parse import limits


class Defects:
    """Collects 'word: detail' once each; a hostile mail cannot make the list long."""

    __slots__ = ("_seen", "dropped")

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self.dropped = 0

    def add(self, word: str, detail: object = "") -> None:
        """Note a repair. `word` is stable; `detail` is cut to 120 characters."""
        text = str(detail)[:120].replace("\n", " ").replace("\r", " ")
        entry = f"{word}: {text}" if text else word
        key = entry.lower()  # header names are read by more than one step
        if len(self._seen) < limits.DEFECTS:
            self._seen.setdefault(key, entry)
        elif key not in self._seen:
            self.dropped += 1

    def __contains__(self, word: str) -> bool:
        return any(entry == word or entry.startswith(word + ":") for entry in self._seen)

    def all(self) -> tuple[str, ...]:
        """Everything noted, in order."""
        more = (f"more-defects: {self.dropped}",) if self.dropped else ()
        return (*self._seen.values(), *more)
