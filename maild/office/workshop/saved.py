"""Where a rules folder keeps what was saved in it, and by what every daemon sees that something was: it asks each few
seconds, and at its start before rules are read, so this loads nothing of what saving takes.
"""

from __future__ import annotations

from pathlib import Path

from maild.domain.errors import Temporary

VERSIONS = "versions"  # earlier versions of the office's own rules, below its rules folder
SAVED = "saved"  # written last


def stamp(folder: str) -> str:
    """What the last save into that rules folder left there; '' where none ever was. Raises Temporary."""
    if not folder:
        return ""
    path = Path(folder) / VERSIONS / SAVED
    try:
        return path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Temporary(f"{path}: {error.strerror}") from error
