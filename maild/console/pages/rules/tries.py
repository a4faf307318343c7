"""The back-test of a drafted rule: how far it is, what it found, and whether its rule may be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Id, Input
from maild.console.desk import Desk
from maild.console.drawing import plots
from maild.console.drawing.chart import Chart, Kind, Series, Slot, Words
from maild.console.drawing.shapes import PATTERNS
from maild.console.pages.rules.maker import closed
from maild.console.tries import OVER, Order, State, Try
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import MaildError, NotFound
from maild.domain.learning.backtest import BacktestReport, BacktestRow, Finding, row_of
from maild.domain.records.journal import ReviewItem

# In the order of their weight. Facts of another day are no finding here: both readings are decided on those of now.
SHOWN = (Finding.CONFLICT, Finding.NEW, Finding.CHANGED, Finding.FAILED)
TryId = Annotated[str, Field(max_length=60)]


class AskedTry(Input):
    """back: what the draft was made of, to return to it where the back-test is not kept any more."""

    mail_id: Id
    try_id: TryId
    back: Annotated[str, Field(max_length=8000)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """What the page shows. gone: why there is nothing to show; items: of mails that wait and would be certain now.

    mine: who looks has drafted it
    """

    mail_id: int
    try_: Try | None = None
    gone: NotFound | None = None
    back: str = ""
    ahead: int = 0
    items: Mapping[int, ReviewItem] = field(default_factory=dict)
    mine: bool = False
    closed: MaildError | None = None

    shown = tuple(finding.value for finding in SHOWN)
    patterns = PATTERNS

    @property
    def order(self) -> Order:
        assert self.try_ is not None
        return self.try_.order

    @property
    def state(self) -> State:
        assert self.try_ is not None
        return self.try_.standing.state

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def report(self) -> BacktestReport | None:
        return self.try_.standing.report if self.try_ else None

    @property
    def text(self) -> str:
        """The rule as it would be written, with its examples; as it was drafted where it came to none."""
        assert self.try_ is not None
        ready = self.try_.standing.ready
        return ready.files[f"{self.order.name}.toml"].decode() if ready else self.order.text

    @property
    def others(self) -> Mapping[str, str]:
        """The other files that would be written."""
        ready = self.try_.standing.ready if self.try_ else None
        own = f"{self.order.name}.toml"
        return {n: c.decode("utf-8", "replace") for n, c in ready.files.items() if n != own} if ready else {}

    @property
    def digest(self) -> str:
        ready = self.try_.standing.ready if self.try_ else None
        return ready.digest if ready else ""

    @property
    def savable(self) -> bool:
        """Whether it ran to its end, and was not saved yet."""
        return self.try_ is not None and self.state is State.DONE and self.try_.standing.saved is None

    @property
    def conflicts(self) -> int:
        return self.report.counts[Finding.CONFLICT] if self.report else 0

    @property
    def remaining(self) -> float:
        """Seconds that it will take yet, 0 where that is not known."""
        headway = self.try_.standing.headway if self.try_ else None
        return (headway.total - headway.done) / headway.rate if headway and headway.rate else 0.0

    def rows(self, finding: str) -> Sequence[BacktestRow]:
        return self.report.of(Finding(finding)) if self.report else ()

    def plot(self, names: Mapping[str, str], title: str, words: Sequence[str]) -> str:
        """How many mails of each finding, but for those that stay the same."""
        counts = self.report.counts if self.report else {}
        chart = Chart(
            key="findings",
            title=title,
            kind=Kind.BARS,
            whole=True,
            along=words[0],
            slots=[Slot(label=names[f.value]) for f in SHOWN],
            series=[Series(name=words[1], values=[float(counts.get(f, 0)) for f in SHOWN])],
            words=Words(empty=words[2], table=words[3]),
        )
        return plots.figure(chart)


def find(desk: Desk, who: Who, mail_id: int, try_id: str) -> Try:
    """The back-test, for who drafted it and for administrators. Raises NotFound."""
    found = desk.tries.get(mail_id, try_id)
    if found.order.owner != who.name and not who.role.may(Role.ADMINISTRATOR):
        raise NotFound(SAY("test_not_kept"), remedy=SAY("start_unsaved_again"))
    return found


def _load(desk: Desk, who: Who, asked: AskedTry) -> Trying:
    try:
        found = find(desk, who, asked.mail_id, asked.try_id)
    except NotFound as error:
        return Trying(mail_id=asked.mail_id, gone=error, back=asked.back)
    return Trying(
        mail_id=asked.mail_id,
        try_=found,
        back=found.order.query,
        ahead=desk.tries.ahead(found),
        items=_waiting(desk, found),
        mine=found.order.owner == who.name,
        closed=closed(desk),
    )


def _waiting(desk: Desk, found: Try) -> Mapping[int, ReviewItem]:
    """By mail: what waits in the queue and would be certain under the rule."""
    report = found.standing.report
    mails = [row.mail_id for row in report.of(Finding.NEW) if row.waits] if report else []
    if not mails:
        return {}
    with desk.services.store.read() as uow:
        items = uow.reviews.open_of(mails)
    return {item.mail_id: item for item in items if item.mail_id is not None and not item.key}


def _json(loaded: Trying) -> object:
    """For programs, and for the page's own script. Raises NotFound."""
    if loaded.try_ is None:
        assert loaded.gone is not None
        raise loaded.gone
    standing, order, report = loaded.try_.standing, loaded.order, loaded.report
    headway = standing.headway
    return {
        "id": loaded.try_.id,
        "state": standing.state.value,
        "over": loaded.over,
        "owner": order.owner,
        "rule": order.name,
        "days": order.days,
        "ahead": loaded.ahead,
        "done": headway.done if headway else 0,
        "total": headway.total if headway else None,
        "rate": round(headway.rate, 1) if headway else 0.0,
        "remaining_seconds": round(loaded.remaining),
        "counts": {f.value: n for f, n in report.counts.items()}
        if report
        else ({f.value: headway.counts.get(f, 0) for f in Finding} if headway else {}),
        "text": loaded.text,
        "files": sorted(standing.ready.files) if standing.ready else [],
        "digest": loaded.digest,
        "fault": standing.fault,
        "remedy": standing.remedy,
        "savable": loaded.savable,
        "saved": {"by": standing.saved.by, "at": standing.saved.at.isoformat()} if standing.saved else None,
        "seconds": round(report.seconds, 1) if report else None,
        "mails": report.mails if report else None,
        "rows": [_row(row, loaded.items) for row in report.rows] if report else [],
    }


def _row(row: BacktestRow, items: Mapping[int, ReviewItem]) -> dict[str, object]:
    item = items.get(row.mail_id)
    return {**row_of(row), "item": item.id if item else None}


VIEWS = (
    View(
        name="rules.backtested",
        path="/rules/from-mail/{mail_id:int}/tries/{try_id}",
        input=AskedTry,
        load=_load,
        json=_json,
        template="rule_maker/tried.html.j2",
        role=Role.LIBRARIAN,
        summary="A back-test of a drafted rule: its state, the text that was tried, what it found.",
    ),
)
