"""A question is answered by what it asks; what was found is not sent again, and who found it is not bothered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.answers.facts_answer import AnswerFacts
from maild.parse import parse_mail
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.corpus.written.office import Letter
from tests.deciding import decide
from tests.unit.classify.classify_mails import PATRON, proven, ruled

pytestmark = pytest.mark.long

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WRITER = Patron(patron_id="p1", name="李雷", emails=(PatronAddress(address=PATRON),))
CASE = Transaction(number="2026112400017", patron_id="p1", title="Reeds", state=State.IN_PROCESS, updated=NOW)
SENDING = frozenset({NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PICK_UP})


def decided(said: str, numbers: tuple[str, ...] = ()) -> Decision:
    """What the mail of a known patron with one running request causes. numbers: that it names."""
    subject, _, text = said.rpartition("//")
    mail = parse_mail(Letter(id="x", sender=PATRON, subject=subject, text=text).raw(NOW))
    facts = Facts(now=NOW, query=Query(sender=PATRON, numbers=numbers), outcome=Unmatched(reasons=()), authors=(WRITER,),
                  requests=(CASE,), own=(AnswerFacts(requests=(CASE,)),))  # fmt: skip
    return decide(Reading(mail=mail, auth=proven(mail), classification=ruled(mail)), facts, Policy())


@pytest.mark.parametrize("said", [
    "一般几天能拿到全文", "请问一般多久能收到文献？", "文献传递通常需要几个工作日？", "国外的文献一般要等多久呢", "平均几天能到？",
    "正常情况下从申请到拿到全文要多久？", "How long does it usually take to get an article?",
    "How many days does document delivery normally take?", "How long do loans from other libraries typically take?",
    "On average, how long does it take?",
])  # fmt: skip
def test_how_long_it_usually_takes_is_not_how_mine_stands(said: str) -> None:
    """No table of the writer's requests goes out: what is told is that, and that it is no promise."""
    made = decided(said)
    told = [section["topic"] for notice in made.notices for section in notice.data.get("topics", ())]  # type: ignore[attr-defined]
    assert set(told) <= {"usual"}
    assert told or made.action is Action.REVIEW


@pytest.mark.parametrize("said", ["我的申请什么时候能到？", "When will my article arrive?"])
def test_when_mine_comes_is_how_mine_stands(said: str) -> None:
    """The writer's own request: its state is the answer."""
    (notice,) = decided(said).notices
    assert notice.kind is NoticeKind.QUERY_ANSWER


@pytest.mark.parametrize("said", [
    "Please do not send it again.", "Please do not send it again, I found it.", "已收到，请不要再发了。", "别再发给我了，文献我已经找到了",
    "没收到附件，不过不用再发了，同学给我了", "说没收到是我弄错了，请不要再发", "I had not received it, but there is no need to resend.",
    "没有收到通知，但请勿重复发送文献", "不用再寄了，我去馆里看", "Nothing arrived at first; don't send another one, it is here now.",
])  # fmt: skip
def test_not_to_be_sent_again_is_never_sent(said: str) -> None:
    """Neither as a notice nor as a draft."""
    made = decided(said)
    assert not [n.kind for n in (*made.notices, *made.drafts) if n.kind in SENDING]


@pytest.mark.parametrize("said", [
    "在垃圾邮件里找到了，谢谢！", "Found it in the spam folder, thanks!", "I found it in my junk mail. Thank you, sorry for the trouble.",
    "已在垃圾箱找到，不用再发，谢谢老师", "I just found the article in my spam folder. No need to resend. Thanks!",
    "老师好，邮件在垃圾箱里找到了，麻烦您了，谢谢", "在垃圾邮箱找到啦，感谢",
])  # fmt: skip
def test_found_in_the_spam_folder_settles(said: str) -> None:
    """Nobody has to look."""
    made = decided(said)
    assert (made.action, made.cause) == (Action.IGNORE, Cause.NONE)


@pytest.mark.parametrize("said", [
    "在垃圾邮件里找到了，但是打不开", "垃圾箱里也没找到", "I have not found it in my spam folder either.", "我在别处找到了，谢谢",
    "在垃圾箱找到了，能否把后两页补上？", "Found it in spam, but page 3 is missing.", "垃圾邮件里找到了第一篇，第二篇还没有",
    "Found it in the spam folder, thanks. When will the other one come?", "找到了，谢谢", "垃圾箱里找到的是别人的文献，谢谢",
])  # fmt: skip
def test_found_and_something_more_is_seen_by_a_person(said: str) -> None:
    """Broken, half of it, elsewhere, or not found at all."""
    assert decided(said).cause is not Cause.NONE


@pytest.mark.parametrize(("said", "topic"), [
    ("还想要一篇园艺的文章，是直接写信给您就行，还是要去系统里填？", "submit"), ("我再要一篇，还需要在网上填单吗？", "submit"),
    ("Could I order one more? Do I need the form or is this mail enough?", "submit"), ("读者网关一片白，是不是得换浏览器？", "submit"),
    ("请问从哪儿可以看到我提交过的所有申请？", "submit"), ("Which browser should I use for the gateway?", "submit"),
    ("How do I tell Gmail that your letters are honest?", "whitelist"), ("Which address must I put so that it is safe?", "whitelist"),
    ("你们的信老进Spam，怎么设置不要再进垃圾箱？", "whitelist"), ("要加哪几个邮箱地址到白名单？", "whitelist"),
    ("What do I have to click so that your mails arrive in the inbox and not in junk?", "whitelist"),
])  # fmt: skip
def test_ways_are_told_in_whatever_words(said: str, topic: str) -> None:
    """How a request is made, and how our letters come through."""
    told = [section["topic"] for notice in decided(said).notices for section in notice.data.get("topics", ())]  # type: ignore[attr-defined]
    assert topic in told


def test_what_would_be_ordered_may_be_named() -> None:
    """A title that is none of the writer's is what the next request would be about; a number is something else."""
    title = "想找一篇：《黄瓜霜霉病菌的温度阈值》，作者记不清了。邮件里提可以吗，还是一定要到系统里填？"
    assert decided(title).notices
    assert not decided(title, numbers=("2026110100001",)).notices
