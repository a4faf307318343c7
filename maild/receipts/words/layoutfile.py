"""One TOML file of rules/receipts: read, checked, with errors that name file, line and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from maild.domain.errors import RuleError
from maild.receipts.rows import fold
from maild.tables import Source, read_toml

_MEMORY = 32 << 20  # bytes that the states of one pattern may take; beyond it is slow

Pattern = Any  # a compiled re2 pattern; the library has no types


class LayoutFile:
    """A TOML file, or a table of ours, for errors with file and line. Raises RuleError where it cannot be read."""

    def __init__(self, where: Path | Source) -> None:
        self._source = where if isinstance(where, Source) else read_toml(where)
        self.path, self.data = self._source.path, self._source.data

    @property
    def text(self) -> str:
        """As it was written, what it was laid over included."""
        below = self._source.below
        return self._source.text + (below.text if below else "")

    def error(self, field: str, reason: str, *, nth: int = 0, remedy: str = "") -> RuleError:
        """The error for a key such as 'anchors.weight' (of the nth table of that name)."""
        table, _, key = field.rpartition(".")
        one = self.data.get(table or key)  # one table, or a list of them
        many = isinstance(one, list) and all(isinstance(each, dict) for each in one)
        numbered = f"{table}[{nth}].{key}" if table else f"{key}[{nth}]"
        where = self._source.where(numbered if many else field)
        return RuleError(f"{where}: {field}: {reason}", remedy=remedy or "see rules/receipts/README.md")

    def strings(self, field: str, value: object, *, nth: int = 0) -> tuple[str, ...]:
        """A list of strings, none empty. Raises the file's error for anything else."""
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            raise self.error(field, "must be a list of strings, none empty", nth=nth)
        return tuple(value)

    def required(self, prefix: str, table: Mapping[str, Any], name: str) -> list[str]:
        """A list of strings that no office may leave out. Raises the file's error for anything else, or for none."""
        if name not in table:
            raise self.error(prefix, f"{name} is missing", remedy="restore the shipped file")
        return list(self.strings(f"{prefix}.{name}", table[name]))

    def known(self, prefix: str, table: object, keys: set[str], *, nth: int = 0) -> Mapping[str, Any]:
        """A table without unknown keys. Raises the file's error for one."""
        if not isinstance(table, dict):
            raise self.error(prefix, "must be a table", nth=nth)
        for key in table:
            if key not in keys:
                field = f"{prefix}.{key}" if prefix else key
                raise self.error(field, "unknown key", nth=nth, remedy=f"one of: {', '.join(sorted(keys))}")
        return table

    def pattern(self, field: str, text: str, *, nth: int = 0, longest: bool = False) -> Pattern:
        """A pattern of RE2. Raises the file's error for anything else."""
        import re2

        options = re2.Options()
        options.longest_match = longest
        options.max_mem = _MEMORY
        try:
            return re2.compile(fold_pattern(text), options=options)
        except re2.error as error:
            raise self.error(field, f"not an RE2 pattern: {text!r}: {error}", nth=nth) from error

    def any(self, field: str, value: object, *, whole: bool = False, ends: str = "", longest: bool = False) -> Pattern:
        """One pattern of many, in any case; each is tried alone first, so that a fault is told exactly.

        whole: of a whole text; ends: what may follow up to the text's end; longest: of several hits at a place
        the longest counts, not that of the first pattern
        """
        patterns = self.strings(field, value)
        for pattern in patterns:
            self.pattern(field, pattern)
        joined = "|".join(f"(?:{pattern})" for pattern in patterns) or r"[^\s\S]"
        joined = f"^(?:{joined})$" if whole else f"(?:{joined}){ends}$" if ends else joined
        return self.pattern(field, f"(?i){joined}", longest=longest)


def fold_pattern(pattern: str) -> str:
    """Full-width signs of a pattern as they are after folding: they stand for themselves."""
    return "".join(map(_sign, pattern))


@cache  # half a million times when a process begins, a few thousand of them different
def _sign(sign: str) -> str:
    folded = fold(sign)
    return sign if folded in {sign, ""} else re.escape(folded)
