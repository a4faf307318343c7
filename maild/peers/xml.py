"""XML from outside: no document type, no entities, bounded in size, number and depth."""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from maild.peers import SAY

MOST_BYTES = 1_000_000
MOST_ELEMENTS = 5000
MOST_DEPTH = 40


class BadXml(ValueError):
    """Not XML we are ready to read; the message says why."""


@dataclass(slots=True)
class Element:
    """An element: local name as written, line where it begins, its own text, its children in order."""

    name: str
    line: int = 0
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def everywhere(self, name: str) -> Iterator[Element]:
        """Elements of that name (any case), itself included, from the top; none within another such."""
        if self.name.lower() == name.lower():
            yield self
            return
        for child in self.children:
            yield from child.everywhere(name)

    def leaves(self, path: str = "") -> Iterator[tuple[str, str]]:
        """(path of lower-case names, text) of every element, the inner ones first."""
        here = f"{path}/{self.name.lower()}" if path else self.name.lower()
        for child in self.children:
            yield from child.leaves(here)
        yield here, self.text


def read(data: bytes, *, most_bytes: int = MOST_BYTES, most_elements: int = MOST_ELEMENTS) -> Element:
    """The root element. Raises BadXml."""
    if len(data) > most_bytes:
        raise BadXml(SAY("too_large", bytes=most_bytes))
    building = _Building(most_elements)
    parser = xml.parsers.expat.ParserCreate()
    building.line = lambda: parser.CurrentLineNumber
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse  # type: ignore[assignment]
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as error:
        raise BadXml(SAY("not_well_formed", why=error)) from error
    except (LookupError, ValueError) as error:  # an encoding Python does not know
        raise BadXml(str(error)) from error
    if building.root is None:
        raise BadXml(SAY("no_element"))
    return building.root


def _refuse(*_: object) -> None:
    raise BadXml(SAY("declares_entities"))


class _Building:
    """The tree while it grows."""

    def __init__(self, most_elements: int) -> None:
        self.root: Element | None = None
        self.line: Callable[[], int] = int
        self._open: list[tuple[Element, list[str]]] = []
        self._left = most_elements

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._left -= 1
        if self._left < 0 or len(self._open) >= MOST_DEPTH:
            raise BadXml(SAY("too_many_elements"))
        made = Element(name.rpartition(":")[2], line=self.line(), attributes=attributes)
        if self._open:
            self._open[-1][0].children.append(made)
        else:
            self.root = made
        self._open.append((made, []))

    def end(self, _: str) -> None:
        element, pieces = self._open.pop()
        element.text = "".join(pieces).strip()

    def text(self, piece: str) -> None:
        if self._open:
            self._open[-1][1].append(piece)
