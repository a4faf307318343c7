"""Inline CSS of a mail: what keeps its layout legible is kept, by an allow-list of properties and of their values.

A value is kept only where it is wholly of a known shape: no function but colours', no escape, no quotes beside those
of font names. So nothing can be fetched, run, moved over other text, or made too small to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    "table-layout": r"auto|fixed",
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
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_IMPORTANT = re.compile(r"(?i)\s*!\s*important\s*\Z")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_REMOTE = re.compile(r"(?i)(?:url|image|image-set|src)\s*\(\s*[\"']?\s*(?:https?:)?//([^/\"'\s)?#:]{1,253})")
_MOST = 4000  # characters of one attribute
_LEAST_PIXELS = 8.0  # of a font: what is smaller is not meant to be read
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "%": 0.16, "cm": 37.8, "mm": 3.78,
           "in": 96.0, "pc": 16.0, "": 1.0}  # fmt: skip


def declarations(style: str) -> Iterator[tuple[str, str]]:
    """(property, value) of an inline style, as a browser might see them; both lower case, white space made even."""
    for piece in _COMMENT.sub(" ", style[:_MOST]).split(";"):
        name, colon, value = piece.partition(":")
        if colon:
            yield name.strip().lower(), " ".join(_IMPORTANT.sub("", value).split()).lower()


def kept(style: str) -> str:
    """The style with only what may stay; '' where nothing may."""
    return ";".join(f"{name}:{value}" for name, value in declarations(style) if _is_kept(name, value))


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
    return not (name in ("font-size", "line-height") and is_tiny(value, ratio=name == "line-height"))


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
