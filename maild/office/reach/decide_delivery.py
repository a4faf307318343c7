"""A patron wants one mail a day, or each notice at once again: done and acknowledged, where nothing else is said."""

from __future__ import annotations

from maild.domain.incoming.decision import Action, Decision, Wish
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.patron import Delivery
from maild.office.reach import SAY
from maild.spine.facts import Facts
from maild.spine.outcome import about
from maild.spine.policy import Policy

ALONE = frozenset({Kind.PATRON_OTHER, Kind.THANKS})
FIELDS = {"daily": Delivery.DAILY, "each": Delivery.EACH}  # of the rules 86-patron-delivery-…


def decide_delivery(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """The wish granted; None where the mail wishes nothing of the kind, says more, or its writer is not proven."""
    rulings, mail = reading.classification.rulings, reading.mail
    wished = {wish for ruling in rulings for name, wish in FIELDS.items() if ruling.value(name)}
    if len(wished) != 1 or set(reading.classification.kinds) - ALONE or reading.classification.rest:
        return None
    if not reading.auth.passed or len(facts.authors) != 1 or len(mail.from_) != 1:
        return None
    if facts.query.numbers or mail.attachments:
        return None
    (delivery,), patron = wished, facts.authors[0]
    if delivery is patron.delivery is Delivery.EACH:
        return None  # "tell me at once" where that is so already means something else
    notice = NoticeRequest(
        kind=NoticeKind.DELIVERY_CHANGED,
        subject=f"mail:{mail.sha256[:32]}",
        recipient=mail.author.address,
        patron_id=patron.patron_id,
        reply_to=mail.message_id,
        data={"daily": delivery is Delivery.DAILY, "at": policy.daily_at},
    )
    said = SAY("one_mail_a_day") if delivery is Delivery.DAILY else SAY("each_at_once")
    ruling = next(r for r in rulings if any(r.value(name) for name in FIELDS))
    return Decision(
        action=Action.APPLY,
        about=about(ruling),
        effects=(Wish(patron_id=patron.patron_id, delivery=delivery), notice),
        reasons=(SAY("wants", address=mail.author.address, patron=patron.patron_id, what=said), *ruling.reasons),
    )
