"""Labels and states that no list has, understood by the parts they are made of: rules/receipts/grammar.toml.

Banks and apps name the same few things in ever new compositions (收方开户机构, Beneficiary's A/C No.). A list of those
never ends; the parts are few. All have to be known: one that is not (退, 预计, pending) leaves the whole unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maild.receipts.words.layoutfile import LayoutFile, Pattern

GRAMMAR_FILE = "grammar.toml"
_PLACE = re.compile(r"\{([a-z_]+)\}")
_SCRIPTS = re.compile(r"[a-z]+|[\u3400-\u9fff]+")
_LONGEST = 40  # characters of a key


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """grammar.toml, its parts put in. parts: a part's name → its pattern; labels: a label's name → the whole key, the
    first that fits counts; headings, dated: of a key; final: patterns of a clause; told: of a clause that says who says
    what follows; anchors: a label's name, or final → what it counts as for the kind.
    """

    parts: Mapping[str, str]
    labels: Mapping[str, Pattern]
    headings: Pattern
    final: Sequence[str]
    told: Pattern
    dated: Pattern
    anchors: Mapping[str, str]

    def label(self, key: str) -> str:
        """The name of the label that a folded key is, '' where a part of it is not known."""
        if not 2 <= len(key) <= _LONGEST:
            return ""
        return next((name for name, pattern in self.labels.items() if pattern.search(key)), "")


def scripts(key: str) -> tuple[str, ...]:
    """The two halves of a key in Chinese and in English (payeeacno收款账号); empty where it is in one of them."""
    halves = tuple(_SCRIPTS.findall(key))
    return halves if len(halves) == 2 and "".join(halves) == key else ()


def load_grammar(file: LayoutFile, labels: set[str]) -> Grammar:
    """grammar.toml; labels: the names that a label may have. Raises RuleError."""
    data = file.known("", file.data, {"parts", "labels", "headings", "state", "anchors"})
    parts: dict[str, str] = {}
    for name, text in _texts(file, "parts", data.get("parts", {}), None).items():
        parts[name] = f"(?:{filled_in(file, f'parts.{name}', text, parts)})"
        file.pattern(f"parts.{name}", parts[name])

    def filled(field: str, value: object) -> list[str]:
        return [filled_in(file, field, text, parts) for text in file.strings(field, value)]

    headings = file.known("headings", data.get("headings", {}), {"topics"})
    state = file.known("state", data.get("state", {}), {"final", "told", "dated"})
    return Grammar(
        parts=parts,
        labels={
            name: file.any(f"labels.{name}", filled(f"labels.{name}", [text]), whole=True)
            for name, text in _texts(file, "labels", data.get("labels", {}), labels).items()
        },
        headings=file.any("headings.topics", filled("headings.topics", headings.get("topics")), whole=True),
        final=filled("state.final", state.get("final")),
        told=file.any("state.told", filled("state.told", state.get("told")), whole=True),
        dated=file.any("state.dated", filled("state.dated", state.get("dated")), whole=True),
        anchors=_texts(file, "anchors", data.get("anchors", {}), labels | {"final"}),
    )


def _texts(file: LayoutFile, prefix: str, table: object, names: set[str] | None) -> Mapping[str, str]:
    known = file.known(prefix, table, names if names is not None else set(table) if isinstance(table, dict) else set())
    for name, text in known.items():
        if not isinstance(text, str) or not text:
            raise file.error(f"{prefix}.{name}", "must be a string")
    return known


def filled_in(file: LayoutFile, field: str, text: str, parts: Mapping[str, str]) -> str:
    """A pattern with its parts in their places. Raises RuleError for one that is not defined."""
    for name in _PLACE.findall(text):
        if name not in parts:
            raise file.error(field, f"no part is called {name!r}", remedy="define it above, in [parts]")
    return _PLACE.sub(lambda hit: parts[hit[1]], text)
