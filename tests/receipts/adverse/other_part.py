"""Two parts of another hand: one that is looked at while the reader is mended, one that is only counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.receipts.adverse import other_counted, other_looked
from tests.receipts.adverse.case import Shape, Turn
from tests.receipts.adverse.compose import Part, Plan
from tests.receipts.adverse.words_of_states import TURNS

LOOKED_AT = (
    other_looked.pine_app,
    other_looked.net_file,
    other_looked.remit_page,
    other_looked.chat_notice,
    other_looked.teller_sheet,
    other_looked.desk_page,
)
ONLY_COUNTED = (
    other_counted.teal_app,
    other_counted.blue_proof,
    other_counted.nordic_page,
    other_counted.firm_sheet,
    other_counted.kiosk_strip,
    other_counted.yun_portal,
)


def _able(turn: Turn, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The layouts that can say it: of its language; a screen's words on screens, a slip's on paper."""
    screen = "screen" in turn.media
    fit = [one for one in shapes if one.lang == turn.lang and (turn.lang == "en" or (one.medium == "screen") == screen)]
    named = [one for one in fit if turn.cls != "elsewhere" or not turn.told or "payee_account" in one.shows]
    return tuple(named)


def _turns(shapes: tuple[Shape, ...]) -> Iterator[Turn]:
    for turn in TURNS:
        if able := _able(turn, shapes):
            media = tuple({one.medium for one in able})
            yield replace(turn, shapes=tuple(one.name for one in able), media=media, times=1)


def _none(_: Part) -> Iterator[Plan]:
    return iter(())


def _part(name: str, shapes: tuple[Shape, ...]) -> Part:
    return Part(name=name, family="open", shapes=shapes, turns=tuple(_turns(shapes)), more=_none, honest=5)


OTHER = _part("other", LOOKED_AT)
COUNTED = _part("counted", ONLY_COUNTED)
