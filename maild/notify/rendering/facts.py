"""What a notice must not lose: the values that the shipped words show, found again in others."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

_TELLING = re.compile(r"\d|@|://")
_CODE = re.compile(r"[a-z_]+")  # 'internal', 'proof': what templates ask for, not what is read
_TAGS = re.compile(r"<(style|title)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r'\b(?:href|src)="([^"]*)"', re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# Somebody's own words, and what the frame is for.
WORDS = frozenset(
    {
        "note",
        "answer",
        "reason",
        "lines",
        "words",
        "asking",
        "what",
        "whys",
        "problems",
        "topics",
        "fails",
        "sections",
        "whitelist",
        "token",
        "greeting",
        "links",
        "pay",
    }
)
# Of these only some values are what the notice is for.
PARTS: Mapping[str, tuple[str, ...]] = {"office": ("bank_", "transfer_"), "item": ("number", "due")}
SHORTEST, LONGER = 3, 5  # characters of what is needed, and of the rest: shorter ones are found by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value of a notice. variable: as templates name it; needed: a notice without it does not do its work."""

    variable: str
    value: str
    needed: bool


def facts(context: Mapping[str, object]) -> list[Fact]:
    """All texts of a context, with the variables that hold them."""
    found: dict[str, Fact] = {}
    for name, value in context.items():
        for path, text in _texts(name, value):
            said = squeeze(text)
            if len(said) >= (SHORTEST if _needed(path, said) else LONGER) and not _CODE.fullmatch(said):
                fact = Fact(variable=path, value=said, needed=_needed(path, said))
                if said not in found or fact.needed:
                    found[said] = fact
    return list(found.values())


def shown(fact: Fact, text: str) -> bool:
    """Whether a text (squeezed) has the value; figures count only where they are not part of longer ones."""
    if fact.value[0].isdigit() or fact.value[-1].isdigit():
        return re.search(rf"(?<![\d.]){re.escape(fact.value)}(?!\d|\.\d)", text) is not None
    return fact.value in text


def squeeze(text: str) -> str:
    """Blanks and line ends are one space."""
    return " ".join(text.split())


def plain(form: str, text: str) -> str:
    """What a reader sees of a section, and where its links go; squeezed."""
    if form != "html":
        return squeeze(text)
    bare = _TAGS.sub(" ", text)
    links = " ".join(_LINK.findall(bare))
    return squeeze(html.unescape(_TAG.sub(" ", bare) + " " + links))


def _needed(path: str, value: str) -> bool:
    root, _, rest = path.partition(".")
    if root in PARTS:
        return rest.startswith(PARTS[root]) and _TELLING.search(value) is not None
    return root in WORDS or _TELLING.search(value) is not None


def _texts(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(f"{path}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(f"{path}.{key}", each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(path, each)
