"""The console at 100,000 requests and 20,000 items that wait, on SQLite and on PostgreSQL.

    python -m tests.bench console        (make bench ARGS=console)
    python -m tests.bench.console [--only-sqlite] [--scale 0.1] [--rounds 30] [--keep FILE]
                                 [--json FILE] [--markdown FILE]

Every page as one client sees it (tests.bench.console_pages), several clients at once, acts, starting, memory, the
index, and pages in Chromium. Exit 1 where a page is not answered; what is slower than aimed at is told.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import console_parts as parts
from tests.bench.console_asked import asked, examples
from tests.bench.console_browser import browser
from tests.bench.console_office import Office, Served, office
from tests.bench.console_pages import AIM_MS, MIXED, ROUNDS, measure, say, together
from tests.bench.console_table import markdown


def whole(place: Office, rounds: int) -> dict[str, Any]:
    """All that is measured on one database."""
    services = place.services()
    wanted, some = asked(services.store), examples(services.store)
    services.close()
    told: dict[str, Any] = {"database": place.database}
    with Served(place) as served:
        told["pages"] = []
        for one in wanted:
            found = measure(served, one, rounds)
            say(found)
            told["pages"].append(asdict(found))
        told["memory"] = _told("memory, MB", served.memory)
        crowd = [one for one in wanted if one.name in MIXED and one.group in ("page", "search")]
        told["together"] = _told("several clients", together(served, crowd, max(1, rounds // 6)))
        paths = {"queue.list": "/queue", "queue.item": f"/queue/{some.proof}", "today": "/today"}
        told["browser"] = browser(served, paths)
        for name, times in told["browser"].items():
            _told(f"Chromium, {name}", times)
        told["acts"] = _told("acts", parts.acts(served, place))
    told["start"] = _told("start", parts.start(place))
    services = place.services()
    try:
        for name, part in (("live", parts.live), ("figures", parts.figures), ("index", parts.index)):
            told[name] = _told(name, part(services))
    finally:
        services.close()
    slow = [f"{one['group']}: {one['name']}" for one in told["pages"] if one["p95"] > AIM_MS]
    print(f"p95 above {AIM_MS:.0f} ms: {'; '.join(slow) or 'none'}", flush=True)
    return told


def _told(what: str, values: Mapping[str, float]) -> Mapping[str, float]:
    print(f"{what}: " + ", ".join(f"{name} {value:,.1f}" for name, value in values.items()), flush=True)
    return values


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-sqlite", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="a filled SQLite file: made where it is not there, used where it is")
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--markdown", type=Path, help="where they go as tables")
    said = parser.parse_args()
    told = []
    for postgresql in (False,) if said.only_sqlite else (False, True):
        print(f"\n{'PostgreSQL' if postgresql else 'SQLite'}", flush=True)
        with office(keep=said.keep, postgresql=postgresql, scale=said.scale) as place:
            told.append(whole(place, said.rounds))
    if said.json:
        said.json.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    if said.markdown:
        said.markdown.write_text(markdown(told) + "\n", "utf-8")
    if any(one["status"] != 200 for each in told for one in each["pages"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
