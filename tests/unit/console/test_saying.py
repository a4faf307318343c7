"""Reasons in the reader's language: found again in what the code wrote, never lost, and quick."""

from __future__ import annotations

import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.console.wording.saying import Part, changed, load, say, shipped
from maild.domain.errors import ConfigError
from maild.domain.incoming.peer import Status
from tests.timing import quickest

ZONE = ZoneInfo("Asia/Shanghai")
SAID = [
    ("names its title", "提到该文献的题名"),
    ("+45 li@example.edu is its patron's address", "+45 li@example.edu 是该事务读者的邮箱"),
    ("names several: ILL1, ILL2", "提到多个：ILL1、ILL2"),
    ("'shipped' contradicts the state unfilled", "“寄出”与当时的状态“未满足”矛盾"),
    ("12.00 CNY is 3.00 CNY less than is due; the amount stands on one look only",
     "¥12.00 比应缴少¥3.00；金额只有一处来源"),
    ("the payment is not finished or failed: payment not finished: 待支付", "付款尚未完成或已失败：付款尚未完成：待支付"),
    ("a.jpg was not read: too large: 123 bytes, amount not found", "a.jpg 没有读出：太大：123 字节、没有找到金额"),
    ("waits since 2026-11-24 03:00:00+00:00, the review was due by 2026-11-25T09:00:00+00:00",
     "2026-11-24 11:00 起等待，应在 2026-11-25 17:00 前审核"),
    ("expected: answer of CALIS by 2026-11-26 (1 working day); nothing has come",
     "CALIS 应在 2026-11-26 前：提供馆答复（1 个工作日）；至今没有消息"),
    ("The key at k._domainkey.example.org could not be looked up now.", "暂时查不到 k._domainkey.example.org 处的密钥。"),
    ("mailbox-full: 552 5.2.2 user over quota", "邮箱已满：552 5.2.2 user over quota"),
    ("it also asks: status_query, deposit", "还问到：查询进展、预付款"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "chinese"), SAID)
def test_in_chinese(english: str, chinese: str) -> None:
    """Values within a reason are said too: states, amounts, moments, and reasons within reasons."""
    said = say(english, "zh-CN", ZONE)
    assert (str(said), said.translated) == (chinese, True)


def test_english_gets_the_words_of_the_office() -> None:
    """States and plainer wordings; nothing is marked as foreign."""
    said = say("ILL7: best score 40 is below 80", "en")
    assert said.parts == (Part("ILL7: 40 points are the most, 80 are needed"),)
    assert str(say("news came: the request is shipped, payment due", "en")) == (
        "news came: the request is on its way, payment to be paid"
    )


def test_what_is_not_known_is_shown_and_marked() -> None:
    """A reason without a template is never lost: it stands there in English, and says so."""
    said = say("by staff; the moon <b>was</b> full", "zh-CN")
    assert not said.translated
    assert said.__html__() == '由馆员操作；<q lang="en">the moon &lt;b&gt;was&lt;/b&gt; full</q>'
    assert str(say("the moon was full", "en")) == "the moon was full"


def test_chinese_notes_need_no_mark() -> None:
    """What a librarian wrote in Chinese is shown as it is."""
    said = say("电话里已说明", "zh-CN")
    assert (str(said), said.translated) == ("电话里已说明", True)


def test_a_semicolon_within_a_reason() -> None:
    """'; ' parts reasons, and stands in some: as little as possible is left unknown."""
    assert str(say("speaks of 20.00 CNY; 25.00 CNY was told; by staff", "zh-CN")) == (
        "来信说¥20.00，而告诉读者的是¥25.00；由馆员操作"
    )


@pytest.mark.parametrize("text", [
    '"a {b}" = "没有"', '"a {b} {b}" = "{b}"', '"a" = ["一", "b", "c"]', '"a {b:nothing}" = "{b}"', '"a {" = "一"', "x = 1", "x =",
])  # fmt: skip
def test_a_broken_template_is_refused(text: str, tmp_path: Path) -> None:
    """Gaps that differ, stand twice or are of no kind, a third language, broken TOML: told with the file."""
    (tmp_path / "x.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"x\.toml"):
        load(tmp_path)


def test_twice_in_two_files_is_refused(tmp_path: Path) -> None:
    """Which of them holds would be chance."""
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('"one thing" = "一"', "utf-8")
    with pytest.raises(ConfigError, match="stands twice"):
        load(tmp_path)


def test_hostile_text_takes_no_time() -> None:
    """A sentence that fits nearly, thousands of times, costs milliseconds: patterns run in linear time."""
    began = time.perf_counter()
    say("names " + "a, not its patron " * 5000 + "!", "zh-CN")
    say("; ".join(["the mail says "] * 2000), "zh-CN")
    say("'" * 4000, "zh-CN")
    assert time.perf_counter() - began < 1


def test_a_page_of_reasons_is_quick() -> None:
    """Fifty reasons, each for the first time, in a few milliseconds; the same again in far less than one."""
    fresh = [
        f"{english} ({place})" if english.endswith("now") else english for place in range(5) for english, _ in SAID
    ]
    shipped().say(fresh[0], "zh-CN")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        for sentence in fresh:
            shipped().say(sentence, "zh-CN", ZONE)
        times.append(time.perf_counter() - began)

    def again() -> None:
        for sentence in fresh:
            say(sentence, "zh-CN", ZONE)

    again()
    assert min(times) < 0.03
    assert quickest(again, 0.001, time.perf_counter) < 0.001


def test_a_short_template_is_not_taken_for_what_it_does_not_mean() -> None:
    """'note: …' is said of a known reason only: a field of that name is another thing."""
    assert not say("note: Field required", "zh-CN").translated
    assert str(say("note: nothing proves the sender", "zh-CN")) == "提示：无法证明发件人身份"


@pytest.mark.parametrize("status", Status)
def test_what_a_provider_said_is_told_in_words(status: Status) -> None:
    """The history keeps the code of ISO 18626; nobody at a desk has to know it."""
    chinese, english = changed("news", status, "zh"), changed("news", status, "en")
    assert chinese.translated
    assert english.translated
    assert status not in str(chinese)
    assert str(english) != status
