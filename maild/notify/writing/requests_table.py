"""'My requests' as a table: the rows, and how they stand in plain text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maild.domain.wording import words
from maild.notify.language import say
from maild.notify.language.locales import Style, line, to_money
from maild.notify.language.wrap import WIDTH, columns, pad, shorten
from maild.notify.writing.files import link_views
from maild.notify.writing.letter import RowView

_GAP, _INDENT = 2, 4  # columns


def rows(value: object, style: Style) -> tuple[RowView, ...]:
    """The requests of a notice's data (office.notices.announce.request_row), at most say.MAX_ROWS."""
    entries = value[: say.MAX_ROWS] if isinstance(value, list | tuple) else ()
    return tuple(_row(entry, style) for entry in entries if isinstance(entry, Mapping))


def _row(row: Mapping[str, object], style: Style) -> RowView:
    amount = to_money(row.get("payable"), line(row.get("currency"), 3) or "CNY")
    url = line(row.get("link"), 2000)
    file = link_views([{"url": url, "expires": row.get("expires")}], style)[0] if url else None
    return RowView(
        number=line(row.get("number"), 80),
        service=words.look_up(words.SERVICES, line(row.get("service"), 40), style.locale),
        title=line(row.get("title")),
        submitted=style.date(row.get("submitted")),
        due=style.date(row.get("due")),
        state=words.look_up(words.STATES, line(row.get("state"), 40), style.locale),
        payment=words.look_up(words.PAYMENTS, line(row.get("payment_state"), 40), style.locale),
        fee=style.short_money(amount) if amount else "",
        file=file,
    )


def request_lines(heads: Sequence[str], labels: Sequence[str], found: Sequence[RowView]) -> str:
    """The table in columns: number, submitted, due, fee, state; below each what does not fit into a column.

    heads   of the five columns; labels: of payment, link and expiry, with their separator ('Payment: ')
    """
    cells = ((row.number, row.submitted, row.due, row.fee) for row in found)
    widths = [max(map(columns, column)) for column in zip(heads[:4], *cells, strict=True)]
    room = WIDTH - sum(widths) - len(widths) * _GAP
    lines = [
        _line(heads, widths),
        "-"
        * min(
            WIDTH,
            sum(widths)
            + len(widths) * _GAP
            + max([columns(heads[4]), *(min(room, columns(row.state)) for row in found)]),
        ),
    ]
    for row in found:
        fits = columns(row.state) <= room
        lines.append(_line((row.number, row.submitted, row.due, row.fee, row.state if fits else ""), widths))
        below = [] if fits else [row.state]
        below.append(" · ".join(text for text in (row.service, row.title) if text))
        below += [f"{labels[0]}{row.payment}"] if row.payment and row.fee else []
        lines += [" " * _INDENT + shorten(text, WIDTH - _INDENT) for text in below if text]
        if row.file:  # a link is never broken or cut
            lines.append(f"{' ' * _INDENT}{labels[1]}{row.file.url}")
            lines += [f"{' ' * _INDENT}{labels[2]}{row.file.expires}"] if row.file.expires else []
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    *first, last = cells
    right = [False, False, False, True]
    padded = [pad(cell, width, right=to) for cell, width, to in zip(first, widths, right, strict=True)]
    return (" " * _GAP).join([*padded, last]).rstrip()
