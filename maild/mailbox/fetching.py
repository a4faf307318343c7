"""Listing and fetching by UID through the lower door: FETCH responses as imaplib leaves them, read by one regex.

IMAPClient's own fetch parses every response token by token; ours costs a tenth (docs/decisions/0003).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from maild.mailbox.session import Session

PLAN = 250  # UIDs a listing command names: its line stays far below the 8,000 octets of RFC 9051 section 7
SLACK = 1_000_000  # bytes a batch may be larger than announced: RFC822.SIZE is an estimate on some servers


@dataclass(frozen=True, slots=True)
class Item:
    """One FETCH response. `body` is None where the server gave none (left out, or NIL)."""

    uid: int
    size: int
    flags: tuple[str, ...]
    internal_date: datetime | None
    body: bytes | None


_UID = re.compile(rb"(?:^|[ (])UID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"(?:^|[ (])RFC822\.SIZE (\d+)", re.IGNORECASE)
_FLAGS = re.compile(rb"(?:^|[ (])FLAGS \(([^)]*)\)", re.IGNORECASE)
_DATE = re.compile(rb'(?:^|[ (])INTERNALDATE "([^"]*)"', re.IGNORECASE)
_BODY_AHEAD = re.compile(rb"BODY\[[^\]]*\](?:<\d+>)? \{\d+\}$", re.IGNORECASE)
_BODY_QUOTED = re.compile(rb'BODY\[[^\]]*\] "((?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)
_STAMP = re.compile(rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = {m: n for n, m in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}


def items(pieces: Iterable[Any]) -> Iterator[Item]:
    """The FETCH responses in imaplib's list: bytes end a response, (bytes, literal) pairs come before.

    Raises ValueError where the grammar does not hold: a literal announced too long eats into the next
    response, and would else be completed by that one's body.
    """
    words, body = b"", None
    for piece in pieces:
        head, literal = piece if isinstance(piece, tuple) else (piece, None)
        if body is not None and not head.startswith((b" ", b")")):
            raise ValueError(f"after a literal comes {head[:40]!r}")
        words += head
        if literal is not None:
            if body is not None or not _BODY_AHEAD.search(head):
                raise ValueError(f"a literal nobody asked for after {head[-40:]!r}")
            body = literal
            continue
        if not words.endswith(b")"):
            raise ValueError(f"a FETCH response ends with {words[-40:]!r}")
        item = _item(words, body)
        words, body = b"", None
        if item is not None:
            yield item


def _item(words: bytes, body: bytes | None) -> Item | None:
    uid = _UID.search(words)
    if uid is None:
        return None  # a flag change by sequence number, told unasked: nothing of ours
    if body is None and b"[]" in words and (quoted := _BODY_QUOTED.search(words)):
        body = re.sub(rb"\\(.)", rb"\1", quoted[1])
    size, flags = _SIZE.search(words), _FLAGS.search(words)
    return Item(
        int(uid[1]),
        int(size[1]) if size else -1,
        tuple(flags[1].decode("ascii", "replace").split()) if flags else (),
        internal_date(date[1]) if (date := _DATE.search(words)) else None,
        body,
    )


def internal_date(text: bytes) -> datetime | None:
    """RFC 9051 date-time, e.g. '17-Jul-1996 02:44:25 -0700', in UTC; None where it makes no sense."""
    match = _STAMP.fullmatch(text)
    month = _MONTHS.get(match[2].lower()) if match else None
    if not match or not month:
        return None
    offset = timedelta(hours=int(match[8]), minutes=int(match[9])) * (-1 if match[7] == b"-" else 1)
    try:
        zone = timezone(offset)
        hour, minute, second = int(match[4]), int(match[5]), int(match[6])
        return datetime(int(match[3]), month, int(match[1]), hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def sequence_set(uids: Sequence[int]) -> str:
    """Ascending UIDs as an IMAP set that names exactly these: '3:5,9'."""
    ranges: list[list[int]] = []
    for uid in uids:
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in ranges)


def chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """`uids` in pieces of `size` at most."""
    return (uids[start : start + size] for start in range(0, len(uids), size))


def list_uids(session: Session, after: int, upto: int | None) -> list[int]:
    """UIDs in (after, upto], ascending, from FETCH alone. Raises IMAP4.error where the server refuses."""
    if upto is not None and upto <= after:
        return []
    found: set[int] = set()

    def take(pieces: list[Any]) -> None:
        # 'n:*' always brings the last mail, even below n (RFC 9051 section 9, seq-range)
        found.update(i.uid for i in items(pieces) if i.uid > after and (upto is None or i.uid <= upto))

    wire = session.client.wire
    with session.doing("listing UIDs", lines=wire.exists):
        kind, text = wire.stream_uid_fetch(f"{after + 1}:{upto or '*'}", "(UID)", take)
        if kind != "OK" and wire.exists:  # some servers refuse '1:*' of an empty folder
            raise wire.error(f"UID FETCH refused: {text}")
    return sorted(found)


def describe(session: Session, uids: Sequence[int], what: str = "(UID RFC822.SIZE)") -> dict[int, Item]:
    """Small facts of each UID that is there: UIDs that are gone are missing from the answer.

    Raises IMAP4.error where the server refuses.
    """
    found: dict[int, Item] = {}
    wanted = frozenset(uids)

    def take(pieces: list[Any]) -> None:
        found.update((i.uid, i) for i in items(pieces) if i.uid in wanted)

    for part in chunks(uids, PLAN):
        with session.doing("looking at UIDs", lines=len(part)):
            kind, text = session.client.wire.stream_uid_fetch(sequence_set(part), what, take)
            if kind != "OK":
                raise session.client.wire.error(f"UID FETCH refused: {text}")
    return found


def bodies(session: Session, uids: Sequence[int], nbytes: int, budget: int, into: dict[int, Item]) -> str:
    """Fetch whole mails into `into`, which keeps what came even if this raises. Returns a NO's text or ''.

    BODY.PEEK sets no flag. `budget` bounds what may come in all; more raises OverBudget.
    """
    wanted = frozenset(uids)

    def take(pieces: list[Any]) -> None:
        into.update((i.uid, i) for i in items(pieces) if i.body is not None and i.uid in wanted)

    with session.doing("fetching mail", nbytes=nbytes, budget=budget):
        what = "(UID FLAGS INTERNALDATE BODY.PEEK[])"
        kind, text = session.client.wire.stream_uid_fetch(sequence_set(uids), what, take)
    return "" if kind == "OK" else text or kind


@dataclass(frozen=True, slots=True)
class Group:
    """UIDs to fetch by one command. `oversize` and `vanished` groups are of one UID and are not fetched."""

    uids: tuple[int, ...]
    nbytes: int = 0
    oversize: bool = False
    vanished: bool = False


def plan(
    uids: Sequence[int], sizes: dict[int, Item], *, batch_bytes: int, max_bytes: int, alone: frozenset[int]
) -> Iterator[Group]:
    """Ascending groups of at most `batch_bytes`; larger mails, and those in `alone`, by themselves."""
    open_uids: list[int] = []
    total = 0
    for uid in uids:
        known = sizes.get(uid)
        size = known.size if known else 0
        single = known is None or size > min(batch_bytes, max_bytes) or uid in alone
        if open_uids and (single or total + size > batch_bytes):
            yield Group(tuple(open_uids), total)
            open_uids, total = [], 0
        if single:
            yield Group((uid,), size, oversize=size > max_bytes, vanished=known is None)
        else:
            open_uids.append(uid)
            total += size
    if open_uids:
        yield Group(tuple(open_uids), total)
