"""What the words of a stamp say: patterns of rules/receipts/stamps.toml → a verdict. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from maild.domain.accounting.receipt import Stamp
from maild.receipts.rows import fold
from maild.receipts.words.layoutfile import LayoutFile, Pattern
from maild.receipts.words.spotting import Spelt, Told
from maild.tables import Source, office_table

FILE = "stamps.toml"
_NAMES = (
    "application",
    "receipt",
    "number",
    "order",
    "approval",
    "banks_number",
    "bank",
    "booked",
    "booked_apart",
    "moved",
    "unmoved",
    "seal",
    "office",
    "names",
    "finance",
    "unit",
    "refused",
    "waiting",
    "open",
    "over",
    "place",
    "clerk",
)
_SPELT = ("offices", "others", "moved", "seals", "against")  # after "spelt_"
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOTHING = Told()
_LEAST = 5  # characters of writing from which on a stamp that says none of it is another's


@dataclass(frozen=True, slots=True, kw_only=True)
class StampWords:
    """One pattern a list of the file."""

    application: Pattern
    receipt: Pattern
    number: Pattern
    order: Pattern
    approval: Pattern
    banks_number: Pattern
    bank: Pattern
    booked: Pattern
    booked_apart: Pattern
    moved: Pattern
    unmoved: Pattern
    seal: Pattern
    office: Pattern
    names: tuple[str, ...]
    finance: Pattern
    unit: Pattern
    refused: Pattern
    waiting: Pattern
    open: Pattern
    over: Pattern
    place: Pattern
    clerk: Pattern
    spelt: Spelt

    def verdict(self, lines: Sequence[str], told: Told = _NOTHING) -> Stamp:
        """What one stamp says, by its lines as read; UNREAD where they say nothing that is known.

        told  the words that explain what was seen of it, which count where nothing that was read speaks against them
        """
        text = "|".join(dict.fromkeys(filter(None, map(plain, lines))))
        if self.refused.search(text):
            return Stamp.REFUSED
        office, unit = self._is_office(text), self.unit.search(text)
        if not self.waiting.search(self.clerk.sub("|", text)) and (office or not unit):
            done = not self.unmoved.search(text)
            booked = self.booked.search(text)
            if done and booked and (office or self.finance.search(text) or (not unit and self._nearly_office(text))):
                return Stamp.FINANCE
            if done and office and self.booked_apart.search(f"|{text}"):
                return Stamp.FINANCE
            if done and office and self.seal.search(text):
                return Stamp.FINANCE
            if done and not unit and self._is_told(text, told):
                return Stamp.FINANCE
        if unit and not office:
            return Stamp.OTHER
        known = office or told != _NOTHING or any(p.search(text) for p in (self.booked, self.finance, self.seal))
        return Stamp.UNREAD if known or len(re.findall(r"[\u4e00-\u9fff]", text)) < _LEAST else Stamp.OTHER

    def _is_told(self, text: str, told: Told) -> bool:
        """Whether the finance office and its booking are told, each of them read or by what was seen of it."""
        office = told.office or self._is_office(text)
        booked = told.moved or told.seal or self.booked.search(text) or self.seal.search(text)
        return bool(office and booked) and (told.office or told.moved or told.seal) and not told.against

    def _is_office(self, text: str) -> bool:
        """Whether the finance office is named, within a line or from one to the next (浙江大学会|计核算中心)."""
        return bool(self.office.search(text) or self.office.search(text.replace("|", "")))

    def _nearly_office(self, text: str) -> bool:
        """Whether a line has a name of the finance office with one letter misread, and is not 财产管理处."""
        return not any(other in text for other in self.spelt.others) and any(
            sum(a != b for a, b in zip(name, line[n : n + len(name)], strict=True)) <= 1
            for line in text.split("|")
            for name in self.names
            for n in range(len(line) - len(name) + 1)
        )

    def is_over(self, text: str) -> bool:
        """Whether a text in ink that touches a stamp may be of what takes it back; a printed label is not."""
        return bool(self.over.search(plain(text))) and not (plain(text).endswith(":") or self.is_place(text))

    def is_place(self, text: str) -> bool:
        """Whether a text printed on a form names the place of the finance office's stamp."""
        return bool(self.place.search(plain(text)))

    def names_finance(self, lines: Sequence[str]) -> bool:
        """Whether lines of a stamp name the finance office."""
        return self._is_office("|".join(map(plain, lines)))

    def names_unit(self, lines: Sequence[str]) -> bool:
        """Whether lines of a stamp name another unit, which is no bank."""
        text = "|".join(map(plain, lines))
        return bool(self.unit.search(text)) and not self.bank.search(text)

    def is_open(self, lines: Sequence[str]) -> bool:
        """Whether lines of a stamp say that something is still to be done, whatever another stamp beside it says."""
        return any(self.open.search(plain(line)) for line in lines)

    def is_offices(self, lines: Sequence[str], told: Told = _NOTHING) -> bool:
        """Whether a stamp is the finance office's and no other unit's: not one that something was only taken in."""
        text = "|".join(dict.fromkeys(filter(None, map(plain, lines))))
        office = self._is_office(text) or (told.office and not told.against)
        return office and not any(p.search(text) for p in (self.refused, self.waiting, self.unit))

    def is_booking(self, lines: Sequence[str], told: Told = _NOTHING) -> bool:
        """Whether a stamp says that the money was moved, and names neither a unit nor a bank: 转讫, 校内转账 收讫."""
        text = "|".join(dict.fromkeys(filter(None, map(plain, lines))))
        moved = self.moved.search(text) or (told.moved and not told.against)
        others = (self.unit, self.bank, self.waiting, self.refused)
        return bool(moved) and not any(p.search(text) for p in (*others, self.unmoved))

    def is_takers(self, lines: Sequence[str], payee: str) -> bool:
        """Whether a stamp is the seal of the finance office of whoever a receipt says took the money: his name alone is
        a line of it, and none names more (浙江大学学生会).
        """
        said, name = dict.fromkeys(filter(None, map(plain, lines))), plain(payee)
        text = "|".join(said)
        more = any(name in line and len(_HAN.findall(line.replace(name, "", 1))) > 1 for line in said)
        whose = name in said and not more and self.finance.search(text) and self.seal.search(text)
        return bool(whose) and not any(p.search(text) for p in (self.unit, self.waiting, self.refused))

    def is_banks(self, lines: Sequence[str]) -> bool:
        """Whether a stamp is a bank's, that it did what it was asked."""
        text = "|".join(dict.fromkeys(filter(None, map(plain, lines))))
        done = self.booked.search(text) or self.seal.search(text)
        return bool(self.bank.search(text) and done and not self.refused.search(text))

    def is_paid_out(self, stamps: Sequence[Sequence[str]]) -> bool:
        """Whether the stamps on another institution's order say that it was paid: a bank's, or a word of booking on or
        beside its finance office's, whatever that institution is called. None may leave it open or take it back.
        """
        texts = ["|".join(dict.fromkeys(filter(None, map(plain, lines)))) for lines in stamps]
        held = any(self.refused.search(text) or any(map(self.is_open, [text.split("|")])) for text in texts)
        done = [self.clerk.sub("|", text) for text in texts]
        done = [text for text in done if not self.waiting.search(text) and not self.unmoved.search(text)]
        paid = any(self.moved.search(text) for text in done)
        whose = any(self._is_office(text) or self.finance.search(text) for text in done)
        return not held and ((paid and whose) or any(map(self.is_banks, (text.split("|") for text in done))))


