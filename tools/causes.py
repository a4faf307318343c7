"""The table of causes in the guides of the console, from maild/domain/wording/words_queue.py."""

from __future__ import annotations

import re

from maild.domain.wording.words_queue import ADVICE, CAUSES

_PLACE = re.compile(r"(?<=<!-- causes -->\n).*?(?=<!-- /causes -->)", re.DOTALL)
_HEADS = {"zh": ("原因", "怎么办"), "en": ("cause", "what to do")}


def with_causes(guide: str, language: str) -> str:
    """The guide with its table as the words are now."""
    rows = [_HEADS[language], ("---", "---")]
    rows += [(f"{word.to(language)} (`{key}`)" if language == "en" else f"{word.to(language)}（`{key}`）",
              ADVICE[key].to(language)) for key, word in CAUSES.items()]  # fmt: skip
    table = "".join(f"| {one} | {other} |\n" for one, other in rows)
    return _PLACE.sub(lambda _: table, guide)
