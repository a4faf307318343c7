"""A provider's mail about several requests in pieces, each of which names one of them.

Only where each piece names one request: what cannot be divided so is a person's to divide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maild.classify import SAY
from maild.classify.reading.news.left_open import SUM
from maild.classify.reading.numbers import MOST_CHARACTERS, loose_numbers
from maild.classify.reading.row_words import Around
from maild.classify.reading.rows.columns import Columns, columns, drawn
from maild.classify.reading.rows.ordered import answered, answers, counts, in_order, is_item, pointed
from maild.classify.vocabulary.values import Typing
from maild.domain.incoming.mail import ParsedMail
from maild.domain.text import normalise

MOST_ROWS = 50
MOST_LINES = 400
MOST_LOOKED_AT = 4 * MOST_CHARACTERS  # of what numbers are looked for in, before it is folded
_CIRCLED = re.compile(r"[①-⑳](?=\d)")  # folded, its figure would be the number's first
_BLANK = re.compile(r"\n[^\S\n]*\n")
_SENTENCES = re.compile(r"(?<=[。；;！!])|(?<=[.])\s+(?=[A-Z])")
_LABEL = re.compile(r"\s*([^\s:：][^:：\n]{0,20}?)\s*[:：]")
_HEADING = re.compile(r"[^\n]{1,24}[:：]|[【\[][^\n]{1,24}[】\]][:：]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is said of one request.

    number    '' where its title names it
    quoted    its line of the list that is answered
    together  it is said of others, too
    no_news   why it is none, where it says so
    parts     what is said of it in several places
    """

    number: str
    text: str
    quoted: str = ""
    together: bool = False
    no_news: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The pieces, and what stands around them that may be about any.

    ahead, behind   lines and sentences that say something of all, or may
    price_question  one that asks to confirm prices, of those rows that tell one; '' for none
    shared          the pieces are all the same words: what is told is told of all together
    table           a heading says what the columns of the rows are
    """

    pieces: tuple[Piece, ...] = ()
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    price_question: str = ""
    shared: bool = False
    table: bool = False


NOTHING = Division()


def divide(mail: ParsedMail, typing: Typing, around: Around) -> Division:
    """The mail in pieces; none where it cannot be divided.

    It cannot where words that name no request may be about any: a remark behind them, an exception, that something is
    void.
    """
    text = mail.reply_text if mail.reply_text.strip() else mail.text
    text = _CIRCLED.sub(r"\g<0> ", text)
    lines = [line for line in text.split("\n") if not around.closes(line) or around.words.says("outcomes", line)]
    if len(lines) > MOST_LINES or around.takes_off(mail.subject) or around.words.says("excepted", "\n".join(lines)):
        return NOTHING
    if any(around.void(line) and not _is_own(line, typing, around) for line in lines):
        return NOTHING
    if not any(_numbers(line, typing) for line in lines):
        return _unnumbered(mail, lines, typing, around)
    if ordered := in_order(
        lines, lambda line: _numbers(line, typing), lambda line: around.words.whole("ordered", line)
    ):
        rest = [line for line in lines if not is_item(line) and not _numbers(line, typing) and not around.idle(line)]
        return NOTHING if rest else Division(pieces=tuple(Piece(number=n, text=line) for n, line in ordered))
    return _numbered(lines, typing, around)


def _numbered(lines: list[str], typing: Typing, around: Around) -> Division:
    """Pieces by the numbers in them."""
    first = next(at for at, line in enumerate(lines) if _numbers(line, typing))
    table = columns(lines, first, around)
    if table:
        lines = [line for at, line in enumerate(lines) if at != table.line]
        lines = [table.ours_only(line, lambda said: _numbers(said, typing), around) for line in lines]
        lines = [line for line in lines if _numbers(line, typing) or not around.words.whole("sum", line)]
    lines = ["" if around.announces(line) and around.words.whole("naming", line) else line for line in lines]
    text = "\n".join("" if drawn(line) and len(line.strip()) > 2 else line for line in lines)
    found: dict[str, list[str]] = {}
    together: set[str] = set()
    supposed: dict[str, str] = {}  # below a heading that says what would be
    ahead: list[str] = []
    behind: list[str] = []
    blocks = [*_by_label([each for each in _BLANK.split(_sectioned(text, typing)) if each.strip()], typing)]
    sections = _are_sections(blocks, typing, around)
    for block in blocks:
        head, rest = _headed(block, typing, around)
        heading = head[-1] if sections and rest else ""
        if heading:
            head = [line for line in head[:-1] if line.strip()]
        if found:
            behind += [line for line in head if line.strip() and not around.idle(line)]
        else:
            ahead += [line for line in head if _says_of_all(line, around)]
        if rest and behind:
            return NOTHING  # a heading, or a remark, between rows
        lead, rest = _led(rest, typing)
        (behind if found else ahead).extend(line for line in lead if _says_of_all(line, around))
        rest, tail = _tailed(rest, typing)
        behind += [line for line in tail if line.strip() and not around.idle(line)]
        for number, piece, joint in _pieces(rest, typing, around, table):
            if not number:
                return NOTHING
            found.setdefault(number, []).append(f"{heading}\n{piece}" if heading else piece)
            supposed |= {number: heading} if around.words.says("supposed", heading) else {}
            together |= {number} if joint else set()
    question = next((line for line in behind if around.words.whole("confirm", line)), "")
    pieces = tuple(
        _piece(number, said, number in together, around, supposed.get(number, "")) for number, said in found.items()
    )
    others = tuple(line for line in behind if line != question)
    if not 1 < len(pieces) <= MOST_ROWS:
        return NOTHING
    return Division(pieces=pieces, ahead=tuple(ahead), behind=others, price_question=question, table=table is not None)


def _sectioned(text: str, typing: Typing) -> str:
    """The text with a blank line ahead of short headings that stand right below a row."""
    lines: list[str] = []
    for line in text.split("\n"):
        below = bool(lines) and bool(_numbers(lines[-1], typing))
        heading = below and not _numbers(line, typing) and _HEADING.fullmatch(line.strip())
        lines += ["", line] if heading else [line]
    return "\n".join(lines)


def _are_sections(blocks: Sequence[str], typing: Typing, around: Around) -> bool:
    """Whether each block of rows stands below a heading that tells what became of its rows."""
    heads = [head for head, rest in (_headed(block, typing, around) for block in blocks) if rest]
    last = [head[-1].strip() if head else "" for head in heads]
    return len(last) > 1 and all(_HEADING.fullmatch(line) and not around.silent(normalise(line)) for line in last)


def _piece(number: str, parts: Sequence[str], together: bool, around: Around, supposed: str) -> Piece:
    text = "\n".join(parts)
    said = around.void(text) or around.words.said("aside", text) or supposed
    return Piece(
        number=number,
        text=text,
        together=together,
        parts=tuple(parts),
        no_news=SAY("void_row", words=said) if said else "",
    )


def _is_own(line: str, typing: Typing, around: Around) -> bool:
    """Whether a line speaks of one request alone."""
    return len(_numbers(line, typing)) == 1 and not around.words.says("back", line)


def _unnumbered(mail: ParsedMail, lines: list[str], typing: Typing, around: Around) -> Division:
    """Pieces of a mail whose text says no number: by the list that it answers, the numbers in its subject, titles."""
    text = "\n".join(lines)
    if pointing := pointed(text, mail.quoted_text, lambda line: _numbers(line, typing), around):
        return Division(pieces=tuple(Piece(number=n, text=said, quoted=line) for n, said, line in pointing))
    if len(mail.text.split("\n")) > MOST_LINES:
        return NOTHING
    if below := answers(mail.text, lambda line: _numbers(line, typing), lambda line: _is_opening(line, around)):
        return Division(pieces=tuple(Piece(number=n, text=said, quoted=line) for n, said, line in below))
    headed = _numbers(mail.subject, typing)
    joint = _is_joint(text, around)
    if joint and (listed := answered(text, mail.quoted_text, lambda line: _numbers(line, typing), around.words)):
        return Division(pieces=tuple(Piece(number=n, text=text, quoted=line) for n, line in listed), shared=True)
    if joint and len(headed) > 1 and counts(text, len(headed), around.words):
        return Division(pieces=tuple(Piece(number=n, text=text) for n in headed), shared=True)
    said = [line for line in lines if line.strip() and not around.idle(line)]
    ahead = [line for line in said[:1] if around.announces(line) and not _is_titled(line, around)]
    rows = [line for line in said if _is_titled(line, around)]
    if len(headed) not in (0, len(rows)) or len(rows) < 2 or ahead + rows != said:
        return NOTHING
    pieces = tuple(Piece(number="", text=line) for line in rows[:MOST_ROWS])
    return Division(pieces=pieces, ahead=tuple(line for line in ahead if _says_of_all(line, around)))


_LEAST_TITLE = 4  # characters
# Behind a title, ahead of what became of it.
_TITLE_ENDS = re.compile(r"\t|[^\S\n]{2,}+|[|｜│—–]|-{2,}+|\s-\s|[:：]")


def _is_opening(line: str, around: Around) -> bool:
    """Whether a line greets, or says only that answers follow."""
    if around.idle(line):
        return True
    return around.announces(line) and not around.leaves_open(line) and around.silent(normalise(line))


def _is_titled(line: str, around: Around) -> bool:
    """Whether a line is a title with an outcome behind it."""
    title, *more = [part for part in _TITLE_ENDS.split(line) if part.strip()] or [""]
    return (
        len(title) >= _LEAST_TITLE
        and bool(more)
        and "://" not in line
        and (bool(SUM.search(more[-1])) or not around.silent(normalise(more[-1])))
    )


def _says_of_all(line: str, around: Around) -> bool:
    """Whether a line ahead of all rows tells an outcome of them, or leaves one open."""
    said = around.ungreeted(line)
    if not said or around.greets(line) or around.quiet(said) or around.words.says("neutral", said):
        return False
    opens = around.leaves_open(said) if around.announces(said) else around.bends(said)
    return opens or not around.silent(normalise(said))


def _by_label(blocks: Sequence[str], typing: Typing) -> Iterator[str]:
    """Blocks, and forms without a blank line between them: each begins with the first one's first label."""
    for block in blocks:
        lines, named = block.split("\n"), _numbers(block, typing)
        label = _LABEL.match(lines[0])
        starts = [at for at, line in enumerate(lines) if label and line.strip().startswith(label[1])]
        if len(named) < 2 or len(starts) != len(named) or starts[:1] != [0]:
            yield block
            continue
        pieces = ["\n".join(lines[at:to]) for at, to in zip(starts, [*starts[1:], len(lines)], strict=True)]
        if all(len(_numbers(piece, typing)) == 1 for piece in pieces):
            yield from pieces
        else:
            yield block


