"""Frames between the daemon and a worker: a JSON header, then raw byte frames.

    u32 length of the JSON | u32 number of frames | u64 length of each frame | JSON | frames

What a worker sends is as untrusted as the mail it reads: lengths are capped before anything is
allocated, and the only decoder is JSON's.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any, Protocol

_HEAD = struct.Struct("!II")
MAX_JSON = 128_000_000
MAX_FRAMES = 20_000
MAX_BYTES = 512_000_000
_CHUNK = 1 << 20
_SMALL = 1 << 16


class WireFault(Exception):
    """The peer sent something that is no message."""


class Closed(WireFault):
    """The peer is gone: end of file, or a broken pipe."""


class Channel(Protocol):
    """A stream of bytes in both directions."""

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes. Raises Closed, TimeoutError."""

    def write(self, data: bytes) -> None: ...


class _Buffered:
    """Reading in few system calls: what came beyond the wanted bytes is kept for the next read."""

    _rest = b""

    def _some(self, most: int) -> bytes:
        """At least one byte. Raises Closed, TimeoutError."""
        raise NotImplementedError

    def read(self, size: int) -> bytes:
        if len(self._rest) < size:
            parts, have = [self._rest], len(self._rest)
            while have < size:
                parts.append(self._some(min(max(size - have, _SMALL), _CHUNK)))
                have += len(parts[-1])
            self._rest = b"".join(parts)
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


class SocketChannel(_Buffered):
    """The daemon's side: every wait ends at the deadline (monotonic seconds), with TimeoutError."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deadline = float("inf")

    def _arm(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(left, 86_400.0))

    def _some(self, most: int) -> bytes:
        self._arm()
        try:
            part = self.sock.recv(most)
        except ConnectionError as error:
            raise Closed("the peer is gone") from error
        if not part:
            raise Closed("the peer closed the connection")
        return part

    def write(self, data: bytes) -> None:
        """Send all of it. Raises Closed where the peer is gone."""
        self._arm()
        try:
            self.sock.sendall(data)
        except ConnectionError as error:
            raise Closed("the peer is gone") from error


class FdChannel(_Buffered):
    """The worker's side: plain read and write, so that socket calls can be forbidden."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def _some(self, most: int) -> bytes:
        part = os.read(self.fd, most)
        if not part:
            raise Closed("the daemon closed the connection")
        return part

    def write(self, data: bytes) -> None:
        """Send all of it. Raises Closed where the peer is gone."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.fd, view) :]


def send(channel: Channel, header: Any, frames: Sequence[bytes] = ()) -> None:
    """Write one message."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    data = text.encode("utf-8", "surrogatepass")
    head = _HEAD.pack(len(data), len(frames)) + struct.pack(f"!{len(frames)}Q", *map(len, frames)) + data
    if sum(map(len, frames)) <= _CHUNK:
        channel.write(b"".join((head, *frames)))
        return
    channel.write(head)
    for frame in frames:
        channel.write(frame)


def receive(channel: Channel) -> tuple[Any, list[bytes]]:
    """Read one message. Raises WireFault (Closed where the peer is gone), TimeoutError."""
    size, count = _HEAD.unpack(channel.read(_HEAD.size))
    if size > MAX_JSON or count > MAX_FRAMES:
        raise WireFault(f"a header of {size} bytes with {count} frames is too large")
    lengths = struct.unpack(f"!{count}Q", channel.read(8 * count)) if count else ()
    if sum(lengths) > MAX_BYTES:
        raise WireFault(f"{sum(lengths)} bytes of frames are too many")
    text = channel.read(size)
    try:
        header = json.loads(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WireFault(f"the header is no JSON: {error}") from error
    return header, [channel.read(length) for length in lengths]
