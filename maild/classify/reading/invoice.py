"""The invoice reader: title, tax number, address, amount and wished items of a request for an invoice.

Where a value has a label, the label counts. Where it has none, its shape does: a tax number by its check, a mail
address, an organisation by the ending of its name beside the tax number, a person by 'personal' and a name. What is
not sure is left out, and the patron is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.invoice_marks import LABELS, Mark, Marks, address_marks, amounts, tax_marks
from maild.classify.reading.invoice_titles import EDGES, HAN, Titles
from maild.classify.reading.invoice_titles import LISTS as TITLES
from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.model import ReaderResult
from maild.classify.vocabulary.patterns import compile_pattern
from maild.domain.incoming.ruling import Field, Kind
from maild.domain.text import normalise
from maild.traditional import simplified

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

MOST_CHARACTERS = 4000
LISTS = frozenset(
    {
        *LABELS,
        *TITLES,
        "asked",
        "personal",
        "not_personal",
        "empty",
        "same_as_payer",
        "bank",
        "own_item",
        "other_item",
        "item_asked",
        "special",
        "redo",
    }
)
_WORK = re.compile(r"《[^《》\n]{1,300}》")
_STOP = re.compile(r"[\n,;。?!|、/<>\"“”「」【】…]|(?<![Cc]o\.)(?<=\.)\s+(?=[A-Z])")
_BRACKETS = re.compile(r"\([^()\n]{1,120}\)")
_COMMA = re.compile(r",(?=\s?(?:ltd|inc|llc|limited|co\b|gmbh))", re.IGNORECASE)  # belongs to the name
_KEPT_COMMA = "‚"
_PERSON = re.compile(r"^\s*我?(?:个人|本人|私人|personal|individual)[\s:]*(.*)$", re.IGNORECASE)
_BEFORE_BRACKET = re.compile(r"^(.*?)(?:(?<!\s)\s+)?\((?:个人|本人|personal)\)$")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of text without a mark or a stop in it."""

    start: int
    text: str


