"""The words of notices: all kinds, and one: how it looks, its words to be edited, what may stand in them, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from maild.console import SAY
from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.serving.frames import framed
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import MaildError, NotFound
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.outgoing.template import TemplateVersion
from maild.domain.requests.patron import PatronKind
from maild.notify.language.locales import LOCALES
from maild.office.reach.outbox_view import Letter, take_apart
from maild.office.workshop.notice_acts import InForce, NoticeActs, diff
from maild.office.workshop.notice_words import Variable, variables

# How the parts of a notice are called in forms, and in the names of templates.
FORMS: Mapping[str, str] = {"subject": "subject.txt", "text": "txt", "html": "html"}
# Frames are shown by a kind that has all they may hold.
FRAMES: Mapping[str, NoticeKind] = {"_frame": NoticeKind.FEE_NOTICE, "_staff": NoticeKind.STAFF_ALERT}
Body = Annotated[str, Field(max_length=40_000)]


class AskedList(Input):
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A kind. edited, faults: languages; sent: in the last 30 days."""

    kind: str
    edited: Sequence[str]
    faults: Sequence[str]
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All kinds, frames first."""

    rows: Sequence[Row]


def _load(desk: Desk, who: Who, asked: AskedList) -> Listing:
    services = desk.services
    found: dict[str, list[InForce]] = {}
    for template in services.notice_acts.templates():
        found.setdefault(template.name.split(".")[0], []).append(template)
    sent = services.notice_acts.sent_lately()
    rows = [
        Row(
            kind=kind,
            edited=_locales(t for t in of if t.edited),
            faults=_locales(t for t in of if t.fault),
            sent=0 if kind in FRAMES else sent.get(NoticeKind(kind), 0),
        )
        for kind, of in sorted(found.items(), key=lambda pair: pair[0] not in FRAMES)
    ]
    return Listing(rows=[row for row in rows if row.edited or not asked.edited])


def _locales(templates: object) -> list[str]:
    names = {template.name.split(".")[1] for template in templates}  # type: ignore[attr-defined]
    return [locale for locale in LOCALES if locale in names]


def _list_json(loaded: Listing) -> object:
    return {
        "items": [
            {
                "kind": row.kind,
                "edited": list(row.edited),
                "not_in_force": list(row.faults),
                "sent_in_30_days": row.sent,
            }
            for row in loaded.rows
        ]
    }


class Look(Input):
    """How a notice is looked at. bare: with nothing known but the recipient."""

    kind: str
    locale: str = ""
    patron: PatronKind = PatronKind.INTERNAL
    bare: bool = False

    @property
    def shown(self) -> NoticeKind:
        """The kind that shows it. Raises NotFound."""
        try:
            return FRAMES.get(self.kind) or NoticeKind(self.kind)
        except ValueError:
            raise NotFound(SAY("no_kind", name=repr(self.kind)), remedy="maild notices list") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A template of the notice in one language. form: subject, text, html; versions: with what each changed."""

    form: str
    template: InForce
    versions: Sequence[tuple[TemplateVersion, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A notice. locale: the language to be edited; previews: by language; own: where a test may go without asking."""

    kind: str
    frame: bool
    locale: str
    parts: Sequence[Part]
    previews: Mapping[str, Letter]
    variables: Sequence[Variable]
    own: Sequence[str]

    @property
    def edited(self) -> bool:
        return any(part.template.edited for part in self.parts)

    @property
    def faults(self) -> Sequence[str]:
        return list(dict.fromkeys(part.template.fault for part in self.parts if part.template.fault))


def _load_one(desk: Desk, who: Who, asked: Look) -> One:
    acts, settings = desk.services.notice_acts, desk.services.settings
    locale = asked.locale if asked.locale in LOCALES else LOCALES[0]
    parts = [_part(acts, name, form) for form, name in names(asked.kind, locale, acts).items()]
    if not parts:
        raise NotFound(SAY("no_kind", name=repr(asked.kind)), remedy="maild notices list")
    previews = {
        each: take_apart(acts.preview(asked.shown, each, asked.patron, bare=asked.bare).raw) for each in LOCALES
    }
    own = dict.fromkeys([*settings.staff.addresses, *settings.staff.escalation, settings.office.address])
    return One(
        kind=asked.kind,
        frame=asked.kind in FRAMES,
        locale=locale,
        parts=parts,
        previews=previews,
        variables=variables(desk.services.renderer, asked.kind, asked.shown, locale, date=desk.services.clock.now()),
        own=list(own),
    )


def names(kind: str, locale: str, acts: NoticeActs) -> Mapping[str, str]:
    """The templates of a kind in a language, by form; only those that there are."""
    found = {form: f"{kind}.{locale}.{file}.j2" for form, file in FORMS.items()}
    return {form: name for form, name in found.items() if acts.knows(name)}


def _part(acts: NoticeActs, name: str, form: str) -> Part:
    template, history = acts.template(name), acts.history(name)
    bodies = [template.shipped if v.body is None else v.body for v in history] + [template.shipped]
    changes = [diff(bodies[n + 1], body) for n, body in enumerate(bodies[:-1])]
    return Part(form=form, template=template, versions=list(zip(history, changes, strict=True)))


def _one_json(loaded: One) -> object:
    return {
        "kind": loaded.kind,
        "locale": loaded.locale,
        "templates": [
            {
                "form": p.form,
                "name": p.template.name,
                "body": p.template.body,
                "edited": p.template.edited,
                "version": p.template.version,
                "fault": p.template.fault,
                "versions": [
                    {"id": v.id, "actor": v.actor, "at": v.at.isoformat(), "note": v.note, "shipped": v.body is None}
                    for v, _ in p.versions
                ],
            }
            for p in loaded.parts
        ],
        "previews": {
            locale: {"subject": dict(letter.headers).get("Subject", ""), "text": letter.text}
            for locale, letter in loaded.previews.items()
        },
        "variables": [{"name": v.name, "sample": v.sample} for v in loaded.variables],
    }


# --- what changes while one types ---------------------------------------------------------------------------------


class Draft(Look):
    """Words that are tried: nothing is kept."""

    subject: Body | None = None
    text: Body | None = None
    html: Body | None = None

    def bodies(self, acts: NoticeActs) -> dict[str, str]:
        """By template, only what differs from what is in force."""
        found = {}
        for form, name in names(self.kind, self.locale, acts).items():
            body: str | None = getattr(self, form)
            if body is not None:
                before = acts.template(name).body
                body = body.replace("\r\n", "\n").rstrip() + "\n"
                if body.strip() != before.strip():
                    found[name] = body
        return found


async def _preview(request: Request) -> Response:
    """The HTML as it is sent now, or with the words of a form: in a frame."""
    desk: Desk = request.app.state.desk
    if request.method == "POST" and not request.state.who.role.may(Role.ADMINISTRATOR):
        raise HTTPException(403)
    asked = await _draft(request)
    letter = await run_in_threadpool(_written, desk, asked)
    return framed(letter.html, letter.pictures)


async def _try(request: Request) -> Response:
    """What is to be said of the words of a form, and how they look: for the page's script."""
    if not request.state.who.role.may(Role.ADMINISTRATOR):
        raise HTTPException(403)
    desk: Desk = request.app.state.desk
    asked = await _draft(request)
    return JSONResponse(await run_in_threadpool(_tried, desk, asked), headers={"Cache-Control": "no-store"})


async def _draft(request: Request) -> Draft:
    """Words of one's own come in a form alone: no address makes a browser have them drawn."""
    form = request.method == "POST"
    fields, known = (await request.form(), Draft) if form else (request.query_params, Look)
    said = {key: str(value) for key, value in fields.items() if key in known.model_fields}
    try:
        return Draft.model_validate(said | dict(request.path_params))
    except ValidationError as error:
        raise HTTPException(422, "; ".join(fault["msg"] for fault in error.errors())) from error


def _written(desk: Desk, asked: Draft) -> Letter:
    acts = desk.services.notice_acts
    locale = asked.locale if asked.locale in LOCALES else ""
    message = acts.preview(asked.shown, locale, asked.patron, asked.bodies(acts) if locale else {}, bare=asked.bare)
    return take_apart(message.raw)


def _tried(desk: Desk, asked: Draft) -> dict[str, object]:
    acts = desk.services.notice_acts
    bodies = asked.bodies(acts)
    forms = {name: form for form, name in names(asked.kind, asked.locale, acts).items()}
    findings = acts.judged(bodies) if bodies else []
    said = [
        {
            "form": forms.get(f.name, ""),
            "line": f.line,
            "grave": f.grave,
            "what": desk.words.sentence(f.what, asked_locale),
            "remedy": desk.words.sentence(f.remedy, asked_locale),
        }
        for asked_locale in [asked.locale]
        for f in findings
    ]
    try:
        letter = _written(desk, asked)
    except MaildError:  # which the findings say
        return {"changed": bool(bodies), "findings": said}
    return {
        "changed": bool(bodies),
        "findings": said,
        "text": letter.text,
        "subject": dict(letter.headers).get("Subject", ""),
    }


VIEWS = (
    View(
        name="notices.list",
        path="/notices",
        input=AskedList,
        load=_load,
        json=_list_json,
        template="notices/list.html.j2",
        summary="The kinds of notices: edited or as shipped, how many were sent.",
    ),
    View(
        name="notices.one",
        path="/notices/{kind}",
        input=Look,
        load=_load_one,
        json=_one_json,
        template="notices/one.html.j2",
        summary="One kind of notice: previews, words, versions, variables.",
    ),
)
ROUTES = (
    Route("/notices/{kind}/preview.html", _preview, methods=["GET", "POST"], name="notices.preview"),
    Route("/notices/{kind}/try", _try, methods=["POST"], name="notices.try"),
)
