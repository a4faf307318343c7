"""One item of the review queue: why it waits, the proof beside the candidates, what can be done."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from maild.console.acts import Id
from maild.console.answered import Told, told_by_item
from maild.console.desk import Desk
from maild.console.pages.files import shown_html
from maild.console.pages.queue.listed import Asked, colleagues, due_by_item, row, topics_of
from maild.console.pages.queue.work import Bench, bench, row_json
from maild.console.pages.queue.writer import Writer, writer
from maild.console.views import View
from maild.console.who import Who
from maild.console.work import MONEY, PROOFS
from maild.domain.desk.access import Role
from maild.domain.desk.kept import SHARED, Kept, Sort
from maild.domain.desk.listing import Neighbours
from maild.domain.desk.shown import ShownHtml
from maild.domain.errors import Permanent, Temporary
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import Attachment
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import ReviewState
from maild.domain.requests.patron import Patron
from maild.domain.wording.words import Word
from maild.office.queue.acts_answer import Draft
from maild.office.queue.item_view import ItemView
from maild.spine.reading.files import all_attachments

_EVIDENCE = re.compile(r"[+-]\d+ |\S+: score -?\d+$")
TABS = ("text", "proof", "html", "files", "source")


class AskedItem(Asked):
    item_id: Id
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment, as the page names it. n: its place; picture, pdf: it can be shown."""

    n: int
    name: str
    media_type: str
    size: int
    sha256: str
    picture: bool
    pdf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item. due: when it should be done; money: it is about a payment; writer: the only patron of the address.

    shown  the mail's HTML as its tab shows it, for what was left out of it; None on other tabs, or where that failed
    trace  under which id a collector has the mail's way, '' where there is none
    """

    view: ItemView
    beside: Neighbours
    query: Mapping[str, object]
    tab: str
    tabs: tuple[str, ...]
    files: tuple[File, ...]
    due: datetime | None
    money: bool
    writer: Patron | None
    accounts: Sequence[str]
    topics: Mapping[str, Word]
    bench: Bench
    told: Told | None
    person: Writer | None
    kept: Sequence[Kept]
    shown: ShownHtml | None = None
    trace: str = ""

    @property
    def open(self) -> bool:
        return self.view.item.state is ReviewState.OPEN

    @property
    def why(self) -> Sequence[str]:
        """The reasons but for the candidates' evidence, which stands with them."""
        told = tuple(f"{each.row.number}, by itself: " for each in self.view.rows if each.row.number)  # beside its row
        return [r for r in self.view.item.reasons if not _EVIDENCE.match(r) and not r.startswith(told or ("\0",))]

    @property
    def photo(self) -> bool:
        """Whether a better photo may be what is wanted."""
        return bool(self.view.receipts) or self.view.item.cause in PROOFS

    @property
    def proven(self) -> Money | None:
        """What the mail's proofs say was paid, in all; None where one says nothing, or in several currencies."""
        amounts = [seen.receipt.amount for seen in self.view.receipts]
        found = [amount for amount in amounts if amount is not None]
        same = len({amount.currency for amount in found}) == 1 and len(found) == len(amounts)
        return sum(found[1:], start=found[0]) if same and self.money else None

    @property
    def answer(self) -> Draft | None:
        """The draft that an answer begins with: the one to the mail's writer, or what the clock drafted."""
        reading = self.view.reading
        writer = reading.mail.author.address if reading else ""
        return next((d for d in self.view.drafts if not reading or d.request.recipient == writer), None)

    @property
    def without(self) -> bool:
        """What the cause is about is not there: no request for an invoice that is open, no file and no link."""
        if self.view.item.cause is Cause.INVOICE:
            return self.bench.invoice is None
        linked = any(field.name == "url" for ruling in self.view.rulings for field in ruling.fields)
        return self.view.item.cause is Cause.NO_USABLE_FILE and not self.files and not linked

    @property
    def beside_answer(self) -> Sequence[Draft]:
        """Other drafts, which go with it."""
        return [draft for draft in self.view.drafts if draft is not self.answer]


