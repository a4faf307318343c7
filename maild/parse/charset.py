"""Bytes → text: an allow-list of labels, and doubt where the label does not fit the bytes."""

from __future__ import annotations

import re

from maild.parse import charset_doubt
from maild.parse.defects import Defects

# Labels (letters and digits only) → Python codecs. Never codecs.lookup of a mail's text: it imports
# modules by name and knows 'idna', 'punycode', 'zip'. Every GB label is read as GB18030 (a superset);
# gb2312 and gbk map A1AA and A1A4 elsewhere, so that equal names would compare unequal.
_GB = "gb18030"
LABELS: dict[str, str] = {
    **dict.fromkeys(("utf8", "utf", "unicode11utf8", "utf8mb4", "xutf8", "unicode", "csutf8", "65001",
        "cp65001"), "utf-8"),
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "gb180302000", "gb180302005", "cp936", "ms936", "936", "windows936",
            "euccn", "xgbk",
         "gb2312charset", "gb231280", "gb23121980", "isogb2312", "csgb2312", "chinese", "csiso58gb231280", "isoir58",
         "xxgb2312", "134", "xeuccn", "xcp936", "gb", "gbkchar", "hzgb", "cngb", "xgb2312", "gbcharset"), _GB),
    **dict.fromkeys(("big5", "cp950", "ms950", "950", "big5hkscs", "cnbig5", "csbig5", "xxbig5", "136", "chinesebig5",
                     "xbig5", "big5tw"), "big5hkscs"),
    **dict.fromkeys(("hz", "hzgb2312"), "hz"),
    **dict.fromkeys(("iso2022cn", "iso2022cnext", "csiso2022cn"), "iso2022_cn"),
    **dict.fromkeys(("usascii", "ascii", "ansix341968", "iso646us", "us", "646", "ansi", "7bit"), "ascii"),
    **dict.fromkeys(("iso88591", "latin1", "l1", "cp819", "windows1252", "cp1252", "xansi", "ibm819",
        "88591"), "cp1252"),
    **{f"iso8859{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 16)},
    "iso88599": "cp1254", "iso88598i": "iso8859_8", "iso88596i": "iso8859_6", "latin2": "iso8859_2",
    "latin9": "iso8859_15",
    **{f"{p}125{n}": f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8) for p in ("windows", "cp", "win")},
    **dict.fromkeys(("shiftjis", "sjis", "cp932", "windows31j", "xsjis", "mskanji", "ms932", "128"), "cp932"),
    **dict.fromkeys(("eucjp", "xeucjp", "ujis"), "euc_jp"),
    **dict.fromkeys(("iso2022jp", "csiso2022jp", "iso2022jp1", "iso2022jp2", "cp50220", "cp50221"), "iso2022_jp_2"),
    **dict.fromkeys(("euckr", "ksc56011987", "ksc5601", "cp949", "ms949", "uhc", "kscc5601", "129"), "cp949"),
    "iso2022kr": "iso2022_kr", "koi8r": "koi8_r", "koi8u": "koi8_u", "tis620": "cp874", "windows874": "cp874",
    "macintosh": "mac_roman", "mac": "mac_roman", "macroman": "mac_roman", "ibm437": "cp437", "cp437": "cp437",
    "cp850": "cp850", "ibm850": "cp850", "cp866": "cp866", "utf7": "utf_7", "unicode11utf7": "utf_7",
    "utf16": "utf_16", "utf16le": "utf_16_le", "utf16be": "utf_16_be", "ucs2": "utf_16", "utf32": "utf_32",
}  # fmt: skip
_STATEFUL = frozenset(
    {"hz", "iso2022_cn", "iso2022_jp_2", "iso2022_kr", "utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32"}
)
_WIDE = frozenset({_GB, "big5hkscs", "cp932", "euc_jp", "cp949"})
_NOISE = re.compile(r"[^a-z0-9]+")
_HZ = re.compile(rb"~\{(.*?)(?:~\}|\n|$)", re.DOTALL)
_LONE = re.compile("[\ud800-\udfff]")


def codec_of(label: str) -> str | None:
    """The codec a charset label stands for; '' for no label, None for one that is not on the list."""
    plain = label.split("*", 1)[0].lower().strip(" \t\"'\0;,")
    if plain in {"utf-8", "us-ascii"}:
        return "utf-8" if plain == "utf-8" else "ascii"
    plain = plain.removeprefix("charset").lstrip("=")
    key = _NOISE.sub("", plain)
    return LABELS.get(key) if key else ""


def looks_utf8(text: str) -> bool:
    """Whether text that decoded as UTF-8 is meant so: GBK read as UTF-8 gives two-byte characters only."""
    text = text[:20_000]
    wide = sum(1 for c in text if c >= "\u0800")
    narrow = sum(1 for c in text if "\u0080" <= c < "\u0800")
    return wide > 0 and wide * 2 >= narrow


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _hz(data: bytes) -> str:
    """RFC 1843: '~{' … '~}' holds GB2312 in seven bits."""
    whole = _HZ.sub(lambda m: bytes(b | 0x80 if 0x21 <= b <= 0x7E else b for b in m.group(1)), data)
    return whole.replace(b"~~", b"~").replace(b"~\n", b"").decode(_GB, "replace")


_ISO_2022_CN = re.compile(rb"(\x1b\$[)*][A-H]|\x0e|\x0f|\x1bN)")


