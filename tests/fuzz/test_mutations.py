"""Mails of all corpora, cut, crossed and relabelled, read as a worker reads them: a Reading or MalformedMail, in time."""

from __future__ import annotations

import random
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from maild.domain.errors import MalformedMail
from maild.domain.incoming.reading import Reading
from maild.spine.reading.read import LocalReader, ReadSettings
from tests.fuzz.test_fuzz_parse import every

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
BUDGET, LIMIT, MOST = 10.0, 2.0, 1500  # seconds of CPU for all, for one; mails
TOKENS = (b"\r\n\r\n", b"\r\n", b"\n", b"\0", b"--", b"=?utf-8?B?", b"?=", b'"', b"\xff\xfe", b":", b";", b"<", b">", b"@", b"(",
          b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n", "：".encode(), b"550 5.1.1 ", b"&#")  # fmt: skip
LABELS = (b"utf-8", b"gb2312", b"gbk", b"iso-2022-cn", b"big5", b"utf-7", b"us-ascii", b"windows-1251", b"")
Change = Callable[[random.Random, bytes, bytes], bytes]


def _flip(rng: random.Random, raw: bytes, _: bytes) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :]


def _cut(rng: random.Random, raw: bytes, _: bytes) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + raw[at + rng.randrange(1, 400) :]


def _insert(rng: random.Random, raw: bytes, _: bytes) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + rng.choice(TOKENS) * rng.choice((1, 2, 40)) + raw[at:]


def _double(rng: random.Random, raw: bytes, _: bytes) -> bytes:
    at, length = rng.randrange(len(raw)), rng.randrange(1, 2000)
    return raw[:at] + raw[at : at + length] * rng.randrange(2, 9) + raw[at + length :]


def _cross(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    """The head of one and the body of another, or a piece of another in the middle."""
    if rng.random() < 0.5:
        return raw.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + other
    at, start = rng.randrange(len(raw)), rng.randrange(len(other))
    return raw[:at] + other[start : start + 1000] + raw[at:]


def _relabel(rng: random.Random, raw: bytes, _: bytes) -> bytes:
    return raw.replace(rng.choice(LABELS[:3]), rng.choice(LABELS))


def _lines(rng: random.Random, raw: bytes, _: bytes) -> bytes:
    """Lines in another order."""
    lines = raw.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    some = lines[at : at + 12]
    rng.shuffle(some)
    return b"".join([*lines[:at], *some, *lines[at + 12 :]])


CHANGES: tuple[Change, ...] = (_flip, _cut, _insert, _double, _cross, _relabel, _lines)


def seeds() -> list[bytes]:
    """Mails of the examples and corpora, and delivery reports."""
    paths = [path for folder in ("rules", "tests") for path in sorted((ROOT / folder).rglob("*.eml"))]
    mails = [raw for raw in (path.read_bytes() for path in paths) if 0 < len(raw) < 20_000]
    tables = (ROOT / "tests" / "unit" / "parse").glob("bounces_*.toml")
    reports = [
        row["raw"].lstrip("\n").encode()
        for path in sorted(tables)
        for row in tomllib.loads(path.read_text("utf-8"))["report"]
    ]
    return mails + reports


def test_no_mutation_breaks_reading() -> None:
    """Whatever is done to a mail: what comes out is typed, the same laws hold, and none takes two seconds."""
    reader = LocalReader(ReadSettings(transaction_number=r"20\d{11}", own_address="office@library.example"))
    rng, mails = random.Random(17), seeds()
    started, read = time.process_time(), 0
    while read < MOST and time.process_time() - started < BUDGET:
        raw = rng.choice(mails)
        for _ in range(rng.randrange(1, 5)):
            raw = rng.choice(CHANGES)(rng, raw, rng.choice(mails)) or b"\n"
        before = time.process_time()
        try:
            found = reader.read_closed(raw, {})
        except MalformedMail as error:
            assert error.raw == raw  # noqa: PT017
            continue
        finally:
            read += 1
            assert time.process_time() - before < LIMIT, raw
        assert isinstance(found, Reading)
        every(found.mail)
    assert read >= 100
