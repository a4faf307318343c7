"""What is measured: each metric once, with its unit and labels, named as Prometheus asks (base units, `_total`).

The names are a contract with the outside (docs/metrics.md, monitoring/). What a process counts itself is kept in a
`Tally`; what lies in the database is read when somebody asks.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from types import MappingProxyType

# Seconds: from the reading of a short mail to the patience of a mail server.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Sort(StrEnum):
    """How a metric behaves: it only grows, it spreads seconds over bounds, it goes up and down."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


class Whose(StrEnum):
    """Of this process since its start, or of the office: the same whichever process is asked."""

    DAEMON = "daemon"
    CONSOLE = "console"
    EACH = "daemon, console"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. name: in full, a counter's with its `_total`; help: a sentence."""

    name: str
    sort: Sort
    help: str
    labels: tuple[str, ...] = ()
    whose: Whose = Whose.DAEMON


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A metric's value for these labels, in the metric's order. Seconds, bytes, or a plain number."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class Spread:
    """Durations: how many fell below each of BOUNDS and not below the one before it, the last beyond all; their sum."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    sum: float = 0.0


def _counter(name: str, help: str, *labels: str, whose: Whose = Whose.DAEMON) -> Metric:
    return Metric(name=name, sort=Sort.COUNTER, help=help, labels=labels, whose=whose)


def _seconds(name: str, help: str, *labels: str, whose: Whose = Whose.DAEMON) -> Metric:
    return Metric(name=name, sort=Sort.HISTOGRAM, help=help, labels=labels, whose=whose)


def _gauge(name: str, help: str, *labels: str, whose: Whose = Whose.OFFICE) -> Metric:
    return Metric(name=name, sort=Sort.GAUGE, help=help, labels=labels, whose=whose)


# --- the spine ----------------------------------------------------------------------------------------------------

STAGE = _seconds(
    "maild_stage_duration_seconds",
    "What a stage took for a mail; of receive: a round of a folder that brought mail; of record: a transaction.",
    "stage",
)
RECEIVED = _counter("maild_mails_received_total", "Mails taken in, by what became of them.", "mailbox", "result")
DECIDED = _counter("maild_mails_decided_total", "Mails decided, by kind and what was done.", "kind", "action")
RULE_HITS = _counter("maild_rule_hits_total", "Mails that a rule took; '' where none did.", "rule")
TROUBLED = _counter("maild_mails_troubled_total", "Mails that made a stage fail.", "result")
IN_FLIGHT = _gauge("maild_mails_in_flight", "Mails claimed and not yet recorded by this process.", whose=Whose.DAEMON)
RELAYED = _counter("maild_notices_relayed_total", "Outbox rows by what became of them in a round.", "result")
LINE_OPEN = _gauge(
    "maild_relay_breaker_open", "1 while the submission server is left alone for its fault.", whose=Whose.DAEMON
)
LINE_TRIPS = _gauge(
    "maild_relay_breaker_trips", "Times in a row that the submission server was at fault.", whose=Whose.DAEMON
)
RECEIPTS = _counter("maild_receipts_read_total", "Payment proofs read, by kind; sure: may be acted on.", "kind", "sure")
RECEIPT_SECONDS = _seconds("maild_receipt_duration_seconds", "What reading one file of payment proofs took.")
DNS = _counter("maild_dns_lookups_total", "TXT look-ups by outcome; cached: answered from memory.", "result")
DNS_SECONDS = _seconds(
    "maild_dns_lookup_duration_seconds", "What a DNS look-up took that was not answered from memory."
)
SPANS = _counter("maild_trace_spans_total", "Spans of traces; result: sent or dropped.", "result")
EVENTS = _counter("maild_webhook_events_total", "Events for the library's own system.", "result")
ALARMS = _counter("maild_alarms_total", "Alarms by road; result: told or failed.", "road", "result")
WORKER_CALLS = _counter("maild_worker_calls_total", "What confined reader processes were asked to do.", "pool")
WORKER_FAULTS = _counter(
    "maild_worker_faults_total", "Confined readers that ran out of time, died or raised.", "pool", "fault"
)

# --- the console --------------------------------------------------------------------------------------------------

REQUESTS = _counter("maild_http_requests_total", "Requests to the console.", "method", "status", whose=Whose.CONSOLE)
REQUEST_SECONDS = _seconds(
    "maild_http_request_duration_seconds",
    "Until the first byte of an answer of the console.",
    "method",
    whose=Whose.CONSOLE,
)

# --- the office, out of the database ------------------------------------------------------------------------------

BUILD = _gauge("maild_build_info", "1; the version as label.", "version", whose=Whose.EACH)
DATABASE_UP = _gauge("maild_database_up", "1 where the database answered this question.", whose=Whose.EACH)
READY = _gauge("maild_ready", "1 where a daemon lives and does its work.")
TROUBLE = _gauge("maild_trouble_open", "1 for each open trouble.", "cause", "about")
SEEN = _gauge("maild_last_beat_timestamp_seconds", "Last word of a process that has not ended.", "role", "host")
HEARD = _gauge("maild_folder_answered_timestamp_seconds", "When a folder's server last answered.", "mailbox")
ARMED = _gauge("maild_folder_armed", "1 where new mail of the folder may be answered.", "mailbox")
PENDING = _gauge("maild_mails_pending", "Mails that wait for their decision.")
PENDING_AGE = _gauge("maild_mails_pending_oldest_age_seconds", "Age of the oldest of them; 0: none waits.")
SHUNTED = _gauge("maild_mails_shunted", "Mails put aside because a stage failed over them.")
QUEUE = _gauge("maild_queue_items", "Open items of the staff's queue.", "cause")
QUEUE_AGE = _gauge("maild_queue_oldest_age_seconds", "Age of the oldest open item; 0: none is open.", "cause")
OUTBOX = _gauge(
    "maild_outbox_notices", "Notices that have not left: waiting, held, in doubt, failed, under way.", "state"
)
OUTBOX_AGE = _gauge(
    "maild_outbox_oldest_age_seconds", "Since the oldest of them might have gone; 0: there is none.", "state"
)
EVENTS_WAITING = _gauge("maild_webhook_events_waiting", "Events that the library's own system has not taken.")
BUDGET = _gauge("maild_outbox_daily_budget_notices", "Notices that may leave a day; 0: no limit.")
BUDGET_LEFT = _gauge("maild_outbox_daily_budget_left_notices", "What is left of it today.")
BALANCE = _gauge("maild_balance_even", "1 where the latest balance sheet was even.")
BALANCED = _gauge("maild_balance_timestamp_seconds", "When it was drawn up.")
AUTOMATIC = _gauge(
    "maild_automatic_ratio", "Of 30 days' mails that asked for something, the part that needed no person."
)
OUTCOMES = _gauge("maild_recent_mails", "Mails of 30 days by what became of them.", "outcome")
FATES = _gauge("maild_recent_rule_mails", "Mails of 30 days by rule and whether staff corrected it.", "rule", "fate")
UNDONE = _gauge("maild_recent_acts_undone", "Handled queue items of 30 days that staff took back.")
DATABASE_BYTES = _gauge("maild_database_size_bytes", "What the database takes.")
DISK_FREE = _gauge("maild_disk_free_bytes", "Free where mails are kept, on this host.", whose=Whose.EACH)

METRICS: tuple[Metric, ...] = tuple(value for value in list(vars().values()) if isinstance(value, Metric))


class Tally:
    """What this process has counted since its start. Thread-safe; costs a lock and an addition."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[Metric, tuple[str, ...]], float] = {}
        self._spreads: dict[tuple[Metric, tuple[str, ...]], Spread] = {}

    def count(self, metric: Metric, *labels: str, by: float = 1) -> None:
        """So many more."""
        if by:
            key = metric, labels
            with self._lock:
                self._counts[key] = self._counts.get(key, 0) + by

    def took(self, metric: Metric, seconds: float, *labels: str) -> None:
        """One more, which took so long."""
        place = bisect_left(BOUNDS, seconds)
        with self._lock:
            spread = self._spreads.setdefault((metric, labels), Spread())
            spread.counts[place] += 1
            spread.sum += seconds

    @contextmanager
    def timed(self, metric: Metric, *labels: str) -> Iterator[None]:
        """What the block takes, unless it raises."""
        start = perf_counter()
        yield
        self.took(metric, perf_counter() - start, *labels)

    def counts(self) -> Mapping[tuple[Metric, tuple[str, ...]], float]:
        """A copy of the counts."""
        with self._lock:
            return MappingProxyType(dict(self._counts))

    def spreads(self) -> Mapping[tuple[Metric, tuple[str, ...]], Spread]:
        """A copy of the durations."""
        with self._lock:
            return MappingProxyType({k: Spread(counts=[*s.counts], sum=s.sum) for k, s in self._spreads.items()})
