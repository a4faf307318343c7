"""Templates of notices as staff wrote them, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """One version of a template; the newest of a name is in force.

    name  as the file is called: <kind>.<locale>.<form>.j2
    body  None: from here on the shipped template (or that of the configured folder) is in force again
    """

    id: int
    name: str
    body: str | None
    actor: str
    at: datetime
    note: str = ""
