"""A look at a server without changing anything on it."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass

from maild import config
from maild.mailbox.connecting import connect
from maild.mailbox.session import Session, keyword
from maild.mailbox.texts import SAY
from maild.ports.bearer import Bearer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """What a login found.

    tls       'TLSv1.3 TLS_AES_256_GCM_SHA384', '' for plaintext
    expires   when the server's certificate does, as OpenSSL prints it; '' for plaintext
    server    its ID and greeting, as far as it says
    folders   all it has, in Unicode; `missing` are those of the settings it lacks
    watching  'idle' or 'poll'; filing: 'move', 'copy and expunge', 'copy and mark', 'keyword', 'nothing'
    quirks    the name of the entry in quirks.KNOWN that applies, with its note
    exists    mails in each configured folder
    """

    tls: str
    expires: str
    server: str
    capabilities: tuple[str, ...]
    folders: tuple[str, ...]
    missing: tuple[str, ...]
    exists: dict[str, int]
    watching: str
    filing: str
    quirks: str
    note: str
    warnings: tuple[str, ...]
    seconds: float


def probe(settings: config.Mailbox, bearer: Bearer | None = None) -> ProbeReport:
    """Connect, log in, list and select folders. Raises Temporary or Permanent with what, where and remedy."""
    start = time.monotonic()
    session = connect(settings, time.monotonic, bearer)
    try:
        folders = tuple(sorted(session.names()))
        missing = tuple(name for name in settings.all_folders if not session.resolve(name)[1])
        exists: dict[str, int] = {}
        warnings = [SAY("folder_missing", folder=repr(name)) for name in missing]
        for name in settings.all_folders:
            if name not in missing:
                session.select(name)
                exists[name] = session.client.wire.exists
                warnings += _cannot_file(session, name)
        tls, expires = _tls(session)
        return ProbeReport(
            tls=tls,
            expires=expires,
            server=f"{session.client.welcome.decode('utf-8', 'replace')} {session.server_id}",
            capabilities=tuple(sorted(session.capabilities)),
            folders=folders,
            missing=missing,
            exists=exists,
            watching="idle" if session.idle else "poll",
            filing=_filing(session),
            quirks=session.quirks.name,
            note=session.quirks.note,
            warnings=tuple(warnings),
            seconds=time.monotonic() - start,
        )
    finally:
        session.close()


def _tls(session: Session) -> tuple[str, str]:
    sock = session.client.wire.sock
    if not isinstance(sock, ssl.SSLSocket):
        return "", ""
    cipher = sock.cipher()
    expires = (sock.getpeercert() or {}).get("notAfter", "")
    return f"{sock.version()} {cipher[0] if cipher else ''}".strip(), str(expires)


def _filing(session: Session) -> str:
    if session.settings.filing != "move":
        return session.settings.filing
    if session.move:
        return "move"
    return "copy and expunge" if session.uidplus else "copy and mark"


def _cannot_file(session: Session, name: str) -> list[str]:
    wanted = session.settings.filing
    if wanted != "nothing" and session.read_only:
        return [SAY("folder_read_only", folder=repr(name))]
    if wanted != "keyword":
        return []
    targets = [session.settings.folder_settled, session.settings.folder_review, session.settings.folder_ignored]
    kept = session.permanent_flags
    lost = [keyword(t) for t in targets if t and "\\*" not in kept and keyword(t).lower() not in kept]
    return [SAY("folder_keeps_no_keyword", folder=repr(name), word=repr(word)) for word in lost]
