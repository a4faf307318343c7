"""XML that came from outside, element by element: no document type, no entities, bounded depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from xml.parsers import expat

from maild.receipts import SAY

MOST_BYTES = 8_000_000
MOST_DEPTH, MOST_ELEMENTS, MOST_TEXT = 60, 100_000, 2000


class XmlFault(ValueError):
    """Broken, too large, or with what no document of ours has; the message says which."""


class _Refused(Exception):
    pass


class _Walk(Protocol):
    """What is done with elements and texts; names without their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def leaves(document: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """(names from the root down, text) of every element with text of its own; names without their prefix.

    An element's `Name` attribute takes the place of its name (ofd:CustomData). Raises XmlFault.
    """
    walk = _Leaves()
    _parse(document, walk)
    yield from walk.found


def paragraphs(document: bytes) -> list[str]:
    """Lines of a WordprocessingML document; a table's row of two cells as 'a: b', of more as 'a | b | c'.

    Raises XmlFault.
    """
    walk = _Lines(text=("t",), line=("p",), cell=("tc",), row=("tr",))
    if document:
        _parse(document, walk)
    return walk.lines


def cells(sheet: bytes, shared: bytes) -> list[str]:
    """Rows of a SpreadsheetML sheet, as `paragraphs` gives those of a table. Raises XmlFault."""
    strings = _Lines(text=("t",), line=("si",))
    if shared:
        _parse(shared, strings)
    walk = _Lines(text=("v", "t"), cell=("c",), row=("row",), strings=tuple(strings.every))
    if sheet:
        _parse(sheet, walk)
    return walk.lines


def _parse(document: bytes, walk: _Walk) -> None:
    if len(document) > MOST_BYTES:
        raise XmlFault(SAY("xml_too_large", bytes=len(document)))
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MOST_DEPTH or elements > MOST_ELEMENTS:
            raise _Refused(SAY("elements_too_many"))
        walk.start(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        walk.end(name.rpartition(":")[2])

    def refuse(*_: object) -> None:
        raise _Refused(SAY("entity_declared"))

    try:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = walk.text
        parser.buffer_text = True
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise XmlFault(SAY("broken", what=expat.errors.messages.get(error.code) or SAY("not_xml"))) from error
    except _Refused as refused:
        raise XmlFault(str(refused)) from refused
    except (LookupError, ValueError) as error:  # an encoding that does not exist
        raise XmlFault(SAY("broken", what=error)) from error


class _Leaves:
    """Collects what leaves() yields."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[str, ...], str]] = []
        self._path: list[str] = []
        self._texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(attributes.get("Name") or name)
        self._texts.append("")

    def end(self, name: str) -> None:
        text = self._texts.pop().strip()
        if text:
            self.found.append((tuple(self._path), text))
        self._path.pop()

    def text(self, text: str) -> None:
        if self._texts and len(self._texts[-1]) < MOST_TEXT:
            self._texts[-1] += text[:MOST_TEXT]


class _Lines:
    """Collects the text of `text` elements into lines and table rows; `every`: with the empty ones."""

    def __init__(
        self,
        *,
        text: tuple[str, ...],
        line: tuple[str, ...] = (),
        cell: tuple[str, ...] = (),
        row: tuple[str, ...] = (),
        strings: tuple[str, ...] = (),
    ) -> None:
        self.every: list[str] = []
        self._text, self._line, self._cell, self._row, self._strings = text, line, cell, row, strings
        self._said, self._reading, self._shared, self._in_cell = "", False, False, 0
        self._cells: list[str] = []

    @property
    def lines(self) -> list[str]:
        return [line for line in self.every if line]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self._cell:
            self._in_cell += 1
            self._shared = attributes.get("t") == "s"
        self._reading = self._reading or name in self._text

    def end(self, name: str) -> None:
        if name in self._text:
            self._reading = False
        elif name in self._cell:
            self._in_cell -= 1
            self._cells.append(self._value())
        elif name in self._row:
            said = [cell for cell in self._cells if cell]
            self._cells = []
            self.every.append(": ".join(said) if len(said) == 2 else " | ".join(said))
        elif name in self._line and self._in_cell:
            self._said += " "
        elif name in self._line:
            self.every.append(self._said.strip())
            self._said = ""

    def text(self, text: str) -> None:
        if self._reading and len(self._said) < MOST_TEXT:
            self._said += text[:MOST_TEXT]

    def _value(self) -> str:
        said, self._said = self._said.strip(), ""
        if self._shared:
            return self._strings[int(said)] if said.isdigit() and int(said) < len(self._strings) else ""
        return said
