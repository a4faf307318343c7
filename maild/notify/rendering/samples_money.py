"""Invented data of notices about money, in the form that maild.office writes them. No real person is meant."""

from __future__ import annotations

from collections.abc import Mapping

from maild.domain.outgoing.notice import NoticeKind

_N = NoticeKind
NUMBER = "2026112400017"
ABOUT_NONE = frozenset({_N.DEPOSIT_CREDITED, _N.DEPOSIT_LOW, _N.ACCOUNT_STATEMENT})

_FIRST = {"number": NUMBER, "title": "Adaptive Sampling for Sparse Sensor Networks", "amount": "12.50"}
_SECOND = {"number": "2026112000006", "title": "水稻氮素高效利用的分子机制", "amount": "8.00"}

MONEY: Mapping[NoticeKind, dict[str, object]] = {
    _N.PROOF_RECEIVED: {
        "amount": "25.00",
        "currency": "CNY",
        "transactions": [_FIRST, _SECOND],
        "released": True,
        "rest": "",
        "deposit": "4.50",
        "serial": "0012-3456-7890-1234",
        "paid_on": "2026-11-24",
    },
    _N.PAYMENT_CONFIRMED: {
        "amount": "20.50",
        "currency": "CNY",
        "transactions": [_FIRST, _SECOND],
        "channel": "bank",
        "paid_on": "2026-11-24",
        "serial": "0012-3456-7890-1234",
    },
    _N.PROOF_UNREADABLE: {
        "problems": ["cropped", "unreadable"],
        "filenames": ["IMG_20261124_101203.jpg"],
        "transactions": [_FIRST],
    },
    _N.AMOUNT_DIFFERS: {
        "paid": "18.50",
        "due": "20.50",
        "difference": "-2.00",
        "currency": "CNY",
        "transactions": [_FIRST, _SECOND],
        "counted": True,
    },
    _N.PROOF_SEEN_BEFORE: {
        "date": "2026-11-20",
        "amount": "12.50",
        "currency": "CNY",
        "transactions": [_FIRST],
    },
    _N.DEPOSIT_CREDITED: {"amount": "200.00", "balance": "236.50", "currency": "CNY"},
    _N.DEPOSIT_LOW: {"balance": "18.00", "threshold": "30.00", "currency": "CNY"},
    _N.ACCOUNT_STATEMENT: {
        "rows": [
            {"date": "2026-11-02", "what": "payment", "number": "", "title": "", "amount": "-100.00", "reason": ""},
            {
                "date": "2026-11-20",
                "what": "charge",
                "number": "2026112000006",
                "title": "水稻氮素高效利用的分子机制",
                "amount": "8.00",
                "reason": "",
            },
            {
                "date": "2026-11-20",
                "what": "deposit_use",
                "number": "2026112000006",
                "title": "",
                "amount": "-8.00",
                "reason": "",
            },
            {
                "date": "2026-11-22",
                "what": "charge",
                "number": NUMBER,
                "title": "Adaptive Sampling for Sparse Sensor Networks",
                "amount": "12.50",
                "reason": "",
            },
            {"date": "2026-11-24", "what": "claim", "number": NUMBER, "title": "", "amount": "-10.00", "reason": ""},
        ],
        "balances": {"owed": "2.50", "claimed": "10.00", "pending": "0.00", "deposit": "92.00"},
        "currency": "CNY",
    },
    _N.INVOICE_RECEIVED: {
        "title": "杭州示例科技有限公司",
        "tax_number": "",
        "email": "zhou.mubai@patron.example",
        "amount": "20.50",
        "currency": "CNY",
        "transactions": [_FIRST, _SECOND],
        "person": False,
        "standing": "new",
        "missing": ["tax_number"],
        "doubts": ["item"],
        "items": ["资料费"],
    },
    _N.INVOICE_ISSUED: {
        "number": "26332000000012345678",
        "amount": "20.50",
        "currency": "CNY",
        "title": "杭州示例科技有限公司",
        "tax_number": "91330106MA2EXAMPL0",
        "transactions": [_FIRST, _SECOND],
        "email": "zhou.mubai@patron.example",
        "issued": "2026-11-24",
        "again": False,
        "note": "",
    },
    _N.REFUND_ANSWER: {
        "answer": "refused_invoiced",
        "amount": "12.50",
        "currency": "CNY",
        "transactions": [_FIRST],
        "note": "",
    },
}
