"""Stamps of many kinds, as they are pressed (or drawn) into the finance office's place on a transfer form."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from maild.domain.accounting.receipt import Stamp as Verdict
from tests.receipts.drawing import Drawing

RED, BLUE, VIOLET, BLACK = "#c8202a", "#2348a8", "#6a2f9c", "#222222"
OFFICES = ("浙江大学计划财务处", "浙江大学财务处", "浙江大学计财处", "计划财务处")
UNITS = (
    "浙江大学化学系",
    "浙江大学医学院",
    "光电科学与工程学院",
    "浙江大学图书馆",
    "农业与生物技术学院",
    "后勤服务中心",
)
OTHERS = ("服务处", "教务处", "总务处", "医务处", "法务处", "审计处", "资产管理处", "财产管理处", "计算中心", "医务科")
ELSE = ("退讫", "验讫", "审核专用章", "合同专用章", "未转账", "已接收", "待转账", "报销专用章")
DATES = ("2026.11.26", "2026-11-03", "2026年9月8日", "26.10.19")

Place = tuple[float, float]  # the stamp's middle, in units of the page
Press = Callable[[Drawing, Random, Place], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StampClass:
    """A kind of stamp. verdicts: what a reader may say of it, the best first."""

    press: Press
    verdicts: tuple[Verdict, ...]


def _seal(
    kind: str, lines: Callable[[Random], tuple[str, ...]], *, colour: str = RED, size: Place = (32, 38),
    strength: Place = (0.5, 0.95), turn: float = 12,
) -> Press:  # fmt: skip
    def press(page: Drawing, random: Random, at: Place) -> None:
        page.stamp(*at, random.uniform(*size), *lines(random), kind=kind, colour=colour,
                   strength=random.uniform(*strength), turn=random.uniform(-turn, turn))  # fmt: skip

    return press


def _office(*words: str) -> Callable[[Random], tuple[str, ...]]:
    return lambda random: (random.choice(OFFICES), random.choice(words))


def _dated(*words: str) -> Callable[[Random], tuple[str, ...]]:
    return lambda random: (random.choice(OFFICES), random.choice(DATES), random.choice(words))


def _unit(*words: str) -> Callable[[Random], tuple[str, ...]]:
    return lambda random: (random.choice(UNITS), *((random.choice(words),) if words else ()))


def _just(*choices: tuple[str, ...]) -> Callable[[Random], tuple[str, ...]]:
    return lambda random: random.choice(choices)


def _both(*presses: Press) -> Press:
    def press(page: Drawing, random: Random, at: Place) -> None:
        for one in presses:
            one(page, random, (at[0] + random.uniform(-6, 6), at[1] + random.uniform(-3, 3)))

    return press


def _stroke(page: Drawing, points: list[Place], colour: str, width: float) -> None:
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        page.line(x0, y0, x1, y1, colour=colour, width=width)


def _scribble(page: Drawing, random: Random, at: Place) -> None:
    """A felt pen to and fro."""
    points = [
        (at[0] - 20 + 40 * i / 9 + random.uniform(-2, 2), at[1] + (8 if i % 2 else -8) * random.uniform(0.5, 1))
        for i in range(10)
    ]
    _stroke(page, points, RED, random.uniform(0.6, 1.4))


def _tick(page: Drawing, random: Random, at: Place) -> None:
    _stroke(page, [(at[0] - 9, at[1]), (at[0] - 3, at[1] + 7), (at[0] + 14, at[1] - 9)], RED, random.uniform(0.7, 1.5))


def _ring(page: Drawing, random: Random, at: Place) -> None:
    """A ring drawn by hand, with a word in it."""
    wide, high = random.uniform(14, 18), random.uniform(9, 14)
    page.ellipse(at[0] - wide, at[1] - high, at[0] + wide, at[1] + high, colour=RED, width=0.8)
    page.hand(at[0] - 10, at[1] + 3, random.choice(("已转", "同意", "OK")), 8, colour=RED)


def _written(page: Drawing, random: Random, at: Place) -> None:
    page.hand(at[0] - 16, at[1] + 3, random.choice(("财务已转讫", "转讫 财务处", "已转账")), 7, colour=RED)


def _block(page: Drawing, random: Random, at: Place) -> None:
    """A flat rectangle, filled."""
    wide, high = random.uniform(12, 20), random.uniform(6, 11)
    page.rect(at[0] - wide, at[1] - high, at[0] + wide, at[1] + high, colour=None, fill=random.choice((RED, "#ff0000")))


def _outline(page: Drawing, random: Random, at: Place) -> None:
    wide, high = random.uniform(14, 20), random.uniform(8, 12)
    page.rect(at[0] - wide, at[1] - high, at[0] + wide, at[1] + high, colour=RED, width=random.uniform(0.5, 1.2))


_F, _R, _O, _U, _N = Verdict.FINANCE, Verdict.REFUSED, Verdict.OTHER, Verdict.UNREAD, Verdict.NONE
_DONE = ("转讫", "转账讫", "转帐讫", "已转账")
GENUINE: Mapping[str, Press] = {
    "round seal": _seal("round", _office("财务专用章", "业务专用章", "业务章")),
    "round 转讫": _seal("round", _office(*_DONE)),
    "round dated": _seal("dated", _dated(*_DONE)),
    "box": _seal("box", _dated(*_DONE), size=(30, 42)),
    "box of two lines": _seal("box", _office(*_DONE), size=(30, 42)),
    "oval": _seal("oval", _dated(*_DONE), size=(36, 44)),
    "square": _seal("square", _dated("转账讫", "转账付讫"), size=(26, 32)),
    "blue round": _seal("round", _office(*_DONE), colour=BLUE),
    "blue box": _seal("box", _dated(*_DONE), colour=BLUE, size=(30, 42)),
    "violet dated": _seal("dated", _dated(*_DONE), colour=VIOLET),
    "violet box": _seal("box", _dated(*_DONE), colour=VIOLET, size=(30, 42)),
    "tilted round": _seal("round", _office(*_DONE), turn=45),
    "tilted box": _seal("box", _dated(*_DONE), size=(30, 40), turn=35),
}
_GENUINE_SEALS = tuple(GENUINE.values())


def _genuine(page: Drawing, random: Random, at: Place) -> None:
    random.choice(_GENUINE_SEALS[:6])(page, random, at)


CLASSES: Mapping[str, StampClass] = {
    **{name: StampClass(press=press, verdicts=(_F, _U)) for name, press in GENUINE.items()},
    "faint": StampClass(press=_seal("round", _office(*_DONE), strength=(0.2, 0.35)), verdicts=(_F, _U, _N)),
    "转讫 without an office": StampClass(press=_seal("box", _just(("转讫", "2026.11.26"), ("现金付讫",), ("转讫",))), verdicts=(_U,)),
    "bank's": StampClass(press=_seal("oval", _just(("中国工商银行", "2026.11.26", "转讫"), ("中国银行", "业务章"))), verdicts=(_U, _O)),
    "received": StampClass(press=_seal("box", _office("受理章", "收件", "已受理")), verdicts=(_U,)),
    "作废": StampClass(press=_seal("box", _just(("作废",)), size=(34, 44), turn=20), verdicts=(_R, _U)),
    "作废 without a frame": StampClass(press=_seal("bare", _just(("作废",), ("退单",), ("退回",)), size=(34, 48), turn=20),
                                    verdicts=(_R, _U, _N)),
    "退单": StampClass(press=_seal("box", _just(("退单",), ("财务处", "退回"), ("退票",), ("驳回",), ("计划财务处", "不予受理")), size=(30, 40)),
                     verdicts=(_R, _U)),
    "作废 over finance's": StampClass(
        press=_both(_genuine, _seal("bare", _just(("作废",)), size=(40, 50), turn=25)), verdicts=(_R, _U)),
    "blue 作废 over finance's": StampClass(
        press=_both(_genuine, _seal("box", _just(("作废",)), size=(36, 46), turn=25, colour=BLUE)), verdicts=(_R, _U)),
    "unit's seal": StampClass(press=_seal("round", _unit(), size=(36, 42)), verdicts=(_O, _U)),
    "unit's finance seal": StampClass(press=_seal("round", _unit("财务专用章", "业务专用章"), size=(36, 42)), verdicts=(_O, _U)),
    "unit's box": StampClass(press=_seal("box", _unit("收讫", "2026.11.26", "已阅")), verdicts=(_O, _U)),
    "pen scribble": StampClass(press=_scribble, verdicts=(_N,)),
    "pen tick": StampClass(press=_tick, verdicts=(_N,)),
    "pen ring": StampClass(press=_ring, verdicts=(_N, _U, _O)),
    "pen words": StampClass(press=_written, verdicts=(_N, _U)),
    "flat block": StampClass(press=_block, verdicts=(_N,)),
    "flat outline": StampClass(press=_outline, verdicts=(_N,)),
    "grey": StampClass(press=_seal("round", _office(*_DONE), colour=BLACK), verdicts=(_U, _N)),
    "nothing": StampClass(press=lambda page, random, at: None, verdicts=(_N,)),
}  # fmt: skip

# Words that are like the finance office's and its bookings': one for each office, and each thing that is said.
LIKE_FINANCES: Mapping[str, Press] = {
    **{f"转讫 of {office}": _seal("round", _just((f"浙江大学{office}", "转讫"))) for office in OTHERS},
    **{
        f"{office}'s box": _seal("box", _just((f"浙江大学{office}", "2026.11.26", "已转账")), size=(30, 42))
        for office in OTHERS
    },
    **{f"finance's {word}": _seal("round", _just(("浙江大学财务处", word))) for word in ELSE},
}
