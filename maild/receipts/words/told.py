"""The words of payments that are told elsewhere than on a receipt: rules/receipts/told.toml, checked key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maild.receipts.words.layoutfile import LayoutFile, Pattern

TOLD_FILE = "told.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWords:
    """[statement]. titles, books, asked, entry, handled, orders, instructions: anywhere in a text; lists: of the last
    piece of a heading; booked: of a whole one; ways: of the pieces before it, beside such and a bank; done: of a whole
    state; the others of a whole head of a column, goes and comes of a whole value.
    """

    titles: Pattern
    lists: Pattern
    asked: Pattern
    how: Pattern
    done: Pattern
    handled: Pattern
    orders: Pattern
    instructions: Pattern
    entry: Pattern
    booked: Pattern
    ways: Pattern
    books: Pattern
    day: Pattern
    amount: Pattern
    out: Pattern
    come: Pattern
    balance: Pattern
    side: Pattern
    party: Pattern
    summary: Pattern
    goes: Pattern
    comes: Pattern
    numbered: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWords:
    """[message]: pieces of a sentence, by what they say; payee and tail: one behind the other."""

    begins: Pattern
    payer: Pattern
    day: Pattern
    payee: Pattern
    tail: Pattern
    amount: Pattern
    balance: Pattern
    account: Pattern
    remark: Pattern
    inside: Pattern
    final: Pattern
    act: Pattern
    filler: Pattern
    codes: Pattern
    offers: Pattern
    comes: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherWords:
    """[voucher]. unit, project, account, what, debit, credit, sum, who: in the key of a column's head; the others in a
    cell.
    """

    unit: Pattern
    project: Pattern
    account: Pattern
    what: Pattern
    debit: Pattern
    credit: Pattern
    sum: Pattern
    who: Pattern
    giver: Pattern
    taker: Pattern
    goes: Pattern
    comes: Pattern
    turns: Pattern
    again: Pattern
    ends: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledWords:
    """[filled]. begins, stops: at the start of a row without blanks; margin: a whole box beside the sentence; filler:
    anywhere; clings: at the end of who paid, and says that it is not done; pieces: what each is called → where it
    stands, the group of that name; labels: under which it is laid out.
    """

    begins: Pattern
    stops: Pattern
    margin: Pattern
    filler: Pattern
    clings: Pattern
    pieces: Mapping[str, Pattern]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWords:
    """told.toml."""

    filled: FilledWords

    voucher: VoucherWords
    statement: StatementWords
    message: MessageWords


_WHOLE = frozenset(StatementWords.__slots__) - {
    "titles",
    "books",
    "asked",
    "entry",
    "numbered",
    "handled",
    "orders",
    "instructions",
}
_ONE = frozenset({"payer", "day", "payee", "tail", "amount", "balance", "account", "remark", "inside"})
_BEHIND = (
    r"(?:的|,|;|。|:|跨行|行内|网银|手机银行|网上银行|实时|成功|\(|\[|$|转账|汇款|付款|支付|缴费|转出|转支|账户|账号|账上|卡号|尾号|支出"
    r"|完成|进行|发起|发生|划转|扣款|汇出|人民币|\*|\d)"
)


def load_told(file: LayoutFile) -> ToldWords:
    """told.toml. Raises RuleError."""
    data = file.known("", file.data, {"statement", "voucher", "message", "filled"})
    names = {name: name for name in MessageWords.__slots__} | {"begins": "from"}
    statement = file.known("statement", data.get("statement", {}), set(StatementWords.__slots__))
    booked = file.known("voucher", data.get("voucher", {}), set(VoucherWords.__slots__))
    message = file.known("message", data.get("message", {}), set(names.values()))
    for prefix, table, wanted in (
        ("statement", statement, StatementWords.__slots__),
        ("voucher", booked, VoucherWords.__slots__),
        ("message", message, names.values()),
    ):
        if missing := next((name for name in wanted if name not in table), None):
            raise file.error(prefix, f"{missing} is missing", remedy="restore the shipped file")
    found = {}
    for name, key in names.items():
        text = message[key]
        if name in _ONE and not isinstance(text, str):
            raise file.error(f"message.{key}", "must be a string")
        if name == "payee":
            text += _BEHIND
        found[name] = (
            file.pattern(f"message.{key}", f"(?i){text}")
            if name in _ONE
            else file.any(f"message.{key}", text, longest=name in {"filler", "final", "act"})
        )
    return ToldWords(
        filled=_filled(file, file.known("filled", data.get("filled", {}), {*FilledWords.__slots__})),
        voucher=VoucherWords(**{name: file.any(f"voucher.{name}", booked[name]) for name in VoucherWords.__slots__}),
        statement=StatementWords(
            **{
                name: file.any(f"statement.{name}", statement[name], whole=name in _WHOLE)
                for name in StatementWords.__slots__
            }
        ),
        message=MessageWords(**found),
    )


def _filled(file: LayoutFile, table: Mapping[str, Any]) -> FilledWords:
    """[filled], in which pieces and labels have the same names."""
    if missing := next((name for name in FilledWords.__slots__ if name not in table), None):
        raise file.error("filled", f"{missing} is missing", remedy="restore the shipped file")
    pieces, labels = ({**table[name]} for name in ("pieces", "labels"))
    if pieces.keys() != labels.keys():
        raise file.error("filled.labels", "must have the names of filled.pieces, each")
    patterns = {name: file.pattern(f"filled.pieces.{name}", f"(?i){text}") for name, text in pieces.items()}
    if nameless := next((name for name, one in patterns.items() if name not in one.groupindex), None):
        raise file.error(f"filled.pieces.{nameless}", f"must have a group (?P<{nameless}>…)")
    return FilledWords(
        begins=file.any("filled.begins", [f"^(?:{one})" for one in table["begins"]]),
        stops=file.any("filled.stops", [f"^(?:{one})" for one in table["stops"]]),
        margin=file.any("filled.margin", table["margin"], whole=True),
        filler=file.any("filled.filler", table["filler"], longest=True),
        clings=file.any("filled.clings", [f"(?:{one})$" for one in table["clings"]]),
        pieces=patterns,
        labels={name: str(text) for name, text in labels.items()},
    )
