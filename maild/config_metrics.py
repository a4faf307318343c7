"""The options of the metrics: where Prometheus asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures for Prometheus (docs/metrics.md), each process on a port of its own."""

    listen: str = opt(
        "",
        "Address and port where the daemon answers GET /metrics; '' for none. Beyond loopback only with a token.",
        example="127.0.0.1:9830",
    )
    console_listen: str = opt("", "The same for the console, which is a process of its own.", example="127.0.0.1:9831")
    token: Secret = opt(
        Secret(""),
        "What Prometheus has to show (Authorization: Bearer …); '' for nothing. Give token_file.",
        secret_file=True,
    )
