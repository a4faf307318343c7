"""What a slice says: texts.toml beside it, each sentence by a code, in English and in Chinese.

    [lost]
    en = "its bytes are lost, and the server has it no more (it lay in {folders:free})"
    zh = "原文已丢失，邮件服务器上也没有了（曾在 {folders}）"

The code says a code with its parameters, and no sentence. What is stored and what commands print is the English; the
console says it in Chinese by the same file, and plainer where it has `plain`. Gaps and their kinds:
maild.console.wording.saying_template. A package has one, in its __init__.py: SAY = Texts(__name__). What several
slices of the office say stands in maild/office/texts.toml. Standard library only: the domain says by it as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

FILE, ROOT = "texts.toml", Path(__file__).parents[1]
_MADE: list[Texts] = []  # of the packages that are imported: a handful
_KIND = re.compile(r"(?<=[a-z_]):[a-z_]+(?=\})")


class Texts:
    """The sentences of one package, read when the first is said. package: its dotted name."""

    def __init__(self, package: str) -> None:
        self.package = package
        _MADE.append(self)

    @property
    def path(self) -> Path:
        """Where they lie."""
        return ROOT.joinpath(*self.package.split("."), FILE)

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """Code → language (en, zh, and where a page says it plainer: plain) → text."""
        import tomllib  # of those who say nothing, nobody reads TOML

        return tomllib.loads(self.path.read_text("utf-8"))

    @cached_property
    def _english(self) -> Mapping[str, str]:
        """As str.format reads it: what kind a gap is matters to who finds it again."""
        return {code: _KIND.sub("", text["en"]) for code, text in self.known.items()}

    def __call__(self, code: str, /, **parameters: object) -> str:
        """The sentence in English. Raises KeyError for a code or a gap that is not there: a fault of the program's."""
        return self._english[code].format_map(parameters)


def read_all() -> None:
    """Those of all packages that are imported: a worker reads no file once it is confined."""
    for texts in _MADE:
        if texts.path.is_file():
            texts._english  # noqa: B018 - read for later


def beside() -> list[Texts]:
    """The texts of all packages that have some."""
    found = sorted([*ROOT.glob(f"maild/*/{FILE}"), *ROOT.glob(f"maild/*/*/{FILE}")])
    return [Texts(".".join(path.parent.relative_to(ROOT).parts)) for path in found]