def _headed(block: str, typing: Typing, around: Around) -> tuple[list[str], list[str]]:
    """The lines of a block ahead of the first that names a request, and those from it on. A block with one request is
    its own, with what stands ahead of its number.
    """
    lines = block.split("\n")
    first = next((i for i, line in enumerate(lines) if _numbers(line, typing)), len(lines))
    if len(_numbers(block, typing)) == 1:
        above = (around.announces, around.greets, around.courteous)
        heading = [line for line in lines[:first] if any(is_one(line) for is_one in above)]
        return heading, [line for line in lines[:first] if line not in heading] + lines[first:]
    return lines[:first], lines[first:]


def _led(lines: list[str], typing: Typing) -> tuple[list[str], list[str]]:
    """The sentences ahead of the first row that stand in its line, where the line says several numbers; the rest."""
    if not lines or len(_numbers(lines[0], typing)) < 2:
        return [], lines
    parts = [part for part in _SENTENCES.split(lines[0]) if part.strip()]
    first = next((at for at, part in enumerate(parts) if _numbers(part, typing)), 0)
    return parts[:first], ["".join(parts[first:]), *lines[1:]] if first else lines


def _tailed(lines: list[str], typing: Typing) -> tuple[list[str], list[str]]:
    """The rows of a block of one line each, and what stands below them."""
    naming = [at for at, line in enumerate(lines) if _numbers(line, typing)]
    if len(naming) < 2 or naming != [*range(len(naming))]:
        return lines, []
    return lines[: naming[-1] + 1], lines[naming[-1] + 1 :]


