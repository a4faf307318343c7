"""Which of several requests a wish ends: clause by clause, in words unlike each other. No I/O."""

from __future__ import annotations

import pytest

from maild.domain.requests.lifecycle import Service, State
from maild.domain.requests.patron import Transaction
from maild.match.pieces import CLAUSE, folded
from maild.match.told_apart import told_apart
from maild.office.answers.danger import shipped
from tests.cases import each


def case(
    number: str, title: str, *, loan: bool = False, state: State = State.IN_PROCESS, by: str = "CALIS"
) -> Transaction:
    service = Service.LOAN if loan else Service.COPY
    return Transaction(number=number, patron_id="p", title=title, state=state, service=service, provider=by)


SHRIMP = case("2026112200019", "Vertical migration of mesopelagic shrimp in the South China Sea")
STARS = case("2026111700102", "Bioluminescence in deep-sea ophiuroids", by="British Library")
DECAY = case("2026112100101", "海草床沉积物碳埋藏速率")
COUNT = case("2026112100102", "海草床碳汇核算方法比较")
BRIDGE = case("2026111200119", "悬索桥主缆除湿系统的腐蚀评估")
BOOK = case("2026111900007", "行为金融学讲义", loan=True)
GONE = case("2026111900009", "水文测验手册", loan=True, state=State.RECEIVED)
ALL = (SHRIMP, STARS, DECAY, COUNT, BRIDGE, BOOK)


def ends(text: str, own: tuple[Transaction, ...] = ALL) -> set[str] | None:
    words = shipped().apart_words
    assert words
    found = told_apart([c for c in CLAUSE.split(folded(text)) if c.strip()], own, words)
    return {*found.ends} if found and found.ends else None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("埋藏速率那篇撤掉,核算方法那篇留着", {DECAY}),
        ("主缆除湿一文不再需要,请撤销。核算方法不变。", {BRIDGE}),
        ("You can drop the shrimp paper. The ophiuroids one I still want.", {SHRIMP}),
        ("I found the shrimp article on the author's page, so please cancel. Everything else stays.", {SHRIMP}),
        ("海草床两篇全部取消", {DECAY, COUNT}),
        ("Kindly cancel the loan 2026111900007. The article request stays as it is.", {BOOK}),
        ("主缆除湿那篇取消叭🙏书还是要借的", {BRIDGE}),
        ("主缆除湿不用找了 书还要", {BRIDGE}),
        ("Please cancel the shrimp one and keep the ophiuroids paper.", {SHRIMP}),
        ("《悬索桥主缆除湿系统的腐蚀评估》我已有扫描本,这篇不必再找。其余照旧。", {BRIDGE}),
        ("2026112100101、2026111200119撤销。2026112100102保留,加紧。", {DECAY, BRIDGE}),
        ("行为金融学讲义不借了,主缆除湿继续", {BOOK}),
        ("主缆除湿作者给我了,麻烦取消那一篇。BL那篇还是需要的", None),
        ("主缆除湿那篇作者给我了,麻烦取消。BL那篇还是需要的,请照旧", {BRIDGE}),
        ("昨天手滑提交了主缆除湿那个,题目写错了,麻烦撤掉,我重新提。", {BRIDGE}),
        ("101取消,119留着!", {DECAY}),
        ("Please cancel 2026112200019. The one on ophiuroids stays as it is.", {SHRIMP}),
        ("其中《悬索桥主缆除湿系统的腐蚀评估》请取消,核算方法那篇继续", {BRIDGE}),
        ("主缆除湿请撤销,以后都不用找了。核算方法照旧。", {BRIDGE}),
        ("主缆除湿、埋藏速率。两条一起销。", {BRIDGE, DECAY}),
        ("The shrimp paper is out of my thesis now. So kill that one. Ophiuroids stays!!", {SHRIMP}),
        ("主缆除湿这个课题不做了,这篇就别再往下转了。另一篇照旧等着。", {BRIDGE}),
        ("埋藏速率这篇同门有了。麻烦取消。别的照常。", {DECAY}),
        ("2026112100101提交之后作者发来了,所以这篇不用再找了。核算方法那篇照旧", {DECAY}),
        ("A scan of the shrimp paper came this morning, so please withdraw my request for this article.", {SHRIMP}),
        ("主缆除湿那一篇我这里有,就别再麻烦人家调了。其余照旧", {BRIDGE}),
        ("撤回2026112100101,图书馆开架上就有。请撤回这一条,其余照旧", {DECAY}),
        ("这篇2026112100101我在论文集里找到了,请取消。德文那篇照旧", {DECAY}),
        ("取消一篇,保留一篇。埋藏速率那篇取消,主缆除湿那篇留着", {DECAY}),
    ],
)
def test_what_ends_is_told_from_what_stays(text: str, wanted: set[Transaction] | None) -> None:
    assert ends(text) == (None if wanted is None else {each.number for each in wanted})


