"""Address lists, Message-IDs and dates: linear, never raising, whatever is written there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from maild.domain.incoming.mail import Address
from maild.parse import limits, words
from maild.parse.defects import Defects

_SIMPLE = re.compile(
    r'\s*+(?:"([^"\\<>,()]{0,200})"|([^"\\<>,():;@]{0,200}?))\s*<([^\s<>"(),:;]{1,300}@[^\s<>"(),:;]{1,300})>\s*$'
)
_BARE = re.compile(r"\s*([^\s<>\"(),:;]{1,300}@[^\s<>\"(),:;@]{1,300})\s*$")
_ONE_MAILBOX = 600  # characters
# An encoded word is one thing, also where its text holds a comma (against RFC 2047 section 5).
_SPECIAL = re.compile(r'(=\?[^?\s]{1,80}\?[bBqQ]\?[^?]{0,2000}\?=)|["(),:;<>\\]')
_ID = re.compile(r"<([^<>]{1,2000})>")
_WORD_IN_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]]{1,300}@[^\s<>,;:\"'()\[\]]{1,300}")


def addresses(raw: bytes, name: str, defects: Defects) -> tuple[Address, ...]:
    """The mailboxes of an address header (RFC 5322 section 3.4); groups are opened, comments dropped."""
    if not raw.strip():
        return ()
    text = words.to_text(raw, name, defects)
    # The quick looks go back over blanks; what is longer than one mailbox may be is scanned.
    short = len(text) <= _ONE_MAILBOX
    if short and (quick := _SIMPLE.match(text)):
        shown = words.decode_words(quick.group(1) or quick.group(2) or "", name, defects).strip()
        return (Address(name=shown.strip("\"'"), address=quick.group(3).lower()),)
    if short and (bare := _BARE.match(text)):
        return (Address(address=bare.group(1).strip("'").lower()),)
    found = [a for a in _scan(text, name, defects) if a.name or a.address]
    if not any(a.address for a in found):
        found = _inside_words(text, name, defects) or found
    if any(not a.address for a in found):
        defects.add("address-broken", name)
    return tuple(found)


def _inside_words(text: str, name: str, defects: Defects) -> list[Address]:
    """'Name <a@b>' as a whole inside an encoded word: forbidden, and found in Chinese mail."""
    decoded = words.decode_words(text, name, defects)
    if decoded == text or "@" not in decoded:
        return []
    match = _WORD_IN_ADDRESS.search(decoded)
    if not match:
        return []
    defects.add("address-in-encoded-word", name)
    shown = decoded[: match.start()].strip(" <\"'")
    return [Address(name=shown, address=match.group().lower())]


class _Scanner:
    """One mailbox after another: phrase, angle address, comments; a comma, semicolon or colon ends it."""

    def __init__(self, name: str, defects: Defects) -> None:
        self.header, self.defects = name, defects
        self.out: list[Address] = []
        self.clear()

    def clear(self) -> None:
        self.phrase: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def finish(self) -> None:
        phrase = "".join(self.phrase).strip()
        if self.angle is not None:
            address = self.angle
        elif "@" in phrase:
            pieces = [p for p in phrase.split() if "@" in p]
            address = pieces[-1]
            phrase = phrase.replace(address, "", 1).strip()
        else:
            address = ""
        shown = phrase or " ".join(self.comment)
        if shown or address:
            self.out.append(
                Address(
                    name=words.decode_words(shown, self.header, self.defects).strip(" \"'"),
                    address=_tidy(address),
                )
            )
        self.clear()


def _tidy(address: str) -> str:
    """An addr-spec without blanks and route (RFC 5322 section 4.4), lower case; '' if it is none."""
    address = "".join(address.split())
    if address.startswith("@") and ":" in address:
        address = address.rpartition(":")[2]
    local, at, domain = address.rpartition("@")
    address = address.removeprefix("mailto:").strip("'\"") if at else ""
    return address.lower() if local and domain else ""


def _scan(text: str, name: str, defects: Defects) -> list[Address]:
    scanner = _Scanner(name, defects)
    pos = 0
    while pos < len(text):
        if len(scanner.out) >= limits.ADDRESSES:
            defects.add("too-many-addresses", f"{name} cut to {limits.ADDRESSES}")
            return scanner.out
        special = _SPECIAL.search(text, pos)
        if special is None:
            scanner.phrase.append(text[pos:])
            break
        scanner.phrase.append(text[pos : special.start()])
        if special.group(1):
            scanner.phrase.append(special.group(1))
            pos = special.end()
        else:
            pos = _special(text, special.start(), scanner)
    scanner.finish()
    return scanner.out


def _special(text: str, pos: int, scanner: _Scanner) -> int:
    """Act on the special character at `pos`; returns where to go on."""
    char = text[pos]
    if char == '"':
        value, end = _delimited(text, pos + 1, '"')
        scanner.phrase.append(value)
        return end
    if char == "(":
        value, end = _comment(text, pos + 1)
        scanner.comment.append(value)
        return end
    if char == "<":
        end = text.find(">", pos)
        comma = text.find(",", pos)
        if end < 0:
            end = comma if comma >= 0 else len(text)
            scanner.defects.add("address-unterminated", scanner.header)
        scanner.angle = text[pos + 1 : end]
        return end + (1 if text[end : end + 1] == ">" else 0)
    if char in ",;":
        scanner.finish()
    elif char == ":":  # a group's name (RFC 5322 section 3.4), or 'mailto:'
        scanner.clear()
    return pos + 1


def _delimited(text: str, pos: int, mark: str) -> tuple[str, int]:
    out: list[str] = []
    while pos < len(text):
        char = text[pos]
        if char == "\\" and pos + 1 < len(text):
            out.append(text[pos + 1])
            pos += 2
            continue
        if char == mark:
            return "".join(out), pos + 1
        out.append(char)
        pos += 1
    return "".join(out), pos


def _comment(text: str, pos: int) -> tuple[str, int]:
    """A comment, nested or not (RFC 5322 section 3.2.2); unterminated ones end with the text."""
    depth, start = 1, pos
    while pos < len(text):
        char = text[pos]
        if char == "\\":
            pos += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return text[start:pos], pos + 1
        pos += 1
    return text[start:], len(text)


def message_ids(raw: bytes, name: str, defects: Defects) -> tuple[str, ...]:
    """'<…>' of each Message-ID in a header, blanks inside removed; at most 200, the last ones kept."""
    if not raw:
        return ()
    text = words.to_text(raw, name, defects)
    found = ["<" + "".join(inner.split()) + ">" for inner in _ID.findall(text)]
    found = [f for f in dict.fromkeys(found) if len(f) > 2]
    return tuple(found[-200:])


def message_id(raw: bytes, defects: Defects) -> str:
    """The Message-ID with its angle brackets; one without brackets gets them."""
    if not raw.strip():
        return ""
    found = message_ids(raw, "Message-ID", defects)
    if found:
        if "@" not in found[0].strip("<@>"):
            defects.add("message-id-odd", found[0])
        return found[0]
    text = "".join(words.to_text(raw, "Message-ID", defects).split()).strip("<>")[:998]
    defects.add("message-id-odd", text)
    return f"<{text}>" if text else ""


_MONTHS = {
    m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTHS |= {"mai": 5, "okt": 10, "dez": 12, "mär": 3, "sept": 9, "juin": 6, "juil": 7, "août": 8, "févr": 2, "déc": 12}
_RFC = re.compile(
    r"(?:[^\d,]{0,20},)?\s*(\d{1,2})[\s-]+([^\W\d]{3,9})\.?[\s-]+(\d{2,4}),?(?:\s+at)?\s+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?"
    r"\s*([+-]\d{2}:?\d{2}|(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})?"
)
_US = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:,?\s+(\d{4}),?(?:\s+at)?)?\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?\s*(?:([+-]\d{4}|[A-Z]{3,4})\s*)?(\d{4})?",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?[T\s,，]*(?:\(?(?:星期|周|週)[一二三四五六日天]\)?)?[\s,，]*"
    r"(上午|下午|晚上|中午|凌晨|早上)?\s*(?:(\d{1,2})\s*[:：时時]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?)?"
    r"(?:\.\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2}|\(?(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?\)?)?"
)
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "cst": 8,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "cet": 1,
    "cest": 2,
    "bst": 1,
    "jst": 9,
    "kst": 9,
    "hkt": 8,
    "sgt": 8,
}
CHINA = timezone(timedelta(hours=8))


def _zone(text: str | None, default: timezone) -> timezone:
    if not text:
        return default
    plain = text.strip("()").lower()
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", plain)
    if digits:
        hours, minutes = int(digits.group(2)), int(digits.group(3) or 0)
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if digits.group(1) == "-" else 1)
        return timezone(offset) if abs(offset) < timedelta(hours=24) else default
    return timezone(timedelta(hours=_ZONES.get(plain, 0)))


def _make(numbers: tuple[str | int | None, ...], zone: timezone) -> datetime | None:
    try:
        year, month, day, hour, minute, second = (int(n or 0) for n in numbers)
        if year < 100:
            year += 2000 if year < 70 else 1900
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def date_of(text: str) -> datetime | None:
    """An aware date and time out of `text`, in the ways mailers write it; None if there is none.

    Without a zone: UTC for the RFC 5322 form, China's time for the numeric and Chinese forms.
    """
    text = text[:200].strip()
    if m := _RFC.match(text):
        day, month, year, hour, minute, second, zone = m.groups()
        return _make(
            (
                year,
                _MONTHS.get(month[:4].lower().strip("."), 0) or _MONTHS.get(month[:3].lower(), 0),
                day,
                hour,
                minute,
                second,
            ),
            _zone(zone, UTC),
        )
    if m := _ISO.search(text):
        year, month, day, half, hour, minute, second, zone = m.groups()
        number = int(hour or 0)
        if half in {"下午", "晚上"} and number < 12:
            number += 12
        return _make((year, month, day, number, minute, second), _zone(zone, CHINA))
    if m := _US.search(text):
        month, day, year, hour, minute, second, half, zone, late_year = m.groups()
        number = int(hour) % 12 + (12 if (half or "").lower() == "pm" else 0) if half else int(hour)
        return _make(
            (year or late_year, _MONTHS.get(month[:3].lower(), 0), day, number, minute, second), _zone(zone, UTC)
        )
    return None


def date(raw: bytes, defects: Defects) -> datetime | None:
    """The Date header; None, with a defect, where it is absent, unreadable or absurd."""
    if not raw.strip():
        return None
    text = words.to_text(raw, "Date", defects)
    found = date_of(text)
    if found is None or not 1980 <= found.year <= 2100:
        defects.add("date-unreadable", text[:60])
        return None
    return found
