"""What was ignored, to be looked through by reason, the newest first."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.records.ignored import Why
from maild.office.ignoring.ignored_mails import Listing, ignored, row


class Asked(Input):
    """Which of them: of one reason, older than a mail."""

    why: Why | None = None
    before: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    with desk.services.store.read() as uow:
        return ignored(uow, asked.why, before=asked.before)


def _json(loaded: Listing) -> object:
    return {"items": [row(line) for line in loaded.lines], "before": loaded.older}


VIEWS = (
    View(
        name="queue.ignored",
        path="/queue/ignored",
        input=Asked,
        load=_load,
        template="queue/ignored.html.j2",
        json=_json,
        summary="Mails that were ignored, by reason, the newest first.",
    ),
)
