"""Tables of ours in TOML: as shipped, with the office's own laid over them, and errors that name file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maild.domain.errors import RuleError
from maild.resources import data_folder


@dataclass(frozen=True, slots=True)
class Source:
    """A TOML file as read; `text` is kept to find lines for messages. below: what it was laid over."""

    path: Path
    text: str
    data: Mapping[str, Any]
    below: Source | None = None

    def error(self, field: str, reason: str, remedy: str = "") -> RuleError:
        """The error for a field such as 'when.subject' or 'line[1].codes' of this file."""
        return RuleError(f"{self.where(field)}: {field}: {reason}", remedy=remedy or "see rules/README.md")

    def where(self, field: str) -> str:
        """'FILE:LINE' of a field, of the file that says it; 'FILE' where the line cannot be found."""
        line, exact = self._line(field)
        if self.below is not None and not exact and self.below._line(field)[1]:
            return self.below.where(field)
        return f"{self.path}:{line}" if line else str(self.path)

    def _line(self, field: str) -> tuple[int, bool]:
        """The line that sets the field, and true; that of its table's heading, and false; 0 where neither is found."""
        plain = re.sub(r"\[\d+\]", "", field)
        heading, _, key = plain.rpartition(".")
        nth = int(number.group(1)) if (number := re.search(r"\[(\d+)\]", field)) else 0
        current, best, exact = "", 0, False
        seen: dict[str, int] = {}
        for index, line in enumerate(self.text.splitlines(), 1):
            if found := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
                current = found.group(1).replace('"', "")
                seen[current] = seen.get(current, -1) + 1
                if current in {heading, plain} and seen[current] <= nth:
                    best, exact = index, current == plain
                continue
            there = current == heading and (not heading or seen.get(current, 0) == nth)
            if there and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return index, True
        return best, exact


def read_toml(path: Path) -> Source:
    """Read a file. Raises RuleError with the line of a syntax error."""
    try:
        text = path.read_text("utf-8")
        return Source(path, text, tomllib.loads(text))
    except OSError as error:
        raise RuleError(f"{path}: {error.strerror}", remedy="check the file and its permissions") from error
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: not UTF-8 at byte {error.start}", remedy="save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line = found.group(1) if (found := re.search(r"line (\d+)", str(error))) else "1"
        raise RuleError(f"{path}:{line}: not TOML: {error}", remedy="quotes, brackets or '=' are amiss") from error


def office_table(name: str | Path, rules_folder: str = "") -> Source:
    """A table of rules/: the office's file laid over the shipped one, key by key; lists are taken whole.

    What the office's file does not say is as shipped: one written for an earlier maild holds when keys are added.
    Raises RuleError for a file that cannot be read.
    """
    shipped = read_toml(data_folder("rules") / name)
    own = Path(rules_folder) / name if rules_folder else None
    return laid_over(read_toml(own), shipped) if own and own.is_file() else shipped


def laid_over(own: Source, shipped: Source) -> Source:
    """The office's file over the shipped one. A fault is told of the file that says the key."""
    return Source(own.path, own.text, _joined(shipped.data, own.data), shipped)


def _joined(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        tables = isinstance(value, dict) and isinstance(below.get(key), dict)
        both[key] = _joined(below[key], value) if tables else value
    return both