def _pieces(lines: list[str], typing: Typing, around: Around, table: Columns | None) -> Iterator[tuple[str, str, bool]]:
    """A block without blank lines: whole where it names one request, else by its lines and their sentences.

    The number is '' where a piece names several, and tells nothing of them together. What names none belongs to what
    stands above it. And whether it is said of others, too.
    """
    block = "\n".join(lines)
    if len(numbers := _numbers(block, typing)) < 2:
        if numbers:
            yield numbers[0], (table.told(block) if table and len(lines) == 1 else "") or block, False
        return
    while lines and around.idle(lines[-1]) and not _numbers(lines[-1], typing) and not _is_labelled_so(lines):
        lines.pop()
    rows: list[tuple[str, list[str]]] = []
    joint: set[str] = set()
    group = 0  # of how many rows the sentence before told together
    for part, whole in _parts(lines, typing, around):
        named = _numbers(part, typing)
        if (len(named) > 1 and not _is_joint(part, around)) or (not named and rows and around.announces(part)):
            yield "", part, False  # several in one piece, or a heading in the middle
            return
        if len(named) > 1:
            rows += [(number, [_alone(part, number, named)]) for number in named]
            joint.update(named)
            group = len(named)
            continue
        if named and (not rows or named[0] != rows[-1][0]):
            rows.append((named[0], []))
        group = group if not named else 0
        if rows and not named and not whole and (around.quiet(part) or (group and not around.pointing(part))):
            for _, kept in rows[-(group or 1) :]:
                kept[-1] += part
        elif rows:
            rows[-1][1].append((table.told(part) if table and whole else "") or part)
    if len({len(kept) for _, kept in rows}) > 1:
        yield "", block, False  # a row has a line more than the others: a heading or a remark that may be about any
        return
    for number, kept in rows:
        yield number, "\n".join(kept), number in joint


