"""A look at the SMTP server for the doctor: connect, secure, log in, say goodbye."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from maild.config import Smtp
from maild.courier.session import Session, Trouble
from maild.courier.smtp import tls_context
from maild.courier.texts import SAY
from maild.domain.errors import Permanent, Temporary
from maild.ports.bearer import Bearer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """What the server offers. `size_limit` in bytes, 0 where it names none; `refused`: why not the sender."""

    server: str
    extensions: tuple[str, ...]
    size_limit: int
    logged_in: bool
    refused: str = ""


async def probe(settings: Smtp, sender: str = "", bearer: Bearer | None = None) -> ProbeReport:
    """Try the server as the courier would, without sending; with `sender` also whether it may be the MAIL FROM.

    Raises Permanent for what an operator must mend (login, certificate, STARTTLS missing), Temporary for
    what may pass (unreachable, time-out, 4xx).
    """
    where = f"{settings.host}:{settings.port}"
    try:
        context = None if settings.security == "none" else await asyncio.to_thread(tls_context, settings)
        session = await Session.open(settings, context, bearer)
    except Trouble as trouble:
        error = Permanent if trouble.lasting else Temporary
        raise error(
            SAY("probe_failed", where=where, stage=trouble.stage, why=trouble.reason), remedy=_remedy(trouble)
        ) from trouble
    try:
        size = session.extensions.get("size", "")
        return ProbeReport(
            server=where,
            extensions=tuple(sorted(session.extensions)),
            size_limit=int(size) if size.isascii() and size.isdigit() else 0,
            logged_in=bool(settings.user),
            refused=await session.refusal_of(sender) if sender else "",
        )
    finally:
        await session.quit()


def _remedy(trouble: Trouble) -> str:
    if trouble.remedy:
        return trouble.remedy
    if trouble.stage == "login":
        return SAY("check_login")
    if trouble.lasting:
        return SAY("check_server")
    return SAY("check_reach")
