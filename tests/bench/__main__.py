"""All measurements, or the named ones: python -m tests.bench [NAME…]

Each program of this folder runs in a process of its own and can also be run alone (python -m tests.bench.NAME).
`path`, the whole beside its floors, comes last, so that its table is what one sees.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
LIMIT_SECONDS = 300.0
# Two databases are filled, and some 150 pages looked at on each; some 300 pictures are read; 5,000 mails are waiting.
LONG = {"console": 2400.0, "adverse": 2400.0, "outage": 2700.0, "flat": 900.0}


def programs() -> list[str]:
    """The names, `path` last. What begins like another one is part of it (console_pages of console)."""
    files = sorted(file for file in HERE.glob("*.py") if "\ndef main() -> None:" in file.read_text("utf-8"))
    names = [file.stem for file in files if file.stem not in ("__main__", "path")]
    whole = [name for name in names if not any(name.startswith(f"{other}_") for other in names)]
    return [*whole, "path"]


def main() -> int:
    """Run them; 1 if one failed, 2 for an unknown name."""
    known = programs()
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        print(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for place, name in enumerate(wanted, 1):
        start = time.monotonic()
        print(f"\n[{place}/{len(wanted)}] {name}", flush=True)
        command = [sys.executable, "-m", f"tests.bench.{name}"]
        try:
            code = subprocess.run(
                command, cwd=HERE.parents[1], check=False, timeout=LONG.get(name, LIMIT_SECONDS)
            ).returncode
        except subprocess.TimeoutExpired:
            code = 1
        failed += [name] * bool(code)
        print(f"    {name}: {'failed' if code else 'done'} in {time.monotonic() - start:.0f} s", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
