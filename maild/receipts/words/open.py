"""What a page says to be still open: rules/receipts/open.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.receipts.words.grammar import filled_in
from maild.receipts.words.layoutfile import LayoutFile, Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWords:
    """open.toml, each of a whole plain text. asked: a label of a step, no: what stands there where it was not taken;
    turns: a label of whose turn it is, over: what stands there at the end; counted: what n/m counts; pages: a part of
    the way to a page; buttons; opinions: a label of what somebody thought, agreed: that he agreed; before: a label of
    the day on which somebody did; sides, comes: a label of a sum's side, that it came; submit, leave: two
    of a row; entered: where a number is put when it is booked; days: any label of a day; effective: one of the day on
    which a payment is carried out. person: a name (purposes.toml). heads, opinion_heads, takers, coming: heads of
    columns of a table of steps, for what somebody thought, of these what he thought or did alone, for who took one, for
    what may still come; offices: who may have taken one; roles: who takes it, as its name; noted: what may stand before
    what is noted at a step; checked: what who looked it through says, earlier: where it was not the last step, bends:
    that he agreed to something else, or not yet; arrives: a label of when the money arrives, arrived: what
    stands there where that is not to come; delays: what may be chosen there in its place;
    course_heads: of a course of steps, own_heads: of this form's; after: a step behind the last one that counts.
    """

    asked: Pattern
    no: Pattern
    turns: Pattern
    over: Pattern
    counted: Pattern
    pages: Pattern
    buttons: Pattern
    opinions: Pattern
    agreed: Pattern
    before: Pattern
    sides: Pattern
    comes: Pattern
    submit: Pattern
    leave: Pattern
    entered: Pattern
    days: Pattern
    effective: Pattern
    heads: Pattern
    opinion_heads: Pattern
    takers: Pattern
    coming: Pattern
    offices: Pattern
    roles: Pattern
    noted: Pattern
    checked: Pattern
    earlier: Pattern
    bends: Pattern
    course_heads: Pattern
    own_heads: Pattern
    arrives: Pattern
    arrived: Pattern
    delays: Pattern
    after: Pattern
    person: Pattern


def load_open(file: LayoutFile, person: Pattern, parts: Mapping[str, str]) -> OpenWords:
    """open.toml. person: of a whole text; parts: of grammar.toml, for {names} in patterns. Raises RuleError."""
    names = set(OpenWords.__slots__) - {"person"}
    table = file.known("open", file.known("", file.data, {"open"}).get("open", {}), names)
    filled = {
        name: [filled_in(file, f"open.{name}", one, parts) for one in file.required("open", table, name)]
        for name in sorted(names)
    }
    read = {name: file.any(f"open.{name}", texts, whole=True) for name, texts in filled.items()}
    return OpenWords(person=person, **read)
