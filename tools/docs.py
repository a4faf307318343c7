"""Generates the pages and pictures that come from the code. `make docs` writes them, a test compares them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from maild.settings import options_markdown  # noqa: E402
from tools.architecture import architecture_markdown, floors_svg, slices_svg  # noqa: E402
from tools.boundaries import security_svg  # noqa: E402
from tools.causes import with_causes  # noqa: E402
from tools.dashboard import dashboard_json  # noqa: E402
from tools.glossary import glossary_markdown  # noqa: E402
from tools.lifecycle import lifecycle_markdown, lifecycle_svg  # noqa: E402
from tools.metrics_page import metrics_markdown  # noqa: E402
from tools.spine import flow_svg  # noqa: E402


def pages() -> Mapping[str, str]:
    """Every generated file: path below the root → text."""
    return {
        "docs/configuration.md": options_markdown(),
        "docs/metrics.md": metrics_markdown(),
        "monitoring/grafana-dashboard.json": dashboard_json(),
        "docs/glossary.md": glossary_markdown(),
        **{
            f"docs/staff-console.{language}.md": with_causes(
                (ROOT / f"docs/staff-console.{language}.md").read_text(encoding="utf-8"), language
            )
            for language in ("zh", "en")
        },
        "docs/lifecycle.md": lifecycle_markdown(),
        "docs/images/lifecycle.svg": lifecycle_svg(),
        "docs/images/flow.svg": flow_svg(),
        "docs/architecture.md": architecture_markdown(),
        "docs/images/floors.svg": floors_svg(),
        "docs/images/office.svg": slices_svg(),
        "docs/images/security.svg": security_svg(),
    }


def main() -> None:
    """Write what has changed."""
    for name, text in pages().items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {name}")


if __name__ == "__main__":
    main()
