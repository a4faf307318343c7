"""Signs that a mail is sent to many: links, layout, whom it is to; and what its words are likely to be."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maild.office.ignoring.ignoring_policy import FOR_THE_HEAP, Sign, shipped
from maild.office.ignoring.selling import likelihood
from maild.office.ignoring.selling import shipped as weights
from maild.office.ignoring.signs import signs_of
from maild.parse import parse_mail
from tests.corpus.selling import HANDS
from tests.corpus.written_mails import written_mails

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
    """Beyond the first level of points, or below it; none of these was learned."""
    assert (100 * likelihood(subject, text) >= shipped().reads[0]) is sells


def test_nothing_written_sells_nothing() -> None:
    """A subject alone proves nothing."""
    assert likelihood("", " \n") == 0.0


def test_the_weights_are_of_the_mails_that_are_here() -> None:
    """Whoever adds advertising or letters trains anew: python tools/advertising.py --write."""
    learned = weights().about["hands"]
    for hand in HANDS:
        assert learned[hand] == sum(len(written_mails(name, hand)) for name in ("advertising", "letters"))
