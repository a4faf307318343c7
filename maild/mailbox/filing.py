"""What happens on the server to mails whose fate is recorded: MOVE, COPY and STORE, a keyword.

MOVE (RFC 6851) is atomic for each mail. Without it: COPY, STORE \\Deleted, UID EXPUNGE of just these UIDs
(RFC 4315). Without UIDPLUS the originals stay, marked \\Deleted: a plain EXPUNGE would also destroy what other
people marked. COPYUID and APPENDUID are never believed: what is done is read from the folder afterwards.

A crash between COPY and STORE leaves the mail in both folders. It must not be copied again, so UIDs that
existed before this connection are first looked for in the target's newest mails, by size, INTERNALDATE and
whole header. What lies deeper in the target than LOOK_BACK, or was moved on by people meanwhile, is copied once
more: filing is at-least-once there.
"""

from __future__ import annotations

import hashlib
import imaplib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from maild.domain.errors import Permanent, Temporary
from maild.mailbox.fetching import chunks, describe, items, sequence_set
from maild.mailbox.quirks import is_temporary
from maild.mailbox.session import Session, keyword, place
from maild.mailbox.texts import SAY

BATCH = 50  # mails a command: one by one is twenty times dearer, and a break undoes little
LOOK_BACK = 1000  # newest mails of the target in which a copy of ours is looked for
DELETED = "\\deleted"

T = TypeVar("T")
Mark = tuple[int, datetime | None]  # size and INTERNALDATE: COPY keeps both (RFC 9051 section 6.4.7)


