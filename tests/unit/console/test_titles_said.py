"""The pages of rules are in Chinese, too: the title of every shipped rule."""

from __future__ import annotations

import tomllib

from maild.console.wording.saying import say
from maild.resources import data_folder


def test_every_shipped_rule_has_its_title_in_chinese() -> None:
    """None is left in English; in English they stay as the files have them."""
    files = data_folder("rules").glob("[0-9]*.toml")
    titles = [tomllib.loads(file.read_text("utf-8")).get("title", "") for file in files]
    assert len(titles) > 50
    assert [title for title in titles if not say(title, "zh-CN").translated] == []
    assert [title for title in titles if str(say(title, "en")) != title] == []
