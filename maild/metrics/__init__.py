"""Figures for Prometheus: what this process has counted, and how the office stands by the database."""

from __future__ import annotations

from maild.metrics.serve import Listener, serving

__all__ = ["Listener", "serving"]
