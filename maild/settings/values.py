"""One value, as TOML or an environment variable gives it, to the option's type; or why not."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maild.config import Secret
from maild.settings.schema import Option

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_NAMES = {bool: "true or false", int: "a whole number", float: "a number", tuple: "a list of strings"}


class ValueFault(Exception):
    """The value will not do: `what` says why, `remedy` what would."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def nearest(name: str, known: Iterable[str]) -> str:
    """' (did you mean …?)', or '' where nothing known is like `name`."""
    match = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f" (did you mean '{match[0]}'?)" if match else ""


def wanted(option: Option) -> str:
    """What the option takes, in words: its type, choices and range."""
    choices = option.meta.get("choices")
    if choices:
        return "one of " + ", ".join(f'"{choice}"' for choice in choices)
    text = _NAMES.get(option.kind, "a string in quotes")
    low, high = option.meta.get("minimum"), option.meta.get("maximum")
    if low is not None and high is not None:
        return f"{text} from {low} to {high}"
    if low is not None:
        return f"{text}, at least {low}"
    return text if high is None else f"{text}, at most {high}"


def from_text(option: Option, text: str) -> Any:
    """An environment variable's text as the TOML value it stands for. Raises ValueFault."""
    try:
        if option.kind is bool:
            return _bool(text)
        if option.kind is int:
            return int(text.strip().replace("_", ""))
        if option.kind is float:
            return float(text.strip())
    except ValueError as error:
        raise ValueFault(f"{text!r} is not {_NAMES[option.kind]}", f"give {wanted(option)}") from error
    return _list(option, text) if option.kind is tuple else text


def _bool(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


def _list(option: Option, text: str) -> list[str]:
    """A JSON array of strings, or words between commas."""
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        items = json.loads(text)
    except ValueError as error:
        raise ValueFault(f"not a JSON list: {error}", f"give {wanted(option)}, or words with commas") from error
    return list(items)


def convert(option: Option, value: Any, base: Path) -> Any:
    """A TOML value as the option's type; relative paths start at `base`. Raises ValueFault.

    A secret's value is never part of a message.
    """
    remedy = f"give {wanted(option)}"
    if not _fits(option.kind, value):
        shown = "the value" if option.is_secret else _shown(value)
        raise ValueFault(f"{shown} is not {_NAMES.get(option.kind, 'a string')}", remedy)
    if option.kind in (str, Path, Secret):
        return _string(option, value, base)
    if option.kind is tuple:
        return tuple(_clean(item) for item in value)
    if option.kind is float:
        value = float(value)
    _check_range(option, value, remedy)
    return value


def _fits(kind: type, value: Any) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind is tuple:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _check_range(option: Option, value: Any, remedy: str) -> None:
    low, high = option.meta.get("minimum"), option.meta.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueFault(f"{value} is out of range", remedy)


def _clean(text: str) -> str:
    """Refuse control characters: most strings end up in a mail header, a path or a protocol line."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValueFault("contains a control character (line break, tab …)", "write the value on one line")
    return text


def _string(option: Option, value: str, base: Path) -> Any:
    text = _clean(value)
    if option.is_secret:
        return Secret(text)
    choices = option.meta.get("choices")
    if choices and text not in choices:
        raise ValueFault(f"{text!r} is not known{nearest(text, choices)}", f"give {wanted(option)}")
    if option.kind is Path:
        if not text:
            raise ValueFault("is empty", "give a path")
        return base / text
    return str(base / text) if option.meta.get("path") and text and "://" not in text else text
