"""Passwords: argon2id, and what may be one (NIST SP 800-63B-4, section 3.1.1: length, and nothing well-known)."""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from maild.console import SAY
from maild.domain.errors import Permanent
from maild.resources import data_folder

LEAST, MOST = 12, 256  # characters; more than MOST would be work for nothing
OWN = 8  # so many characters must be more than a name or something well-known
AT_ONCE = 2  # each check takes 64 MiB
_TURN = threading.BoundedSemaphore(AT_ONCE)
_RUNS = (
    "0123456789012",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_LEET = str.maketrans("@013457$", "aoleasts")


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right; `fresh`: its hash with today's parameters where they have changed."""

    right: bool
    fresh: str = ""


class Passwords:
    """Makes and checks hashes. `hasher` has argon2-cffi's defaults: RFC 9106, section 4, second choice."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_urlsafe())

    def warm(self) -> None:
        """Make what the first check would have to, so that it takes as long as any other."""
        assert self._nobodys

    def hash(self, password: str) -> str:
        """A hash with a salt of its own."""
        with _TURN:
            return self._hasher.hash(_canonical(password))

    def check(self, kept: str, password: str) -> Checked:
        """Whether the password is the one of this hash. '' (no such account, or none with a password) takes as long."""
        password = _canonical(password)[: MOST + 1]
        try:
            with _TURN:
                self._hasher.verify(kept or self._nobodys, password)
        except (Argon2Error, InvalidHashError):
            return Checked(False)
        if not kept:
            return Checked(False)
        return Checked(True, self.hash(password) if self._hasher.check_needs_rehash(kept) else "")


def generated() -> str:
    """A password of 100 bits that can be read out: no letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def demand(password: str, *names: str) -> None:
    """Raises Permanent with the reason where this must not be a password; `names`: the account's, the office's."""
    why = _why_not(_canonical(password), names)
    if why:
        raise Permanent(why, remedy=SAY("take_words", least=LEAST))


def same(one: str, other: str) -> bool:
    """Whether both are one password."""
    return _canonical(one) == _canonical(other)


def _canonical(password: str) -> str:
    """One form for what keyboards write in several."""
    return unicodedata.normalize("NFKC", password)


def _why_not(password: str, names: tuple[str, ...]) -> str:
    if len(password) < LEAST:
        return SAY("password_short", count=len(password), least=LEAST)
    if len(password) > MOST:
        return SAY("password_long", most=MOST)
    folded = password.casefold()
    if len(set(folded)) < 5 or re.fullmatch(r"(.{1,6}?)\1+.{0,5}", folded):
        return SAY("password_repeats")
    if len(_without(folded, _runs())) < len(folded) / 3:
        return SAY("password_is_row")
    if any(len(_without(folded, [name])) < OWN for name in _words(names)):
        return SAY("password_is_name")
    plain = folded.translate(_LEET)
    if any(len(re.sub(r"[\W_]", "", _without(text, _common()))) < OWN for text in (folded, plain)):
        return SAY("password_tried_first")
    return ""


def _words(names: tuple[str, ...]) -> Iterator[str]:
    """The names and their parts, from three letters on."""
    for name in names:
        folded = unicodedata.normalize("NFKC", name).casefold()
        yield from (word for word in {folded, *re.split(r"[\W_]+", folded)} if len(word) > 2)


def _without(text: str, parts: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


@cache
def _runs() -> tuple[str, ...]:
    """Four neighbours of a row, either way."""
    rows = [row for run in _RUNS for row in (run, run[::-1])]
    return tuple(row[i : i + 4] for row in rows for i in range(len(row) - 3))


@cache
def _common() -> tuple[str, ...]:
    """The words of rules/passwords.txt, the longest first."""
    lines = (data_folder("rules") / "passwords.txt").read_text("utf-8").split("\n")
    words = {line.strip().casefold() for line in lines if line.strip() and not line.startswith("#")}
    return tuple(sorted(words, key=len, reverse=True))
