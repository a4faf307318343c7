"""What other rules would make of mails that came: the words of a back-test, and how two outcomes are compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from maild.domain import SAY
from maild.domain.incoming.decision import Action, Cause
from maild.domain.incoming.ruling import Classification, Kind

UNSURE = frozenset({Kind.UNKNOWN, Kind.PROVIDER_OTHER, Kind.PATRON_OTHER})
# The rules understood all; the request has gone on since, so that nothing is left to do now.
MOVED_ON = frozenset({Cause.ILLEGAL_MOVE, Cause.NOT_BINDING, Cause.SEEN_BEFORE, Cause.ALREADY_PAID})
SECRET = "password"  # noqa: S105  the field that the decision ledger leaves out


class Finding(StrEnum):
    """What becomes of a mail under the other rules."""

    NEW = "new"  # a person had to look, now it is certain
    CHANGED = "changed"  # another kind, transaction or field
    CONFLICT = "conflict"  # rules contradict each other, or what was certain is lost
    FACTS = "facts"  # read as before; what is known has changed since, so that it would be certain now
    SAME = "same"
    FAILED = "failed"  # could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A mail under two rule sets. before: None where there is but one, or where both say the same.

    rivals: rules of the same order number as the deciding one that would fire, too, and say another kind
    """

    after: Classification
    before: Classification | None = None
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a rule set, and the decision after it, make of a mail."""

    kind: Kind
    rule: str = ""
    event: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    action: Action = Action.IGNORE
    cause: Cause = Cause.NONE
    transactions: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Nobody has to look: it acts, or there is nothing to do and it is known why."""
        if self.action is Action.APPLY:
            return True
        if self.action is Action.IGNORE:
            return self.kind not in UNSURE
        return self.cause in MOVED_ON and bool(self.transactions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs. `name`: kind, event, transactions, action, cause, or 'field NAME'."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRow:
    """One mail whose fate differs. `then`: what was decided when it came; `waits`: it is in the queue still.

    why: of a conflict or a failure, in sentences
    """

    finding: Finding
    mail_id: int
    at: datetime | None
    sender: str
    subject: str
    before: Taken | None = None
    after: Taken | None = None
    then: Taken | None = None
    changes: tuple[Change, ...] = ()
    why: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """counts by finding; by_other_rule: same outcome by another rule; rows: at most so many of each finding.

    complete: False where it was stopped
    """

    counts: Mapping[Finding, int]
    rows: tuple[BacktestRow, ...]
    mails: int
    seconds: float
    by_other_rule: int = 0
    complete: bool = True

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.seconds if self.seconds else 0.0

    def of(self, finding: Finding) -> tuple[BacktestRow, ...]:
        """The rows of a finding, latest mail first."""
        return tuple(row for row in self.rows if row.finding is finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """What a comparison is judged by.

    touched  rules that are new or differ from those in force
    general  rules that take what no rule of a provider's own knows: to take a mail from them is what a rule is for
    """

    touched: frozenset[str] = frozenset()
    general: frozenset[str] = frozenset()


def changes(before: Taken, after: Taken, *, decided: bool = True) -> tuple[Change, ...]:
    """What differs, the kind first. `decided` False: only what was read, for the facts were others then."""
    found = [
        Change(name="kind", before=before.kind, after=after.kind),
        Change(name="event", before=before.event, after=after.event),
    ]
    if decided:
        found += [
            Change(name="action", before=before.action, after=after.action),
            Change(name="cause", before=before.cause, after=after.cause),
            Change(name="transactions", before=", ".join(before.transactions), after=", ".join(after.transactions)),
        ]
    for name in dict.fromkeys([*before.fields, *after.fields]):
        if name != SECRET:
            told = before.fields.get(name, ""), after.fields.get(name, "")
            found.append(Change(name=SAY("field", name=name), before=told[0], after=told[1]))
    return tuple(change for change in found if change.before != change.after)


def conflicts(
    before: Taken, after: Taken, scales: Scales, *, rivals: Collection[str] = (), staff: Collection[str] = ()
) -> tuple[str, ...]:
    """Why the new outcome must be looked at. staff: transactions that a librarian assigned the mail to."""
    found = [SAY("same_order", rival=rival, rule=after.rule) for rival in rivals]
    specific = before.rule and before.rule not in scales.general
    if specific and after.rule != before.rule and after.rule in scales.touched:
        found.append(SAY("takes_mail", rule=after.rule, other=before.rule))
    if before.certain and not after.certain:
        found.append(SAY("was_certain", kind=before.kind, cause=after.cause))
    if staff and after.certain and after.transactions and not set(staff) & set(after.transactions):
        found.append(SAY("assigned_otherwise", numbers=", ".join(staff), others=", ".join(after.transactions)))
    return tuple(found)


def row_of(row: BacktestRow) -> dict[str, object]:
    """A mail of a back-test as JSON-able values."""
    return {
        "finding": row.finding.value,
        "mail_id": row.mail_id,
        "at": row.at.isoformat() if row.at else "",
        "from": row.sender,
        "subject": row.subject,
        "before": taken_row(row.before) if row.before else None,
        "after": taken_row(row.after) if row.after else None,
        "changes": [{"name": c.name, "before": c.before, "after": c.after} for c in row.changes],
        "why": list(row.why),
        "waits": row.waits,
    }


def taken_row(taken: Taken) -> dict[str, object]:
    """What a mail was taken for, as JSON-able values; its fields apart."""
    return {
        "kind": taken.kind.value,
        "rule": taken.rule,
        "event": taken.event,
        "action": taken.action.value,
        "cause": taken.cause.value,
        "transactions": list(taken.transactions),
    }
