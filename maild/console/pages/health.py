"""Health: what runs, what waits, what is wrong; the doctor's latest checks; alive and ready for monitors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Route

from maild import __version__
from maild.console.acts import Input
from maild.console.checkup import Checked, checked
from maild.console.desk import Desk
from maild.console.health import Health, daemon_pulse, examine, readiness
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.rows import API
from maild.domain.errors import ConfigError, MaildError
from maild.domain.operation.heartbeat import Pulse
from maild.domain.operation.trouble import Trouble, TroubleCause, TroubleRules
from maild.office.watch.trouble_rules import load_troubles
from maild.store.migrate import HEAD


class Asked(Input):
    """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How it stands; names: what troubles are called; checked: what the doctor found when he was last asked to look
    (deeds/health.py).
    """

    health: Health
    names: TroubleRules
    checked: Checked | None
    version: str = __version__
    schema: str = HEAD

    @property
    def balanced(self) -> datetime | None:
        """When the last balance sheet was drawn up."""
        at = self.health.balance.get("at")
        return datetime.fromisoformat(str(at)) if at else None


def _load(desk: Desk, who: Who, asked: Asked) -> Shown:
    rules = desk.in_force.faults()
    with desk.services.store.read() as uow:
        return Shown(health=examine(desk.services, uow, rules), names=_names(desk), checked=desk.checkup.latest)


def _names(desk: Desk) -> TroubleRules:
    """As the office calls them; where its file is broken, as shipped: this page has to tell so."""
    try:
        return desk.services.troubles
    except ConfigError:
        return load_troubles("")


def _json(loaded: Shown) -> object:
    found = loaded.health
    return {
        "ok": found.ok,
        "daemon": found.daemon.value,
        "trouble": list(found.trouble),
        "troubles": [one.row() for one in found.troubles],
        "rules": [{"what": fault.what, "remedy": fault.remedy} for fault in found.rules],
        "version": loaded.version,
        "pending": found.pending,
        "oldest": API.moment(found.oldest),
        "shunted": found.shunted,
        "outbox": {state.value: count for state, count in found.outbox.items()},
        "budget": {"total": found.budget.total, "sent": found.budget.sent},
        "database_bytes": found.database,
        "free_bytes": found.free,
        "processes": [
            {
                "role": one.last.role.value,
                "host": one.last.host,
                "pid": one.last.pid,
                "version": one.last.version,
                "started": API.moment(one.last.started),
                "seen": API.moment(one.last.seen),
                "pulse": one.pulse.value,
                "status": one.last.status,
            }
            for one in found.processes
        ],
        "folders": [
            {"mailbox": one.state.mailbox, "armed": one.state.armed, "heard": API.moment(one.heard)}
            for one in found.folders
        ],
        **(checked(loaded.checked) if loaded.checked else {"checks": None, "checked": None, "checked_by": ""}),
    }


async def _ok(request: Request) -> PlainTextResponse:
    """For monitors, without signing in: whether the database answers and a daemon lives. It says nothing else."""
    desk: Desk = request.app.state.desk

    def look() -> bool:
        try:
            with desk.services.store.read() as uow:
                return daemon_pulse(uow, desk.services.clock.now()) is Pulse.ALIVE
        except MaildError:
            return False

    fine = await run_in_threadpool(look)
    return PlainTextResponse("ok\n" if fine else "not ok\n", 200 if fine else 503, {"Cache-Control": "no-store"})


async def _ready(request: Request) -> JSONResponse:
    """For monitors, without signing in: whether maild does its work, and by codes why not; no names, no addresses."""
    desk: Desk = request.app.state.desk

    def look() -> tuple[Sequence[TroubleCause], Sequence[Trouble]]:
        try:
            rules = desk.services.troubles
            with desk.services.store.read() as uow:
                return readiness(uow, desk.services.clock.now(), rules)
        except ConfigError:
            return (TroubleCause.RULES_BROKEN,), ()
        except MaildError:
            return (TroubleCause.DATABASE_AWAY,), ()

    causes, standing = await run_in_threadpool(look)
    said = {
        "ready": not causes,
        "causes": [cause.value for cause in causes],
        "troubles": [{"cause": one.cause.value, "since": API.moment(one.since)} for one in standing],
    }
    return JSONResponse(said, 503 if causes else 200, {"Cache-Control": "no-store"})


VIEWS = (
    View(
        name="health",
        path="/health",
        input=Asked,
        load=_load,
        json=_json,
        template="health/show.html.j2",
        summary="What runs, what waits, what is wrong; what the doctor found when he last looked.",
    ),
)
ROUTES: tuple[BaseRoute, ...] = (
    Route("/healthz", _ok, methods=["GET"], name="healthz"),
    Route("/readyz", _ready, methods=["GET"], name="readyz"),
)
