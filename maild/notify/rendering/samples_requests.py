"""Invented data for notices about the life of requests and loans, and for queries to providers."""

from __future__ import annotations

from maild.domain.outgoing.notice import NoticeKind

_N = NoticeKind
LOANS = frozenset({_N.RENEWAL_ASKED, _N.LOAN_RENEWED, _N.LOAN_NOT_RENEWED, _N.LOAN_RETURNED})
ANSWERS = frozenset({_N.RENEWAL_ASKED, _N.CANCEL_ASKED, _N.CANCEL_LATE, _N.FEE_ACCEPTED})
REQUESTS: dict[NoticeKind, dict[str, object]] = {
    _N.PROVIDER_QUERY: {
        "asking": "supply",
        "request_id": "SH-2026-4471",
        "since": "2026-11-22",
        "by": "2026-11-24",
        "name": "上海图书馆",
    },
    _N.RENEWAL_ASKED: {"due": "2026-12-20"},
    _N.LOAN_RENEWED: {"due": "2027-01-19"},
    _N.LOAN_NOT_RENEWED: {"due": "2026-12-20", "reason": "已有其他读者预约 (another reader has reserved it)"},
    _N.LOAN_RETURNED: {},
    _N.CANCEL_ASKED: {},
    _N.CANCEL_LATE: {},
    _N.FEE_ACCEPTED: {},
}