@dataclass(slots=True)
class Filer:
    """Files for one connection; a new connection needs a new one.

    uidnext  first UID that cannot have been copied by an earlier connection
    """

    session: Session
    uidnext: int
    _targets: dict[str, str] = field(default_factory=dict)
    _copies: dict[str, dict[Mark, list[int]]] = field(default_factory=dict)

    def move(self, uids: Sequence[int], target: str) -> list[int]:
        """Move to the folder `target`, creating it if missing; returns the UIDs that are done.

        Raises Permanent where the folder is read-only.
        """
        if self.session.read_only:
            raise Permanent(
                SAY("read_only", place=place(self.session.settings), folder=self.session.folder),
                remedy=SAY("let_write"),
            )
        folder = self._folder(target)
        if folder == self.session.folder:
            return list(uids)
        done: list[int] = []
        for part in chunks(uids, BATCH):
            done += self._move(part, folder) if self.session.move else self._copy_and_delete(part, folder)
        return done

    def mark(self, uids: Sequence[int], name: str) -> list[int]:
        """Set a keyword; returns the UIDs that now bear it or are gone.

        Raises Permanent where the server keeps no keywords.
        """
        word = keyword(name)
        kept = self.session.permanent_flags
        if self.session.read_only or ("\\*" not in kept and word.lower() not in kept):
            raise self._no_keywords(word)
        done: list[int] = []
        for part in chunks(uids, BATCH):
            self._must("setting a keyword", partial(self._store, part, word))
            there = describe(self.session, part, "(UID FLAGS)")
            bearing = {u for u, item in there.items() if word.lower() in (f.lower() for f in item.flags)}
            if there and not bearing:
                raise self._no_keywords(word)
            done += [uid for uid in part if uid not in there or uid in bearing]
        return done

    def _no_keywords(self, word: str) -> Permanent:
        what = SAY("keyword_not_kept", place=place(self.session.settings), folder=self.session.folder, word=repr(word))
        return Permanent(what, remedy=SAY("set_filing"))

    # -- targets ----------------------------------------------------------------------------------

    def _folder(self, target: str) -> str:
        if target not in self._targets:
            name, there = self.session.resolve(target)
            if not there:
                self.session.create(name)
            self._targets[target] = name
        return self._targets[target]

    def _run(self, what: str, command: Callable[[], object]) -> str:
        """Run a command; returns '' or the words of its refusal."""
        with self.session.doing(what):
            try:
                command()
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                return str(error) or "NO"
        return ""

    def _must(self, what: str, command: Callable[[], object]) -> None:
        """Run a command; a refusal is Temporary unless its code says otherwise."""
        if reply := self._run(what, command):
            kind = Temporary if is_temporary(reply, default=True) else Permanent
            raise kind(SAY("refused", place=place(self.session.settings), what=what, reply=reply))

    def _into(self, folder: str, what: str, command: Callable[[], object]) -> None:
        """COPY or MOVE; a target that vanished meanwhile (TRYCREATE, or said otherwise) is created again."""
        if not self._run(what, command):
            return
        if folder not in self.session.names(fresh=True):
            self.session.create(folder)
        self._must(what, command)

    # -- MOVE -------------------------------------------------------------------------------------

    def _move(self, uids: Sequence[int], folder: str) -> list[int]:
        named, client = sequence_set(uids), self.session.client
        self._into(folder, f"moving to {folder!r}", lambda: client.move(named, folder))
        left = describe(self.session, uids, "(UID)")
        return [uid for uid in uids if uid not in left]

    # -- COPY, STORE, EXPUNGE ---------------------------------------------------------------------

    def _copy_and_delete(self, uids: Sequence[int], folder: str) -> list[int]:
        before = describe(self.session, uids, "(UID FLAGS)")
        marked = {uid for uid, item in before.items() if _deleted(item.flags)}
        copied = self._already_copied([uid for uid in before if uid < self.uidnext], folder)
        client = self.session.client
        if to_copy := sorted(set(before) - marked - copied):
            self._into(folder, f"copying to {folder!r}", lambda: client.copy(sequence_set(to_copy), folder))
        if to_mark := sorted(set(before) - marked):
            self._must("marking as deleted", lambda: self._store(to_mark, "\\Deleted"))
        # a mail that was marked already and has no copy was deleted by a person: theirs to expunge
        ours = sorted((set(before) - marked) | (marked & copied))
        if ours and self.session.uidplus:
            self._must("expunging", lambda: client.uid_expunge(sequence_set(ours)))
        left = describe(self.session, uids, "(UID FLAGS)")
        return [uid for uid in uids if uid not in left or _deleted(left[uid].flags)]

    def _store(self, uids: Sequence[int], flag: str) -> None:
        wire = self.session.client.wire
        kind, data = wire.uid("STORE", sequence_set(uids), "+FLAGS.SILENT", f"({flag})")
        if kind != "OK":
            raise wire.error(str(data[-1]))

    def _already_copied(self, uids: Sequence[int], folder: str) -> set[int]:
        """Those of `uids` whose copy lies in the target already: an earlier connection broke after COPY."""
        if not uids:
            return set()
        if folder not in self._copies:
            self._copies[folder] = self._newest(folder)
        index = self._copies[folder]
        facts = describe(self.session, uids, "(UID RFC822.SIZE INTERNALDATE)")
        likely = [u for u, item in facts.items() if (item.size, item.internal_date) in index]
        if not likely:
            return set()
        ours = self._headers(likely)
        marks = {(facts[u].size, facts[u].internal_date) for u in likely}
        theirs = self._in(folder, lambda: Counter(self._headers([c for m in marks for c in index[m]]).values()))
        found: set[int] = set()
        for uid, digest in ours.items():
            if theirs[digest] > 0:
                theirs[digest] -= 1  # one copy answers for one mail
                found.add(uid)
        return found

    def _newest(self, folder: str) -> dict[Mark, list[int]]:
        def read() -> dict[Mark, list[int]]:
            index: dict[Mark, list[int]] = {}
            wire = self.session.client.wire
            if not wire.exists:
                return index
            with self.session.doing(f"looking into {folder!r}", lines=LOOK_BACK):
                span = f"{max(1, wire.exists - LOOK_BACK + 1)}:{wire.exists}"
                _, data = wire.fetch(span, "(UID RFC822.SIZE INTERNALDATE)")
            for item in items(piece for piece in data if piece):
                index.setdefault((item.size, item.internal_date), []).append(item.uid)
            return index

        return self._in(folder, read)

    def _headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """A digest of each mail's header block."""
        digests: dict[int, bytes] = {}

        def take(pieces: list[object]) -> None:
            digests.update((i.uid, hashlib.sha256(i.body).digest()) for i in items(pieces) if i.body is not None)

        for part in chunks(sorted(uids), BATCH):
            with self.session.doing("comparing headers", nbytes=BATCH * 64_000, budget=BATCH * 256_000):
                self.session.client.wire.stream_uid_fetch(sequence_set(part), "(UID BODY.PEEK[HEADER])", take)
        return digests

    def _in(self, folder: str, work: Callable[[], T]) -> T:
        """Do `work` with the target examined instead of the source."""
        source, uidvalidity = self.session.folder, self.session.uidvalidity
        with self.session.doing(f"examining {folder!r}"):
            self.session.folder = ""
            self.session.client.wire.exists = 0
            self.session.client.select_folder(folder, readonly=True)
        found = work()
        self.session.select(source)
        self.session.client.wire.news = True  # what came meanwhile was announced to nobody
        if self.session.uidvalidity != uidvalidity:
            raise Temporary(SAY("validity_of_folder_changed", place=place(self.session.settings), folder=repr(source)))
        return found


def _deleted(flags: Sequence[str]) -> bool:
    return any(flag.lower() == DELETED for flag in flags)
