"""The way around: the areas in the order of a librarian's day. Text keys are nav.<key>."""

from __future__ import annotations

from dataclasses import dataclass

from maild.domain.desk.access import Role


@dataclass(frozen=True, slots=True)
class Place:
    """An area: key of its text, name of its view, least role, its paths; letter: after g, goes there."""

    key: str
    view: str
    under: str
    role: Role = Role.VIEWER
    letter: str = ""


PLACES = (
    Place("today", "today", "/today", letter="d"),
    Place("queue", "queue.list", "/queue", letter="q"),
    Place("desk", "desk", "/desk", letter="w"),
    Place("transactions", "transactions.list", "/transactions", letter="t"),
    Place("patrons", "patrons.list", "/patrons", letter="p"),
    Place("registrations", "registrations.list", "/registrations", letter="r"),
    Place("payments", "payments.list", "/payments", letter="m"),
    Place("invoices", "invoices.list", "/invoices", letter="i"),
    Place("outbox", "outbox.list", "/outbox", letter="o"),
    Place("notices", "notices.list", "/notices"),
    Place("rules", "rules.list", "/rules", letter="u"),
    Place("statistics", "statistics", "/statistics", letter="s"),
    Place("audit", "audit", "/audit"),
    Place("health", "health", "/health"),
    Place("accounts", "accounts.list", "/accounts", Role.ADMINISTRATOR),
    Place("settings", "settings", "/settings", Role.ADMINISTRATOR),
)
