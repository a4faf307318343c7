"""How a patron is written to, an address that works again, the prepaid balance."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from maild.benches import privacy
from maild.console.acts import Act, Amount, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.accounting.channel import Channel
from maild.domain.accounting.money import Money
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Wish
from maild.domain.requests.patron import Delivery, Honorific, Language
from maild.office.reach.acts_reach import clear_address


class Tongue(StrEnum):
    """both: not known, so notices are in both languages."""

    ZH = "zh-CN"
    EN = "en"
    BOTH = "both"


class Title(StrEnum):
    """none: no more is said than is known."""

    STUDENT = "student"
    TEACHER = "teacher"
    MR = "mr"
    MS = "ms"
    NONE = "none"


class How(StrEnum):
    """each: a mail a notice; daily: one mail a day for what can wait."""

    EACH = "each"
    DAILY = "daily"


class Written(Input):
    patron_id: str
    language: Tongue | None = None
    delivery: How | None = None
    honorific: Title | None = None


class Clear(Input):
    address: Annotated[str, Field(min_length=3, max_length=320)]
    note: Line = ""


class TopUp(Input):
    patron_id: str
    amount: Amount
    channel: Channel = Channel.CASH
    note: Line = ""


class Refund(Input):
    patron_id: str
    amount: Amount
    note: Line


class Erase(Input):
    """confirm: the patron's id once more; shared: mails that concern others go, too; force: whatever is open."""

    patron_id: str
    confirm: Line
    shared: bool = False
    force: bool = False


def _erase(desk: Desk, who: Who, asked: Erase) -> Outcome:
    if asked.confirm != asked.patron_id:
        raise Permanent("that is not the patron's id: nothing was erased", remedy="type it as it is shown")
    done = privacy(desk.services).erase(asked.patron_id, actor=who.name, shared=asked.shared, force=asked.force)
    if not done.pseudonym:
        raise Permanent(f"not settled yet: {'; '.join(done.open)}", remedy="settle it, or erase all the same")
    on_server = [{"mailbox": box, "uid": uid} for box, uid in done.on_server]
    return Outcome(
        done=f"erased; the books know {done.pseudonym}",
        go="/patrons",
        data={"pseudonym": done.pseudonym, "on_server": on_server, **done.counts},
    )


def _written(desk: Desk, who: Who, asked: Written) -> Outcome:
    if asked.language is None and asked.delivery is None and asked.honorific is None:
        raise Permanent("nothing to set", remedy="choose a language, how often, or how the patron is addressed")
    wish = Wish(
        patron_id=asked.patron_id,
        delivery=None if asked.delivery is None else Delivery.DAILY if asked.delivery is How.DAILY else Delivery.EACH,
        language=None
        if asked.language is None
        else Language.UNKNOWN
        if asked.language is Tongue.BOTH
        else Language(asked.language.value),
        honorific=None
        if asked.honorific is None
        else Honorific.UNKNOWN
        if asked.honorific is Title.NONE
        else Honorific(asked.honorific.value),
    )
    return Outcome.of(desk.services.voice_acts.wish(wish, actor=who.name))


def _clear(desk: Desk, who: Who, asked: Clear) -> Outcome:
    services = desk.services
    return Outcome.of(clear_address(services.store, services.clock, asked.address, actor=who.name, note=asked.note))


def _top_up(desk: Desk, who: Who, asked: TopUp) -> Outcome:
    return Outcome.of(
        desk.services.books.top_up(
            asked.patron_id, Money.of(str(asked.amount)), actor=who.name, channel=asked.channel, note=asked.note
        )
    )


def _refund(desk: Desk, who: Who, asked: Refund) -> Outcome:
    return Outcome.of(
        desk.services.books.refund(
            Money.of(str(asked.amount)), actor=who.name, note=asked.note, patron_id=asked.patron_id
        )
    )


ACTS = (
    Act(
        name="patrons.written",
        path="/patrons/{patron_id:key}/written",
        role=Role.LIBRARIAN,
        input=Written,
        run=_written,
        summary="Set how a patron is written to.",
    ),
    Act(
        name="patrons.erase",
        path="/patrons/{patron_id:key}/erase",
        role=Role.ADMINISTRATOR,
        input=Erase,
        run=_erase,
        slow=True,
        summary="Erase a person; the books stay, with a name that means nothing.",
    ),
    Act(
        name="patrons.clear",
        path="/addresses/clear",
        role=Role.LIBRARIAN,
        input=Clear,
        run=_clear,
        summary="Write to an address again that was avoided.",
    ),
    Act(
        name="patrons.top_up",
        path="/patrons/{patron_id:key}/deposit",
        role=Role.LIBRARIAN,
        input=TopUp,
        run=_top_up,
        summary="Money that is there goes to a patron's prepaid balance.",
    ),
    Act(
        name="patrons.refund",
        path="/patrons/{patron_id:key}/refund",
        role=Role.LIBRARIAN,
        input=Refund,
        run=_refund,
        summary="Money of a patron's balance is to be paid out.",
    ),
)
