"""What notices about the life of requests and loans carry, and queries to providers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.asking import Asking
from maild.notify.language import say
from maild.notify.language.locales import Style, line

_N = NoticeKind
# Mails to libraries: no whitelist steps, no reply token, no thread of the patron's.


def _asking(value: object, style: Style) -> str:
    """The matter, or the general one: an unknown word from an older row still makes a true letter."""
    text = line(value, 40)
    return text if text in frozenset(Asking) else Asking.ANSWER


DATA: Mapping[NoticeKind, Mapping[str, tuple[str, say.Say]]] = MappingProxyType(
    {
        _N.PROVIDER_QUERY: {
            "asking": ("asking", _asking),
            "theirs": ("request_id", say.text),
            "since": ("since", say.date),
            "by": ("by", say.date),
            "until": ("until", say.date),
            "amount": ("amount", say.money),
            "again": ("again", say.flag),
            "note": ("note", say.note),
        },
        _N.RENEWAL_ASKED: {"by": ("by", say.date)},
        _N.LOAN_RENEWED: {"note": ("note", say.note)},
        _N.LOAN_NOT_RENEWED: {"reason": ("reason", say.note), "place": ("pickup_place", say.text)},
        _N.LOAN_RETURNED: {"note": ("note", say.note)},
        _N.CANCEL_ASKED: {"declined": ("declined", say.flag)},
        _N.CANCEL_LATE: {"loan": ("loan", say.flag), "here": ("here", say.flag)},
        _N.FEE_ACCEPTED: {},
    }
)
