"""The audit log: who changed what and when, from what to what; as a file for administrators."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import BaseRoute, Route

from maild.console.acts import Day, Input
from maild.console.desk import Desk
from maild.console.views import View, total
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.desk.listing import COUNTED, JournalFilter, Page
from maild.domain.desk.rows import API, plain
from maild.domain.desk.statistics import midnight
from maild.domain.records.journal import JournalEntry

LIMIT = 50
CHUNK = 500
MOST = 200_000  # lines of a file
COLUMNS = ("id", "at", "actor", "what", "number", "mail_id", "outbox_id", "before", "after", "reasons")
# A cell that begins so is calculated by spreadsheets; those of East Asian offices take the wide signs, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Name = Annotated[str, Field(max_length=200)]


class Asked(Input):
    """Which lines. since, until: days at the office, both included."""

    actor: Name = ""
    what: Name = ""
    number: Name = ""
    mail: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    since: Day | None = None
    until: Day | None = None

    def filter(self, zone: ZoneInfo) -> JournalFilter:
        last = self.until if self.until and self.until < date.max else None
        return JournalFilter(
            actor=self.actor,
            what=self.what,
            number=self.number,
            mail_id=self.mail,
            start=midnight(self.since, zone) if self.since and self.since > date(1, 1, 2) else None,
            end=midnight(last + timedelta(days=1), zone) if last and last > date(1, 1, 2) else None,
        )


class AskedPage(Asked):
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of history, newest first. count: at most COUNTED + 1."""

    page: Page[JournalEntry]
    count: int
    actors: Sequence[str]
    whats: Sequence[str]
    most: int = COUNTED


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.services.settings.office.timezone)


def _load(desk: Desk, who: Who, asked: AskedPage) -> Listing:
    wanted = asked.filter(_zone(desk))
    with desk.services.store.read() as uow:
        journal = uow.listings.journal
        page = journal.page(wanted, limit=LIMIT, after=asked.after, before=asked.before)
        return Listing(page=page, count=total(journal, wanted, page), actors=journal.actors(), whats=journal.whats())


def _row(line: JournalEntry) -> dict[str, object]:
    return {
        "id": line.id,
        "at": API.moment(line.at),
        "actor": line.actor,
        "what": line.what,
        "number": line.number,
        "mail_id": line.mail_id,
        "outbox_id": line.outbox_id,
        "before": line.before,
        "after": line.after,
        "reasons": list(line.reasons),
        "data": plain(line.data),
    }


def _json(loaded: Listing) -> object:
    return {
        "items": [_row(line) for line in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "count": loaded.count,
    }


# --- as a file ----------------------------------------------------------------------------------------------------


def _export(request: Request) -> StreamingResponse:
    desk: Desk = request.app.state.desk
    if not request.state.who.role.may(Role.ADMINISTRATOR):
        raise HTTPException(403, f"only an {Role.ADMINISTRATOR} may do that")
    said = {key: value for key, value in request.query_params.items() if key in Asked.model_fields and value}
    try:
        wanted = Asked.model_validate(said).filter(_zone(desk))
    except ValidationError as error:
        raise HTTPException(422, "the filter is not valid") from error
    name = f"maild-audit-{desk.services.clock.now().astimezone(_zone(desk)):%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(desk, wanted), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(desk: Desk, wanted: JournalFilter) -> Iterator[str]:
    """Chunk by chunk, each read by itself: a long file holds no transaction open."""
    yield "\ufeff" + _csv([COLUMNS])  # the mark tells spreadsheets that it is UTF-8
    after, told = "", 0
    while told < MOST:
        with desk.services.store.read() as uow:
            page = uow.listings.journal.page(wanted, limit=CHUNK, after=after)
        yield _csv([_cells(line) for line in page.items])
        after, told = page.after, told + len(page.items)
        if not after:
            return


def _cells(line: JournalEntry) -> list[str]:
    row: dict[str, Any] = {**_row(line), "reasons": "; ".join(line.reasons)}
    return [_cell(row[name]) for name in COLUMNS]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


VIEWS = (
    View(
        name="audit",
        path="/audit",
        input=AskedPage,
        load=_load,
        json=_json,
        template="audit/list.html.j2",
        summary="Lines of history, newest first.",
    ),
)
ROUTES: tuple[BaseRoute, ...] = (Route("/audit.csv", _export, methods=["GET"], name="audit.csv"),)
