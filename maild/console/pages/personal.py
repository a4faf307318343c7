"""What is held on a person: for administrators, before it is handed out or erased."""

from __future__ import annotations

import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route

from maild.benches import exporter, privacy
from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import MaildError, NotFound
from maild.domain.records.journal import JournalEntry
from maild.office.privacy.erasing import Shown


class One(Input):
    patron_id: str


def _load(desk: Desk, who: Who, asked: One) -> Shown:
    return privacy(desk.services).look(asked.patron_id)


def _json(loaded: Shown) -> object:
    return {
        "patron_id": loaded.held.person.patron_id,
        **loaded.held.counts(),
        "files": loaded.files,
        "open": list(loaded.open),
        "on_server": [{"mailbox": box, "uid": uid} for box, uid in loaded.on_server],
    }


def _export(request: Request) -> FileResponse:
    """A zip archive, made in a private folder that goes with the answer."""
    desk: Desk = request.app.state.desk
    who: Who = request.state.who
    if not who.role.may(Role.ADMINISTRATOR):
        raise HTTPException(403, f"only an {Role.ADMINISTRATOR} may do that")
    patron_id, services = request.path_params["patron_id"], desk.services
    folder = tempfile.TemporaryDirectory(prefix="maild-export-")
    path = Path(folder.name) / "export.zip"
    try:
        exporter(services).export(patron_id, path)
        with services.store.begin() as uow:
            uow.journal.add([JournalEntry(what="export", at=services.clock.now(), actor=who.name, after=patron_id)])
    except NotFound as error:
        folder.cleanup()
        raise HTTPException(404, error.what) from error
    except (OSError, MaildError):
        folder.cleanup()
        raise
    return FileResponse(
        path,
        media_type="application/zip",
        filename="personal-data.zip",
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(folder.cleanup),
    )


VIEWS = (
    View(
        name="patrons.personal",
        path="/patrons/{patron_id:key}/personal",
        input=One,
        load=_load,
        json=_json,
        role=Role.ADMINISTRATOR,
        template="patrons/personal.html.j2",
        slow=True,
        summary="How much is held on a person, and what is not settled with the person.",
    ),
)
ROUTES: tuple[BaseRoute, ...] = (
    Route("/patrons/{patron_id:key}/personal.zip", _export, methods=["GET"], name="patrons.export"),
)
