"""Typed values to JSON and back, and messages on the wire."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.confine.codec import CodecFault, decode, encode
from maild.confine.wire import Closed, SocketChannel, WireFault, receive, send
from maild.domain.incoming.document import DocumentReport
from maild.domain.incoming.mail import Address, Attachment, Bounce, BounceRecipient, Pair, ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, SignatureReport, Verdict
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Event
from maild.spine import SAY
from maild.texts import codes_of
from tests.share import times

TEXT = st.text(max_size=12)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
ZONES = st.integers(-720, 720).map(lambda m: timezone(timedelta(minutes=m)))
TIMES = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=ZONES)
ADDRESSES = st.builds(Address, name=TEXT, address=TEXT)
MANY = st.lists(ADDRESSES, max_size=2).map(tuple)
FILES = st.builds(Attachment, filename=TEXT, media_type=TEXT, content=st.binary(max_size=40), sha256=TEXT, sniffed=TEXT)
BOUNCES = st.builds(Bounce, recipients=st.lists(st.builds(BounceRecipient, address=TEXT), max_size=2).map(tuple))


def _mails(forwarded: Any) -> Any:
    return st.builds(
        ParsedMail, sha256=TEXT, size=st.integers(0), date=TIMES, from_=MANY, sender=st.none() | ADDRESSES, to=MANY,
        references=TEXTS, return_path=st.none() | TEXT, headers=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
        text=TEXT, pairs=st.lists(st.builds(Pair, label=TEXT, value=TEXT), max_size=2).map(tuple), forwarded=forwarded,
        attachments=st.lists(FILES, max_size=2).map(tuple), bounce=st.none() | BOUNCES, defects=TEXTS,
    )  # fmt: skip


MAILS = st.recursive(_mails(st.just(())), lambda inner: _mails(st.lists(inner, max_size=2).map(tuple)), max_leaves=3)
FIELDS = st.dictionaries(TEXT, st.builds(Field, value=TEXT, confidence=st.floats(0, 1), source=TEXT), max_size=3)
RULINGS = st.builds(
    Ruling, kind=st.sampled_from(Kind), rule=TEXT, party=st.sampled_from(Party), event=st.none() | st.sampled_from(Event),
    fields=FIELDS.map(MappingProxyType), trusted=st.booleans(), reasons=TEXTS,
)  # fmt: skip
SIGNATURES = st.builds(
    SignatureReport, domain=TEXT, selector=TEXT, verdict=st.sampled_from(Verdict), aligned=st.booleans(), reason=TEXT
)
REPORTS = st.builds(
    AuthReport, verdict=st.sampled_from(Verdict), signatures=st.lists(SIGNATURES, max_size=2).map(tuple)
)
READINGS = st.builds(
    Reading, mail=MAILS, auth=REPORTS, seconds=st.floats(0, 99),
    classification=st.builds(
        Classification,
        rulings=st.lists(RULINGS, min_size=1, max_size=2).map(tuple),
        rest=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    ),
    documents=st.lists(st.builds(DocumentReport, sha256=TEXT, sniffed=TEXT, pages=st.none() | st.integers(0)), max_size=2).map(tuple),
)  # fmt: skip


def over_the_wire(header: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
    """Send a message through a real socket pair and receive it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=send, args=(SocketChannel(ours), header, frames))
        sender.start()
        channel = SocketChannel(theirs)
        channel.deadline = time.monotonic() + 10
        result = receive(channel)
        sender.join(10)
    return result