def test_a_subject_that_counts_only_says_nothing() -> None:
    """Which of the two is dropped, the letter says."""
    words, clauses = shipped().apart_words, ["取消一个保留一个", "2026112100101 取消", "2026111200119 继续"]
    assert words
    found = told_apart(clauses, ALL, words, headings=1)
    assert found
    assert found.ends == (DECAY.number,)
    assert told_apart(["取消一个保留一个", "谢谢"], ALL, words, headings=1) is None


def test_what_stays_leaves_one_that_can_be_meant() -> None:
    """A heading wishes, the text keeps one, and one request is left."""
    assert ends("取消申请。朱子那一篇我已有了,烦请取消。水文那本仍会来取", (BRIDGE, GONE)) == {BRIDGE.number}
    assert ends("取消申请。朱子那一篇我已有了,烦请取消。水文那本仍会来取", (BRIDGE, DECAY, GONE)) is None


@each(
    "text",
    [
        "埋藏速率和核算方法重复了,旧的取消",  # which is old is not said
        "埋藏速率、核算方法里取消一篇就行,哪篇都可以",
        "悬索桥核算方法那篇请取消",  # pieces of two titles in one name
        "埋藏速率那篇取消。哦不,还是留着吧",  # taken back
        "除了主缆除湿,都取消",
        "只取消埋藏速率和核算方法中的一篇",
        "cancel the shrimp one. The blue one I still want",  # what stays may be the same
        "主缆除湿那篇不要取消",
        "埋藏速率换成核算方法",
        "为什么取消了埋藏速率那篇",
        "埋藏速率取消过的,怎么又来通知",
        "I cancelled the shrimp paper last week",
        "埋藏速率看完了。核算方法也看完了。取消",  # two may be meant
        "另一篇不要了",
        "取消申请。主缆除湿那篇不用扫全书,核算方法不变",
        "取消申请。主缆除湿那篇不用等了先寄电子版,核算方法不变",
        "主缆除湿的水印删掉,核算方法不变",
        "主缆除湿那篇删掉重复页即可,核算方法照旧",
        "主缆除湿那篇算了一下是十二页,核算方法照旧",
        "主缆除湿那篇不用寄,我来取。核算方法照旧",
        "Please drop the shrimp paper into my mailbox. The ophiuroids one stays.",
        "主缆除湿、埋藏速率。撤。",
        "悬索桥很要紧。请撤销。核算方法那篇保留。",  # a topic of the story
        "主缆除湿的短信提醒请取消。核算方法继续。",  # not the request
        "主缆除湿那篇绝不放弃,核算方法继续",
        "I don't want to lose my place for the shrimp paper. The ophiuroids one stays.",
        "Whether to cancel the shrimp paper I shall decide on Monday. The ophiuroids one continues.",
        "导师建议撤掉主缆除湿。核算方法照旧。",
        "Had I known, I would drop the shrimp paper. The ophiuroids one continues.",
        "下月撤销主缆除湿。核算方法照旧。",
        "No need to call about shrimp. Ophiuroids one continues.",
        "119元我不同意,取消吧",  # a sum, no number
        "其他的不要了,埋藏速率留着",  # what the others are is not named
        "if the shrimp paper is too dear, cancel it",
        "埋藏速率、主缆除湿都看过了。请撤回这一条",  # which one
        "取消一篇,保留一篇",
        "其中一篇请取消,核算方法那篇继续",
        "主缆除湿以后再取消。核算方法照旧。",
        "2026112100101很要紧。请撤回这一条:主缆除湿",  # what 'this one' is comes behind it
        "取消2026112100101,保留沉积物那一篇",  # a word of what ends
        "取消2026112100101,保留一篇摘要给我",
        "Cancel 2026112200019 but keep one copy of the article in print.",
    ],
)
def test_what_is_not_plain_is_not_divided(text: str) -> None:
    assert ends(text) is None
