"""Signs that a mail is sent to many: links, layout, whom it is to; and what its words are likely to be."""

from __future__ import annotations

from collections import Counter
from email.message import EmailMessage

import pytest

from maild.office.ignoring import heap
from maild.office.ignoring.heap import evidence
from maild.office.ignoring.ignoring import folded
from maild.office.ignoring.ignoring_policy import FOR_THE_HEAP, Sign, Words, shipped
from maild.office.ignoring.selling import likelihood
from maild.office.ignoring.selling import shipped as weights
from maild.office.ignoring.signs import signs_of
from maild.parse import parse_mail
from tests.corpus.selling import written
from tests.corpus.written_mails import SETS

OFFICE = "zjuill@zju.edu.cn"


def signs(
    html: str, *, to: str = OFFICE, sender: str = "a@shop.example", message_id: str = "<1@shop.example>"
) -> set[Sign]:
    """Those of an HTML mail that ignoring does not count."""
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = sender, "news", message_id
    if to:
        made["To"] = to
    made.set_content(f"<html><body>{html}</body></html>", subtype="html")
    return set(signs_of(parse_mail(made.as_bytes()), shipped(), ours=OFFICE)) & FOR_THE_HEAP


@pytest.mark.parametrize(
    ("html", "sign"),
    [
        ('<a href="https://click.shop.example/u/7">here</a>', Sign.TRACKING),
        ('<a href="https://www.shop.example/sale?utm_source=edm&amp;utm_medium=mail">sale</a>', Sign.TRACKING),
        ('<a href="https://shop.us4.list-manage.com/track/click?u=1&amp;id=2">sale</a>', Sign.TRACKING),
        ('<a href="https://www.shop.example/unsubscribe/88">退订</a>', Sign.TRACKING),
        ('<p>Hi</p><img src="https://s.example/o.gif" width="1" height="1">', Sign.LAYOUT),
        ('<img src="https://s.example/o.gif" style="height:1px">', Sign.LAYOUT),
        ('<div class="preheader">Only today</div>', Sign.LAYOUT),
        ('<table role="presentation"><tr><td>Hi</td></tr></table>', Sign.LAYOUT),
        ("".join(f'<a href="https://www.other.example/{n}">{n}</a>' for n in range(3)), Sign.FOREIGN),
    ],
)
def test_each_is_seen_in_a_mail_of_a_sending_service(html: str, sign: Sign) -> None:
    """One sign each, and no other."""
    assert signs(html) == {sign}


@pytest.mark.parametrize(
    "html",
    [
        '<p>It is this one: <a href="https://www.journal.example/article/77">link</a>, thank you</p>',
        '<p>链接打不开 <a href="https://pan.zju.edu.cn/share/a">网盘</a></p><img src="cid:logo" width="120" height="40">',
        "".join(f'<a href="https://www.shop.example/{n}">{n}</a>' for n in range(5)),
        "".join(f'<a href="https://j{n}.example/{n}">{n}</a>' for n in range(5)),
        "<table><tr><td>题名</td><td>Deep learning</td></tr></table>",
    ],
)
def test_a_letter_has_none(html: str) -> None:
    """Links to what is asked for, a logo, a table."""
    assert signs(html) == set()


def test_whom_it_is_to_and_where_it_is_from() -> None:
    """To nobody of our house, or with a Message-ID that a service made; a colleague's address is ours as well."""
    assert signs("Hi", to="") == {Sign.ADDRESSED} == signs("Hi", to="undisclosed-recipients:;")
    assert signs("Hi", to="libref@lib.zju.edu.cn") == set()
    assert signs("Hi", message_id="<0100018f-1@email.amazonses.com>") == {Sign.TRACKING}


