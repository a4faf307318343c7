"""What a notice says: languages, fees and payment, attach or link, whitelist guidance, token. Pure.

CONTEXT names every variable that templates of a kind may use; templates are held against it at start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from maild.config import Notices, Office
from maild.domain.incoming import token as tokens
from maild.domain.outgoing.notice import COLLEAGUES, PRIORITY, NoticeKind, to_staff
from maild.domain.outgoing.reach import Trouble
from maild.domain.requests.patron import Honorific, Patron, Transaction
from maild.domain.wording import words
from maild.notify.language import say
from maild.notify.language.locales import LOCALES, ZH, Style, choose, line, to_date
from maild.notify.language.names import greeting, tidy
from maild.notify.writing import digest, money, not_received, registration, requests
from maild.notify.writing.aftermath import AGAIN, Aftermath
from maild.notify.writing.answers import AnswerTexts
from maild.notify.writing.bill import Bill, Forms, make_bill, pay_view
from maild.notify.writing.fees import fee_view, read_fee
from maild.notify.writing.files import Posting, link_views, post
from maild.notify.writing.guidance import MailSystems, Whitelist
from maild.notify.writing.letter import FileView, ItemView, Letter, NoticePart, OfficeView, Section
from maild.notify.writing.requests_table import rows as request_rows
from maild.notify.writing.timing import BY_HAND
from maild.notify.writing.topics import topic_views

_N = NoticeKind
_TITLED = frozenset(
    {_N.INVOICE_RECEIVED, _N.INVOICE_ISSUED}
)  # 'title' of their data is the invoice's, not the request's


def _unfilled(value: object, style: Style) -> str:
    text = line(value)
    return words.look_up(words.UNFILLED_REASONS, text, style.locale) if text in words.UNFILLED_REASONS else ""


def _later(value: object, style: Style) -> tuple[object, ...]:
    """Topics need the office's texts: put in by _section."""
    return ()


# What notices of a kind carry in NoticeRequest.data beyond transaction and patron: variable ← data key, how.
_SUPPLY: Mapping[str, tuple[str, say.Say]] = {"event": ("event", say.text), "note": ("note", say.note)}
_LOAN: Mapping[str, tuple[str, say.Say]] = {
    "place": ("pickup_place", say.text),
    "until": ("until", say.date),
    "note": ("note", say.note),
}
# Sent once more to somebody who has not received it: when and to where it had been sent before.
AGAIN_TO, AGAIN_AT = "again_to", "again_at"
_AGAIN: Mapping[str, tuple[str, say.Say]] = {"again_to": (AGAIN_TO, say.text), "again_at": (AGAIN_AT, say.date)}
ANSWER: Mapping[str, tuple[str, say.Say]] = {
    "answer": ("answer", say.note),
    "topics": ("topics", _later),
    "heard": ("heard", say.text),
}
DATA: Mapping[NoticeKind, Mapping[str, tuple[str, say.Say]]] = MappingProxyType(
    {
        _N.REQUEST_ACCEPTED: _SUPPLY,
        _N.SENT_FOR_SUPPLY: _SUPPLY,
        _N.DOCUMENT_DELIVERED: {"note": ("note", say.note), **_AGAIN},
        _N.PICK_UP: {**_LOAN, **_AGAIN, "reminder": ("reminder", say.flag)},
        _N.FEE_NOTICE: {"event": ("event", say.text), "note": ("note", say.note)},
        _N.UNFILLED: {"cause": ("reason_code", _unfilled), "reason": ("reason", say.note)},
        _N.CANCELLED: {"by": ("by", say.text), "reason": ("reason", say.note)},
        _N.LOAN_DUE: {**_LOAN, "recalled": ("recalled", say.flag), "wanted": ("due", say.date)},
        _N.LOAN_OVERDUE: _LOAN,
        _N.QUERY_ANSWER: ANSWER,
        _N.ANSWER: ANSWER,
        _N.PERMISSION_REPORT: {
            "login": ("login", say.text),
            "who": ("patron_name", say.text),
            "department": ("department", say.text),
            "email": ("email", say.text),
            "phone": ("phone", say.text),
            "words": ("words", say.note),
            "note": ("note", say.note),
        },
        _N.STAFF_ALERT: {
            "what": ("what", say.word(words.ALERTS)),
            "lines": ("lines", say.lines),
            "late": ("late", say.flag),
        },
        **registration.DATA,
        **requests.DATA,
        _N.STAFF_DIGEST: digest.DATA,
        _N.DELIVERY_CHANGED: {"daily": ("daily", say.flag), "at": ("at", say.text)},
        **money.DATA,
        **not_received.DATA,
        _N.NOT_RECEIVED_ANSWER: {"rows": ("rows", request_rows), **not_received.DATA[_N.NOT_RECEIVED_ANSWER]},
    }
)
COMMON = frozenset(
    {
        "office",
        "reader",
        "number",
        "token",
        "item",
        "short_title",
        "fee",
        "pay",
        "attached",
        "links",
        "too_large",
        "days_late",
        "limit",
        "together",
        "said",
    }
)
FRAME = frozenset({"office", "reader", "name", "greeting", "token", "sections", "whitelist", "by_hand"})
STAFF_FRAME = frozenset({"office", "sections"})
CONTEXT: Mapping[NoticeKind, frozenset[str]] = MappingProxyType(
    {kind: COMMON | frozenset(extra) for kind, extra in DATA.items()}
)


