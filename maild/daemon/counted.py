"""What the loops have done, for the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.domain.operation import metric
from maild.domain.operation.metric import Tally

if TYPE_CHECKING:
    from maild.notify.sending.relay import RelayReport
    from maild.office.webhook.deliveries import DeliveryReport
    from maild.spine.intake import IntakeReport
    from maild.spine.process import ProcessReport


def received(tally: Tally, mailbox: str, report: IntakeReport, seconds: float) -> None:
    """A round of a folder."""
    for result in ("stored", "skipped", "known"):
        tally.count(metric.RECEIVED, mailbox, result, by=getattr(report, result))
    if report.total:
        tally.took(metric.STAGE, seconds, "receive")


def processed(tally: Tally, report: ProcessReport) -> None:
    """A round of processing."""
    for one in report.results:
        if one.decision is None:
            tally.count(metric.TROUBLED, "shunted" if one.shunted else "put_back")
        else:
            tally.count(metric.DECIDED, str(one.decision.about.kind), str(one.decision.action))
            tally.count(metric.RULE_HITS, one.decision.about.rule)


def relayed(tally: Tally, report: RelayReport) -> None:
    """A round of the relay."""
    for result in ("sent", "merged", "deferred", "failed", "cancelled", "in_doubt"):
        tally.count(metric.RELAYED, result, by=getattr(report, result))


def delivered(tally: Tally, report: DeliveryReport) -> None:
    """A round of events."""
    for result in ("sent", "deferred"):
        tally.count(metric.EVENTS, result, by=getattr(report, result))
