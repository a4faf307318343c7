"""Where mails to explain and files to read come from: files, folders, mbox files and Maildirs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from maild.domain.errors import NotFound

FROM_LINE = b"From "
IGNORED = {".json", ".toml", ".md", ".py", ".txt", ".csv"}  # beside mails in corpora
MAILS = "mail files, folders, mbox or Maildir"
_FIELD = re.compile(rb"\s*(?:From [^\n]*\n)?[!-9;-~]{1,100}[ \t]*:")  # RFC 5322 section 3.6.8; an mbox's line before it
MANY = 8  # files: for fewer no bar is shown


def mails(paths: Sequence[Path], wanted: str = MAILS) -> Iterator[tuple[str, bytes]]:
    """Yield (source, bytes) of every file below the paths, an mbox mail by mail, in a stable order.

    Raises NotFound, whose remedy says what is `wanted`.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif path.is_file():
            yield from _file(path)
        else:
            raise NotFound(f"{path}: no such file or folder", remedy=f"give {wanted}")


@contextmanager
def progress(total: int, *, least: int = MANY) -> Iterator[Callable[[], None]]:
    """A bar on the error stream where a person looks on and there is something to wait for."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal or total < least:
        yield lambda: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on the error stream where a person looks on, for what says (done, total) itself."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def is_mail(raw: bytes) -> bool:
    """Whether it begins as a mail does, with a field of a header."""
    return _FIELD.match(raw.removeprefix(b"\xef\xbb\xbf")) is not None


def count(paths: Sequence[Path]) -> int:
    """How many files would be read: the length of a progress bar (an mbox counts as one)."""
    return sum(sum(1 for p in path.rglob("*") if p.is_file()) if path.is_dir() else 1 for path in paths)


def _folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    if all((folder / name).is_dir() for name in ("cur", "new")):
        for name in ("new", "cur"):
            for path in sorted((folder / name).iterdir()):
                yield str(path), path.read_bytes()
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _folder(path)
        elif path.is_file() and path.suffix.lower() not in IGNORED and not path.name.startswith("."):
            yield from _file(path)


def _file(path: Path) -> Iterator[tuple[str, bytes]]:
    raw = path.read_bytes()
    if path.suffix.lower() in (".mbox", ".mbx") or (raw.startswith(FROM_LINE) and b"\n\nFrom " in raw):
        for index, mail in enumerate(_mbox(raw), 1):
            yield f"{path}#{index}", mail
    else:
        yield str(path), raw


def _mbox(raw: bytes) -> Iterator[bytes]:
    """Split an mbox (RFC 4155) at 'From ' lines that follow an empty line; '>From ' is unquoted (mboxrd)."""
    current: list[bytes] = []
    after_blank = True
    for line in raw.splitlines(keepends=True):
        if after_blank and line.startswith(FROM_LINE):
            if current:
                yield _unquote(current)
            current = []
        else:
            current.append(line)
        after_blank = not line.strip(b"\r\n")
    if current:
        yield _unquote(current)


def _unquote(lines: list[bytes]) -> bytes:
    return b"".join(
        line[1:] if line.lstrip(b">").startswith(FROM_LINE) and line[:1] == b">" else line for line in lines
    )
