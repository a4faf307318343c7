"""The TOML file: read, with the line of each option for error messages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from maild.settings.faults import Fault, SettingsError

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_\-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_\-]+)\"?\s*=")


class Lines:
    """Where each option stands: tomllib does not tell, so the lines are scanned for headers and keys."""

    def __init__(self, file: Path | None, text: str) -> None:
        self._file = file
        self._at: dict[tuple[str, int, str], int] = {}
        section, count = "", {"": 0}
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                section = header[1]
                count[section] = count.get(section, -1) + 1
                self._at[(section, count[section], "")] = number
            elif key := _KEY.match(line):
                self._at.setdefault((section, count[section], key[1]), number)

    def source(self, section: str, name: str = "", index: int = 0) -> str:
        """'FILE:LINE', or 'FILE' where the line is not known, or ''."""
        line = self._at.get((section, index, name)) or self._at.get(("", 0, name or section))
        return f"{self._file or ''}" + (f":{line}" if line else "")


def read(path: Path) -> tuple[dict[str, Any], Lines]:
    """The file's tables. Raises SettingsError where it cannot be read or is not TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _fault(path, f"cannot read the configuration: {error.strerror}", "check the path and its mode") from error
    except UnicodeDecodeError as error:
        raise _fault(path, f"not UTF-8 text (byte {error.start})", "save the file as UTF-8") from error
    try:
        return tomllib.loads(text), Lines(path, text)
    except tomllib.TOMLDecodeError as error:
        raise _fault(path, f"not TOML: {error}", "strings stand in quotes; see docs/configuration.md") from error


def _fault(path: Path, what: str, remedy: str) -> SettingsError:
    return SettingsError([Fault(option="", what=what, remedy=remedy, source=str(path))])
