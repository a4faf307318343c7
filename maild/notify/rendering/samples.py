"""Invented patrons and requests, for previews and for checking templates. No real person is meant."""

from __future__ import annotations

from datetime import UTC, datetime

from maild.domain.errors import ConfigError
from maild.domain.money import Money
from maild.domain.outgoing.notice import TO_PROVIDERS, NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Language, Patron, PatronAddress, PatronKind, Transaction
from maild.notify.rendering.samples_digest import DIGEST
from maild.notify.rendering.samples_money import ABOUT_NONE, MONEY, NUMBER
from maild.notify.rendering.samples_registration import REGISTRATIONS
from maild.notify.rendering.samples_requests import ANSWERS, LOANS, REQUESTS
from maild.notify.writing.letter import NoticePart
from maild.notify.writing.not_received import SAMPLES as NOT_RECEIVED

_N = NoticeKind
ADDRESSES = {PatronKind.INTERNAL: "lin.zhixia@zju.edu.cn", PatronKind.EXTERNAL: "zhou.mubai@patron.example"}
_LOANS = LOANS | {_N.PICK_UP, _N.LOAN_DUE, _N.LOAN_OVERDUE}
_FILES = {
    _N.DOCUMENT_DELIVERED: ("稀疏传感网络的自适应采样.pdf",),
    _N.INVOICE_ISSUED: ("电子发票_26332000000012345678.pdf",),
}
_ANSWERS = (
    frozenset(
        {
            _N.QUERY_ANSWER,
            _N.PROOF_RECEIVED,
            _N.PROOF_UNREADABLE,
            _N.AMOUNT_DIFFERS,
            _N.PROOF_SEEN_BEFORE,
            _N.INVOICE_RECEIVED,
            _N.REFUND_ANSWER,
            _N.REGISTRATION_STATE,
            _N.ANSWER,
            _N.DELIVERY_CHANGED,
            _N.NOT_RECEIVED_ANSWER,
        }
    )
    | ANSWERS
)
_ABOUT_NONE = ABOUT_NONE | {
    _N.QUERY_ANSWER,
    _N.ANSWER,
    _N.PERMISSION_REPORT,
    _N.NOT_RECEIVED_ANSWER,
    _N.STAFF_ALERT,
    _N.STAFF_DIGEST,
    _N.DELIVERY_CHANGED,
}
_PDF = b"%PDF-1.7\n% a sample\n%%EOF\n"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


_ROWS: tuple[dict[str, object], ...] = (
    {
        "number": NUMBER,
        "service": "copy",
        "title": "Adaptive Sampling for Sparse Sensor Networks",
        "submitted": "2026-11-22",
        "state": "delivered",
        "payment_state": "confirmed",
        "payable": "12.50",
        "currency": "CNY",
        "link": "https://delivery.example/d/7f3a91c2",
        "expires": "2026-12-24",
    },
    {
        "number": "2026112000005",
        "service": "loan",
        "title": "江南市镇研究",
        "submitted": "2026-11-20",
        "due": "2026-12-20",
        "state": "on_loan",
        "payment_state": "none",
    },
    {
        "number": "2026112000006",
        "service": "copy",
        "title": "水稻氮素高效利用的分子机制",
        "submitted": "2026-11-20",
        "state": "forwarded",
        "payment_state": "quoted",
        "payable": "8.00",
        "currency": "CNY",
    },
)
_DATA: dict[NoticeKind, dict[str, object]] = {
    **REGISTRATIONS,
    _N.REQUEST_ACCEPTED: {"event": "accepted", "provider_name": "上海图书馆"},
    _N.SENT_FOR_SUPPLY: {"event": "shipped", "provider_name": "上海图书馆"},
    _N.DOCUMENT_DELIVERED: {
        "links": [
            {
                "url": "https://delivery.example/d/7f3a91c2",
                "password": "Kx82-mmQ1",
                "expires": "2026-12-24",
                "filename": "appendix.pdf",
            }
        ],
    },
    _N.PICK_UP: {"until": "2026-12-08"},
    _N.FEE_NOTICE: {
        "fee_lines": [
            {"label_zh": "复制费（35 页 × 0.30）", "label_en": "Copying (35 pages × 0.30)", "amount": "10.50"},
            {"label_zh": "手续费（国内高校）", "label_en": "Handling (university in China)", "amount": "2.00"},
            {"label_zh": "加急费", "label_en": "Rush", "amount": "10.00"},
        ],
    },
    _N.UNFILLED: {"reason_code": "17", "reason": "卷期与篇名不符 (volume and title do not agree)"},
    _N.CANCELLED: {"by": "patron"},
    _N.LOAN_DUE: {"due": "2026-11-27"},
    _N.LOAN_OVERDUE: {"due": "2026-11-20"},
    _N.QUERY_ANSWER: {
        "answer": "您 11 月 20 日的请求已转给国家图书馆，预计两个工作日内有结果。\n"
        "Your request of 20 November went on to the National Library; expect news in two working days.",
        "topics": [{"topic": "status", "flags": ["running"], "rows": list(_ROWS)}],
    },
    _N.ANSWER: {
        "heard": "part",
        "topics": [
            {
                "topic": "status",
                "flags": ["named", "left_out"],
                "say": {"numbers": "2026112000099"},
                "rows": [_ROWS[0]],
            },
            {
                "topic": "charge",
                "flags": ["charged"],
                "charges": [
                    {
                        "number": NUMBER,
                        "service": "copy",
                        "title": "Adaptive Sampling for Sparse Sensor Networks",
                        "currency": "CNY",
                        "total": "22.50",
                        "subsidy": "10.00",
                        "payable": "12.50",
                        "owed": "2.50",
                        "payment_state": "due",
                        "entries": [
                            {"date": "2026-11-24", "what": "claim", "amount": "-10.00"},
                        ],
                    }
                ],
            },
            {"topic": "app"},
            {"topic": "pickup"},
        ],
    },
    _N.PERMISSION_REPORT: {
        "login": "3260100017",
        "patron_name": "林知夏",
        "department": "农业与生物技术学院",
        "email": "lin.zhixia@zju.edu.cn",
        "phone": "13800000000",
        "words": "提交申请时下拉列表框选不了。",
    },
    _N.STAFF_ALERT: {
        "what": "registration",
        "late": True,
        "lines": ["registration 12 (周慕白, zhou.mubai@patron.example) has waited since 2026-11-20; phone 13800000000"],
    },
    **REQUESTS,
    **MONEY,
    **NOT_RECEIVED,
    **DIGEST,
}


