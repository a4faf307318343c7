"""Which file of a mail about several requests belongs to which row. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.domain.incoming.mail import Attachment, Origin
from maild.domain.incoming.ruling import Row
from maild.domain.text import normalise
from maild.match.words import fold
from maild.spine.reading.files import SUPPLYING
from maild.traditional import simplified

LEAST_HAN, LEAST_LATIN = 4, 2  # characters, words of a name that tell a work
_ENDING = re.compile(r"\.\w{1,5}$")
_LONG = re.compile(r"[A-Za-z]{0,4}\d{8,}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-zà-ÿ]{3,}")

Files = tuple[Attachment, ...]


def files_of_rows(rows: Sequence[Row], attachments: Files) -> tuple[Files, ...]:
    """The files of each row: those whose names carry its number or its title's words, else by the order that rows
    say ('附件2'), else the only one of the only row that brings something.

    A file whose name carries the number of a row or its title is nobody else's.
    """
    named = {at: _named(rows, file) for at, file in enumerate(attachments)}
    found: list[list[Attachment]] = [
        [file for at, file in enumerate(attachments) if named[at] == n] for n in range(len(rows))
    ]
    loose = tuple(file for at, file in enumerate(attachments) if named[at] is None)
    bringing = [n for n, row in enumerate(rows) if row.ruling.kind in SUPPLYING]
    said = _places(rows)
    if said:
        placed = _by_place(said, attachments, named)
        for n in said:
            found[n] = [placed[n]] if n in placed else []
    elif len(bringing) == 1 and not found[bringing[0]] and _bring_nothing(rows, bringing[0]):
        found[bringing[0]] = list(loose)
    return tuple(map(tuple, found))


def _named(rows: Sequence[Row], file: Attachment) -> int | None:
    """The only row that a file's name names; -1 where it names several, or none of them; None where it says nothing."""
    stem = fold(simplified(_ENDING.sub("", file.filename)))
    numbers = [row.ruling.value("transaction") for row in rows]
    if carried := [n for n, number in enumerate(numbers) if number and number in file.filename]:
        other = [n for n, row in enumerate(rows) if n not in carried and _is_called(_told(file), row)]
        merged = any(file.filename in row.files.merged for row in rows)
        return carried[0] if len(carried) == 1 and not other and not merged else -1
    runs = _LONG.findall(file.filename)
    if own := [n for n, row in enumerate(rows) if any(run in row.text for run in runs)]:
        return own[0] if len(own) == 1 else -1
    if any(len(run) == len(number) for run in runs for number in numbers):
        return -1  # it names a request that no row is of
    titled = [n for n, row in enumerate(rows) if _is_called(_told(file), row)] if stem else []
    return titled[0] if len(titled) == 1 else -1 if titled else None


def _told(file: Attachment) -> str:
    return _ENDING.sub("", file.filename)


def _is_called(stem: str, row: Row) -> bool:
    """Whether all telling words of a file's name stand in the row, other than as what it calls the file."""
    said = simplified(normalise(row.text))
    for called in row.files.called:
        said = said.replace(called, " ")
    said = said.lower()
    name = simplified(normalise(stem)).lower()
    han, latin = _HAN.findall(name), _LATIN.findall(re.sub(r"[_.]", " ", name))
    enough = sum(map(len, han)) >= LEAST_HAN or len(latin) >= LEAST_LATIN
    words = {*_LATIN.findall(said)}
    return enough and all(run in said for run in han) and all(word in words for word in latin)


def _places(rows: Sequence[Row]) -> dict[int, tuple[int, ...]]:
    """Which of the files each row says is its own."""
    return {n: row.files.places for n, row in enumerate(rows) if row.files.places}


def _by_place(
    said: dict[int, tuple[int, ...]], attachments: Files, named: dict[int, int | None]
) -> dict[int, Attachment]:
    """The file of each row that says its place among as many files; empty where they do not fit one another."""
    files = [(at, file) for at, file in enumerate(attachments) if file.origin is not Origin.INLINE]
    places = {n: place for n, (place, *more) in said.items() if not more}
    if len(places) < len(said) or sorted(places.values()) != [*range(1, len(files) + 1)]:
        return {}
    chosen = {n: files[place - 1] for n, place in places.items()}
    if any(named[at] not in (None, n) for n, (at, _) in chosen.items()):
        return {}
    return {n: file for n, (_, file) in chosen.items()}


def _bring_nothing(rows: Sequence[Row], but: int) -> bool:
    """Whether every other row is known to bring nothing: what was said and not understood may have brought the file."""
    others = (row for n, row in enumerate(rows) if n != but)
    return all(row.ruling.event or not row.files.brings for row in others)
