"""All of rules/receipts, read, checked key by key, and made into what the reader asks of it.

words.toml and the files beside it hold what all layouts share; NN-name.toml is one layout. The operator's folder
`receipts` overrides by file name. A fault stops the start with file, line and reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from maild.config import Office
from maild.domain.accounting.receipt import ReceiptKind
from maild.domain.errors import RuleError
from maild.receipts.layouts import (
    Anchor,
    Example,
    Label,
    Layout,
    Layouts,
    Meaning,
    SerialShape,
    Spotting,
    Vetoes,
    label_key,
)
from maild.receipts.media import editing
from maild.receipts.rows import fold
from maild.receipts.words import stamps as stampwords
from maild.receipts.words.beside import load_beside
from maild.receipts.words.currencies import load_currencies
from maild.receipts.words.grammar import GRAMMAR_FILE, Grammar, load_grammar
from maild.receipts.words.layoutfile import LayoutFile
from maild.receipts.words.neutral import load_judge
from maild.receipts.words.open import load_open
from maild.receipts.words.purposes import load_purposes
from maild.receipts.words.states import PAID_FILES, load_states
from maild.receipts.words.tips import load_tips
from maild.receipts.words.told import TOLD_FILE, load_told
from maild.resources import data_folder
from maild.tables import office_table

DEFAULT_NUMBER = r"(?:[A-Z]{2,8}[-_]?)?\d{4}[-_]?\d{4,12}(?:[-_]\d{1,6})?"


_LINES = "lines.toml"


_SHARED = ("words.toml", GRAMMAR_FILE, _LINES, TOLD_FILE, *PAID_FILES)


_NAME = re.compile(r"\d{2}-[a-z0-9][a-z0-9-]*")


def load(folder: str | Path | None = None, *, office: Office | None = None, number: str = DEFAULT_NUMBER) -> Layouts:
    """The shipped layouts, overridden by same-named files of `folder`/receipts.

    number  the office's RE2 pattern of a transaction number (matching.transaction_number)
    Raises RuleError naming file, line and field.
    """
    import hashlib

    import re2

    office = office or Office()
    files = {path.name: path for root in _roots(folder) for path in sorted(root.glob("*.toml"))}
    for own in (stampwords.FILE, editing.FILE):  # have readers of their own
        files.pop(own, None)
    for path in files.values():
        if path.name not in _SHARED and not _NAME.fullmatch(path.stem):
            raise RuleError(f"{path}: not a layout by its name", remedy="name it NN-name.toml")
    tables = {name: LayoutFile(office_table(f"receipts/{name}", str(folder or ""))) for name in _SHARED}
    grammar = load_grammar(tables[GRAMMAR_FILE], set(Label))
    words, lines, paid = tables["words.toml"], tables[_LINES], {name: tables[name] for name in PAID_FILES}
    read = [LayoutFile(path) for name, path in sorted(files.items()) if name not in _SHARED]
    shared = _labels(words)
    fill = _filler(office)
    table = words.known("", words.data, {"labels", "vetoes", "names", "spotting", "endings"})
    names = words.known(
        "names",
        table.get("names", {}),
        {"ours", "harmless", "before", "organisation", "alike", "person", "scanned", "merchant"},
    )
    digest = hashlib.sha256("\0".join(f.text for f in (*tables.values(), *read)).encode()).hexdigest()
    return Layouts(
        layouts=tuple(_layout(file, shared, fill) for file in read),
        lexicon=shared,
        vetoes=_vetoes(words, table.get("vetoes", {})),
        states=load_states(paid["states.toml"], label_key, grammar),
        judge=load_judge(lines, shared),
        tips=load_tips(paid["tips.toml"]),
        purposes=(purposes := load_purposes(paid["purposes.toml"], label_key, grammar)),
        open=load_open(paid["open.toml"], purposes.person, grammar.parts),
        beside=load_beside(paid["beside.toml"], grammar.parts),
        currencies=load_currencies(paid["currencies.toml"], label_key),
        told=load_told(tables[TOLD_FILE]),
        ours=tuple(fill(name) for name in words.strings("names.ours", names.get("ours", []))),
        harmless=tuple(fill(name) for name in words.strings("names.harmless", names.get("harmless", []))),
        alike=words.strings("names.alike", names.get("alike", [])),
        person=words.any("names.person", names.get("person", [])),
        scanned=words.any("names.scanned", names.get("scanned", [])),
        merchant=frozenset(map(label_key, words.strings("names.merchant", names.get("merchant", [])))),
        before=tuple(
            words.pattern("names.before", f"^(?:{p})") for p in words.strings("names.before", names.get("before", []))
        ),
        organisation=words.any("names.organisation", names.get("organisation", [])),
        number=re2.compile(number),
        spotting=_spotting(words, shared, grammar),
        version=digest[:16],
    )


def _roots(folder: str | Path | None) -> list[Path]:
    roots = [data_folder("rules") / "receipts"]
    if folder and (Path(folder) / "receipts").is_dir():
        roots.append(Path(folder) / "receipts")
    return roots


def _filler(office: Office) -> Any:
    facts = {
        "{payee}": office.bank_payee,
        "{unit}": office.transfer_unit,
        "{account}": office.bank_account,
        "{department}": office.transfer_department,
        "{project}": office.transfer_project,
    }

    def fill(text: str) -> str:
        for mark, value in facts.items():
            text = text.replace(mark, value)
        return text

    return fill


def _vetoes(file: LayoutFile, value: object) -> Vetoes:
    table = file.known("vetoes", value, {"whole", "text", "paper", "head"})
    return Vetoes(
        whole=file.any("vetoes.whole", table.get("whole", []), whole=True),
        text=file.any("vetoes.text", table.get("text", [])),
        paper=file.any("vetoes.paper", table.get("paper", [])),
        head=file.any("vetoes.head", table.get("head", [])),
    )


def _labels(file: LayoutFile, base: Mapping[str, Meaning] | None = None) -> dict[str, Meaning]:
    """Labels by their key; a layout's own stand before the shared ones."""
    table = file.known("labels", file.data.get("labels", {}), set(Label))
    found = dict(base or {})
    fresh: dict[str, Label] = {}
    for name, value in table.items():
        entries = file.strings(f"labels.{name}", value)
        for rank, entry in enumerate(entries):
            key = label_key(entry)
            if not key:
                raise file.error(f"labels.{name}", f"{entry!r} has no letters")
            if fresh.setdefault(key, Label(name)) is not Label(name):
                raise file.error(f"labels.{name}", f"{entry!r} is also a label of {fresh[key]}")
            found[key] = Meaning(label=Label(name), rank=rank - (len(entries) if base is not None else 0), text=key)
    return found


