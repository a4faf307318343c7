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
from maild.tables.places import Place, depth, field_of, lines, place_of


@dataclass(frozen=True, slots=True)
class Source:
    """A TOML file as read; `text` is kept to find lines for messages. below: what it was laid over."""

    path: Path
    text: str
    data: Mapping[str, Any]
    below: Source | None = None

    def error(self, field: str | Place, reason: str, remedy: str = "") -> RuleError:
        """The error for a field such as 'when.subject' or 'line[1].codes' of this file."""
        place = place_of(field) if isinstance(field, str) else field
        return RuleError(f"{self.where(place)}: {field_of(place)}: {reason}", remedy=remedy or "see rules/README.md")

    def where(self, field: str | Place) -> str:
        """'FILE:LINE' of a field, of the file that says it, else of what it stands in; 'FILE' where nothing does."""
        place = place_of(field) if isinstance(field, str) else field
        named = place[: next((n for n, part in enumerate(place) if isinstance(part, int)), len(place))]
        files: list[Source] = [self]
        while below := files[-1].below:
            files.append(below)
        file = max(files, key=lambda one: depth(one.text, named))  # a list is of one file, as a whole
        found = place[: depth(file.text, place)]
        return f"{file.path}:{lines(file.text)[found]}" if found else str(self.path)


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


def office_table(name: str | Path, rules_folder: str = "", *, whole: bool = False) -> Source:
    """A table of rules/: the office's file laid over the shipped one, key by key; lists are taken whole.

    What the office's file does not say is as shipped: one written for an earlier maild holds when keys are added.
    whole: where there is one, it takes the shipped one's place.
    Raises RuleError for a file that cannot be read.
    """
    own = Path(rules_folder) / name if rules_folder else None
    own = own if own is not None and own.is_file() else None
    if whole and own:
        return read_toml(own)
    shipped = read_toml(data_folder("rules") / name)
    return laid_over(read_toml(own), shipped) if own else shipped


def laid_over(own: Source, shipped: Source) -> Source:
    """The office's file over the shipped one. A fault is told of the file that says the key."""
    return Source(own.path, own.text, _joined(shipped.data, own.data), shipped)


def _joined(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        tables = isinstance(value, dict) and isinstance(below.get(key), dict)
        both[key] = _joined(below[key], value) if tables else value
    return both
