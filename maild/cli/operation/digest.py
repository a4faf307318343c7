"""maild digest: the morning mail to staff, now."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, services
from maild.domain.errors import ConfigError


def digest(
    send: Annotated[bool, typer.Option("--send", help="Also send it to staff.addresses, whatever the hour.")] = False,
) -> None:
    """Show what waits, what is late, and whether everything adds up; --send mails it to the office's people."""
    import email
    import email.policy

    from maild.console.wording.saying import say
    from maild.notify.rendering.render import NoticePart

    with acting() if send else services() as made:
        made.say = lambda sentence: str(say(sentence, made.settings.staff.language))
        if send and not made.settings.staff.addresses:
            raise ConfigError("staff.addresses is empty: there is nobody to send it to", remedy="name somebody")
        found = made.digest.make()
        if CALL.json:
            show.dump(dict(found.data))
        else:
            request = made.digest.request_for(found, made.settings.office.address)
            mail = made.renderer.render(
                [NoticePart(request=request)], message_id="<maild.digest@maild.example>", date=made.clock.now()
            )
            read = email.message_from_bytes(mail.raw, policy=email.policy.default)
            body = read.get_body(("plain",))
            show.say(f"{read['Subject']}\n\n{body.get_content() if body else ''}")
        if send:
            ids = made.digest.send_now()
            show.done(f"{len(ids)} mail(s) put into the outbox: {', '.join(map(str, ids))}", outbox=ids)
