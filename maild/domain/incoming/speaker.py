"""Addresses of which staff said for whom they speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """An address (lower case), the institution or provider (by id) it speaks for, and who said so when, and why."""

    address: str
    institution: str
    actor: str
    at: datetime
    reason: str = ""
