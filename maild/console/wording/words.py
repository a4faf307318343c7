"""The texts of the pages in both languages: data, in templates/console/words.

Each file holds tables of `key = ["中文", "English"]`; nested tables give dotted keys. A text may have {placeholders}.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maild.console.wording.saying import say
from maild.domain.errors import ConfigError

LOCALES = ("zh-CN", "en")


class Words:
    """Every text by key. Raises ConfigError where a file is broken or a key stands twice."""

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, folder: Path) -> Words:
        """All files of the folder but those that are no texts of pages (their `kind` is another).

        Raises ConfigError where a file is broken or a key stands twice.
        """
        texts: dict[str, tuple[str, str]] = {}
        for path in sorted(folder.glob("*.toml")):
            try:
                data = tomllib.loads(path.read_text("utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise ConfigError(f"{path}: {error}", remedy="mend the file") from error
            if data.get("kind", "words") != "words":
                continue
            for key, pair in _flat(data, path):
                if key in texts:
                    raise ConfigError(f"{path}: {key} stands twice", remedy="name it once")
                texts[key] = pair
        return cls(texts)

    @property
    def texts(self) -> Mapping[str, tuple[str, str]]:
        """Key → (Chinese, English)."""
        return self._texts

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)

    def say(self, key: str, locale: str, /, **values: object) -> str:
        """The text of that key. Raises KeyError: a page that names a text which is not there is a fault."""
        text = self._texts[key][0 if locale.startswith("zh") else 1]
        return text.format_map(values) if values else text

    def sentence(self, sentence: str, locale: str) -> str:
        """A reason that the code wrote in English, in that language."""
        return str(say(sentence, locale))


def _flat(table: Mapping[str, Any], path: Path, prefix: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(value, path, f"{name}.")
        elif isinstance(value, list) and len(value) == 2 and all(isinstance(text, str) and text for text in value):
            yield name, (value[0], value[1])
        elif name != "kind":
            raise ConfigError(f"{path}: {name} is not a pair of texts", remedy='write it as ["中文", "English"]')