def sample_patron(kind: PatronKind = PatronKind.INTERNAL, language: Language = Language.UNKNOWN) -> Patron:
    """An invented patron of a kind."""
    internal = kind is PatronKind.INTERNAL
    return Patron(
        patron_id="P0001",
        name="林知夏" if internal else "周慕白",
        kind=kind,
        department="农业与生物技术学院" if internal else "",
        login="3260100017",
        emails=(PatronAddress(address=ADDRESSES[kind]),),
        phone="13800000000",
        language=language,
    )


def sample_transaction(kind: NoticeKind) -> Transaction:
    """An invented transaction that a notice of the kind may be about."""
    loan = kind in _LOANS
    return Transaction(
        number=NUMBER,
        patron_id="P0001",
        service=Service.LOAN if loan else Service.COPY,
        literature="book" if loan else "article",
        title="江南市镇研究" if loan else "Adaptive Sampling for Sparse Sensor Networks",
        provider="上海图书馆",
        state=State.ON_LOAN if loan else State.SHIPPED,
        submitted=_moment("2026-11-22T02:00"),
        due=_moment("2026-12-20T02:00") if loan else None,
        total=Money.of("22.50"),
        subsidy=Money.of("10.00"),
        payable=Money.of("12.50"),
        payment_state=PaymentState.DUE,
    )


def sample_parts(
    kind: NoticeKind, locale: str = "", patron_kind: PatronKind = PatronKind.INTERNAL, *, bare: bool = False
) -> tuple[NoticePart, ...]:
    """A notice of a kind with realistic data, or `bare`: with nothing known but the recipient.

    Raises ConfigError for a kind that has no sample.
    """
    if kind not in _DATA:
        raise ConfigError(
            f"notice {kind}: _DATA of maild/notify/rendering/samples.py has no line for it",
            remedy="add its line there: CONTRIBUTING.md, 'Adding a notice'",
        )
    registration = kind.value.startswith("registration")
    about = "" if registration or kind in _ABOUT_NONE or bare else NUMBER
    patron = sample_patron(patron_kind)
    request = NoticeRequest(
        kind=kind,
        subject=about or "registration:1",
        recipient=ADDRESSES[patron_kind],
        number=about,
        locale=locale,
        data={} if bare else _DATA[kind],
        reply_to="<question-1@patron.example>" if kind in _ANSWERS else "",
    )
    return (
        NoticePart(
            request=request,
            patron=None if bare or kind in TO_PROVIDERS else patron,
            transaction=sample_transaction(kind) if about else None,
            documents=() if bare else tuple((name, _PDF) for name in _FILES.get(kind, ())),
        ),
    )
