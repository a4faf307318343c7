"""Volumes that titles and mails name."""

from __future__ import annotations

import pytest

from maild.match.volumes import other_volume


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("集成 第一百二十卷", "第一百三十卷已寄出", "130"),
        ("集成 第一百二十卷", "第120卷已寄出", ""),
        ("集成 第一百零五册", "第105册", ""),
        ("集成 第十二册", "第十三册", "13"),
        ("Geology, Part 2", "the part I scanned", ""),
        ("Geology, Part 2", "Part I of it", "1"),
        ("中国佛教思想资料选编 第三卷", "刊于《文献》第12卷", ""),
        ("中国佛教思想资料选编 第三卷", "《资料选编》第四卷", "4"),
    ],
)
def test_another_volume(title: str, text: str, said: str) -> None:
    """Hundreds are counted; a journal's own volume, and the person who writes, are none."""
    assert other_volume(title, text) == said
