"""What confinement costs: start of a worker, and milliseconds a call. Run: python -m tests.bench.confine_speed"""

from __future__ import annotations

import time
from pathlib import Path

from maild.config import Settings
from maild.confine.pool import Work, WorkerPool
from maild.confine.reading import ReaderPool
from maild.spine.reading.read import LocalReader, ReadSettings
from tests.unit.authenticate import maker

ROUNDS = 1000


def main() -> None:
    """Print start-up, round trips of several sizes, and reading inside and outside a worker."""
    pool = WorkerPool(Work(entry="tests.unit.confine.entries:make"))
    start = time.perf_counter()
    pool.warm()
    print(f"bare worker ready in {time.perf_counter() - start:.3f} s; {pool.confinement}")
    for size in (6_000, 300_000):
        frames = [bytes(size)]
        start = time.perf_counter()
        for _ in range(ROUNDS):
            pool.call("echo", None, frames)
        print(f"round trip of {size} bytes: {time.perf_counter() - start:.3f} ms")
    pool.close()
    reading()


def reading() -> None:
    """The same mail read here and in a worker."""
    settings = ReadSettings(transaction_number=Settings().matching.transaction_number)
    raw = maker.sign((Path(__file__).parents[1] / "corpus" / "auth" / "no-signature.eml").read_bytes(), "calis.edu.cn")
    answers = {"s1._domainkey.calis.edu.cn": (maker.record("rsa2048"),)}
    local = LocalReader(settings)
    pool = ReaderPool(settings, workers=1, seconds=20, memory_mb=1024)
    start = time.perf_counter()
    pool.warm()
    print(f"reader ready in {time.perf_counter() - start:.3f} s")
    for name, reader in (("here", local), ("in a worker", pool)):
        reader.read(raw, answers)
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(ROUNDS):
            reader.read(raw, answers)
        wall, own = time.perf_counter() - start, time.process_time() - cpu
        print(f"reading {len(raw)} bytes {name}: {wall:.3f} ms, of them CPU of this process {own:.3f} ms")
    pool.close()


if __name__ == "__main__":
    main()
