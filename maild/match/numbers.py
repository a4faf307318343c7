"""Finding transaction numbers in free text by the office's configured pattern."""

from __future__ import annotations

from typing import Any

from maild.domain.errors import ConfigError

MOST_NUMBERS = 200  # a mail that lists more is no mail about transactions


class NumberFinder:
    """Finds what looks like a transaction number; whether it is one, the store knows.

    A hit is never part of a longer run of letters or digits.
    """

    def __init__(self, pattern: str) -> None:
        import re2

        try:
            self._pattern: Any = re2.compile(rf"(?:^|[^0-9A-Za-z])({pattern})(?:$|[^0-9A-Za-z])")
        except re2.error as error:
            raise ConfigError(
                f"matching.transaction_number: not an RE2 pattern: {error}",
                remedy="RE2 has no look-around and no back-references; use (?:…) for groups",
            ) from error

    def find(self, text: str) -> tuple[str, ...]:
        """Distinct hits in order of appearance, at most MOST_NUMBERS."""
        found: dict[str, None] = {}
        position = 0
        while len(found) < MOST_NUMBERS and (hit := self._pattern.search(text, position)):
            found[hit.group(1)] = None
            # The separator behind a hit may be the one before the next: go on right behind the number.
            position = max(hit.end(1), position + 1)
        return tuple(found)