def plain(text: str) -> str:
    """A line of a stamp as the patterns have it."""
    return (
        re.sub(r"[\s★☆*·.。,，]+", "", fold(text)).replace("帐", "账").replace("財", "财").replace("務", "务").upper()
    )


def read(source: Source) -> StampWords:
    """The patterns of a table. Raises RuleError naming file, line and field."""
    file = LayoutFile(source)
    file.known("", file.data, {*_NAMES, *(f"spelt_{kind}" for kind in _SPELT)})
    lists = {name: file.strings(name, file.data.get(name, [])) for name in _NAMES}
    patterns = {name: _any(file, name, words) for name, words in lists.items() if name != "names"}
    spelt = {kind: file.strings(f"spelt_{kind}", file.data.get(f"spelt_{kind}", [])) for kind in _SPELT}
    return StampWords(**patterns, names=tuple(lists["names"]), spelt=Spelt(**spelt))


def _any(file: LayoutFile, name: str, patterns: Iterable[str]) -> Pattern:
    for pattern in patterns:
        file.pattern(name, pattern)
    return file.pattern(name, "|".join(f"(?:{pattern})" for pattern in patterns) or r"[^\s\S]")


def load(folder: str | Path | None = None) -> StampWords:
    """The shipped patterns, and what the office's own `folder`/receipts lays over them. Raises RuleError."""
    return read(office_table(f"receipts/{FILE}", str(folder))) if folder else shipped()


@cache
def shipped() -> StampWords:
    """The shipped patterns."""
    return read(office_table(f"receipts/{FILE}"))
