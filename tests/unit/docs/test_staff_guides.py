"""The staff guides name only commands, options and causes that exist, and both languages name the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from maild.console.nav import PLACES
from maild.console.wording.words import Words
from maild.domain.incoming.decision import Cause
from tests.unit.docs.commands import COMMAND, wrong

DOCS = Path(__file__).parents[3] / "docs"
CONSOLE = DOCS.parent / "templates" / "console"
GUIDES = sorted(DOCS.glob("staff-*.md"))


def named(text: str) -> list[tuple[str, str]]:
    """(command, rest of the line) of every command in code."""
    code = [inline or block for inline, block in re.findall(r"`([^`\n]+)`|^    (.+)$", text, re.MULTILINE)]
    return [found for line in code for found in COMMAND.findall(line)]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_commands_and_options_exist(guide: Path) -> None:
    """A command that is renamed is renamed here too."""
    commands = named(guide.read_text(encoding="utf-8"))
    assert len(commands) >= 8
    assert [each for words, rest in commands for each in wrong(words, rest)] == []


@pytest.mark.parametrize("guide", [g for g in GUIDES if "payments" in g.name], ids=lambda path: path.name)
def test_causes_exist(guide: Path) -> None:
    """Every cause in the first column of the queue's table is one, and those of money are all there."""
    text = guide.read_text(encoding="utf-8")
    causes = {
        c for row in re.findall(r"^\| (`[a-z_`、, ]+`) \|", text, re.MULTILINE) for c in re.findall("[a-z_]+", row)
    }
    assert causes <= {cause.value for cause in Cause}
    assert causes >= {c.value for c in (Cause.PAYMENT_PROOF, Cause.UNREADABLE, Cause.AMOUNT_DIFFERS, Cause.OVERPAID,
                                        Cause.SEEN_BEFORE, Cause.NOT_PAID_TO_US, Cause.PAID_BY_OTHER, Cause.ALREADY_PAID,
                                        Cause.CLAIM_UNCONFIRMED, Cause.UNCLAIMED_MONEY, Cause.INVOICE, Cause.REFUND,
                                        Cause.DEPOSIT)}  # fmt: skip


@pytest.mark.parametrize("guide", ["payments", "console"])
def test_both_languages_name_the_same(guide: str) -> None:
    """The same causes and commands in both."""
    chinese, english = (DOCS / f"staff-{guide}.{language}.md" for language in ("zh", "en"))
    one, other = (file.read_text(encoding="utf-8") for file in (chinese, english))
    assert {words for words, _ in named(one)} == {words for words, _ in named(other)}
    codes = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")
    assert set(codes.findall(one)) == set(codes.findall(other))


def test_keys_of_the_console_are_those_of_the_page() -> None:
    """The guides' table of keys is the one that '?' shows, in the same words; each key is bound in keys.js."""
    shown = re.search(r"{% for keys, key in (\[.*?\]) %}", (CONSOLE / "base.html.j2").read_text("utf-8"))
    assert shown
    script = (CONSOLE / "static" / "keys.js").read_text("utf-8")
    texts = Words.load(CONSOLE / "words").texts
    for keys, name in ast.literal_eval(shown[1]):
        for place, guide in enumerate(("zh", "en")):
            rows = (DOCS / f"staff-console.{guide}.md").read_text("utf-8")
            code = " ".join("…" if key == "…" else f"`{key}`" for key in keys.split())
            assert re.search(rf"^\| {re.escape(code)} \| {re.escape(texts[name][place])}", rows, re.MULTILINE), keys
        if keys.startswith("g "):
            assert keys[2:] in {place.letter for place in PLACES}
        typed = "g" if keys.startswith("g ") else keys
        for key in typed.replace("Ctrl+", "").replace("Esc", "Escape").split():
            assert (
                key == "…" or key.isdecimal() or re.search(rf"\b{re.escape(key)}: |[\"']{re.escape(key)}[\"']", script)
            ), key


def test_pages_of_the_console_are_told() -> None:
    """Every area of the menu stands in the guides by its name there."""
    texts = Words.load(CONSOLE / "words").texts
    for place, guide in enumerate(("zh", "en")):
        text = (DOCS / f"staff-console.{guide}.md").read_text("utf-8")
        assert not [area.key for area in PLACES if texts[f"nav.{area.key}"][place] not in text]
