"""maild notices: look at one, send one to yourself, or write one to a patron by hand."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.cli.made import noun
from maild.domain.errors import MaildError
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import Language, PatronKind

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.domain.outgoing.notice import Message

app = typer.Typer(
    help="Notices: look at one with invented data, or write one by hand.", no_args_is_help=True, cls=noun("notices")
)
Kind = Annotated[NoticeKind, typer.Argument(help="Kind of notice.")]
Locale = Annotated[Language, typer.Option("--locale", help="Language; '' writes both.")]
Patron = Annotated[PatronKind, typer.Option("--patron", help="Who it is for.")]
By = Annotated[str, typer.Option("--by", help="Who acts; your account if left out.")]


def _write(made: Services, kind: NoticeKind, locale: Language, patron: PatronKind) -> Message:
    """A notice of the kind as a mail to the sample patron, in the words in force."""
    from maild.notify.rendering.samples import sample_parts

    with contextlib.suppress(MaildError), made.store.read() as uow:  # without a database nothing was edited
        for fault in made.renderer.refresh(uow):
            print(f"maild: warning: as shipped, for {fault}", file=sys.stderr)  # noqa: T201
    now = made.clock.now()
    domain = made.settings.office.address.rpartition("@")[2]
    parts = sample_parts(kind, locale.value, patron)
    return made.renderer.render(parts, message_id=f"<maild.sample.{now.timestamp():.6f}@{domain}>", date=now)


@app.command("list")
def list_() -> None:
    """List the kinds of notices."""
    from maild.domain.outgoing.notice import PRIORITY

    show.table(({"kind": kind.value, "priority": PRIORITY[kind]} for kind in NoticeKind), ("kind", "priority"))


@app.command("preview")
def preview(
    kind: Kind,
    locale: Locale = Language.UNKNOWN,
    patron: Patron = PatronKind.INTERNAL,
    html: Annotated[bool, typer.Option("--html", help="The HTML part instead of the text.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the whole mail (.eml) into this file.")] = None,
) -> None:
    """Show a notice with invented data, as it would be sent."""
    with services() as made:
        message = _write(made, kind, locale, patron)
    if out:
        out.write_bytes(message.raw)
        show.done(f"written to {out}", file=str(out))
        return
    row = _parts(message)
    if CALL.json:
        show.dump(row)
    else:
        show.say(row["html"] if html else f"Subject: {row['subject']}\n\n{row['text']}")


def _parts(message: Message) -> dict[str, object]:
    """Headers and texts of a mail of ours, read back from its bytes."""
    import email
    import email.policy

    mail = email.message_from_bytes(message.raw, policy=email.policy.default)
    bodies = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    plain, html = (part.get_content() if part else "" for part in bodies.values())
    names = [part.get_filename() or "" for part in mail.iter_attachments()]
    return {
        "subject": str(mail["Subject"]),
        "from": str(mail["From"]),
        "to": str(mail["To"]),
        "text": plain,
        "html": html,
        "attachments": names,
        "size": len(message.raw),
    }


@app.command("send-test")
def send_test(
    to: Annotated[str, typer.Option("--to", help="Whom to send it to: your own address.")],
    kind: Annotated[NoticeKind, typer.Argument(help="Kind of notice.")] = NoticeKind.REQUEST_ACCEPTED,
    locale: Locale = Language.UNKNOWN,
    patron: Patron = PatronKind.INTERNAL,
    by: By = "",
) -> None:
    """Send one notice with invented data, marked [test], signed like a real one, also while sending is not armed."""
    with acting() as made:
        sent = made.notice_acts.send_test(kind, to, actor=actor(by), locale=locale.value, patron=patron, confirmed=True)
    show.done(sent.done, to=to)
