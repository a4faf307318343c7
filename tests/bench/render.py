"""What writing a notice costs: python tests/bench/render.py. Times are CPU, medians of five runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.rendering.render import Renderer, sample_parts

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def cpu(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds of CPU a round, median of five."""
    times = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(rounds):
            work()
        times.append((time.process_time() - start) * 1000 / rounds)
    return statistics.median(times)


def main() -> None:
    """Print a line a case."""
    print(f"start                            {cpu(lambda: Renderer.load(Office(), Notices(), b'k' * 32), 3):8.3f} ms")
    renderer = Renderer.load(Office(), Notices(), b"k" * 32)
    start = time.process_time()
    renderer.check(date=NOW)
    print(f"compile and check all            {(time.process_time() - start) * 1000:8.3f} ms")
    for kind in (
        NoticeKind.PROOF_RECEIVED,
        NoticeKind.REQUEST_ACCEPTED,
        NoticeKind.FEE_NOTICE,
        NoticeKind.QUERY_ANSWER,
    ):
        for locale in ("zh-CN", "en", ""):
            parts = sample_parts(kind, locale)
            rounds = 20 if kind is NoticeKind.FEE_NOTICE else 300  # it writes a transfer form
            spent = cpu(lambda parts=parts: renderer.render(parts, message_id="<b@maild.example>", date=NOW), rounds)
            print(f"{kind:20} {locale or 'both':11} {spent:8.3f} ms")
    (sample,) = sample_parts(NoticeKind.DOCUMENT_DELIVERED, "zh-CN")
    for size in (200_000, 5_000_000):
        part = replace(sample, documents=(("a.pdf", b"%PDF-" + bytes(size)),))
        spent = cpu(lambda part=part: renderer.render([part], message_id="<b@maild.example>", date=NOW), 10)
        print(f"document_delivered {size / 1e6:4.1f} MB       {spent:8.3f} ms")


if __name__ == "__main__":
    main()