@pytest.mark.parametrize(
    ("subject", "text", "sells"),
    [
        ("年终采购", "图书防盗磁条、耗材工厂直供，量大从优，样品免费寄，欢迎来电。", True),
        ("第十届材料国际会议征稿", "会议论文提交EI检索，审稿快，截稿延期至月底，团队投稿优惠。", True),
        ("代开发票", "各行业发票均可代开，点数低，可验证后付款，长期有效。", True),
        ("Library furniture", "We are a factory of steel shelves, good price, MOQ 50, catalogue on request.", True),
        (
            "Call for Papers",
            "Dear Professor, we invite you to submit to our upcoming issue, low publication fee.",
            True,
        ),
        ("那篇文献", "老师您好，我上周申请的那篇文献到了吗？谢谢", False),
        ("发票", "请问文献传递的发票抬头能写学院吗，麻烦开一下。", False),
        ("scan", "Dear colleagues, page 12 of the scan is missing. Could you send it again? Best regards", False),
        ("赠书", "我父亲留下两箱旧书，想捐给图书馆，请问找谁联系？", False),
        ("论文", "论文要发表了，编辑要我补原文的页码，能帮我看一眼那一页吗？", False),
    ],
)
def test_words_that_sell(subject: str, text: str, sells: bool) -> None:
    """Surely enough for the low heap, or not; none of these was learned."""
    assert (100 * likelihood(subject, text) >= shipped().likely) is sells


def test_nothing_written_sells_nothing() -> None:
    """A subject alone proves nothing."""
    assert likelihood("", " \n") == 0.0


def test_the_weights_are_of_the_mails_that_are_here() -> None:
    """Whoever adds advertising or letters trains anew: python tools/advertising.py --write."""
    assert {mail.set for mail, _ in written()} == set(SETS)
    count = Counter(hand for _, hand in written())
    assert {hand: weights().about["hands"][hand] for hand in count} == count


def test_how_sure_words_must_be_is_what_letters_of_unseen_hands_allow() -> None:
    """Not laxer than the bound on letters by hand that was found when the weights were made."""
    assert shipped().likely >= weights().about["likely"]


@pytest.mark.parametrize(
    ("text", "reads", "low"),
    [
        ("全场优惠", 0.95, True),
        ("全场优惠", 0.80, False),
        ("全场优惠，文献传递也行", 0.95, False),  # a word of our business: twice as sure
        ("全场优惠，文献传递也行", 0.97, True),
        ("全场优惠，订单88120331", 0.97, False),  # the number of a matter: four times
        ("全场优惠，订单88120331", 0.99, True),
        ("全场优惠，请问文献传递怎么付款，订单88120331，我是学生", 0.99, False),
    ],
)
def test_what_speaks_for_a_letter_has_to_be_outweighed(text: str, reads: float, low: bool) -> None:
    """Each point asks for odds twice as high; none settles it alone."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@shop.example", OFFICE, "hi"
    made.set_content(text)
    mail = parse_mail(made.as_bytes())
    found = evidence(mail, folded(mail), shipped())
    assert heap.low(mail, folded(mail), shipped(), found=found, reads=reads) is low


@pytest.mark.parametrize(
    ("text", "reads", "low"), [("新书上架", 0.2, True), ("新书上架", 0.05, False), ("您好，我想借书", 0.5, False)]
)
def test_what_a_list_sends_lies_there_sooner(text: str, reads: float, low: bool) -> None:
    """Where nothing in it speaks for a person; a letter that came over a list is weighed as any other."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@list.example", OFFICE, "hi"
    made.set_content(text)
    mail = parse_mail(made.as_bytes())
    found = evidence(mail, folded(mail), shipped())
    assert heap.low(mail, folded(mail), shipped(), found=found, reads=reads, many=True) is low


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("订单88120331因库存不足取消", True),
        ("工单gd260917已受理", True),
        ("case 00918823 was updated", True),
        ("your order no. 2026-3381 waits", True),
        ("two books (zju-j-118) are packed", True),
        ("parcel rx7712340cn came back", True),
        ("每页0.15元起，量大从优", False),
        ("call 400 8820 or add wechat book2025", False),
        ("covid-19 and iso-9001 for 2026", False),
        ("第36讲，12月4日，扫码预约", False),
    ],
)
def test_the_number_of_a_matter(text: str, number: bool) -> None:
    """Of an order, a request, an invoice; a price, a telephone, a year is none."""
    assert bool(shipped().found(Words.NUMBERED, text)) is number
