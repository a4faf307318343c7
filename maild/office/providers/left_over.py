"""What of a library's mail nobody knows, where its words alone tell an outcome (maild.classify.reading.plain)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maild.domain.incoming.matching import Candidate
from maild.domain.incoming.ruling import Ruling
from maild.match.score import fold
from maild.traditional import simplified

LEAST = 2  # characters of a piece that a name accounts for though the mail does not say all of it


def left_over(ruling: Ruling, matched: Sequence[Candidate], providers: Iterable[str]) -> tuple[str, ...]:
    """The pieces that are no part of a name: of the request's title, its reader, or the library that writes."""
    pieces = tuple(piece for piece in ruling.value("left").split("\n") if piece)
    if not pieces:
        return ()
    names = [*providers, *(fold(simplified(c.patron.name)) for c in matched if c.patron)]
    titles = [(fold(simplified(c.transaction.title)), c.titled) for c in matched]
    return tuple(each for each in pieces if not _known(fold(simplified(each)), names, titles))


def _known(piece: str, names: Iterable[str], titles: Iterable[tuple[str, bool]]) -> bool:
    if len(piece) >= LEAST and any(piece in name for name in names):
        return True
    return any(piece in title and (said or len(piece) > LEAST) for title, said in titles)
