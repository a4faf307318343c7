"""What a row says of the files of its mail (words/rows.toml)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.classify.reading.row_words import RowWords
from maild.domain.incoming.ruling import NO_FILES, RowFiles

_FIGURE = "一二三四五六七八九"
_PLACE = re.compile(rf"\(?([1-9]\d?|[{_FIGURE}])(?!\d)")  # behind '附件'


def told_of_files(text: str, names: Sequence[str], words: RowWords) -> RowFiles:
    """names: of the mail's files; where it has none, nothing is asked."""
    if not names:
        return NO_FILES
    behind = (_PLACE.match(rest) for _, rest in words.every("placed", text))
    places = {int(hit[1]) if hit[1].isdigit() else _FIGURE.index(hit[1]) + 1 for hit in behind if hit}
    return RowFiles(
        places=tuple(sorted(places)),
        called=tuple(called for called, _ in words.every("called", text)),
        brings=words.says("brings", text),
        merged=tuple(name for name in names if words.says("merged", name)),
    )
