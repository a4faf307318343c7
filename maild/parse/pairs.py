"""Label/value pairs: from lines of text and from rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from maild.domain.incoming.mail import Pair
from maild.parse import limits
from maild.parse.lines import Line

LABEL = 40  # characters of a label at most
_START = re.compile(r"^[\s\-*•·●■◆▪>#]{0,20}(?:\(?\d{1,2}[.、)）]\s?)?")
_BRACKETED = re.compile(r"[【\[［〔]\s*([^【】\[\]［］〔〕:：]{1,40}?)\s*[:：]?\s*[】\]］〕]\s*[:：=]?\s*(\S.*)")
_LABELLED = re.compile(
    r"\*{0,2}([^\s:：=\t|][^:：=\t|]{0,60}?)\*{0,2}\s*(?:[:：]\*{0,2}\s*|\s=\s|(?<=[A-Z])=(?=\S))(\S.*)"
)
_NEXT = re.compile(r"(?:(?<!\s)(?:\s{2,}|[\t\u3000])|[|;；，,]\s*)(?=[^\s:：=,，;；|]{1,20}\s?[：:]\s?[^\s/])")
_WORDY = re.compile(r"[^\W\d_]")


def of_lines(lines: Iterable[Line]) -> tuple[Pair, ...]:
    """The pairs of some lines, in order, without repetitions."""
    found: dict[Pair, None] = {}
    head: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        if len(found) >= limits.PAIRS or number >= limits.ANALYSED_LINES:
            break
        if line.cells:
            head = _of_row(line, head, found)
            continue
        if line.text:
            head = ()
            for pair in _of_line(line.text[: limits.LINE_CHARS]):
                found.setdefault(pair)
    return tuple(found)


def _of_row(line: Line, head: tuple[str, ...], found: dict[Pair, None]) -> tuple[str, ...]:
    """Add a table row's pairs; returns the column heads that rows below stand under."""
    cells = line.cells
    if line.header and len(cells) > 1:
        return cells
    if head and len(head) == len(cells):
        for label, value in zip(head, cells, strict=True):
            _add(label, value, found)
        return head
    texts = [cell for cell in cells if cell] if len(cells) > 2 and len(cells) % 2 else list(cells)
    if len(texts) == 2 or (len(texts) % 2 == 0 and all(_like_label(label) for label in texts[::2])):
        for label, value in zip(texts[::2], texts[1::2], strict=True):
            _add(label, value, found)
        return ()
    if any(":" in cell or "：" in cell for cell in texts):
        for cell in texts:
            for pair in _of_line(cell[: limits.LINE_CHARS]):
                found.setdefault(pair)
        return ()
    # Without th: a first row of labels over rows of as many cells.
    return cells if not head and all(_like_label(cell) for cell in cells) else ()


def _like_label(cell: str) -> bool:
    return 0 < len(cell) <= LABEL and bool(_WORDY.search(cell)) and sum(c.isdigit() for c in cell) * 3 <= len(cell)


def _add(label: str, value: str, found: dict[Pair, None]) -> None:
    label, value = label.strip(" \t:：*=\u3000【】[]"), value.strip()
    if label and value and len(label) <= 2 * LABEL:
        found.setdefault(Pair(label, value))


def _of_line(text: str) -> Iterator[Pair]:
    """'事务号：123', 'Status = shipped', '【事务号】123', two columns divided by a tab; several in a line."""
    if ":" not in text and "：" not in text and "=" not in text and "\t" not in text and not _opens(text):
        return
    start = _START.match(text)
    text = text[start.end() if start else 0 :].strip()
    if found := _BRACKETED.match(text):
        if _WORDY.search(found.group(1)):
            yield Pair(found.group(1), found.group(2).strip())
        return
    columns = text.split("\t")
    if len(columns) == 2 and ":" not in columns[0] and "：" not in columns[0] and _like_label(columns[0].strip()):
        if columns[1].strip():
            yield Pair(columns[0].strip(), columns[1].strip())
        return
    for piece in _NEXT.split(text):
        found = _LABELLED.match(piece)
        if not found:
            return
        label, value = found.group(1).strip(), found.group(2).strip()
        if len(label) <= LABEL and _WORDY.search(label) and not value.startswith("//") and not _sentence(label):
            yield Pair(label, value)


def _opens(text: str) -> bool:
    return any(mark in text for mark in "【［〔[")


def _sentence(label: str) -> bool:
    """Whether what stands before the colon is a sentence rather than a label."""
    return any(mark in label for mark in "。，！？；!?") or label.count(" ") > 6