@given(READINGS)
@pytest.mark.long
@settings(
    max_examples=times(70, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_a_reading_comes_back_the_same(reading: Reading) -> None:
    """Through codec, JSON and a socket: every type the domain uses."""
    frames: list[bytes] = []
    value, received = over_the_wire(encode(Reading, reading, frames), frames)
    assert decode(Reading, value, received) == reading


def test_half_characters_survive() -> None:
    """Headers of real mails hold surrogates, from bytes in no known charset."""
    address = Address(name="\udc80\ud83d 囧", address="a@b")
    value, frames = over_the_wire(encode(Address, address, []), [])
    assert decode(Address, value, frames) == address


def test_money_and_decimals() -> None:
    """Amounts travel as decimal text, never as floats."""
    money = Money(Decimal("3.50"), "CNY")
    value = encode(Money, money, [])
    assert value == ["3.50", "CNY"]
    assert decode(Money, value, []) == money


def _json_values() -> Any:
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
    return st.recursive(leaves, lambda c: st.lists(c, max_size=6) | st.dictionaries(TEXT, c, max_size=3), max_leaves=20)


@given(_json_values())
def test_any_json_decodes_or_is_refused(value: Any) -> None:
    """A captured worker can hand over nothing of a wrong shape."""
    try:
        decode(Reading, value, [])
    except CodecFault:
        return
    raise AssertionError("a Reading out of nothing")


@given(READINGS, st.data())
@pytest.mark.long
@settings(
    max_examples=times(70, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_a_changed_value_decodes_to_right_types_or_is_refused(reading: Reading, data: Any) -> None:
    """One value anywhere replaced by another: never another exception, never a field of a wrong type."""
    frames: list[bytes] = []
    value = json.loads(json.dumps(encode(Reading, reading, frames)))
    spots: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in range(len(node)) if isinstance(node, list) else list(node) if isinstance(node, dict) else ():
            spots.append((node, key))
            walk(node[key])

    walk(value)
    node, key = data.draw(st.sampled_from(spots))
    node[key] = data.draw(st.sampled_from([None, True, 5, -1, 1e400, "x", [], {}, [[]]]))
    try:
        changed = decode(Reading, value, frames)
    except CodecFault:
        return
    assert encode(Reading, changed, []) is not None
    assert type(changed.mail.size) is int
    assert type(changed.mail.text) is str


@pytest.mark.parametrize("wrong", [[1, "CNY"], ["3", "CNY", "x"], ["x", "CNY"], {"amount": "3"}, "3", None, []])
def test_wrong_shapes_are_refused(wrong: Any) -> None:
    """Wrong type, length, or content."""
    with pytest.raises(CodecFault):
        decode(Money, wrong, [])


def test_nesting_without_end_is_refused() -> None:
    """Neither the decoder nor JSON may be driven into the ground."""
    value: Any = None
    for _ in range(5000):
        value = [value]
    with pytest.raises(CodecFault):
        decode(tuple[tuple[str, ...], ...], value, [])
    bomb = b"[" * 200_000
    with pytest.raises(WireFault):
        _receive(struct.pack("!II", len(bomb), 0) + bomb)


def test_unknown_types_are_a_programming_error() -> None:
    """Better at once than at the first odd mail."""

    @dataclass
    class Odd:
        value: set[str]

    with pytest.raises(TypeError, match="no codec"):
        encode(Odd, Odd({"x"}), [])


def _receive(data: bytes, *, seconds: float = 2.0) -> Any:
    """What `receive` makes of these bytes and the end of the stream."""
    ours, theirs = socket.socketpair()
    with theirs:
        writer = threading.Thread(target=_write, args=(ours, data))
        writer.start()
        channel = SocketChannel(theirs)
        channel.deadline = time.monotonic() + seconds
        try:
            return receive(channel)
        finally:
            theirs.shutdown(socket.SHUT_RDWR)
            writer.join(5)


def _write(sock: socket.socket, data: bytes) -> None:
    with sock:
        try:
            sock.sendall(data)
        except ConnectionError:
            return


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00", struct.pack("!II", 10, 0) + b"[", struct.pack("!II", 2, 1) + struct.pack("!Q", 5) + b"[]abc",
        struct.pack("!II", 1 << 31, 0), struct.pack("!II", 2, 1 << 30), struct.pack("!IIQ", 2, 1, 1 << 60),
        struct.pack("!II", 3, 0) + b"nul", struct.pack("!II", 2, 0) + b"\xff\xfe",
    ],
)  # fmt: skip
def test_broken_messages_are_refused(data: bytes) -> None:
    """Cut, too large, no JSON: before memory is taken for them."""
    with pytest.raises(WireFault):
        _receive(data)


def test_a_peer_that_stalls() -> None:
    """Ends at the deadline."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = SocketChannel(theirs)
        channel.deadline = time.monotonic() + 0.2
        ours.sendall(b"\x00\x00")
        with pytest.raises(TimeoutError):
            receive(channel)
        ours.close()
        channel.deadline = time.monotonic() + 0.2
        with pytest.raises(Closed):
            receive(channel)


def test_utc_times_stay_equal() -> None:
    """An aware time keeps its instant and offset."""
    when = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert decode(datetime, encode(datetime, when, []), []) == when


def test_a_sentence_keeps_its_code_and_our_words() -> None:
    """What a worker says by a code is composed again: it cannot say one thing in English and another in Chinese."""
    said = (SAY("by_itself", number=3, why=SAY("sender_unproven")), "as it is")
    row = json.loads(json.dumps(encode(tuple[str, ...], said, [])))
    back = decode(tuple[str, ...], row, [])
    assert back == said
    assert codes_of(back) == codes_of(said)
    for broken in (["spine:nothing", {}], ["spine:sender_unproven"], 3, None, {"spine:sender_unproven": {}}):
        with pytest.raises(CodecFault):
            decode(tuple[str, ...], [broken], [])
