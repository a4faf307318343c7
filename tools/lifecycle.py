"""docs/lifecycle.md and its picture, from the tables of maild/domain/requests/lifecycle.py."""

from __future__ import annotations

from collections import defaultdict

from maild.domain.incoming.registering import REGISTRATION_TRANSITIONS
from maild.domain.requests.lifecycle import (
    LOAN_ONLY,
    OPEN,
    PAYMENT_TRANSITIONS,
    SETTLED,
    TRANSITIONS,
    Event,
    State,
)
from tools.svg import Picture

_SHOWN = {
    "submitted": "已提交", "in_process": "处理中", "forwarded": "已转发", "conditional": "待确认费用", "shipped": "寄送途中",
    "received": "已到馆", "delivered": "已送达", "on_loan": "借出", "overdue": "逾期", "returned": "已归还",
    "unfilled": "未满足", "cancelled": "已取消", "closed": "事务已结束",
}  # fmt: skip
# A tint per state, so that the eye finds a target: open ones blue, on the way yellow, ends green, red, grey.
_TINT = {
    "submitted": "#eaf1fb", "in_process": "#d6e4f7", "forwarded": "#e1ebf9", "conditional": "#cfdcf2",
    "shipped": "#fdf3d8", "received": "#fae9bd", "delivered": "#dff2e3", "on_loan": "#e4f0d0", "overdue": "#f9d9c4",
    "returned": "#d3ecd9", "unfilled": "#f9dedc", "cancelled": "#f2d3d1", "closed": "#e3e3e3",
}  # fmt: skip
_LEFT, _TOP, _WIDE, _HIGH = 150, 92, 69, 36  # of the grid, in pixels

_REGISTERING = """
## Registration

From `maild/domain/incoming/registering.py`. Each of the two steps, `identity` (a bound campus card, or an external reader whom
staff confirm) and `account`, goes through these states by itself. Who was rejected may apply again, which begins a new
round. An application that is older than the decision it would take back is old news; an account of an external reader
is not approved before the identity step, unless staff say so; what else contradicts goes to a person.
"""
_INTRO = """\
# The life of a request, and of a registration

This page is generated from `maild/domain/requests/lifecycle.py` (`make docs`): change the tables there.

A request has a state (ISO 10161 and ISO 18626 words) and, independent of it, a payment state. Events come
from providers' mails, from staff and from our own relay. An event that a table does not allow is *late* where
it tells old news, *repeated* where the state is there already, and else *illegal*: then a person decides.

![What an event makes of a state](images/lifecycle.svg)
"""


def grouped() -> dict[tuple[str, str], list[str]]:
    """(from, to) → events; what holds for every open state is drawn once, from 'open'."""
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_event: dict[tuple[str, str], set[State]] = defaultdict(set)
    for (source, event), target in TRANSITIONS.items():
        by_event[(event.value, target.value)].add(source)
    for (event, target), sources in sorted(by_event.items()):
        everywhere = set(OPEN) <= sources and target not in {state.value for state in OPEN}
        if everywhere:
            edges[("open", target)].append(event)
        for source in sorted(sources):
            if not (everywhere and source in OPEN):
                edges[(source.value, target)].append(event)
    return dict(edges)


def lifecycle_svg() -> str:
    """A grid: what an event (column) makes of a state (row). An empty field: the event changes nothing there."""
    states = [state.value for state in State]
    events = [event.value for event in Event if any(event is known for _, known in TRANSITIONS)]
    width, height = _LEFT + _WIDE * len(events) + 20, _TOP + _HIGH * len(states) + 20
    picture = Picture(width, height, "What an event makes of a state")
    for column, event in enumerate(events):
        picture.slanted(_LEFT + _WIDE * (column + 0.4), _TOP - 10, event)
    for row, state in enumerate(states):
        y = _TOP + _HIGH * row
        picture.cell(8, y, _LEFT - 14, _HIGH - 4, _TINT[state], f"{state}  {_SHOWN[state]}", 12.5)
        for column, event in enumerate(events):
            target = TRANSITIONS.get((State(state), Event(event)))
            x = _LEFT + _WIDE * column
            tint, text = (_TINT[target.value], target.value) if target else ("#f8f8f8", "")
            picture.cell(x, y, _WIDE - 4, _HIGH - 4, tint, text, 11)
    return picture.text()


def lifecycle_markdown() -> str:
    """The page: picture, mermaid source, tables."""
    parts = [_INTRO, "```mermaid", "stateDiagram-v2"]
    parts += ["    state open {", *(f"        {state.value}" for state in OPEN), "    }"]
    parts += [f"    {source} --> {target}: {', '.join(events)}" for (source, target), events in grouped().items()]
    parts += ["```", "", "## Events", "", "| event | from | to |", "| --- | --- | --- |"]
    rows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (source, event), target in TRANSITIONS.items():
        rows[(event.value, target.value)].append(source.value)
    for (event, target), sources in rows.items():
        loan = " (loans only)" if event in LOAN_ONLY and event != "arrived" else ""
        parts.append(f"| `{event}`{loan} | {', '.join(sources)} | {target} {_SHOWN[target]} |")
    parts += ["", "## Payment", "", "| event | from | to |", "| --- | --- | --- |"]
    payments: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (before, event), after in PAYMENT_TRANSITIONS.items():
        payments[(event.value, after.value)].append(before.value)
    parts += [f"| `{event}` | {', '.join(sources)} | {after} |" for (event, after), sources in payments.items()]
    settled = ", ".join(sorted(state.value for state in SETTLED))
    parts += ["", f"Nothing is owed any more, or a claim of payment is there, in: {settled}."]
    return "\n".join([*parts, *_registering()]) + "\n"


def _registering() -> list[str]:
    """The laws of the steps of registering, from maild/domain/incoming/registering.py."""
    parts = [_REGISTERING, "```mermaid", "stateDiagram-v2"]
    parts += [f"    {before.value if before else '[*]'} --> {after.value}: {event.value}"
              for (before, event), after in REGISTRATION_TRANSITIONS.items()]  # fmt: skip
    parts += ["```", "", "| event | from | to |", "| --- | --- | --- |"]
    rows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (before, event), after in REGISTRATION_TRANSITIONS.items():
        rows[(event.value, after.value)].append(before.value if before else "nothing known")
    parts += [f"| `{event}` | {', '.join(sources)} | {after} |" for (event, after), sources in rows.items()]
    return parts
