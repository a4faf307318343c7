"""Pages and pictures that come from the code are current, and what the others point to exists."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cases import each
from tools.docs import pages
from tools.spine import STAGES

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("rules/*.md")])


@pytest.mark.parametrize("name", list(pages()))
def test_generated_file_is_current(name: str) -> None:
    """Run `make docs` where this fails."""
    assert (ROOT / name).read_text(encoding="utf-8") == pages()[name]


def test_pictures_are_well_formed() -> None:
    """Each SVG parses and has a title for those who cannot see it."""
    for name, text in pages().items():
        if name.endswith(".svg"):
            assert ElementTree.fromstring(text).findtext("{http://www.w3.org/2000/svg}title")


@each("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Relative links and pictures exist."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_modules_named_in_flow_exist() -> None:
    """docs/flow.md names the module of each step; every `maild.…` in it can be found."""
    text = (ROOT / "docs/flow.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(maild(?:\.\w+)+)`", text))
    assert len(named) >= len(STAGES)
    for name in named:
        assert importlib.util.find_spec(name) is not None, name


def test_flow_tells_the_spine_in_order() -> None:
    """The stages stand in docs/flow.md and in the README as they follow one another."""
    spine = " → ".join(stage for stage, _ in STAGES)
    for name in ("README.md", "docs/flow.md"):
        assert spine in (ROOT / name).read_text(encoding="utf-8"), name
