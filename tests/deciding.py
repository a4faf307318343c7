"""The deciding order of the office, as functions: what tests of one capability decide and look up by."""

from __future__ import annotations

from maild.office.order import ORDER

decide, gather = ORDER.decide, ORDER.gather
