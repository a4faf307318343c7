"""What changes while somebody looks on: server-sent events (WHATWG HTML section 9.2).

One look at the database a second for all who listen, however many; nobody listening, none.
"""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from maild.console.serving.guard import LIVE
from maild.domain.errors import MaildError, Temporary
from maild.domain.records.journal import ReviewItem

if TYPE_CHECKING:
    from maild.bootstrap import Services

PERIOD = 1.0  # seconds between two looks
KEEP_ALIVE = 15.0  # seconds without news after which a line is sent all the same: proxies close silent connections
CHECKED = 3.0  # seconds after which it is asked again whether the listener is still signed in
BACK_SECONDS = 30  # after which whoever was one too many may ask again
PER_PERSON, MOST = 24, 400  # streams: of one person (tabs, devices), of all
EVENTS = "text/event-stream; charset=utf-8"
KEPT = timedelta(hours=1)
GONE = 6.0  # seconds after which who has not been seen does not look any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What there was to see: how many items are open, by cause, the queue's mark, and the watched items' state."""

    mark: str = ""
    causes: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[int, Mapping[str, object]] = field(default_factory=dict)


_NOTHING = Sight()
_ITEM = re.compile(r"[0-9]{1,18}")


class Hub:
    """Looks for all listeners, and tells each what is new to it."""

    def __init__(self, services: Services, *, period: float = PERIOD, checked: float = CHECKED) -> None:
        self._services, self._period, self._checked = services, period, checked
        self._people: Counter[str] = Counter()
        self._watched: Counter[int] = Counter()
        self._listeners = 0
        self._viewers: Counter[tuple[int, str]] = Counter()
        self._sight = _NOTHING
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closing = True
        self._news.set()

    async def stream(self, who: str, item_id: int | None, still: Callable[[], bool]) -> AsyncIterator[str]:
        """Events for one listener: 'queue' with counts, 'item' with the item's state and who else looks at it.

        still: whether the listener may still hear; blocking. It ends when that is over, within seconds.
        """
        if self._people[who] >= PER_PERSON or self._listeners >= MOST:
            yield f"retry: {BACK_SECONDS * 1000}\n\n"
            return
        self._enter(who, item_id)
        told: dict[str, str] = {}
        try:
            yield "retry: 3000\n\n"
            silent = unchecked = 0.0
            while not self._closing:
                if unchecked >= self._checked:
                    unchecked = 0.0
                    if not await run_in_threadpool(still):
                        return
                lines = [line for line in self._lines(who, item_id) if told.get(line[0]) != line[1]]
                for kind, data in lines:
                    told[kind] = data
                    yield f"event: {kind}\ndata: {data}\n\n"
                silent = 0.0 if lines else silent + self._period
                unchecked += self._period
                if silent >= KEEP_ALIVE:
                    silent = 0.0
                    yield ": still here\n\n"
                await self._next()
        finally:
            self._leave(who, item_id)

    def _lines(self, who: str, item_id: int | None) -> list[tuple[str, str]]:
        sight = self._sight
        total = sum(sight.causes.values())
        lines = [("queue", _json({"total": total, "causes": sight.causes, "mark": sight.mark}))]
        if item_id is not None and item_id in sight.items:
            row = dict(sight.items[item_id])
            seen = row.get("viewers")
            row["viewers"] = [name for name in seen if name != who] if isinstance(seen, list) else []
            lines.append(("item", _json(row)))
        return lines if sight is not _NOTHING else []

    def _enter(self, who: str, item_id: int | None) -> None:
        self._listeners += 1
        self._people[who] += 1
        if item_id is not None:
            self._watched[item_id] += 1
            self._viewers[(item_id, who)] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def _leave(self, who: str, item_id: int | None) -> None:
        self._listeners -= 1
        self._people[who] -= 1
        self._people += Counter()
        if item_id is not None:
            self._watched[item_id] -= 1
            self._viewers[(item_id, who)] -= 1
            self._watched += Counter()  # drops what nobody watches
            self._viewers += Counter()

    async def _next(self) -> None:
        await self._news.wait()

    async def _look(self) -> None:
        """While anybody listens. A database that is away for a while is asked again: the page says nothing new."""
        while self._listeners and not self._closing:
            with suppress(MaildError):
                self._sight = await run_in_threadpool(self._see, tuple(self._watched), tuple(self._viewers))
            news, self._news = self._news, asyncio.Event()
            news.set()
            await asyncio.sleep(self._period)

    def _see(self, watched: tuple[int, ...], viewers: tuple[tuple[int, str], ...]) -> Sight:
        """One look. In a thread."""
        now = self._services.clock.now()
        if viewers:
            with self._services.store.begin() as uow:
                uow.viewers.note(viewers, now)
                uow.viewers.forget(now - KEPT)
        with self._services.store.read() as uow:
            queue = uow.listings.queue
            mark = mark_of(queue.latest(), queue.assignees())
            causes = {count.cause.value: count.count for count in uow.census.queue()}
            looking = uow.viewers.of(watched, now - timedelta(seconds=GONE))
            items = [item for item in map(uow.reviews.get, watched) if item is not None]
        rows = {item.id: _row(item, looking.get(item.id, ())) for item in items}
        return Sight(mark=mark, causes=causes, items=rows)


def mark_of(latest: Sequence[int], assignees: Mapping[str, int]) -> str:
    """Another one whenever anything in the queue has changed: a list that has it shows what there is. What was written
    last does not tell all (PostgreSQL may show a lower number after a higher one), so whose the open items are counts.
    """
    return "-".join(map(str, (*latest, zlib.crc32(_json(assignees).encode()))))


def _row(item: ReviewItem, viewers: tuple[str, ...]) -> dict[str, object]:
    """What a page that shows the item has to know."""
    return {
        "version": item.version,
        "state": item.state.value,
        "by": item.handled_by,
        "note": item.note,
        "assignee": item.assignee,
        "viewers": list(viewers),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


async def _live(request: Request) -> Response:
    hub: Hub = request.app.state.desk.hub
    item = _ITEM.fullmatch(request.query_params.get("item", ""))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Type": EVENTS}
    if request.method == "HEAD":
        return Response(headers=headers)
    stream = hub.stream(request.state.who.name, int(item[0]) if item else None, partial(_still, request))
    return StreamingResponse(stream, headers=headers)


def _still(request: Request) -> bool:
    """Whether who listens is still signed in, as who they were: sessions end, accounts are closed, roles change."""
    who = request.state.who
    try:
        now = request.app.state.gate.identify(request, quiet=True)
    except Temporary:
        return True  # nobody can say just now, and nothing new can be seen either
    return now is not None and (now.name, now.role, now.session) == (who.name, who.role, who.session)


ROUTES = (Route(LIVE, _live, methods=["GET"], name="live"),)
