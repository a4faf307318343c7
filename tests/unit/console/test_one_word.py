"""People read one English word for 事务: a request. `transaction` is for programs (commands, JSON, tables) alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from maild.console.areas import ACTS, VIEWS
from maild.console.wording.saying import shipped
from maild.console.wording.words import Words
from maild.domain.wording.words import Word
from maild.resources import data_folder
from tests.unit.domain.test_words import MODULES

# The word as such: not a command, not one of a database.
OTHER = re.compile(r"(?<!maild )(?<!database )(?<!--)\btransactions?\b(?!_)", re.IGNORECASE)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def page_texts() -> Iterator[tuple[str, str]]:
    """The texts of pages."""
    for key, (_, english) in Words.load(data_folder("templates") / "console" / "words").texts.items():
        yield key, english


def sentences() -> Iterator[tuple[str, str]]:
    """The sentences of the code: as they are written, and as an English page says them."""
    for template in shipped().templates:
        said = "".join(piece if isinstance(piece, str) else "{}" for piece in template.out(chinese=False))
        yield template.source, said


def states() -> Iterator[tuple[str, str]]:
    """The words for states, causes, notices, values."""
    for module in MODULES:
        for name, table in vars(module).items():
            if name.isupper() and isinstance(table, Mapping):
                for key, word in table.items():
                    if isinstance(word, Word):
                        yield f"{name} {key}", word.en


def notices() -> Iterator[tuple[str, str]]:
    """The English notices, and the office's ready answers."""
    for file in sorted((data_folder("templates") / "notice").glob("*.en.*")):
        yield file.name, _CODE.sub(_quoted, file.read_text("utf-8"))
    for file in sorted((data_folder("rules") / "answers").glob("*.toml")):
        prose = re.sub(r"\{[^}]*\}", " ", file.read_text("utf-8"))
        yield file.name, "\n".join(line for line in prose.splitlines() if not re.match(r"\s*(#|[\w.]+ = \[)", line))


def _quoted(code: re.Match[str]) -> str:
    """Of Jinja's code, what it writes: names are not read by people."""
    return " ".join(text for text in re.findall(r'"([^"]*)"', code[0]) if " " in text or text.istitle())


def api() -> Iterator[tuple[str, str]]:
    """What the API's document says of pages and acts."""
    for one in (*VIEWS, *ACTS):
        yield one.name, one.summary


@pytest.mark.parametrize("told", [page_texts, sentences, states, notices, api], ids=lambda told: told.__name__)
def test_it_is_a_request_wherever_people_read(told: object) -> None:
    """In pages, sentences, states, notices, answers and the API's document."""
    assert callable(told)
    every = list(told())
    assert len(every) > 20
    assert {where: text[:200] for where, text in every if OTHER.search(text)} == {}


GUIDES = ("README.md", *(f"docs/{name}.md" for name in (
    "answers", "api", "fees", "forms", "lifecycle", "notices", "operations", "requests", "rules-from-mail.en",
    "staff-console.en", "staff-payments.en",
)))  # fmt: skip


@pytest.mark.parametrize("guide", GUIDES)
def test_guides_say_it_too(guide: str) -> None:
    """But for what is typed: commands, options, columns stand in code."""
    text = (Path(__file__).parents[3] / guide).read_text("utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`|^ {4}.*$|\]\([^)]*\)", " ", text, flags=re.DOTALL | re.MULTILINE)
    assert [line for line in prose.splitlines() if OTHER.search(line)] == []


@pytest.mark.parametrize(("text", "other"), [
    ("transaction 7 is paid", True), ("no Transactions", True), ("maild transactions list", False),
    ("in one database transaction", False), ("matching.transaction_number", False), ("--transactions N,N", False),
])  # fmt: skip
def test_the_judge_sees_it(text: str, other: bool) -> None:
    """The word as such, and nothing that is typed."""
    assert bool(OTHER.search(text)) is other