def _is_labelled_so(lines: Sequence[str]) -> bool:
    """Whether the last line begins with a label that another has."""
    label = _LABEL.match(lines[-1])
    return bool(label) and any(line.strip().startswith(label[0].strip()) for line in lines[:-1] if label)


def _is_joint(part: str, around: Around) -> bool:
    """Whether a sentence tells one thing of all the requests that it names."""
    return around.words.says("together", part) and not around.pointing(part)


def _parts(lines: Sequence[str], typing: Typing, around: Around) -> Iterator[tuple[str, bool]]:
    """Lines, those that name several by their sentences; and whether it is a whole line."""
    for line in lines:
        parts = [line] if len(_numbers(line, typing)) < 2 else [p for p in _SENTENCES.split(line) if p.strip()]
        if len(parts) > 1 and around.courteous(parts[-1]) and not _numbers(parts[-1], typing):
            parts.pop()  # the name under a mail of one line
        yield from ((part, len(parts) == 1) for part in parts)


def _alone(part: str, number: str, named: Sequence[str]) -> str:
    """A sentence about several requests as it is said of one: the numbers of the others left out."""
    for other in named:
        part = part if other == number else part.replace(other, " ")
    return part


def _numbers(text: str, typing: Typing) -> tuple[str, ...]:
    """The numbers in it; beside figures alone what has letters is a system's own."""
    found = loose_numbers(normalise(text[:MOST_LOOKED_AT]), typing)
    figures = tuple(number for number in found if number.isdigit())
    return figures or found