def _iso2022_cn(data: bytes) -> str:
    """RFC 1922: SO switches to the designated set. Only GB2312 (')A') is known here; CNS gives U+FFFD."""
    out: list[str] = []
    designated, shifted, single = b"", False, False
    for piece in _ISO_2022_CN.split(data):
        if piece.startswith(b"\x1b$)"):
            designated = piece
        elif piece == b"\x0e":
            shifted = True
        elif piece == b"\x0f":
            shifted = False
        elif piece == b"\x1bN":
            single = True
        elif piece.startswith(b"\x1b$*"):
            continue
        elif single:
            out.append("\ufffd")
            rest, single = piece[2:], False
            out.append(_shifted(rest, designated) if shifted else rest.decode("ascii", "replace"))
        else:
            out.append(_shifted(piece, designated) if shifted else piece.decode("ascii", "replace"))
    return "".join(out)


def _shifted(piece: bytes, designated: bytes) -> str:
    if designated != b"\x1b$)A":
        return "\ufffd" * ((len(piece) + 1) // 2)
    return bytes(b | 0x80 if 0x21 <= b <= 0x7E else b for b in piece).decode(_GB, "replace")


def _replaced(data: bytes, defects: Defects, where: str, *codecs: str) -> str:
    """The reading with the fewest replacement characters; the loss is counted."""
    best = min((data.decode(codec, "replace") for codec in codecs), key=lambda t: t.count("\ufffd"))
    if lost := best.count("\ufffd"):
        defects.add("undecodable", f"{where} {lost} characters")
    return best


def _guess(data: bytes, defects: Defects, where: str) -> str:
    """8-bit text without a label that can be believed."""
    text = _try(data, "utf-8")
    if text is not None:
        return text
    gb = _try(data, _GB)
    if gb is not None and charset_doubt.looks_chinese(gb):
        return gb
    big5 = _try(data, "big5hkscs")
    if big5 is not None and len(data) > 8 and gb is None:
        return big5
    detected = _detect(data)
    if detected is not None:
        return detected
    if gb is not None:
        return gb
    return _replaced(data, defects, where, "utf-8", _GB, "cp1252")


def _detect(data: bytes) -> str | None:
    """A detector for long text only: it misreads short GBK. None where it cannot tell."""
    if len(data) < 64:
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(data[:3000], steps=3, chunk_size=256).best()
    if best is None or best.encoding not in set(LABELS.values()) | {"latin_1"}:
        return None
    return _try(data, best.encoding)


def decode(data: bytes, label: str, defects: Defects, where: str) -> str:
    """Decode `data` whose charset is said to be `label`. Never raises; doubts are noted in `defects`."""
    codec = codec_of(label)
    if codec is None:
        defects.add("charset-unknown", f"{where} {label!r}")
        codec = ""
    if codec in _STATEFUL and codec is not None:
        return _stateful(data, codec, defects, where)
    if data.isascii():
        text = data.decode("ascii")
        if "~{" in text and "~}" in text and codec == "" and _HZ.search(data):
            defects.add("charset-guessed", f"{where} hz")
            return _hz(data)
        if "\x1b$)A" in text and "\x0e" in text:
            defects.add("charset-guessed", f"{where} iso-2022-cn")
            return _iso2022_cn(data)
        if "\x1b$B" in text:
            return _stateful(data, "iso2022_jp_2", defects, where)
        return text
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if codec in {"", "ascii"}:
        defects.add("charset-undeclared", where)
        return _guess(data, defects, where)
    return _labelled(data, codec, label, defects, where)


def _stateful(data: bytes, codec: str, defects: Defects, where: str) -> str:
    if codec not in {"utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_7"} and not data.isascii():
        defects.add("charset-mislabelled", f"{where} {codec}")
        return _guess(data, defects, where)
    if codec == "hz":
        return _hz(data)
    if codec == "iso2022_cn":
        text = _iso2022_cn(data)
    else:
        if codec == "utf_16" and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            codec = "utf_16_be" if data[:1] == b"\0" else "utf_16_le"
        # Python's UTF-7 lets halves of surrogate pairs through, which no text may hold.
        text = _LONE.sub("\ufffd", data.decode(codec, "replace"))
    if lost := text.count("\ufffd"):
        defects.add("undecodable", f"{where} {lost} characters")
    return text


def _labelled(data: bytes, codec: str, label: str, defects: Defects, where: str) -> str:
    """8-bit data with a believable label, checked against the bytes."""
    if codec == "utf-8":
        text = _try(data, codec)
        if text is not None:
            return text
        for other in (_GB, "big5hkscs"):
            guess = _try(data, other)
            if guess is not None and charset_doubt.looks_chinese(guess):
                defects.add("charset-mislabelled", f"{where} {label} is {other}")
                return guess
        return _replaced(data, defects, where, "utf-8", _GB)
    as_utf8 = _try(data, "utf-8")
    if as_utf8 is not None and looks_utf8(as_utf8):
        defects.add("charset-mislabelled", f"{where} {label} is utf-8")
        return as_utf8
    text = _try(data, codec)
    other = "" if codec in _WIDE and codec != _GB else charset_doubt.mislabelled(data, codec, text)
    if other:
        defects.add("charset-mislabelled", f"{where} {label} is {other}")
        return data.decode(other)
    if text is not None:
        return text
    if codec == "big5hkscs" and (gb := _try(data, _GB)) is not None and charset_doubt.looks_chinese(gb):
        defects.add("charset-mislabelled", f"{where} {label} is {_GB}")
        return gb
    return _replaced(data, defects, where, codec, "utf-8")
