"""XML that came from outside, element by element: no document type, no entities, bounded depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

MOST_BYTES = 4_000_000
MOST_DEPTH, MOST_ELEMENTS, MOST_TEXT = 40, 60_000, 2000


class XmlFault(ValueError):
    """Broken, too large, or with what no invoice has; the message says which."""


class _Refused(Exception):
    pass


def leaves(document: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """(names from the root down, text) of every element with text of its own; names without their prefix.

    An element's `Name` attribute takes the place of its name (ofd:CustomData). Raises XmlFault.
    """
    if len(document) > MOST_BYTES:
        raise XmlFault(f"too large: an XML of {len(document)} bytes")
    walk = _Walk()
    try:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = walk.refuse
        parser.EntityDeclHandler = walk.refuse
        parser.StartElementHandler = walk.start
        parser.EndElementHandler = walk.end
        parser.CharacterDataHandler = walk.characters
        parser.buffer_text = True
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise XmlFault(f"broken: {expat.errors.messages.get(error.code, 'not XML')}") from error
    except _Refused as refused:
        raise XmlFault(str(refused)) from refused
    except (LookupError, ValueError) as error:  # an encoding that does not exist
        raise XmlFault(f"broken: {error}") from error
    yield from walk.found


class _Walk:
    """Collects what leaves() yields."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[str, ...], str]] = []
        self._path: list[str] = []
        self._texts: list[str] = []
        self._elements = 0

    def refuse(self, *_: object) -> None:
        raise _Refused("refused: a document type or entity is declared")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._path) >= MOST_DEPTH or self._elements > MOST_ELEMENTS:
            raise _Refused("too large: too many or too deep elements")
        self._path.append(attributes.get("Name") or name.rpartition(":")[2])
        self._texts.append("")

    def end(self, name: str) -> None:
        text = self._texts.pop().strip()
        if text:
            self.found.append((tuple(self._path), text))
        self._path.pop()

    def characters(self, text: str) -> None:
        if self._texts and len(self._texts[-1]) < MOST_TEXT:
            self._texts[-1] += text[:MOST_TEXT]