_NEAR_LENGTH = 4  # shorter labels are not recognised with a misread character


def _spotting(file: LayoutFile, shared: Mapping[str, Meaning], grammar: Grammar) -> Spotting:
    table = file.known("spotting", file.data.get("spotting", {}), {"alone", "not_before", "purpose", "values"})
    endings = dict(file.known("endings", file.data.get("endings", {}), {*Label, "unless"}))
    unless = file.known("endings.unless", endings.pop("unless", {}), {*Label, "party_payee", "party_payer"})
    near: dict[str, tuple[Meaning, ...]] = {}
    for key, meaning in shared.items():
        if len(key) >= _NEAR_LENGTH and not key.isascii():
            for place in range(len(key)):
                opened = f"{key[:place]}?{key[place + 1 :]}"
                near[opened] = (*near.get(opened, ()), meaning)
    return Spotting(
        alone=frozenset(label_key(word) for word in file.strings("spotting.alone", table.get("alone", []))),
        not_before=file.strings("spotting.not_before", table.get("not_before", [])),
        near=near,
        purpose=file.any("spotting.purpose", table.get("purpose", [])),
        values=file.any("spotting.values", table.get("values", []), whole=True),
        grammar=grammar,
        endings={Label(name): file.strings(f"endings.{name}", value) for name, value in endings.items()},
        unless={name: file.strings(f"endings.unless.{name}", value) for name, value in unless.items()},
    )


_LAYOUT_KEYS = {
    "title",
    "kind",
    "bank",
    "needs",
    "anchors",
    "labels",
    "dates",
    "serials",
    "excuses",
    "own_payee",
    "examples",
    "synthetic",
}


