"""The later part: layouts full of hints, offers and buttons, honest and with what the other wordings say of payments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.receipts.adverse import later_screens, later_slips
from tests.receipts.adverse.case import Shape, Turn
from tests.receipts.adverse.compose import Part, Plan
from tests.receipts.adverse.words_of_states import BANKS, CHAT, TURNS, WALLETS

_BANKS = (later_screens.river_app, later_screens.web_bank)
_WALLETS = (later_screens.green_bill, later_screens.blue_bill, later_screens.sun_wallet, later_screens.hall_pay)
_ENGLISH = (later_screens.lion_app, later_slips.online_file)
_PAPER = (later_slips.file_slip, later_slips.strip, later_slips.treasury_note, later_slips.machine_slip)
SHAPES = (*_BANKS, *_WALLETS, *_ENGLISH, *_PAPER)


def _able(turn: Turn) -> tuple[Shape, ...]:
    """The layouts that can say it as those can that it was written for."""
    if turn.lang == "en":
        return tuple(one for one in _ENGLISH if one.medium in turn.media)
    if "screen" not in turn.media:
        return _PAPER
    return _BANKS if set(turn.shapes) & set(BANKS) else _WALLETS if set(turn.shapes) & {*WALLETS, *CHAT} else SHAPES[:4]


def _turns() -> Iterator[Turn]:
    for turn in TURNS:
        yield replace(turn, shapes=tuple(one.name for one in _able(turn)), times=1)


def _more(_: Part) -> Iterator[Plan]:
    return iter(())


LATER = Part(name="later", family="open", shapes=SHAPES, turns=tuple(_turns()), more=_more, honest=5)
