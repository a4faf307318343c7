"""What a page says to be still open: rules/receipts/open.toml."""

from __future__ import annotations

from dataclasses import dataclass

from maild.receipts.layoutfile import LayoutFile, Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWords:
    """open.toml, each of a whole plain text. asked: a label of a step, no: what stands there where it was not taken;
    turns: a label of whose turn it is, over: what stands there at the end; counted: what n/m counts; pages: a part of
    the way to a page; buttons; effective: a label of the day on which a payment is carried out.
    """

    asked: Pattern
    no: Pattern
    turns: Pattern
    over: Pattern
    counted: Pattern
    pages: Pattern
    buttons: Pattern
    effective: Pattern


def load_open(file: LayoutFile) -> OpenWords:
    """open.toml. Raises RuleError."""
    data = file.known("", file.data, {"open"})
    table = file.known("open", data.get("open", {}), set(OpenWords.__slots__))
    return OpenWords(
        **{
            name: file.any(f"open.{name}", file.required("open", table, name), whole=True)
            for name in OpenWords.__slots__
        }
    )
