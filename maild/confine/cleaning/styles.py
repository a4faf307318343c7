"""Inline CSS of a mail: what keeps its layout legible is kept, by an allow-list of properties and of their values.

A value is kept only where it is wholly of a known shape: no function but colours', no escape, no quotes beside those
of font names. So nothing can be fetched, run, moved over other text, or made too small to be seen.

Nor does a box lie over another: one is never lower than what is in it, a line never lower than its letters, and what
has an edge or room around it takes its place in the line (boxes that are too narrow: _STYLE of sanitise).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.confine.cleaning import colours

_LENGTH = r"(?:0|\d{1,4}(?:\.\d{1,4})?(?:px|pt|em|rem|ex|ch|%|cm|mm|in|pc)|\.\d{1,4}(?:em|rem))"
_COLOUR = r"(?:#[0-9a-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl)a?\(\s*[\d.]{1,6}(?:deg)?%?(?:\s*[,/\s]\s*[\d.]{1,6}%?){2,3}\s*\))"
_EDGE = rf"(?:{_LENGTH}|thin|medium|thick|none|hidden|solid|dashed|dotted|double|groove|ridge|inset|outset|{_COLOUR})"
_FONT = r"(?:'[\w \-]{1,60}'|\"[\w \-]{1,60}\"|[\w\-]{1,40}(?: [\w\-]{1,40}){0,4})"


def _all_of(piece: str, most: int = 4) -> str:
    return rf"{piece}(?:\s+{piece}){{0,{most - 1}}}"


_SHAPES: dict[str, str] = {
    "color": _COLOUR,
    "background-color": _COLOUR,
    "background": _COLOUR,
    "font-family": rf"{_FONT}(?:\s*,\s*{_FONT}){{0,12}}",
    "font-size": rf"{_LENGTH}|(?:xx?-)?(?:small|large)|medium|smaller|larger",
    "font-style": r"normal|italic|oblique",
    "font-weight": r"normal|bold|bolder|lighter|[1-9]00",
    "font-variant": r"normal|small-caps",
    "line-height": rf"normal|(?:0?\.[89]|[1-3])(?:\.\d{{1,4}})?|{_LENGTH}",
    "text-align": r"left|right|center|justify|start|end",
    "text-decoration": rf"{_all_of('(?:none|underline|overline|line-through|solid|dotted|dashed|' + _COLOUR + ')')}",
    "text-decoration-line": r"none|underline|overline|line-through",
    "text-transform": r"none|capitalize|uppercase|lowercase",
    "text-indent": _LENGTH,
    "vertical-align": rf"top|middle|bottom|baseline|sub|super|text-top|text-bottom|{_LENGTH}",
    "white-space": r"normal|pre|pre-wrap|pre-line|nowrap",
    "word-break": r"normal|break-all|keep-all|break-word",
    "word-wrap": r"normal|break-word",
    "overflow-wrap": r"normal|break-word|anywhere",
    "display": r"block|inline|inline-block|table|inline-table|table-row|table-cell|table-row-group|list-item",
    "float": r"left|right|none",
    "clear": r"left|right|both|none",
    "list-style-type": r"[a-z\-]{3,24}",
    "border-collapse": r"collapse|separate",
    "border-spacing": _all_of(_LENGTH, 2),
    "border-radius": _all_of(_LENGTH),
    "width": rf"auto|{_LENGTH}",
    "max-width": rf"none|{_LENGTH}",
    "min-width": rf"auto|{_LENGTH}",
    "height": rf"auto|{_LENGTH}",
    "min-height": rf"auto|{_LENGTH}",
    "margin": _all_of(rf"(?:auto|{_LENGTH})"),
    "padding": _all_of(_LENGTH),
    "border": _all_of(_EDGE, 3),
    "border-width": _all_of(_EDGE),
    "border-style": _all_of(_EDGE),
    "border-color": _all_of(_EDGE),
}
for _side in ("top", "right", "bottom", "left"):
    _SHAPES[f"margin-{_side}"] = rf"auto|{_LENGTH}"
    _SHAPES[f"padding-{_side}"] = _LENGTH
    _SHAPES[f"border-{_side}"] = _all_of(_EDGE, 3)
    for _of in ("width", "style", "color"):
        _SHAPES[f"border-{_side}-{_of}"] = _EDGE
_KEPT = {name: re.compile(shape, re.IGNORECASE) for name, shape in _SHAPES.items()}
_NO_COLOUR = frozenset({"inherit", "none", "transparent"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_IMPORTANT = re.compile(r"(?i)(?<!\s)\s*!\s*important\s*\Z")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_REMOTE = re.compile(r"(?i)(?:url|image|image-set|src)\s*\(\s*[\"']?\s*(?:https?:)?//([^/\"'\s)?#:]{1,253})")
_MOST = 4000  # characters of one attribute
_LEAST_PIXELS = 8.0  # of a font: what is smaller is not meant to be read
_EDGE_PIXELS = 3.0
_LINE = (1.0, 4.0)  # a line's height, in that of its letters
# Pixels to which a length goes: what is farther away is not seen, and a broader edge is a wall.
_FARTHEST = {
    "width": 2000.0,
    "min-width": 1000.0,
    "max-width": 4000.0,
    "height": 4000.0,
    "min-height": 4000.0,
    "border": 40.0,
    "font-size": 200.0,
}
_FAR = 400.0
_MEASURE = re.compile(r"(\d+\.?\d*|\.\d+)(px|pt|r?em|ex|ch|%|cm|mm|in|pc)?(?![\w.])")
# By themselves in the line: an edge of theirs would lie over the lines above and below.
_ALONE = (
    "a abbr acronym b big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u "
    "var"
)
_INLINE = frozenset(_ALONE.split())
_CELLS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "col", "colgroup"})
_PIXELS = {
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "%": 0.16,
    "cm": 37.8,
    "mm": 3.78,
    "in": 96.0,
    "pc": 16.0,
    "": 1.0,
}


def declarations(style: str) -> Iterator[tuple[str, str]]:
    """(property, value) of an inline style, as a browser might see them; both lower case, white space made even."""
    for piece in _COMMENT.sub(" ", style[:_MOST]).split(";"):
        name, colon, value = piece.partition(":")
        if colon:
            yield name.strip().lower(), " ".join(_IMPORTANT.sub("", value).split()).lower()


def kept(style: str, tag: str = "") -> str:
    """The style of such an element with only what may stay; '' where nothing may."""
    said = {name: value for name, value in declarations(style) if _is_kept(name, value)}
    if tag in _CELLS:
        said.pop("display", None)  # else what a row says of its height would no longer be the least
    elif tag != "img" and "height" in said:
        said["min-height"] = said.pop("height")
    if "line-height" in said:
        said["line-height"] = _line(said["line-height"], said.get("font-size", ""))
    if said.get("display", "inline" if tag in _INLINE else "block") == "inline" and any(
        map(_is_edge, said, said.values())
    ):
        said["display"] = "inline-block"
    return ";".join(f"{name}:{value}" for name, value in said.items())


def _line(value: str, size: str) -> str:
    """The height of lines as a factor: larger letters within are given higher lines."""
    if value == "normal":
        return value
    found = _MEASURE.match(value)
    factor = float(found[1]) if found else 1.5
    if found and found[2] == "%":
        factor /= 100
    elif found and found[2]:
        factor *= _PIXELS[found[2]] / (_in_pixels(size) or 16.0)
    return f"{min(max(factor, _LINE[0]), _LINE[1]):.3g}"


def _in_pixels(value: str) -> float:
    found = _MEASURE.fullmatch(value)
    return float(found[1]) * _PIXELS[found[2] or ""] if found else 0.0


def _is_edge(name: str, value: str) -> bool:
    """Whether it lies over other lines, where it is no box of its own."""
    if not name.startswith(("padding", "border")) or name in ("border-collapse", "border-spacing"):
        return False
    return any(float(number) * _PIXELS[unit] > _EDGE_PIXELS for number, unit in _MEASURE.findall(value))


def remote_hosts(style: str) -> list[str]:
    """The hosts a style would fetch something from."""
    return [host.lower() for host in _REMOTE.findall(_COMMENT.sub(" ", style[:_MOST]))]


def hides(style: str) -> bool:
    """Whether a style makes text invisible by other means than its colour."""
    return any(_hides(name, value) for name, value in declarations(style))


def _is_kept(name: str, value: str) -> bool:
    shape = _KEPT.get(name)
    if shape is None or shape.fullmatch(value) is None:
        return False
    if name in ("color", "background", "background-color") and value not in _NO_COLOUR and colours.read(value) is None:
        return False  # the system's colours, say: who marks hidden text does not know them
    if _is_far(name, value):
        return False
    return not (name in ("font-size", "line-height") and is_tiny(value, ratio=name == "line-height"))


def _is_far(name: str, value: str) -> bool:
    """Whether a length leads out of sight. Percents are of what is around."""
    most = _FARTHEST.get(name.split("-", maxsplit=1)[0] if name.startswith("border") else name, _FAR)
    if name == "line-height" or "(" in value:
        return False
    return any(
        float(number) > 100 if unit == "%" and name != "font-size" else float(number) * _PIXELS[unit] > most
        for number, unit in _MEASURE.findall(value)
    )


def is_tiny(value: str, *, ratio: bool = False) -> bool:
    """Whether a length is too small for text. ratio: a bare number counts in heights of the text."""
    found = _NUMBER.match(value)
    if found is None:
        return False
    unit = value[found.end() :].strip()
    scale = 16.0 if ratio and not unit else _PIXELS.get(unit)
    return scale is not None and float(found[0]) * scale < _LEAST_PIXELS


def _hides(name: str, value: str) -> bool:
    if name == "font-size":
        return is_tiny(value)
    if name == "display":
        return value == "none"
    if name == "visibility":
        return value in ("hidden", "collapse")
    if name == "opacity":
        return is_tiny(value, ratio=True) and float(_NUMBER.findall(value)[0]) < 0.3
    if name in ("max-height", "max-width"):
        return bool(re.fullmatch(r"0(?:\.0*)?(?:px|pt|em|%)?|1px", value))
    if name in ("text-indent", "left", "top", "margin-left", "margin-top", "letter-spacing"):
        return bool(re.match(r"-\d{3,}", value)) or (name == "letter-spacing" and value.startswith("-"))
    if name in ("clip", "clip-path"):
        return value not in ("auto", "none")
    return name == "mso-hide" and value == "all"
