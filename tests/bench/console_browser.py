"""Pages in Chromium: requests and bytes, and when one can work with them, with an empty cache and with a filled one."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.console_office import Served
from tests.servers.chromium import launch

ROUNDS = 7
# The page is there for good once its module has run: only then is anything but links of use.
TIMES = """() => {
  const [page] = performance.getEntriesByType('navigation');
  const files = performance.getEntriesByType('resource').filter((one) => one.initiatorType !== 'other');
  const sum = (key) => files.reduce((all, one) => all + one[key], 0);
  return {answer: page.responseStart - page.requestStart, interactive: page.domInteractive, ready: page.domContentLoadedEventEnd,
          loaded: page.loadEventEnd, requests: files.length + 1, fetched: page.transferSize + sum('transferSize'),
          page: page.decodedBodySize, files: sum('decodedBodySize')};
}"""


def browser(served: Served, paths: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """By page: medians in ms, requests, bytes; `first` with an empty cache, `again` with a filled one."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        found = {}
        for name, path in paths.items():
            visits = [_visit(opened, served, path) for _ in range(ROUNDS)]
            first, again = (
                {key: statistics.median(visit[n][key] for visit in visits) for key in visits[0][n]} for n in (0, 1)
            )
            found[name] = {
                "requests": first["requests"], "page bytes": first["page"], "page gzip bytes": _gzipped(served, path),
                "files bytes": first["files"], "fetched first": first["fetched"], "fetched again": again["fetched"],
                **{f"{key}, {when}, ms": times[key] for when, times in (("first", first), ("again", again))
                   for key in ("answer", "interactive", "ready", "loaded")},
            }  # fmt: skip
        opened.close()
        return found


def _visit(opened: Browser, served: Served, path: str) -> list[dict[str, Any]]:
    context = opened.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([{"name": "maild", "value": served.cookie, "url": served.url}])
    page, times = context.new_page(), []
    for _ in range(2):
        page.goto(served.url + path, wait_until="load")
        page.wait_for_function("() => performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
        times.append(page.evaluate(TIMES))
    context.close()
    return times


def _gzipped(served: Served, path: str) -> int:
    """What a proxy that compresses would make of the page."""
    with served.visitor() as visitor:
        return len(gzip.compress(visitor.get(path).content, 6))
