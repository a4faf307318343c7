"""winmail.dat (MS-OXTNEF): its attachments and, where the mail has none, its text."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from maild.parse import charset
from maild.parse.defects import Defects

SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_PROPS, _ATTACH_START, _MESSAGE_PROPS, _CODE_PAGE = (
    0x800C,
    0x8010,
    0x800F,
    0x9005,
    0x9002,
    0x9003,
    0x9007,
)
_LONG_NAME, _FILE_NAME, _MIME_TAG, _DATA, _PR_BODY, _PR_HTML, _CONTENT_ID = (
    0x3707,
    0x3704,
    0x370E,
    0x3701,
    0x1000,
    0x1013,
    0x3712,
)
_RTF = 0x1009
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_VARIABLE = frozenset({13, 30, 31, 258})
ATTRIBUTES = 5_000
MOST = 200  # attachments


@dataclass(slots=True)
class File:
    name: str = ""
    media_type: str = "application/octet-stream"
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Opened:
    """What a TNEF stream holds."""

    files: list[File] = field(default_factory=list)
    text: str = ""
    html: str = ""


def read(data: bytes, defects: Defects) -> Opened | None:
    """Decode a TNEF stream; None if it is none. A broken one gives what comes before the break."""
    if not data.startswith(SIGNATURE):
        return None
    found = Opened()
    label = "gb18030"
    pos = 6
    try:
        for _ in range(ATTRIBUTES):
            if pos + 9 > len(data):
                break
            level, attribute, _, size = struct.unpack_from("<BHHI", data, pos)
            if level not in {1, 2} or pos + 9 + size > len(data):
                defects.add("tnef-broken", f"at byte {pos}")
                break
            value = data[pos + 9 : pos + 9 + size]
            pos += 9 + size + 2
            if attribute == _CODE_PAGE and size >= 4:
                label = f"cp{struct.unpack_from('<I', value)[0]}"
            _attribute(attribute, value, found, label, defects)
    except (ValueError, struct.error, IndexError):
        defects.add("tnef-broken", f"at byte {pos}")
    found.files = [f for f in found.files if f.content or f.name]
    return found


def _attribute(attribute: int, value: bytes, found: Opened, label: str, defects: Defects) -> None:
    if attribute == _ATTACH_START:
        if len(found.files) >= MOST:
            raise ValueError("TNEF: too many attachments")
        found.files.append(File())
    elif attribute == _BODY:
        found.text = charset.decode(value.rstrip(b"\0"), label, defects, "winmail.dat")
    elif attribute == _MESSAGE_PROPS:
        properties = _properties(value)
        if body := properties.get(_PR_BODY):
            found.text = found.text or _string(body, label, defects)
        if html := properties.get(_PR_HTML):
            found.html = charset.decode(html[1], label, defects, "winmail.dat")
        if _RTF in properties and not (found.text or found.html):
            defects.add("tnef-rtf-not-decoded", f"{len(properties[_RTF][1])} bytes")
    elif found.files:
        last = found.files[-1]
        if attribute == _ATTACH_TITLE:
            last.name = last.name or charset.decode(value.split(b"\0")[0], label, defects, "winmail.dat")
        elif attribute == _ATTACH_DATA:
            last.content = value
        elif attribute == _ATTACH_PROPS:
            _file_properties(_properties(value), last, label, defects)


def _file_properties(properties: dict[int, tuple[int, bytes]], last: File, label: str, defects: Defects) -> None:
    if name := properties.get(_LONG_NAME):
        last.name = _string(name, label, defects)
    elif name := properties.get(_FILE_NAME):
        last.name = last.name or _string(name, label, defects)
    if tag := properties.get(_MIME_TAG):
        last.media_type = _string(tag, label, defects).lower() or last.media_type
    if ident := properties.get(_CONTENT_ID):
        last.content_id = _string(ident, label, defects).strip("<>")
    if (content := properties.get(_DATA)) and not last.content:
        last.content = content[1]


def _string(value: tuple[int, bytes], label: str, defects: Defects) -> str:
    kind, data = value
    if kind == 31:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return charset.decode(data.rstrip(b"\0"), label, defects, "winmail.dat")


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties: id → (type, first value). Raises ValueError, struct.error where broken."""
    found: dict[int, tuple[int, bytes]] = {}
    (count,) = struct.unpack_from("<I", data)
    pos = 4
    for _ in range(min(count, 2000)):
        kind, ident = struct.unpack_from("<HH", data, pos)
        pos += 4
        if ident >= 0x8000:
            pos = _named(data, pos)
        multiple = bool(kind & 0x1000)
        kind &= 0x0FFF
        values = 1
        if multiple or kind in _VARIABLE:
            (values,) = struct.unpack_from("<I", data, pos)
            pos += 4
        for number in range(min(values, 2000)):
            if kind in _VARIABLE:
                (size,) = struct.unpack_from("<I", data, pos)
                pos += 4
            elif kind in _SIZES:
                size = _SIZES[kind]
            else:
                raise ValueError("TNEF: property type")
            if pos + size > len(data):
                raise ValueError("TNEF: property size")
            if number == 0:
                found.setdefault(ident, (kind, data[pos : pos + size]))
            pos += (size + 3) & ~3
    return found


def _named(data: bytes, pos: int) -> int:
    """Past a named property's name."""
    (kind,) = struct.unpack_from("<I", data, pos + 16)
    if kind == 0:
        return pos + 24
    (size,) = struct.unpack_from("<I", data, pos + 20)
    return pos + 24 + int((size + 3) & ~3)
