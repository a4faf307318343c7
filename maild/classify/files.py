"""Rule files on disk: which there are, what overrides what, and errors that name file, line and field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maild.domain.errors import RuleError

NOT_RULES = frozenset(
    {
        "providers.toml",
        "matching.toml",
        "whitelist.toml",
        "office.toml",
        "payments.toml",
        "service-times.toml",
        "guidance.toml",
        "voice.toml",
        "drift.toml",
        "queue.toml",
        "traditional.toml",
        "supplies.toml",
        "leaving.toml",
        "lookalikes.toml",
        "ignoring.toml",
        "submission.toml",
        "troubles.toml",
        "risk.toml",
        "danger.toml",
        "beside.toml",
        "retention.toml",
    }
)
_RULE_NAME = re.compile(r"(\d{2,4})-[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """A TOML file as read; `text` is kept to find lines for messages."""

    path: Path
    text: str
    data: Mapping[str, Any]

    def error(self, field: str, reason: str, remedy: str = "") -> RuleError:
        """The error for a field such as 'when.subject' of this file."""
        line = self._line(field)
        where = f"{self.path}:{line}" if line else str(self.path)
        return RuleError(f"{where}: {field}: {reason}", remedy=remedy or "see rules/README.md")

    def _line(self, field: str) -> int:
        """The line that sets the field, or its table's heading; 0 where it cannot be found."""
        *tables, key = re.sub(r"\[\d+\]", "", field).split(".")
        occurrence = int(number.group(1)) if (number := re.search(r"\[(\d+)\]", field)) else 0
        heading = ".".join(tables)
        current, best = "", 0
        seen: dict[str, int] = {}
        for index, line in enumerate(self.text.splitlines(), 1):
            if found := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
                current = found.group(1).replace('"', "")
                seen[current] = seen.get(current, -1) + 1
                if current in {heading, field}:
                    best = index
                continue
            there = current == heading and (not heading or seen.get(current, 0) == occurrence)
            if there and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return index
        return best


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


class Tree:
    """The shipped folder and the office's own: a file of the same name there takes the place of the shipped."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)

    def rule_files(self) -> list[Path]:
        """Rule files in their order. Raises RuleError for a file that is no rule by its name."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for path in sorted(folder.glob("*.toml")):
                if path.name in NOT_RULES:
                    continue
                if not _RULE_NAME.fullmatch(path.stem):
                    remedy = "name it NN-name.toml, NN being its place in the order"
                    raise RuleError(f"{path}: not a rule file by its name", remedy=remedy)
                found[path.name] = path
        return sorted(found.values(), key=lambda p: (int(p.stem.split("-")[0]), p.stem))

    def word_files(self) -> list[Path]:
        """Word files, one a name."""
        return self.files_in("words")

    def files_in(self, name: str) -> list[Path]:
        """The TOML files of a folder below, one a name."""
        return list({p.name: p for folder in self._folders for p in sorted((folder / name).glob("*.toml"))}.values())

    def every(self, name: str) -> list[Path]:
        """All files of that name, the shipped one first."""
        return [folder / name for folder in self._folders if (folder / name).is_file()]

    def example(self, name: str) -> Path:
        """The example mail of that name, whether it exists or not."""
        candidates = [folder / "examples" / name for folder in reversed(self._folders)]
        return next((path for path in candidates if path.is_file()), candidates[-1])