class InvoiceReader:
    """words/invoice.toml at work. As a rule's reader it fires where the rule's conditions hold."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        """Raises ValueError where a list is missing or unknown."""
        if wrong := LISTS.symmetric_difference(lists):
            raise ValueError(f"missing or unknown lists: {', '.join(sorted(wrong))}")
        self._marks = Marks(lists)
        self._titles = Titles(lists)
        self._not_personal = compile_pattern(joined(lists["not_personal"]))
        self._personal = compile_pattern(joined(lists["personal"]))
        self._empty = compile_pattern(joined(lists["empty"]))
        self._as_payer = compile_pattern(joined(lists["same_as_payer"]))
        self._bank = compile_pattern(joined(lists["bank"]))
        self._own_item = compile_pattern(joined(lists["own_item"]))
        self._other_item = compile_pattern(joined(lists["other_item"]))
        self._item_asked = [compile_pattern(pattern) for pattern in lists["item_asked"]]
        self._special = compile_pattern(joined(lists["special"]))
        self._redo = compile_pattern(joined(lists["redo"]))

    def __call__(self, view: View, typing: Typing) -> ReaderResult:
        """The kind is invoice_request: whether it is one, the rule's conditions say."""
        fields = self.read(view.text)
        reasons = [] if fields else [SAY("nothing_told")]
        return ReaderResult(kind=Kind.INVOICE_REQUEST, fields=fields, reasons=tuple(reasons))

    def about(self, view: View) -> Mapping[str, Field]:
        """What a mail says that another rule took for a request."""
        return self.read(view.text)

    def read(self, text: str, *, source: str = "text") -> dict[str, Field]:
        """Fields: invoice_title, tax_number, invoice_email, amount, invoice_person ('yes'), invoice_items (wished ones
        that cannot be had, by line), invoice_type ('special'), invoice_details (address, phone, bank: by line),
        invoice_redo ('yes': an issued one is to be another).
        """
        text = _COMMA.sub(_KEPT_COMMA, _WORK.sub(" ", normalise(text[:MOST_CHARACTERS])))
        text = "\n".join(_unfolded(line) for line in text.split("\n"))
        labels = self._marks.labels(simplified(text))
        sheet = _Sheet(text, labels, tax_marks(text, labels), address_marks(text))
        title, person = self._title(sheet)
        found = {
            "invoice_title": _shown(title),
            "tax_number": _only([m.text for m in sheet.taxes]),
            "invoice_email": _address(sheet),
            "amount": _only(amounts(text, labels)),
            "invoice_person": "yes" if person else "",
            "invoice_items": "\n".join(self._items(sheet)),
            "invoice_type": "special" if self._special.search(text) else "",
            "invoice_details": "\n".join(_details(sheet)),
            "invoice_redo": "yes" if self._redo.search(text) else "",
        }
        return {name: Field(value, 0.9, source) for name, value in found.items() if value}

    # --- the title --------------------------------------------------------------------------------------

    def _title(self, sheet: _Sheet) -> tuple[str, bool]:
        """(title, whether it is a person); two different titles are none."""
        personal = self._personal.search(self._not_personal.sub(" ", sheet.text)) is not None
        titles, named, marked = self._labelled(sheet)
        organisations = [t for t in titles if self._name_of(t) != t]
        if len(set(organisations)) == 1:
            return organisations[0], False
        payers = [name for m in sheet.labels if m.kind == "payer" and (name := self._titles.organised(sheet.value(m)))]
        if not organisations and not personal and (beside := self._beside(sheet) or payers):
            return _only(beside), False
        if organisations:
            return "", False
        names = named or [name for title in titles if (name := self._name_of(title))]
        if titles or personal or marked:
            return (_only(names) or (self._name_near(sheet) if personal else "")), True
        return "", False

    def _labelled(self, sheet: _Sheet) -> tuple[list[str], list[str], bool]:
        """Titles that labels name, names of persons that labels name, and whether a title is said to be a person's."""
        titles: list[str] = []
        names: list[str] = []
        personal = False
        for label in sheet.labels:
            if label.kind not in ("title", "person"):
                continue
            value = sheet.value(label)
            if label.kind == "title" and self._as_payer.search(value):
                value = next((sheet.value(m) for m in sheet.labels if m.kind == "payer"), "")
            value, marked = self._unmarked(value)
            personal = personal or marked
            if label.kind == "person" or marked:
                names += (
                    [name]
                    if (name := self._titles.cleaned(value)) and self._titles.is_name(name, labelled=True)
                    else []
                )
            elif not self._empty.search(value.strip()) and (title := self._titles.title(value)):
                titles.append(title)
        return list(dict.fromkeys(titles)), list(dict.fromkeys(names)), personal

    def _unmarked(self, value: str) -> tuple[str, bool]:
        """'个人', '张三(个人)', '个人 张三' → the name, and that it is said to be a person's."""
        if hit := _BEFORE_BRACKET.match(value) or _PERSON.match(value):
            return hit.group(1), True
        return value, False

    def _beside(self, sheet: _Sheet) -> list[str]:
        """Organisations without a label: the nearest to the tax number, those before it first; else the only one."""
        found = [
            (s.start, name) for s in sheet.segments() if (name := self._titles.organised(self._titles.cleaned(s.text)))
        ]
        found = [entry for entry in found if not self._bank.search(entry[1])] or found
        if not sheet.taxes:
            return list(dict.fromkeys(name for _, name in found))
        if len(sheet.taxes) > 1:
            return []
        at = sheet.taxes[0].start
        before = [name for start, name in found if start < at]
        return before[-1:] or [name for start, name in found if start > at][:1]

    # --- persons ----------------------------------------------------------------------------------------

    def _name_of(self, title: str) -> str:
        return title if not self._titles.organised(title) and self._titles.is_name(title) else ""

    def _name_near(self, sheet: _Sheet) -> str:
        """The one name behind, or else before, the words that say it is for a person."""
        at = self._personal.search(sheet.text).start()
        names = [(s.start, name) for s in sheet.segments() if self._titles.is_name(name := self._nameable(s.text))]
        names += [
            (h.start(), name) for h in _BRACKETS.finditer(sheet.text) if self._titles.is_name(name := h.group()[1:-1])
        ]
        behind = [name for start, name in names if start >= at]
        return (behind or [name for _, name in names][-1:] or [""])[0]

    def _nameable(self, text: str) -> str:
        return self._titles.cleaned(self._personal.sub(" ", text)).strip(EDGES)

    # --- items ------------------------------------------------------------------------------------------

    def _items(self, sheet: _Sheet) -> Iterator[str]:
        """What is wished on the invoice and is no document delivery."""
        wished = [sheet.value(label) for label in sheet.labels if label.kind == "item"]
        for value in dict.fromkeys(value.strip(EDGES) for value in wished):
            if value and not self._own_item.search(value) and self._other_item.search(value):
                yield self._other_item.search(value).group()
        if any(wished):
            return
        for pattern in self._item_asked:
            for hit in pattern.finditer(sheet.text):
                said = hit.group(1).strip(EDGES)
                if (other := self._other_item.search(said)) and not self._own_item.search(said):
                    yield other.group()
                    return


