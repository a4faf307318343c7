"""The page of the settings is in Chinese, too: the help of every option."""

from __future__ import annotations

from maild.config import Settings
from maild.console.wording.saying import say, shipped
from maild.settings.inforce import in_force


def test_every_option_has_its_help_in_chinese() -> None:
    """Sections and options, none left in English; in English they stay as config.py has them."""
    helps = [
        text for section in in_force(Settings(), {}) for text in (section.help, *(o.help for o in section.options))
    ]
    assert len(helps) > 100
    own = {template.source for template in shipped().templates}  # a looser one may fit a help, and say another thing
    assert [text for text in helps if text not in own or not say(text, "zh-CN").translated] == []
    assert [text for text in helps if str(say(text, "en")) != text] == []