def _load_item(desk: Desk, who: Who, asked: AskedItem) -> ItemPage:
    view = desk.services.item_views.explain_item(asked.item_id)
    with desk.services.store.read() as uow:
        beside = uow.listings.queue.neighbours(asked.item_id, asked.filter(who), backwards=asked.newest)
        writers = uow.patrons.by_email([view.item.sender]) if view.item.sender else []
        accounts, around = colleagues(uow), bench(desk, uow, view)
        kept = uow.kept.find(Sort.ANSWER, [SHARED, who.name])
        person = writer(uow, writers[0] if len(writers) == 1 else None)
        told = told_by_item(uow, [view.item], topics_of(desk)).get(view.item.id)
    files = tuple(_files(view))
    tabs = tuple(tab for tab in TABS if _there(tab, view, files))
    tab = asked.tab if asked.tab in tabs else "proof" if "proof" in tabs else next(iter(tabs), "")
    return ItemPage(
        view=view,
        beside=beside,
        query=asked.query,
        tab=tab,
        tabs=tabs,
        files=files,
        accounts=accounts,
        due=due_by_item(desk, [view.item]).get(view.item.id),
        money=view.item.cause in MONEY or bool(view.receipts),
        writer=person.patron if person else None,
        person=person,
        kept=kept,
        topics=topics_of(desk),
        bench=around,
        told=told,
        shown=_shown(desk, view) if tab == "html" else None,
        trace=desk.services.trace(view.item.mail_id),
    )


def _shown(desk: Desk, view: ItemView) -> ShownHtml | None:
    with suppress(Temporary, Permanent):  # the frame says so in its place
        return shown_html(desk, view.mail.id) if view.mail else None
    return None


def _there(tab: str, view: ItemView, files: Sequence[File]) -> bool:
    reading = view.reading
    return {
        "text": reading is not None,
        "proof": bool(view.receipts),
        "html": bool(reading and reading.mail.html),
        "files": bool(files),
        "source": view.mail is not None,
    }[tab]


def _files(view: ItemView) -> Sequence[File]:
    attachments = all_attachments(view.reading.mail) if view.reading else ()
    return [_file(n, attachment) for n, attachment in enumerate(attachments)]


def _file(n: int, attachment: Attachment) -> File:
    kind = attachment.sniffed or attachment.media_type
    return File(
        n=n,
        name=attachment.filename,
        media_type=kind,
        size=attachment.size,
        sha256=attachment.sha256,
        picture=kind.startswith("image/"),
        pdf=kind == "application/pdf",
    )


def _item_json(loaded: ItemPage) -> object:
    view = loaded.view
    return {
        **row(view.item),
        "work": loaded.bench.work.value,
        "undoable": view.undoable,
        "due": loaded.due.isoformat() if loaded.due else None,
        "text": view.reading.mail.text if view.reading else "",
        "auth": {"verdict": view.auth.verdict.value, "domain": view.auth.domain, "reasons": list(view.auth.reasons)}
        if view.auth
        else None,
        "files": [{"n": f.n, "name": f.name, "media_type": f.media_type, "size": f.size} for f in loaded.files],
        "rows": [row_json(row) for row in view.rows],
        "evidence": [
            {
                "transaction": c.number,
                "score": c.score,
                "evidence": [{"signal": e.signal, "points": e.points, "reason": e.reason} for e in c.evidence],
            }
            for c in view.candidates
        ],
        "drafts": [
            {
                "id": d.id,
                "kind": NoticeKind(d.request.kind).value,
                "to": d.request.recipient,
                "subject": d.subject,
                "text": d.text,
                "body": d.body,
            }
            for d in view.drafts
        ],
    }


VIEWS = (
    View(
        name="queue.item",
        path="/queue/{item_id:int}",
        input=AskedItem,
        load=_load_item,
        json=_item_json,
        template="queue/item.html.j2",
        role=Role.VIEWER,
        slow=True,
        summary="One item: the mail, why it waits, the candidates with their evidence, drafts.",
    ),
)
