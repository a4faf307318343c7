"""What a slice says: texts.toml beside it, each sentence by a code, in English and in Chinese.

    [lost]
    en = "its bytes are lost, and the server has it no more (it lay in {folders:free})"
    zh = "原文已丢失，邮件服务器上也没有了（曾在 {folders}）"

The code says a code with its parameters, and no sentence. What is stored and what commands print is the English; the
console says it in Chinese by the same file. Gaps and their kinds: maild.console.wording.saying_template.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

FILE = "texts.toml"
_GAP = re.compile(r"\{([a-z_]+)(?::[a-z_]+)?\}")


class Texts:
    """The sentences of one package, read when the first is said. package: its dotted name."""

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def path(self) -> Path:
        """Where they lie."""
        return Path(str(files(self._package))) / FILE

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """Code → language (en, zh, and where a page says it plainer: plain) → text."""
        return tomllib.loads(self.path.read_text("utf-8"))

    def __call__(self, code: str, /, **parameters: object) -> str:
        """The sentence in English. Raises KeyError for a code or a gap that is not there: a fault of the program's."""
        return _GAP.sub(lambda gap: str(parameters[gap[1]]), self.known[code]["en"])


def beside() -> list[Texts]:
    """The texts of all slices of the office that have some."""
    found = sorted((Path(str(files("maild"))) / "office").glob(f"*/{FILE}"))
    return [Texts(f"maild.office.{path.parent.name}") for path in found]