class _Sheet:
    """A text with everything that was found in it."""

    def __init__(self, text: str, labels: list[Mark], taxes: list[Mark], addresses: list[Mark]) -> None:
        self.text, self.addresses = text, addresses
        self.taxes = taxes
        self.labels = [m for m in labels if not any(t.start <= m.start < t.end for t in (*taxes, *addresses))]
        self._ends = sorted((m.start, m.end) for m in (*self.labels, *taxes, *addresses))
        self._stops = sorted([(h.start(), h.end()) for h in _STOP.finditer(text)] + list(self._opened()))

    def _opened(self) -> Iterator[tuple[int, int]]:
        """Brackets with a mark in them: 'Name(税号…)' and 'our school(Name, 税号…)' are not part of a name."""
        for hit in _BRACKETS.finditer(self.text):
            if any(hit.start() < start < hit.end() for start, _ in self._ends):
                yield hit.start(), hit.start() + 1
                yield hit.end() - 1, hit.end()

    def value(self, label: Mark) -> str:
        """What stands behind a label: up to the next mark or stop, or on the next line."""
        value = self._until(label.value)
        if value.strip(EDGES) or not self._blank_to_line_end(label.value):
            return value.strip()
        start = label.value
        while start < len(self.text) and self.text[start] in " \n:":
            start += 1
        return "" if any(m.start <= start < m.end for m in self.labels) else self._until(start).strip()

    def _blank_to_line_end(self, at: int) -> bool:
        return not self.text[at : (self.text.find("\n", at) + 1 or len(self.text) + 1) - 1].strip(EDGES)

    def _until(self, start: int) -> str:
        nearest = next((s for s, _ in self._ends if s >= start), len(self.text))
        while start < len(self.text) and self.text[start] in ' :"“「【[(':
            if self.text[start] == "(" and ")" in self.text[start : start + 12]:
                break
            start += 1
        stop = next((s for s, _ in self._stops if s >= start), len(self.text))
        return self.text[start : max(start, min(nearest, stop))]

    def segments(self) -> Iterator[_Segment]:
        """Stretches between marks and stops, without values of labels that name something else."""
        taken = [(m.start, m.value + len(self._until(m.value))) for m in self.labels if _apart(m)]
        edges = {0, len(self.text)}
        for start, end in (*self._ends, *taken, *self._stops):
            edges |= {start, end}
        points = sorted(edges)
        for start, end in pairwise(points):
            inside = any(s <= start < e for s, e in (*self._ends, *taken))
            if not inside and self.text[start:end].strip(EDGES):
                yield _Segment(start, self.text[start:end])


def _unfolded(line: str) -> str:
    """A table's row as pairs, one a line: 'a | b | c | d' → 'a: b', 'c: d'."""
    columns = [column.strip() for column in line.strip("| ").split("|")]
    if len(columns) % 2 or len(columns) > 12 or not all(0 < len(label) <= 24 for label in columns[::2]):
        return line
    return "\n".join(f"{label.rstrip(':')}: {value}" for label, value in zip(columns[::2], columns[1::2], strict=True))


def _apart(label: Mark) -> bool:
    """Whether what the label names is certainly no title."""
    return label.kind in ("aside", "item", "amount", "payer")


def _shown(title: str) -> str:
    """As it is written on invoices: brackets in a Chinese name are full width."""
    title = title.replace(_KEPT_COMMA, ",")
    return title.replace("(", "（").replace(")", "）") if HAN.search(title) else title


def _only(values: list[str]) -> str:
    return values[0] if len(set(values)) == 1 else ""


def _address(sheet: _Sheet) -> str:
    """The address a label names, else the only one."""
    labelled = [
        a.text for m in sheet.labels if m.kind == "email" for a in sheet.addresses if 0 <= a.start - m.value <= 2
    ]
    return _only(labelled) or _only([a.text for a in sheet.addresses])


def _details(sheet: _Sheet) -> Iterator[str]:
    """Address, phone and bank as told: staff need them for a special invoice."""
    for label in sheet.labels:
        if label.kind == "aside" and (value := sheet.value(label)):
            yield f"{label.text}: {value}"[:200]
