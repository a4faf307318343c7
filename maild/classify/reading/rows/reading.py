"""Rows with what each says, read as a mail that says no more than it.

What stands around all rows is read with each: a heading that tells of all, a closing sentence that leaves all open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.news.composed import EARLY
from maild.classify.reading.news.left_open import SUM
from maild.classify.reading.news.together import furthest
from maild.classify.reading.row_words import Around
from maild.classify.reading.rows.dividing import Division, Piece, divide
from maild.classify.reading.rows.files import told_of_files
from maild.classify.reading.rows.prices import priced
from maild.classify.reading.rows.tally import counts_right
from maild.classify.reading.status import StatusReader
from maild.classify.vocabulary.lexicon import Lexicon
from maild.classify.vocabulary.model import ANY_PROVIDER
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.ruling import Field, Kind, Party, Row, Ruling
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.classify.vocabulary.model import Rule
    from maild.classify.vocabulary.values import Typing

SUPPLIED = (Kind.SHIPPED, Kind.DELIVERED)
MOST_PARTS = 20  # of a row, beside a refusal; a person reads more
Read = Callable[[ParsedMail], Ruling | None]
_CELLS = re.compile(r"\t+|[^\S\n]{2,}|(?:(?<!\s)\s+)?[|｜│•]\s*|\s[-–—/]{1,2}\s|—{2,}")
_ASIDE = re.compile(r"[(（].*")
_LABELLED = re.compile(r"^[^:：]{1,20}[:：]\s*")
_FIRST = re.compile(r"^[^,;:。]++(?=[,;:。])")  # what a cell begins with that goes on: 'accepted, in queue'
_VALUE = re.compile(r"^[^:：]{1,12}[:：](?=.*\d)")
_CLAUSES = re.compile(r"(?<=[。；;！!，,])|(?<=[.])\s+(?=[A-Z])")
_NOT_REFUSED = frozenset({Kind.REQUEST_ACCEPTED, Kind.SHIPPED, Kind.DELIVERED, Kind.FEE_QUOTED})
# What is told of a price that is one sum of several requests is none of each.
_PRICE = Kind.FEE_QUOTED


def divider(rules: Sequence[Rule], name: str = "") -> Rule | None:
    """The rule that reads rows: the one of that name, which read the mail, else the last for anybody."""
    readers = [r for r in rules if isinstance(r.reader, StatusReader) and r.party is Party.PROVIDER]
    own = (r for r in readers if r.name == name)
    return next(own, next((r for r in reversed(readers) if r.provider == ANY_PROVIDER), None))


def read_rows(
    mail: ParsedMail, main: Ruling, rule: Rule | None, typing: Typing, lexicon: Lexicon, read: Read
) -> tuple[Row, ...]:
    """Each row with its ruling; () where the mail cannot be divided, or no row tells an outcome.

    main: what the mail says as a whole; read: the rule's ruling on a mail that says no more than a row
    """
    reader = rule.reader if rule else None
    if not isinstance(reader, StatusReader):
        return ()
    rows = Rows(mail, main, reader, Around(reader.rows, lexicon, reader.silent), read)
    division = divide(mail, typing, rows.around)
    return rows(division) if division.table or not main.event or _may_be_several(main) else ()


def _may_be_several(main: Ruling) -> bool:
    """Whether what is told of one request may be of several: its number stands in the subject alone, or nowhere."""
    number = main.fields.get("transaction")
    return number is None or number.source == "subject"


class Rows:
    """Reads the pieces of one mail."""

    def __init__(self, mail: ParsedMail, main: Ruling, reader: StatusReader, around: Around, read: Read) -> None:
        self._mail, self._main, self._reader, self.around, self._read = mail, main, reader, around, read

    def __call__(self, division: Division) -> tuple[Row, ...]:
        pieces, behind = division.pieces, list(division.behind)
        alone = [self._ruling(piece) for piece in pieces]
        told = [ruling for ruling in alone if ruling.event]
        if told and len(told) < len(alone) and not all(piece.number for piece in pieces):
            return ()  # a line that names nothing and tells nothing makes no list of titles
        if division.price_question and not any(ruling.kind is _PRICE for ruling in told):
            behind.append(division.price_question)
        if told and self._headed_otherwise(told):
            return ()
        kinds = [ruling.kind if ruling.event else None for ruling in alone]
        behind = [line for line in behind if not counts_right(line, kinds, self.around.words)]
        said = (*division.ahead, *behind)
        if division.shared:
            return self._shared(pieces, alone)
        if not said:
            return self._rows(pieces, alone) if told else ()
        if any(map(self.around.pointing, said)) or not all(map(self._known, behind)):
            return ()
        around = self._ruling(Piece(number=pieces[0].number, text=""), division.ahead, behind)
        if told and around.kind in EARLY and not behind and all(ruling.kind in SUPPLIED for ruling in alone):
            return () if any(map(self.around.leaves_open, said)) else self._rows(pieces, alone)  # found, and sent
        if around.event and any(ruling.kind is not around.kind for ruling in told):
            return ()  # all are said to be one thing, and one of them another
        # '2 shipped, 0 unfilled' below two that are unfilled.
        counted = any(self.around.words.says("counted", line) for line in behind)
        if told and (counted or (not around.event and (behind or any(map(self.around.leaves_open, division.ahead))))):
            return ()  # what stands below rows that tell by themselves, and tells not the same, may take one back
        with_it = [self._ruling(piece, division.ahead, behind) for piece in pieces]
        if told:
            # What changes what a row tells, or is told beside it, is about rows, and which it does not say.
            same = all(a.kind is b.kind for a, b in zip(alone, with_it, strict=True) if a.event)
            return self._rows(pieces, alone) if same else ()
        joint = any(map(self.around.joint, said)) and {ruling.kind for ruling in with_it} == {with_it[0].kind}
        return self._shared(pieces, with_it) if joint else ()

    def _headed_otherwise(self, told: Sequence[Ruling]) -> bool:
        """Whether the subject tells an outcome that no row does."""
        headed = self._read(replace(self._small(Piece(number="", text="")), subject=self._mail.subject))
        if headed is None or not headed.event:
            return False
        return all(furthest((headed.kind, each.kind)) is None for each in told)

    def _known(self, line: str) -> bool:
        """Whether a line behind the rows tells an outcome, and no more: what tells none and is not known may be about
        any row.
        """
        return not self._reader.silent(normalise(line)) and not self.around.leaves_open(line)

    def _shared(self, pieces: Sequence[Piece], rulings: Sequence[Ruling]) -> tuple[Row, ...]:
        """Rows of which one thing is told together."""
        if len({ruling.kind for ruling in rulings}) > 1 or not rulings[0].event:
            return ()
        words = f"{self._mail.subject}\n{self._mail.reply_text or self._mail.text}"
        priced_each = all(SUM.search(piece.text) for piece in pieces) and not self._same(pieces)
        if rulings[0].kind is _PRICE and not (priced_each or self.around.words.says("each", words)):
            return ()
        return self._rows(pieces, rulings)

    def _same(self, pieces: Sequence[Piece]) -> bool:
        return len({piece.text for piece in pieces}) < len(pieces)

    def _otherwise(self, piece: Piece, said: Ruling) -> str:
        """What the cells of a row tell besides what one of them is labelled as; '' where nothing denies it."""
        if piece.no_news:
            return piece.no_news
        if piece.together and said.kind is _PRICE and not self.around.words.says("each", piece.text):
            return SAY("one_price")
        if len(piece.parts) > 1 and (other := self._elsewhere(piece, said)):
            return other
        if said.kind is Kind.UNFILLED and (also := self._also(piece)):
            return also
        bare = [_LABELLED.sub("", cell) for line in piece.text.split("\n") for cell in _CELLS.split(line)]
        if len(bare) < 2 or "status" not in said.fields:
            return ""
        text = "\n".join([piece.number, *bare])
        plain = self._read(replace(self._small(piece), text=text, reply_text=text))
        if plain is None or plain.kind is said.kind:
            return ""
        if plain.event:
            return "" if furthest((said.kind, plain.kind)) is said.kind else plain.kind
        return next(iter(plain.reasons), "")

    def _also(self, piece: Piece) -> str:
        """The other outcome that a sentence or a cell of a row tells by itself, beside a refusal."""
        cells = [cell for line in piece.text.split("\n") for cell in _CELLS.split(line)]
        parts = [part for cell in cells for part in _CLAUSES.split(cell) if part.strip()]
        parts = [part for part in parts if not self.around.words.begun("before", part)]
        if len(parts) > MOST_PARTS:
            return Kind.PROVIDER_OTHER
        alone = (self._read(self._small(replace(piece, text=part))) for part in parts if len(parts) > 1)
        return next((ruling.kind for ruling in alone if ruling and ruling.kind in _NOT_REFUSED), "")

    def _elsewhere(self, piece: Piece, said: Ruling) -> str:
        """What another of the places that speak of a request tells, where they do not agree."""
        told = (self._read(self._small(replace(piece, text=part, parts=()))) for part in piece.parts)
        return next((ruling.kind for ruling in told if ruling and ruling.event and ruling.kind is not said.kind), "")

    def _rows(self, pieces: Sequence[Piece], rulings: Sequence[Ruling]) -> tuple[Row, ...]:
        names = [file.filename for file in self._mail.attachments]
        texts = [self._small(piece).text for piece in pieces]
        return tuple(
            Row(text=text, ruling=ruling, quoted=piece.quoted, files=told_of_files(text, names, self.around.words))
            for text, piece, ruling in zip(texts, pieces, rulings, strict=True)
        )

    def _ruling(self, piece: Piece, ahead: Sequence[str] = (), behind: Sequence[str] = ()) -> Ruling:
        """What a piece tells; with what stands ahead of all, and behind."""
        piece = replace(piece, text=self._present(piece.text))
        said = self._read(self._small(piece, ahead, behind))
        if said and said.event and (other := self._otherwise(piece, said)):
            why = SAY("row_contradicts", kind=said.kind, other=other)
            said = replace(said, kind=Kind.PROVIDER_OTHER, event=None, reasons=(why, *said.reasons))
        own = {"transaction": Field(piece.number, 1.0, "row")} if piece.number else {}
        if said is None:
            return replace(
                self._main,
                kind=Kind.PROVIDER_OTHER,
                event=None,
                reasons=(SAY("nothing_to_act_on"),),
                fields=MappingProxyType(own),
            )
        return priced(replace(said, fields=MappingProxyType({**said.fields, **own})), piece.text, self.around.words)

    def _present(self, text: str) -> str:
        """A row without the cells that say what it was before: '原状态:已转发'."""

        def is_past(cell: str) -> bool:
            label = _LABELLED.match(cell)
            said = label.group().strip(" :：\t") if label else ""
            return self.around.lexicon.label_kind(normalise(said)) == "old_status" if said else False

        return "\n".join("\t".join(c for c in line.split("\t") if not is_past(c)) for line in text.split("\n"))

    def _small(self, piece: Piece, ahead: Sequence[str] = (), behind: Sequence[str] = ()) -> ParsedMail:
        own = [line for each in piece.text.split("\n") for line in self._lines(each)]
        named = [piece.number] if piece.number and piece.number not in piece.text else []
        lines = [*ahead, *named, *own, *behind]
        said = "\n".join(lines)
        return replace(
            self._mail, subject="", text=said, reply_text=said, quoted_text="", html="", pairs=(), forwarded=()
        )

    def _lines(self, line: str) -> list[str]:
        """A line by its cells. A cell that is nothing but a status, or says one and goes on, is labelled as one."""
        cells = [cell.strip() for cell in _CELLS.split(line) if cell.strip()]
        lines = [line] if len(cells) < 2 else cells
        return [*lines, *(f"status: {status}" for cell in cells if len(cells) > 1 and (status := self._status(cell)))]

    def _status(self, cell: str) -> str:
        words = self.around.words
        if words.whole("due", _VALUE.sub("", cell)):
            return "due back"
        head = normalise(_ASIDE.sub("", cell))
        if self._reader.is_status(head):
            return head
        first = hit.group() if (hit := _FIRST.match(head)) else self._first(head)
        rest = normalise(cell)[len(first) :]
        goes_on = first and self._reader.silent(rest) and not self.around.bends(rest)
        return first if goes_on and self._reader.is_status(first) else ""

    def _first(self, cell: str) -> str:
        """The outcome that a cell begins with and goes on, as in 'forwarded to …'; ''."""
        first = self.around.words.begun("goes_on", cell)
        rest = cell[len(first) :]
        return first if rest.startswith(" ") and self.around.words.begun("onward", rest) else ""