def _layout(file: LayoutFile, shared: Mapping[str, Meaning], fill: Any) -> Layout:
    data = file.known("", file.data, _LAYOUT_KEYS)
    for key in ("title", "kind"):
        if not isinstance(data.get(key), str) or not data[key]:
            raise file.error(key, "must be given, a string")
    if data["kind"] not in set(ReceiptKind) - {ReceiptKind.NOT_A_RECEIPT}:
        raise file.error("kind", f"{data['kind']!r} is no kind of receipt", remedy=f"one of: {', '.join(ReceiptKind)}")
    needs = data.get("needs")
    if not isinstance(needs, int) or isinstance(needs, bool) or needs < 1:
        raise file.error("needs", "must be a whole number from 1")
    if not isinstance(data.get("bank", ""), str):
        raise file.error("bank", "must be a string")
    anchors = tuple(_anchor(file, entry, n, fill) for n, entry in enumerate(_tables(file, "anchors")))
    if sum(max(0, anchor.weight) for anchor in anchors) < needs:
        raise file.error("needs", f"{needs} cannot be reached: all anchors together weigh less")
    lexicon = _dated(file, _labels(file, shared))
    return Layout(
        name=file.path.stem,
        file=str(file.path),
        title=data["title"],
        kind=ReceiptKind(data["kind"]),
        bank=data.get("bank", ""),
        needs=needs,
        anchors=anchors,
        lexicon=lexicon,
        serials=tuple(_serial(file, entry, n) for n, entry in enumerate(_tables(file, "serials"))),
        excuses=tuple(file.pattern("excuses", p) for p in file.strings("excuses", data.get("excuses", []))),
        own_payee=tuple(fold(fill(w)) for w in file.strings("own_payee", data.get("own_payee", []))),
        examples=tuple(_example(file, entry, n) for n, entry in enumerate(_tables(file, "examples"))),
    )


def _tables(file: LayoutFile, name: str) -> list[Mapping[str, Any]]:
    value = file.data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise file.error(name, f"must be tables: [[{name}]]")
    return value


def _anchor(file: LayoutFile, entry: Mapping[str, Any], nth: int, fill: Any) -> Anchor:
    file.known("anchors", entry, {"words", "weight", "where", "near"}, nth=nth)
    weight, where, near = entry.get("weight", 1), entry.get("where", "any"), entry.get("near", False)
    if not isinstance(weight, int) or isinstance(weight, bool):
        raise file.error("anchors.weight", "must be a whole number", nth=nth)
    if where not in {"any", "head"}:
        raise file.error("anchors.where", "must be 'any' or 'head'", nth=nth)
    if not isinstance(near, bool):
        raise file.error("anchors.near", "must be true or false", nth=nth)
    words = file.strings("anchors.words", entry.get("words"), nth=nth)
    return Anchor(words=tuple(fold(fill(word)).lower() for word in words), weight=weight, where=where, near=near)


def _dated(file: LayoutFile, lexicon: dict[str, Meaning]) -> dict[str, Meaning]:
    """Which date is which: [dates] paid, booked, printed, each the most telling first."""
    table = file.known("dates", file.data.get("dates", {}), {"paid", "booked", "printed"})
    for name, value in table.items():
        entries = file.strings(f"dates.{name}", value)
        for rank, entry in enumerate(entries):
            key = label_key(entry)
            lexicon[key] = Meaning(label=Label(name), rank=rank - len(entries), text=key)
    return lexicon


def _serial(file: LayoutFile, entry: Mapping[str, Any], nth: int) -> SerialShape:
    file.known("serials", entry, {"label", "shape"}, nth=nth)
    label, shape = entry.get("label"), entry.get("shape")
    if not isinstance(label, str) or not isinstance(shape, str):
        raise file.error("serials.label", "label and shape must be given, as strings", nth=nth)
    return SerialShape(label=label_key(label), shape=file.pattern("serials.shape", rf"^(?:{shape})$", nth=nth))


def _example(file: LayoutFile, entry: Mapping[str, Any], nth: int) -> Example:
    file.known("examples", entry, {"title", "sheet", "fields", "origin"}, nth=nth)
    fields = entry.get("fields", {})
    if not isinstance(entry.get("sheet"), str) or not isinstance(fields, dict):
        raise file.error("examples.sheet", "sheet (a string) and fields (a table) must be given", nth=nth)
    if not all(isinstance(value, str) for value in fields.values()):
        raise file.error("examples.fields", "values are strings", nth=nth)
    if fields.get("date"):
        try:
            date.fromisoformat(fields["date"])
        except ValueError as error:
            raise file.error("examples.fields", f"date: {error}", nth=nth) from error
    return Example(
        title=str(entry.get("title", "")), sheet=entry["sheet"], fields=fields, origin=str(entry.get("origin", "text"))
    )
