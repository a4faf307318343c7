"""How a patron is written to, an address that works again, the prepaid balance."""

from __future__ import annotations

from maild.benches import privacy
from maild.console import SAY
from maild.console.acts import Act, Amount, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.accounting.money import Money
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent


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
        raise Permanent(SAY("another_id"), remedy=SAY("type_as_shown"))
    done = privacy(desk.services).erase(asked.patron_id, actor=who.name, shared=asked.shared, force=asked.force)
    if not done.pseudonym:
        raise Permanent(SAY("not_settled", open="; ".join(done.open)), remedy=SAY("settle_or_erase"))
    on_server = [{"mailbox": box, "uid": uid} for box, uid in done.on_server]
    return Outcome(
        done=SAY("erased", name=done.pseudonym),
        go="/patrons",
        data={"pseudonym": done.pseudonym, "on_server": on_server, **done.counts},
    )


def _refund(desk: Desk, who: Who, asked: Refund) -> Outcome:
    return Outcome.of(
        desk.services.books.refund(
            Money.of(str(asked.amount)), actor=who.name, note=asked.note, patron_id=asked.patron_id
        )
    )


ACTS = (
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
        name="patrons.refund",
        path="/patrons/{patron_id:key}/refund",
        role=Role.LIBRARIAN,
        input=Refund,
        run=_refund,
        summary="Money of a patron's balance is to be paid out.",
    ),
)
