"""TIFF (revision 6.0, section 2; BigTIFF): how many pictures, and is the file whole. No pixel is decoded."""

from __future__ import annotations

import struct
from typing import NamedTuple

_MAX_FRAMES = 5000
_MAX_STRIPS = 20_000
_OFFSETS, _LENGTHS = (273, 324), (279, 325)  # of strips and of tiles
_NUMBERS = {3: "H", 4: "I", 16: "Q"}


class _Shape(NamedTuple):
    """Byte order, and the widths that classic and BigTIFF differ in."""

    order: str
    offset: str
    entries: str
    first: int

    @property
    def entry(self) -> int:
        return 4 + 2 * struct.calcsize("=" + self.offset)


def count_frames(content: bytes) -> int:
    """The number of image directories; 0 where one of them, or its picture data, lies beyond the file."""
    order = "<" if content[:2] == b"II" else ">"
    big = content[2:4] in (b"+\x00", b"\x00+")
    shape = _Shape(order, "Q", "Q", 8) if big else _Shape(order, "I", "H", 4)
    seen: set[int] = set()
    where = shape.first
    try:
        while len(seen) < _MAX_FRAMES:
            (offset,) = struct.unpack_from(order + shape.offset, content, where)
            if offset == 0 or offset in seen:
                break
            seen.add(offset)
            where, end = _directory(content, offset, shape)
            if end > len(content):
                return 0
    except (struct.error, OverflowError):
        return 0
    return len(seen)


def _directory(content: bytes, offset: int, shape: _Shape) -> tuple[int, int]:
    """(where the link to the next directory lies, where the farthest picture data ends)."""
    (entries,) = struct.unpack_from(shape.order + shape.entries, content, offset)
    start = offset + struct.calcsize("=" + shape.entries)
    tables: dict[int, list[int]] = {}
    for index in range(min(entries, 500)):
        at = start + index * shape.entry
        (tag,) = struct.unpack_from(shape.order + "H", content, at)
        if tag in (*_OFFSETS, *_LENGTHS):
            tables[tag] = _values(content, at, shape)
    ends = [0]
    for offsets, lengths in zip(_OFFSETS, _LENGTHS, strict=True):
        ends += [a + b for a, b in zip(tables.get(offsets, []), tables.get(lengths, []), strict=False)]
    return start + entries * shape.entry, max(ends)


def _values(content: bytes, at: int, shape: _Shape) -> list[int]:
    """The numbers of a directory entry: in it if they fit, else where it points."""
    kind, count = struct.unpack_from(f"{shape.order}H{shape.offset}", content, at + 2)
    number = _NUMBERS.get(kind)
    if number is None:
        return []
    count = min(count, _MAX_STRIPS)
    width = struct.calcsize("=" + shape.offset)
    value = at + 4 + width
    if count * struct.calcsize("=" + number) > width:
        (value,) = struct.unpack_from(shape.order + shape.offset, content, value)
    return list(struct.unpack_from(f"{shape.order}{count}{number}", content, value))
