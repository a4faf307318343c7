"""Notices in words that staff are trying, judged and written in confinement: what a template can be made to do costs
one worker, and no page of the console.

The walls of maild.notify.rendering.sandbox hold as well; here also what they do not count: compiling, the checks' own
patterns, and any fault of theirs. The worker has no key of the office's: codes that its forms bear are nobody's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.config import Notices, Office
from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Confined, Work, WorkerStopped
from maild.confine.reading import readable
from maild.confine.resting import RestingPool
from maild.domain.errors import MaildError, Permanent
from maild.domain.outgoing.notice import Message, NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.editing.checks import Finding, check, unsafe
from maild.notify.rendering.edits import EditFault
from maild.notify.rendering.samples import sample_parts

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.notify.rendering.render import Renderer

ENTRY = "maild.confine.wording:make_handler"
SECONDS = 15.0  # judging a frame, which every kind of notice is written in, takes 2
MEMORY_MB = 1024
IDLE_SECONDS = 300.0  # somebody who edits looks again and again
PATIENCE = 30.0


def make_handler(*, office: Any, notices: Any, rules_folder: str, bounce: str) -> Handler:
    """In the worker, before confinement: find the templates, which are compiled at need. Raises ConfigError."""
    from maild.notify.rendering.render import Renderer

    base = Renderer.load(
        decode(Office, office, []),
        decode(Notices, notices, []),
        secrets.token_bytes(32),
        rules_folder=rules_folder,
        bounce=bounce,
    )
    return wording_handler(base)


def wording_handler(base: Renderer) -> Handler:
    """The handler around a renderer of what is shipped."""

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        out: list[bytes] = []
        bodies, current = _texts(args["bodies"]), _texts(args["current"])
        date = datetime.fromisoformat(args["date"])
        if kind == "check":
            found = tuple(check(base, bodies, current, date=date))
            return encode(tuple[Finding, ...], found, out), out
        try:
            message = _written(base, bodies, current, args, date)
        except EditFault as fault:
            return {"edit": fault.group, "what": fault.what, "remedy": fault.remedy}, out
        except MaildError as fault:
            return {"what": fault.what, "remedy": fault.remedy}, out
        return {"message": encode(Message, message, out)}, out

    return handle


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    return {str(name): str(body) for name, body in given.items()}


def _written(
    base: Renderer, bodies: Mapping[str, str], current: Mapping[str, str], args: Mapping[str, Any], date: datetime
) -> Message:
    """Raises EditFault; Permanent where a browser would open connections for what it will not even fetch."""
    renderer = base.edited({**current, **bodies}, strict=True)
    if any(unsafe(body) for name, body in bodies.items() if name.endswith(".html.j2")):
        raise Permanent(SAY("html_unsafe"), remedy=SAY("see_what_is_said"))
    parts = sample_parts(NoticeKind(args["kind"]), args["locale"], PatronKind(args["patron"]), bare=bool(args["bare"]))
    return renderer.render(parts, message_id=str(args["message_id"]), date=date)


class WordingPool(Confined):
    """office.workshop.notice_acts.Trial by a confined worker: it starts with the first words, and rests when idle."""

    def __init__(
        self,
        office: Office,
        notices: Notices,
        *,
        rules_folder: str = "",
        bounce: str = "",
        entry: str = ENTRY,
        seconds: float = SECONDS,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        """`seconds`: of CPU time that one look may take. `entry`: another function that makes a handler."""
        options = {
            "office": encode(Office, office, []),
            "notices": encode(Notices, notices, []),
            "rules_folder": rules_folder,
            "bounce": bounce,
        }
        # typst, which writes the forms that notices bring, works in threads.
        limits = Limits(
            memory_mb=memory_mb, cpu_seconds=seconds, threads=True, readable=_folders(rules_folder, notices.templates)
        )
        work = Work(entry=entry, options=options, limits=limits)
        self._pool = RestingPool(work, idle_seconds=IDLE_SECONDS, max_calls=500, patience=PATIENCE)

    def judged(self, bodies: Mapping[str, str], current: Mapping[str, str], *, date: datetime) -> list[Finding]:
        """As Trial says. Raises Temporary, Permanent or ConfigError where no worker can be started."""
        try:
            value, frames = self._pool.call("check", _asked(bodies, current, date))
            return list(decode(tuple[Finding, ...], value, frames))
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            return [Finding(name=next(iter(bodies), ""), what=SAY("words_too_heavy"), remedy=SAY("make_simpler"))]
        except CodecFault as error:
            raise WorkerStopped(SAY("broken_answer", why=error)) from error

    def written(
        self,
        bodies: Mapping[str, str],
        current: Mapping[str, str],
        kind: NoticeKind,
        locale: str,
        patron: PatronKind,
        *,
        bare: bool,
        message_id: str,
        date: datetime,
    ) -> Message:
        """As Trial says. Raises EditFault, Permanent; as `judged` does where no worker can be started."""
        args = _asked(bodies, current, date) | {
            "kind": str(kind),
            "locale": locale,
            "patron": str(patron),
            "bare": bare,
            "message_id": message_id,
        }
        try:
            value, frames = self._pool.call("write", args)
            if "message" in value:
                return decode(Message, value["message"], frames)
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            raise EditFault(next(iter(bodies), ""), SAY("words_too_heavy"), remedy=SAY("make_simpler")) from stopped
        except CodecFault as error:
            raise WorkerStopped(SAY("broken_answer", why=error)) from error
        if "edit" in value:
            raise EditFault(str(value["edit"]), str(value["what"]), remedy=str(value["remedy"]))
        raise Permanent(str(value["what"]), remedy=str(value["remedy"]))


def _asked(bodies: Mapping[str, str], current: Mapping[str, str], date: datetime) -> dict[str, Any]:
    return {"bodies": dict(bodies), "current": dict(current), "date": date.isoformat()}


def _folders(rules_folder: str, templates: str) -> tuple[str, ...]:
    from maild.resources import data_folder

    own = (str(Path(templates).resolve()),) if templates else ()
    return (*readable(rules_folder), str(data_folder("templates").resolve()), *own)
