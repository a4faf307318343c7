"""What stands beside a payment and says nothing of it, by its form: rules/receipts/beside.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.receipts.words.layoutfile import LayoutFile, Pattern

_BETWEEN = r"[ ,;、/|·•→>›»-]*"
_SEVERAL, _MOST = 2, 12
_KEYS = (
    *("wrongs", "nothing", "reasons", "buttons", "alone", "lists", "roles", "machines", "every", "tabs", "pairs"),
    *("steps", "flows", "asks", "general"),
)
_WHOLE = ("wrongs", "nothing", "reasons", "alone", "lists")


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideWords:
    """beside.toml, each of a whole plain text. wrongs: a label of what went wrong, nothing: what stands there where
    nothing did; nils: one or more of both in a box; reasons: a label of a reason; alone, lists: a button; several:
    buttons, pages of a list, steps or places to sign in one box; prose: a question, whom to ask, what holds in general.
    """

    wrongs: Pattern
    nothing: Pattern
    nils: Pattern
    reasons: Pattern
    alone: Pattern
    lists: Pattern
    several: Pattern
    prose: Pattern


def load_beside(file: LayoutFile, parts: Mapping[str, str]) -> BesideWords:
    """beside.toml. parts: of grammar.toml, of which who signs is put in. Raises RuleError."""
    table = file.known("beside", file.known("", file.data, {"beside"}).get("beside", {}), set(_KEYS))
    read = {name: file.required("beside", table, name) for name in _KEYS}
    one = {name: "(?:" + "|".join(f"(?:{text})" for text in texts) + ")" for name, texts in read.items()}
    who = f"(?:{one['machines']}|{parts.get('signer', one['machines'])})"
    many = f"{{{_SEVERAL},{_MOST}}}"
    several = [
        f"(?:{one['buttons']}{_BETWEEN}){many}",
        f"(?:{one['roles']}{_BETWEEN}){many}",
        f"(?:{one['roles']} ?: ?(?:{who})?[ ,;、/|]*){many}",
        f"{one['every']}{_BETWEEN}(?:{one['tabs']}{_BETWEEN}){{3,{_MOST}}}",
        *read["pairs"],
        f"(?:{one['flows']} ?:? ?)?(?:\\d?[.、]? ?{one['steps']}{_BETWEEN}){{3,{_MOST}}}",
    ]
    return BesideWords(
        nils=file.any("beside.wrongs", [f"(?:{one['wrongs']} ?[:]? ?{one['nothing']}[ ,;|]*)+"], whole=True),
        several=file.any("beside.buttons", several, whole=True),
        prose=file.any("beside.general", [*read["asks"], *read["general"]], whole=True),
        **{name: file.any(f"beside.{name}", read[name], whole=True) for name in _WHOLE},
    )
