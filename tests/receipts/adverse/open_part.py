"""The open part: its layouts, its wordings, and what else is done to them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.receipts.adverse import extras, screens_en, screens_zh, slips
from tests.receipts.adverse.compose import Part, Plan
from tests.receipts.adverse.forms import DEEDS, guide_form, own_form, retyped_form
from tests.receipts.adverse.words_of_states import TURNS

SHAPES = (
    screens_zh.county_app, screens_zh.unionpay_bill, screens_zh.jd_bill, screens_zh.city_app, screens_zh.campus_cashier,
    screens_zh.long_shot, screens_en.wechat_bill, screens_en.alipay_bill, screens_en.foreign_app,
    slips.rural_slip, slips.city_slip, slips.english_advice, slips.union_counter, slips.certificate, slips.application,
)  # fmt: skip
BLANKS = (
    {},
    {"title": "结算业务申请书"},
    {"foot": ("银行盖章：",)},
    {"title": "业务委托书", "foot": ("客户须知：本申请书经银行盖章后生效",)},
)
STAMPED = (("钱塘银行西湖支行", "2026.11.20", "业务办讫章"), ("南浔农村商业银行", "转讫"))


def _more(part: Part) -> Iterator[Plan]:
    yield from extras.forms(
        part, {"guide_form": guide_form, "own_form": own_form, "retyped_form": retyped_form}, DEEDS, DEEDS[0]
    )
    yield from extras.struck_slips(part, ("rural_slip", "union_counter", "city_slip"))
    yield from extras.applications(part, "application", BLANKS * 2, STAMPED * 2)
    yield from extras.forgeries(
        part, ("english_advice", "rural_slip", "city_slip"), ("city_app", "county_app", "foreign_app")
    )
    yield from extras.pairs(
        part,
        ("city_app", "county_app", "foreign_app"),
        ("rural_slip", "city_slip", "english_advice"),
        {"title": "等待授权人确认"},
    )


OPEN = Part(name="open", family="open", shapes=SHAPES, turns=TURNS, more=_more, honest=5)
