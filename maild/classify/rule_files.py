"""Rule files on disk: which there are, what overrides what, and errors that name file, line and field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

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
        "titles.toml",
        "leaving.toml",
        "lookalikes.toml",
        "ignoring.toml",
        "submission.toml",
        "troubles.toml",
        "risk.toml",
        "danger.toml",
        "beside.toml",
        "circulars.toml",
        "retention.toml",
    }
)
_RULE_NAME = re.compile(r"(\d{2,4})-[a-z0-9][a-z0-9-]*")


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
