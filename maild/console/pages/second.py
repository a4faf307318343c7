"""The second reader: what speaks, how sure it must be, how it fared, and what was learned here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.rows import API
from maild.domain.learning.control import Threshold
from maild.domain.learning.learned import InForce, Model, Record, Used
from maild.office.answers.second_reader import weights_in_force

SHOWN = 20  # versions, and decisions, that are shown


class Nothing(Input):
    """No fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """thresholds: by class of acts, of the weights in force; lost: these cannot be read any more."""

    now: InForce
    version: str
    mails: int
    thresholds: Mapping[str, Threshold]
    record: Record
    models: Sequence[Model]
    uses: Sequence[Used]
    lost: bool = False


def _load(desk: Desk, who: Who, asked: Nothing) -> Page:
    services = desk.services
    now, models = services.learner.known()
    with services.store.read() as uow:
        uses = uow.learned.uses(SHOWN)
    weights = weights_in_force(services.store) if not now.silent else None
    return Page(
        now=now,
        version=weights.version if weights else "",
        uses=uses,
        mails=int(weights.about.get("mails", 0)) if weights else 0,
        thresholds=weights.thresholds if weights else {},
        lost=weights is None and not now.silent,
        record=services.learner.record(),
        models=models[:SHOWN],
    )


def _json(page: Page) -> object:
    return {
        "version": page.now.version or "shipped",
        "weights": page.version,
        "mails": page.mails,
        "since": API.moment(page.now.since),
        "actor": page.now.actor,
        "silent": page.now.silent,
        "acted": page.record.mails,
        "corrected": page.record.corrected,
        "thresholds": {risk: {**asdict(found), "armed": found.armed} for risk, found in page.thresholds.items()},
        "models": [
            {"version": one.version, "made": API.moment(one.made), "actor": one.actor, "mails": one.report.get("mails")}
            for one in page.models
        ],
        "decisions": [
            {
                "at": API.moment(one.at),
                "actor": one.actor,
                "what": one.what.value,
                "version": one.version,
                "note": one.note,
            }
            for one in page.uses
        ],
    }


VIEWS = (
    View(
        name="second",
        path="/rules/second/reader",
        input=Nothing,
        load=_load,
        json=_json,
        template="second/show.html.j2",
        summary="The second reader: what speaks, how sure it must be, how it fared, what was learned here.",
    ),
)
