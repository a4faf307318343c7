"""The way around: the areas in the order of a librarian's day. Text keys are nav.<key>."""

from __future__ import annotations

from dataclasses import dataclass

from maild.domain.access import Role


@dataclass(frozen=True, slots=True)
class Place:
    """An area: key of its text, name of its view, least role, the paths that belong to it."""

    key: str
    view: str
    under: str
    role: Role = Role.VIEWER


PLACES = (
    Place("today", "today", "/today"),
    Place("queue", "queue.list", "/queue"),
    Place("transactions", "transactions.list", "/transactions"),
    Place("patrons", "patrons.list", "/patrons"),
    Place("registrations", "registrations.list", "/registrations"),
    Place("payments", "payments.list", "/payments"),
    Place("invoices", "invoices.list", "/invoices"),
    Place("outbox", "outbox.list", "/outbox"),
    Place("notices", "notices.list", "/notices"),
    Place("rules", "rules.list", "/rules"),
    Place("statistics", "statistics", "/statistics"),
    Place("audit", "audit", "/audit"),
    Place("health", "health", "/health"),
    Place("accounts", "accounts.list", "/accounts", Role.ADMINISTRATOR),
    Place("settings", "settings", "/settings", Role.ADMINISTRATOR),
)
