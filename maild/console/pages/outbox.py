"""The outbox: what waits, failed and left; and one notice, as it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maild.console.acts import MOST_ID, Id, Input
from maild.console.desk import Desk
from maild.console.serving.frames import framed, saved
from maild.console.views import View, total
from maild.console.who import Who
from maild.domain.desk.listing import COUNTED, OutboxFilter, Page
from maild.domain.desk.rows import API
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.notify.sending.why import Standing, standing
from maild.office.reach.acts_outbox import CANCELLABLE, HOLDABLE, RELEASABLE, RESENDABLE, SETTLEABLE
from maild.office.reach.outbox_view import Letter, NoticeView

LIMIT = 50
# What needs somebody first; these are shown though there be none.
ORDER = (
    OutboxState.WAITING,
    OutboxState.HELD,
    OutboxState.FAILED,
    OutboxState.IN_DOUBT,
    OutboxState.LEASED,
    OutboxState.SENDING,
    OutboxState.SENT,
    OutboxState.MERGED,
    OutboxState.CANCELLED,
)
ALWAYS = frozenset(ORDER[:3])


class Asked(Input):
    state: tuple[OutboxState, ...] = ()
    kind: tuple[NoticeKind, ...] = ()
    text: Annotated[str, Field(max_length=320)] = ""
    number: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = LIMIT
    after: str = ""
    before: str = ""

    @property
    def filter(self) -> OutboxFilter:
        return OutboxFilter(states=self.state, kinds=self.kind, text=self.text, number=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of notices. counts: of all there are, by state; failed: the page has some that may be sent again.

    stands: how sending stands, which says why a notice waits
    """

    page: Page[OutboxEntry]
    stands: Standing
    counts: Mapping[OutboxState, int]
    count: int
    most: int = COUNTED

    @property
    def failed(self) -> bool:
        return self.doubted or any(entry.state is OutboxState.FAILED for entry in self.page.items)

    @property
    def doubted(self) -> bool:
        """Whether some may have left, which nobody knows."""
        return any(entry.state is OutboxState.IN_DOUBT for entry in self.page.items)


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    with desk.services.store.read() as uow:
        outbox = uow.listings.outbox
        page = outbox.page(asked.filter, limit=asked.limit, after=asked.after, before=asked.before)
        counts = outbox.counts()
        shown = {state: counts.get(state, 0) for state in ORDER if counts.get(state) or state in ALWAYS}
        stands = standing(uow, desk.services.settings, desk.services.clock.now())
        return Listing(page=page, stands=stands, counts=shown, count=total(outbox, asked.filter, page))


def _list_json(loaded: Listing) -> object:
    items = [{**API.notice(entry), "why": loaded.stands.why(entry)} for entry in loaded.page.items]
    return {
        "items": items,
        "after": loaded.page.after,
        "before": loaded.page.before,
        "count": loaded.count,
        "counts": {state.value: n for state, n in loaded.counts.items()},
    }


class One(Input):
    entry_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One notice, and what may be done with it now."""

    view: NoticeView

    @property
    def may(self) -> Mapping[str, bool]:
        state = self.view.entry.state
        return {
            "resend": state in RESENDABLE,
            "sent_already": state in SETTLEABLE,
            "cancel": state in CANCELLABLE,
            "hold": state in HOLDABLE,
            "release": state in RELEASABLE,
            "elsewhere": state in RESENDABLE | CANCELLABLE and bool(self.view.others),
        }

    @property
    def siblings(self) -> Sequence[OutboxEntry]:
        """Other rows that went in the same mail."""
        return [part for part in self.view.parts if part.id != self.view.entry.id]


def _load_one(desk: Desk, who: Who, asked: One) -> Detail:
    return Detail(view=desk.services.outbox_views.show(asked.entry_id))


def _one_json(loaded: Detail) -> object:
    view, letter = loaded.view, loaded.view.letter
    return {
        **API.notice(view.entry),
        "copy": view.entry.copy,
        "as_sent": view.sent_copy,
        "missing": view.missing,
        "mail": {
            "headers": dict(letter.headers),
            "signed": letter.signed,
            "text": letter.text,
            "files": [
                {"n": f.n, "name": f.name, "media_type": f.media_type, "size": len(f.content)} for f in letter.files
            ],
        }
        if letter
        else None,
        "heard": [{"at": API.moment(line.at), "what": line.what.value, "reason": line.reason} for line in view.heard],
        "back": [{"mail_id": mail.id, "subject": mail.subject} for mail in view.back],
        "history": [API.event(line) for line in view.history],
        "may": dict(loaded.may),
    }


# --- the mail itself ----------------------------------------------------------------------------------------------


async def _letter(request: Request) -> Letter:
    desk: Desk = request.app.state.desk
    if request.path_params["entry_id"] > MOST_ID:
        raise HTTPException(404)
    return await run_in_threadpool(desk.services.outbox_views.letter, request.path_params["entry_id"])


async def _html(request: Request) -> Response:
    letter = await _letter(request)
    return framed(letter.html, letter.pictures)


async def _source(request: Request) -> Response:
    letter = await _letter(request)
    return saved(letter.raw, f"notice-{request.path_params['entry_id']}.eml", "message/rfc822")


async def _file(request: Request) -> Response:
    letter, n = await _letter(request), request.path_params["n"]
    if n >= len(letter.files):
        raise HTTPException(404)
    return saved(letter.files[n].content, letter.files[n].name or f"file-{n}")


VIEWS = (
    View(
        name="outbox.list",
        path="/outbox",
        input=Asked,
        load=_load,
        json=_list_json,
        template="outbox/list.html.j2",
        summary="Notices, newest first: waiting, held, sent, failed, withdrawn.",
    ),
    View(
        name="outbox.one",
        path="/outbox/{entry_id:int}",
        input=One,
        load=_load_one,
        json=_one_json,
        template="outbox/one.html.j2",
        summary="One notice: the mail as it was sent, and what was heard of it.",
    ),
)
ROUTES = (
    Route("/outbox/{entry_id:int}/mail.html", _html, name="outbox.html"),
    Route("/outbox/{entry_id:int}/mail.eml", _source, name="outbox.source"),
    Route("/outbox/{entry_id:int}/files/{n:int}", _file, name="outbox.file"),
)
