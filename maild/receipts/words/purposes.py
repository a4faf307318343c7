"""The words by which a page says for what was paid: rules/receipts/purposes.toml, checked key by key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.receipts.words.grammar import Grammar, filled_in
from maild.receipts.words.layoutfile import LayoutFile, Pattern
from maild.receipts.words.states import Key

_BETWEEN = re.compile(r"[、,;:/+&()\[\]|-]+|(?<=[\u3400-\u9fff■])\s+|\s+(?=[\u3400-\u9fff■])|和|与|及|\band\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeWords:
    """purposes.toml: patterns; labels, funds, projects: keys of labels; ends: of a whole text; charges: of its end;
    person: of what is left of a whole text; grants: of the whole value of a fund; bends: of a text in which '#' is
    ours.
    """

    ours: Pattern
    other: Pattern
    stated: Pattern
    neutral: Pattern
    unlisted: Pattern
    bends: Pattern
    charges: Pattern
    person: Pattern
    grants: Pattern
    labels: frozenset[str]
    funds: frozenset[str]
    projects: frozenset[str]
    ends: Pattern

    def bent(self, text: str) -> bool:
        """Whether a plain remark says that what is ours was taken back, lowered, or somebody else's: 文献传递费冲账."""
        return bool(self.bends.search(self.ours.sub("#", text)))

    def topics(self, text: str) -> list[str]:
        """What stands between commas, brackets, blanks of a plain remark; what is ours is '■' there: what stands right
        before it belongs to it, what it is about; what stands behind it is a piece of its own.
        """
        # a function: RE2's own replacement takes bytes of a character for characters
        return [piece for piece in _BETWEEN.split(self.ours.sub(lambda _: "■ ", text)) if piece]


def load_purposes(file: LayoutFile, key: Key, grammar: Grammar) -> PurposeWords:
    """purposes.toml. Raises RuleError."""
    data = file.known("", file.data, {"purpose"})
    table = file.known(
        "purpose",
        data.get("purpose", {}),
        {
            "ours",
            "other",
            "stated",
            "neutral",
            "person",
            "grants",
            "bends",
            "charge",
            "unlisted",
            "labels",
            "funds",
            "projects",
            "ends",
        },
    )
    lists = {
        name: file.required("purpose", table, name)
        for name in ("ours", "other", "stated", "neutral", "person", "grants", "bends")
    }
    lists["person"] = [filled_in(file, "purpose.person", one, grammar.parts) for one in lists["person"]]
    charge = str(table.get("charge", ""))
    return PurposeWords(
        **{
            name: file.any(f"purpose.{name}", listed, whole=name in {"person", "grants"}, longest=name == "neutral")
            for name, listed in lists.items()
        },
        charges=file.any("purpose.charge", [*lists["other"], *lists["stated"]], ends=f"(?:{charge})*"),
        labels=frozenset(map(key, file.required("purpose", table, "labels"))),
        funds=frozenset(map(key, file.required("purpose", table, "funds"))),
        projects=frozenset(map(key, file.required("purpose", table, "projects"))),
        ends=file.pattern("purpose.ends", f"^(?:{table.get('ends', '')})$"),
        unlisted=file.pattern("purpose.unlisted", str(table.get("unlisted", ""))),
    )
