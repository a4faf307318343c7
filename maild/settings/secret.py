"""Secrets from files and systemd credentials."""

from __future__ import annotations

import stat
from pathlib import Path

from maild.config import Secret
from maild.settings.values import ValueFault

LIMIT = 65_536  # bytes; no password or key is longer, and /dev/zero must not fill the memory


def read(path: Path) -> tuple[Secret, bool]:
    """The secret in a file, final line end dropped, and whether others may read it. Raises ValueFault."""
    try:
        mode = path.stat().st_mode
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise ValueFault(
            f"cannot read {path}: {error.strerror}", f"create it: install -m 0600 /dev/null {path}, then edit"
        ) from error
    if len(data) > LIMIT:
        raise ValueFault(f"{path} holds more than {LIMIT} bytes", "give a file that holds the secret alone")
    try:
        text = data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ValueFault(f"{path} is not UTF-8 text", "write the secret as text on one line") from error
    if not text:
        raise ValueFault(f"{path} is empty", "write the secret into it, on one line")
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValueFault(f"{path} holds more than one line", "write the secret as text on one line")
    return Secret(text), stat.S_ISREG(mode) and bool(mode & 0o077)


def credential(folder: str, names: tuple[str, ...]) -> Path | None:
    """The first of `names` that systemd handed over ($CREDENTIALS_DIRECTORY, systemd.exec(5))."""
    if not folder:
        return None
    return next((path for name in names if (path := Path(folder) / name).is_file()), None)