def office_view(office: Office, locale: str) -> OfficeView:
    """The office's facts in one locale."""
    zh = locale == ZH
    return OfficeView(
        name=office.name_zh if zh else office.name_en,
        address=office.address,
        system_address=office.system_address,
        phones=("、" if zh else ", ").join(office.phones),
        registration_phone=office.registration_phone,
        gateway_url=office.gateway_url,
        pickup=office.pickup_zh if zh else office.pickup_en,
        pickup_hours=office.pickup_hours_zh if zh else office.pickup_hours_en,
        payment_places=office.payment_places_zh if zh else office.payment_places_en,
        transfer_unit=office.transfer_unit,
        transfer_department=office.transfer_department,
        transfer_project=office.transfer_project,
        transfer_item=office.transfer_item,
        bank_payee=office.bank_payee,
        bank_name=office.bank_name,
        bank_campus=office.bank_campus,
        bank_account=office.bank_account,
        bank_purpose=office.bank_purpose,
        payment_app_url=office.payment_app_url,
        app_phone=office.app_phone,
        fees_url=office.fees_url,
        subsidy_url=office.subsidy_url,
        pickup_proxy=office.pickup_proxy_zh if zh else office.pickup_proxy_en,
        pickup_bring=office.pickup_bring_zh if zh else office.pickup_bring_en,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that composing needs beside the notices; `styles` and `views` by locale; no `forms`, no transfer form."""

    office: Office
    notices: Notices
    token_key: bytes
    systems: MailSystems
    aftermath: Aftermath
    styles: Mapping[str, Style]
    views: Mapping[str, OfficeView]
    forms: Forms | None = None
    answers: AnswerTexts = field(default_factory=lambda: AnswerTexts({}))


def compose(parts: Sequence[NoticePart], desk: Desk, *, date: datetime, whitelist: bool = True) -> Letter:
    """One letter of notices that belong together (same recipient). `date` is the mail's, aware.

    Raises ValueError where there is no part.
    """
    if not parts:
        raise ValueError("a letter needs at least one notice")
    ordered = sorted(parts, key=lambda part: PRIORITY[part.request.kind])
    main = ordered[0]
    patron = next((part.patron for part in ordered if part.patron), None)
    system = desk.systems.of(main.request.recipient)
    locales = choose(main.request.locale, patron)
    bill = _bill(ordered, main, patron, locales, desk)
    form = (bill.form,) if bill.form else ()
    budgets = _budgets(ordered, sum(len(file.content) for file in form))
    posted = [post(part, date, desk.notices, system.max_mail_bytes, taken) for part, taken in budgets]
    number = next((_number(part) for part in ordered if _number(part)), "")
    ours = main.request.kind not in COLLEAGUES
    # The token vouches for the patron: it goes to nobody else.
    token = _token(desk, number, main, date) if ours else ""
    comes_along = any(part.request.kind is _N.DOCUMENT_DELIVERED for part in ordered)
    release = "sent" if comes_along else desk.notices.release
    kinds = frozenset(part.request.kind.value for part in ordered)
    staff = to_staff(main.request.kind)
    name = "" if staff else tidy(patron.name if patron else main.request.data.get("name"))
    honorific, reader = patron.honorific if patron else Honorific.UNKNOWN, _reader(main, patron)
    sections = tuple(
        _section(
            part,
            posting,
            desk,
            locales,
            date,
            release,
            kinds,
            shown=_number(part) in map(_number, ordered[:place]),
            said=any(_as_before(part, other) for other in ordered[:place]),
            bill=_bill_of(part, ordered, bill, desk),
        )
        for place, (part, posting) in enumerate(zip(ordered, posted, strict=True))
    )
    return Letter(
        recipient=main.request.recipient,
        recipient_name=name,
        reader=reader,
        locales=locales,
        sections=sections,
        token=token,
        whitelist=_guidance(main, desk, locales) if whitelist and ours else {},
        office=desk.views,
        greeting={locale: greeting(name, honorific, reader, locale) for locale in locales},
        staff=staff,
        by_hand=any(part.request.data.get(BY_HAND) for part in ordered),
        attachments=(*form, *(file for posting in posted for file in posting.attached)),
        reply_to=next((part.request.reply_to for part in ordered if part.request.reply_to), ""),
    )


def _guidance(main: NoticePart, desk: Desk, locales: Sequence[str]) -> dict[str, Whitelist]:
    """What helps our mail to arrive: about what happened to earlier mail, else the quiet steps."""
    office, recipient = desk.office, main.request.recipient
    again = Trouble(what=AGAIN, address=recipient) if main.request.data.get(AGAIN_TO) else None
    found = desk.aftermath.guidance(
        main.trouble or again, recipient, desk.systems, office=office.address, system=office.system_address
    )
    return {locale: found[locale] for locale in locales}


def _bill(
    parts: Sequence[NoticePart], main: NoticePart, patron: Patron | None, locales: Sequence[str], desk: Desk
) -> Bill:
    """What all fee notices of the letter ask for together."""
    fees = [part for part in parts if part.request.kind is _N.FEE_NOTICE]
    name = line(patron.name if patron else main.request.data.get("name"), 80)
    lang = locales[0] if len(locales) == 1 else ""
    return make_bill(fees, _reader(main, patron), name, lang, desk.forms, desk.token_key)


def _bill_of(part: NoticePart, parts: Sequence[NoticePart], bill: Bill, desk: Desk) -> tuple[Bill, bool]:
    """A section's bill, and whether it says how it is paid: of several fees the last says it for all."""
    if part.request.kind is not _N.FEE_NOTICE:
        return make_bill((part,), _reader(part, part.patron), "", "", None, desk.token_key), True
    last = next(other for other in reversed(parts) if other.request.kind is _N.FEE_NOTICE)
    return bill, part is last


def _budgets(parts: Sequence[NoticePart], taken: int) -> list[tuple[NoticePart, int]]:
    """Each part with the bytes that the form (`taken`) and documents of the parts before it take up."""
    budgets = []
    for part in parts:
        budgets.append((part, taken))
        taken += sum(len(content) for _, content in part.documents)
    return budgets


def _as_before(part: NoticePart, other: NoticePart) -> bool:
    """Whether another notice is of the kind, and about the same place."""
    one, two = part.request, other.request
    return one.kind is two.kind and one.data.get("pickup_place") == two.data.get("pickup_place")


def _number(part: NoticePart) -> str:
    return line(part.request.number or (part.transaction.number if part.transaction else ""), 80)


def _reader(part: NoticePart, patron: Patron | None) -> str:
    kind = patron.kind.value if patron else line(part.request.data.get("patron_kind"), 20)
    return kind if kind in ("internal", "external") else ""


def _token(desk: Desk, number: str, part: NoticePart, date: datetime) -> str:
    """The reply token of the letter, bound to whom it goes to and its day; '' where it is about no request."""
    return tokens.make(desk.token_key, number, part.request.recipient, date.astimezone(UTC).date()) if number else ""


def _section(
    part: NoticePart,
    posting: Posting,
    desk: Desk,
    locales: Sequence[str],
    date: datetime,
    release: str,
    together: frozenset[str],
    *,
    shown: bool,
    said: bool,
    bill: tuple[Bill, bool],
) -> Section:
    """One notice in each locale; `together`: all kinds of the letter; `shown`: an earlier section shows the request;
    `said`: one says all that is the same for every notice of the kind.

    bill: what is to be paid, and whether this section says how.
    """
    fee = read_fee(part.transaction, part.request.data)
    number = _number(part)
    reader = _reader(part, part.patron)
    common = {
        "reader": reader,
        "number": number,
        "together": together,
        "said": said,
        "token": _token(desk, number, part, date) if part.request.kind not in COLLEAGUES else "",
    }
    contexts = {}
    for locale in locales:
        style = desk.styles[locale]
        spoken = replace(style, currency=line(part.request.data.get("currency"), 3) or style.currency)
        item = item_view(part, style) if number else None
        contexts[locale] = {
            **common,
            **_files(posting, part, desk, style, date),
            **{name: how(part.request.data.get(key), spoken) for name, (key, how) in DATA[part.request.kind].items()},
            "office": desk.views[locale],
            "item": None if shown else item,
            "short_title": item.title if item else "",
            "fee": fee_view(fee, style),
            "pay": pay_view(reader, bill[0], desk.office, release, style, here=bill[1]),
            "days_late": _days_late(part, style, date),
        }
        if DATA[part.request.kind] is ANSWER:
            contexts[locale]["topics"] = topic_views(part.request.data, desk.answers, desk.views[locale], reader, style)
    return Section(kind=part.request.kind, context=contexts)


def item_view(part: NoticePart, style: Style) -> ItemView:
    """The request as one locale shows it; the notice's own data complete what the transaction lacks."""
    known, data = part.transaction or Transaction(number="", patron_id=""), part.request.data
    return ItemView(
        number=_number(part),
        title=line(known.title or ("" if part.request.kind in _TITLED else data.get("title"))),
        service=words.look_up(words.SERVICES, known.service, style.locale) if part.transaction else "",
        literature=words.look_up(words.LITERATURE, line(known.literature, 60), style.locale),
        provider=line(data.get("provider_name") or known.provider, 120),
        submitted=style.date(known.submitted),
        due=style.date(data.get("due") or known.due),
    )


def _files(posting: Posting, part: NoticePart, desk: Desk, style: Style, date: datetime) -> dict[str, object]:
    kept = date + timedelta(days=desk.notices.link_days)
    own = [
        {
            "url": d.url,
            "password": d.password,
            "expires": d.expires,
            "terms": d.terms,
            "filename": d.filename,
            "size": d.size,
        }
        for d in part.links
    ]
    given = part.request.data.get("links")
    said = [entry for entry in given if isinstance(entry, Mapping)] if isinstance(given, list | tuple) else []
    published = [
        {"url": url, "filename": f.filename, "size": len(f.content), "expires": kept} for f, url in posting.published
    ]
    seen: dict[object, Mapping[str, object]] = {}
    for entry in [*own, *said, *published]:
        seen.setdefault(entry.get("url"), entry)
    return {
        "attached": tuple(FileView(name=f.filename, size=style.size(len(f.content))) for f in posting.attached),
        "links": link_views(list(seen.values()), style),
        "too_large": tuple(FileView(name=f.filename, size=style.size(len(f.content))) for f in posting.left),
        "limit": style.size(posting.limit),
    }


def _days_late(part: NoticePart, style: Style, date: datetime) -> int:
    due = to_date(part.request.data.get("due"), style.zone)
    if due is None and part.transaction is not None:
        due = to_date(part.transaction.due, style.zone)
    today = to_date(date, style.zone)
    return max(0, (today - due).days) if due and today else 0


__all__ = ["CONTEXT", "FRAME", "LOCALES", "Desk", "NoticePart", "compose", "office_view"]
