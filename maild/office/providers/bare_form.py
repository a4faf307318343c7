"""Whether a mail is a form that says that a request is supplied, and not one word more. Pure.

A remark, a recipient, a count, an unknown label may take the status back: only what is known from end to end counts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from maild.classify.vocabulary.days import days_in
from maild.domain.incoming.reading import Reading
from maild.domain.requests.patron import Transaction
from maild.domain.text import normalise
from maild.match.supply_words import is_one_of, says, without
from maild.match.words import fold, similar

MOST_CHARACTERS, MOST_LINES, MOST_VALUE, LEAST_OF_TITLE = 6000, 60, 200, 4
LEAST_LIKENESS = 0.95  # of a title in the form and the request's: below, it may be another work
_NO_PAGE = re.compile(r" *0+ *(?:$|\D)")
_SLACK = timedelta(days=1)  # the office's day begins before that of UTC
_CELLS = re.compile(r"[|│;；\t]| {2,}")
_PIECES = re.compile(r"[,。;!]|\.\s")
_PAIR = re.compile(r"([^:：=]{1,24}?)\s*[:：=]\s*(.+)")
_MARKS = " \t│|-—─=·.:：•*#()（）[]【】\"'。,，;；—①②③④⑤⑥⑦⑧⑨⑩┌┬┐└┴┘├┤┼…"
_DAY = re.compile(r"[\d年月日时分号\s:：./,-]+(?:gmt|utc|am|pm|[上下]午)?", re.IGNORECASE)
# A library's name: characters of which no verb of a notice is made ('误发给浙江大学图书馆').
_HOUSE = re.compile(
    r"(?:(?![误错退回请勿不未没无给到由向往转交撤取销消更正测试样待将已暂停改补催拒查需应可否])[\u4e00-\u9fff]){2,12}"
    r"(?:大学|学院|图书馆|研究院|研究所|中心)(?:图书馆)?|\b[A-Z]{2,5}\b"
)


def is_bare(reading: Reading, transaction: Transaction) -> bool:
    """Whether its lines say the request, that it is supplied, and nothing else."""
    text = reading.mail.reply_text or reading.mail.text
    lines = [line for line in text.splitlines() if line.strip(_MARKS)] if len(text) <= MOST_CHARACTERS else []
    found = [_read(line, transaction) for line in lines] if len(lines) <= MOST_LINES else []
    return None not in found and any(found) and _is_heading(normalise(reading.mail.subject), transaction)


def is_dated_otherwise(reading: Reading, today: date) -> bool:
    """Whether what says that a copy is supplied takes that back by a day: one still to come (but for one until when it
    can be fetched), or one until when it could.
    """
    text = f"{reading.mail.subject}\n{reading.mail.reply_text or reading.mail.text}"
    return any(_is_off(line, today) for line in text.splitlines()[:MOST_LINES])


def says_more(reading: Reading) -> bool:
    """Whether the status at its label is more than that a copy is supplied: Shipped (planned); or no page of it is."""
    lines = normalise(reading.mail.reply_text or reading.mail.text).splitlines()[:MOST_LINES]
    pairs = (line.partition(":") for line in lines)
    if any(is_one_of("form_pages", label.strip()) and _NO_PAGE.match(value) for label, _, value in pairs):
        return True
    status = reading.classification.main.fields.get("status")
    return bool(status and status.source == "label" and not is_one_of("form_shipped", normalise(status.value)))


def _is_off(line: str, today: date) -> bool:
    """Whether a line says of a day, or without one, that it is not sent yet or can be fetched no more."""
    if says("form_ahead", without("form_arrival", line)):
        return True
    ends = says("form_until", line)
    days = days_in(normalise(line), today)
    return any(day is None or (day < today if ends else day > today + _SLACK) for day in days)


def _is_heading(subject: str, transaction: Transaction) -> bool:
    """Whether a subject says what kind of notice it is, of which request, and nothing else; a row's is empty."""
    rest = _HOUSE.sub(" ", subject.replace(transaction.number, " ").replace(normalise(transaction.title), " "))
    return not any(map(str.isalpha, _DAY.sub(" ", without("form_subject", rest))))


def _read(line: str, transaction: Transaction) -> bool | None:
    """True where the line says that it is supplied, False where it says nothing, None where it is not known."""
    if _is_idle(normalise(line).strip(_MARKS), transaction):
        return False
    cells = [cell for each in _CELLS.split(line) if (cell := normalise(each).strip(_MARKS))]
    told, label = False, ""
    for cell in cells:
        pair = _PAIR.fullmatch(cell)
        said = _pair(pair[1].strip(), pair[2].strip(_MARKS), transaction) if pair else None
        said = _pair(label, cell, transaction) if label and not pair else said
        if said is None and _is_label(cell):
            label = cell
            continue
        if said is None:
            said = True if is_one_of("form_shipped", cell) else False if _is_idle(cell, transaction) else None
        if said is None:
            return None
        told, label = told or said, ""
    return told


def _pair(label: str, value: str, transaction: Transaction) -> bool | None:
    if is_one_of("form_title", label):
        said, title = fold(value), fold(transaction.title)
        return False if said in title or title in said or similar(said, title) >= LEAST_LIKENESS else None
    if is_one_of("form_status", label):
        return True if is_one_of("form_shipped", value) else None
    if is_one_of("form_pages", label):
        count = re.match(r"\d+", value)
        return False if count and int(count.group()) > 0 else None
    if is_one_of("form_ways", label):
        return False if is_one_of("form_way", value) else None
    return False if is_one_of("form_labels", label) and len(value) <= MOST_VALUE else None


def _is_label(cell: str) -> bool:
    return any(
        is_one_of(name, cell) for name in ("form_labels", "form_title", "form_status", "form_pages", "form_ways")
    )


def _is_idle(cell: str, transaction: Transaction) -> bool:
    """A number, a title or its beginning, a day, a library, or furniture."""
    rest = cell.replace(transaction.number, " ").strip(_MARKS)
    title, said = fold(transaction.title), fold(rest)
    named = len(said) >= LEAST_OF_TITLE and title.startswith(said)
    known = not rest or named or _DAY.fullmatch(rest) or _HOUSE.fullmatch(rest)
    pieces = [piece for each in _PIECES.split(rest) if (piece := each.strip(_MARKS))]
    return bool(known) or is_one_of("form_way", rest) or all(is_one_of("form_furniture", piece) for piece in pieces)
