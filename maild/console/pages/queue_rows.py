"""The rows of a mail about several requests, as programs are told of them."""

from __future__ import annotations

from maild.office.queue.mail_rows import RowView


def row_json(view: RowView) -> dict[str, object]:
    """A row: how it is named in acts, what it says, of which request, what became of it, what settling it would do."""
    row, offer = view.row, view.offer
    return {
        "row": f"{row.n}:{row.stamp}",
        "text": row.text,
        "number": row.number,
        "about": view.about.number if view.about else None,
        "kind": view.said,
        "event": view.event,
        "state": view.state.value,
        "by": view.line.actor if view.line else "",
        "moves": [{"number": m.number, "before": m.before, "after": m.after} for m in offer.moves if m.event],
        "refused": offer.why,
        "reasons": list(view.reasons),
    }
