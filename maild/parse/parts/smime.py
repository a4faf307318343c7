"""The mail inside an opaque S/MIME signature (RFC 8551 section 3.5.2): a walk over BER, no verification."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d01091001 17".replace(" ", "")))
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_DEPTH = 32


def _header(data: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """(tag, start of the content, its end; -1 for an indefinite length) of the element at `pos`.

    Raises ValueError where there is none.
    """
    if pos + 2 > end:
        raise ValueError("BER: cut off")
    tag, first = data[pos], data[pos + 1]
    if tag & 0x1F == 0x1F:
        raise ValueError("BER: long tag")
    if first < 0x80:
        return tag, pos + 2, pos + 2 + first
    if first == 0x80:
        return tag, pos + 2, -1
    count = first & 0x7F
    if count > 6 or pos + 2 + count > end:
        raise ValueError("BER: length")
    return tag, pos + 2 + count, pos + 2 + count + int.from_bytes(data[pos + 2 : pos + 2 + count], "big")


def _skip(data: bytes, pos: int, end: int, depth: int = 0) -> int:
    """The position after the element at `pos`."""
    if depth > _DEPTH:
        raise ValueError("BER: too deep")
    _, start, stop = _header(data, pos, end)
    if stop >= 0:
        return min(stop, end)
    pos = start
    while data[pos : pos + 2] != b"\0\0":
        pos = _skip(data, pos, end, depth + 1)
        if pos >= end:
            return end
    return pos + 2


def _octets(data: bytes, pos: int, end: int, depth: int = 0) -> bytes:
    """The content of an OCTET STRING, in one piece or in many."""
    if depth > _DEPTH:
        raise ValueError("BER: too deep")
    tag, start, stop = _header(data, pos, end)
    limit = end if stop < 0 else min(stop, end)
    if not tag & 0x20:
        return data[start:limit]
    pieces: list[bytes] = []
    pos = start
    while pos < limit and data[pos : pos + 2] != b"\0\0":
        pieces.append(_octets(data, pos, limit, depth + 1))
        pos = _skip(data, pos, limit, depth + 1)
    return b"".join(pieces)


def opened(data: bytes) -> tuple[str, bytes]:
    """('signed', inner MIME entity), ('encrypted', b''), ('compressed', b''), or ('', b'') if unreadable."""
    try:
        return _open(data)
    except (ValueError, IndexError):
        return "", b""


def _open(data: bytes) -> tuple[str, bytes]:
    size = len(data)
    _, pos, _ = _header(data, 0, size)  # ContentInfo
    _, start, stop = _header(data, pos, size)  # its contentType
    kind = data[start:stop]
    if kind in _ENVELOPED:
        return "encrypted", b""
    if kind == _COMPRESSED:
        return "compressed", b""
    if kind != _SIGNED_DATA:
        return "", b""
    _, pos, _ = _header(data, stop, size)  # [0]
    _, pos, _ = _header(data, pos, size)  # SignedData
    pos = _skip(data, pos, size)  # version
    pos = _skip(data, pos, size)  # digestAlgorithms
    _, pos, _ = _header(data, pos, size)  # encapContentInfo
    pos = _skip(data, pos, size)  # eContentType
    if pos >= size or data[pos] != 0xA0:
        return "", b""  # a detached signature
    _, pos, _ = _header(data, pos, size)
    return "signed", _octets(data, pos, size)
