"""What a form brings back is what was there: words that would disturb a page are altered where they are shown only."""

from __future__ import annotations

import html
import re
from pathlib import Path

from maild.console.serving.web import Pages
from maild.resources import data_folder
from tests.cases import each

CONSOLE = data_folder("templates") / "console"
TEXTAREA = re.compile(r"<textarea[^>]*>(?:(?!</textarea>).)*", re.DOTALL)
TURNED = "a\u202eb & <i>" + "e" + "\u0301" * 20


def test_a_form_brings_back_what_was_there(tmp_path: Path) -> None:
    """Escaped, and to the letter; the same words beside ours are made legible."""
    (tmp_path / "page.html").write_text("<textarea>{{ said | verbatim }}</textarea><p>{{ said }}</p>", "utf-8")
    page = Pages(tmp_path).render("page.html", {"said": TURNED})
    within, _, beside = page.removeprefix("<textarea>").partition("</textarea>")
    assert html.unescape(within) == TURNED
    assert "<i>" not in page
    assert "\u202e" not in beside


@each("path", sorted(CONSOLE.rglob("*.j2")), ids=lambda path: path.relative_to(CONSOLE).as_posix())
def test_what_is_edited_is_shown_to_the_letter(path: Path) -> None:
    """No field for longer texts is filled by another way."""
    for field in TEXTAREA.findall(path.read_text("utf-8")):
        filled = re.findall(r"\{\{.*?\}\}", field.rpartition(">")[2])
        assert all("| verbatim" in one for one in filled), field
