"""The options of the traces: where each mail's way along the spine is sent."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Each mail's way as a trace of OpenTelemetry (docs/operations.md); needs maild[otel]."""

    endpoint: str = opt(
        "",
        "Address of a collector that takes OTLP over HTTP; '' for none. Encrypted, or on this machine.",
        example="http://127.0.0.1:4318/v1/traces",
    )
    token: Secret = opt(
        Secret(""),
        "What the collector wants to see (Authorization: Bearer …); '' for nothing. Give token_file.",
        secret_file=True,
    )
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    timeout_seconds: float = opt(5.0, "Limit of every wait for the collector.", minimum=0.1, maximum=60)
    queue: int = opt(
        4096,
        "So many spans wait at most; what comes while the collector is away is dropped.",
        minimum=64,
        maximum=65536,
    )
