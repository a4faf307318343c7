"""Works that are called by the title of ours and are none of it."""

from __future__ import annotations

from maild.match.other_works import asked_for, other_work
from tests.cases import each

PLAIN, PARTED, SERIES = (
    "茶树根际真菌群落的响应",
    "Salt in the reeds: measurements of ten years",
    "廊桥营造口述史：寿宁卷",
)


@each(("title", "text", "another"), [
    (PLAIN, f"《{PLAIN}》我馆未藏", False), (PLAIN, f"《〈{PLAIN}〉读后》缺那一期", True), (PLAIN, f"就《{PLAIN}》一文提出的商榷未订", True),
    (PLAIN, f"《{PLAIN}》书评，本馆无", True), (PLAIN, f"评《{PLAIN}》，本馆无", True), (PLAIN, f"《{PLAIN}》一文未藏", False), (PLAIN, "本馆无此刊", False),
    (PLAIN, f"《{PLAIN}》及其书评都没有；《{PLAIN}》未藏", False), (PLAIN, f"《{PLAIN}》勘误", True), (PLAIN, f"再读《{PLAIN}》", True),
    (PARTED, "Salt in the reeds: not held", False), (PARTED, '"Salt in the reeds: a photographic essay" is not ours', True), (PARTED, '"Salt in the reeds: measurem…" is not held', False),
    (PARTED, 'Review of "Salt in the reeds: measurements of ten years": issue missing', True), (PARTED, f"{PARTED} - authors' reply is not in our holdings", True),
    (PARTED, f"{PARTED}. Sorry, no reply from the stacks.", False), (PARTED, f"Reply to {PARTED}: not held", True), (PARTED, f"Erratum on {PARTED}", True),
    (PARTED, "Salt in the reeds\n'Salt in the reeds: a novel' we do not have", True), (PARTED, f"Re: {PARTED}", False),
    (PLAIN, f"关于《{PLAIN}》的答复\n我馆未藏", False), (PLAIN, f"《{PLAIN}》答复如下：我馆未藏", False), (PLAIN, f"贵校读者想阅读《{PLAIN}》", False),
    (PARTED, f'In response to "{PARTED}": not held', False), (PARTED, f"{PARTED} - reply to your request: not held", False), (PARTED, f'Reply regarding "{PARTED}": no', False),
    (PLAIN, f"《〈{PLAIN}〉辨正》未藏", True), (PLAIN, f"《{PLAIN}》的英译本未藏", True), (PLAIN, f"引用《{PLAIN}》的那篇", True), (PARTED, f'Corrections: "{PARTED}" not held', True),
    (PARTED, f'A critique of "{PARTED}" not held', True), (PARTED, f'"{PARTED}" (retraction notice)', True), (PLAIN, f"《{PLAIN}》同名专著", True), (PARTED, f"{PARTED} - a rebuttal", True),
    (SERIES, "廊桥营造口述史\n廊桥营造口述史:庆元卷 我馆没有", True), (SERIES, "廊桥营造口述史：寿宁卷 没有", False), (SERIES, "廊桥营造口述史：剔旧了", False),
])  # fmt: skip
def test_another_work(title: str, text: str, another: bool) -> None:
    """A review of it, a reply to it, a correction, one with another subtitle; what is told of a title is no subtitle."""
    assert bool(other_work(title, text)) is another


@each(
    ("text", "title"),
    [
        ("您申请的原文 Hydrogen uptake in welded joints of pipeline steel 已处理完毕，见附件。", "Hydrogen uptake in welded joints of pipeline steel"),
        ("贵馆索取的论文\nHydrogen uptake in welded joints of pipeline steel\n已发送", "Hydrogen uptake in welded joints of pipeline steel"),
        ("您申请的文献 JMST 2019 卷已发送", ""),
        ("Hydrogen uptake in welded joints of pipeline steel: attached", ""),
        ("您提交的申请已受理，请登录 https://ill.example/list 查看", ""),
    ],
)  # fmt: skip
def test_what_was_asked_for(text: str, title: str) -> None:
    assert asked_for(text).strip() == title
