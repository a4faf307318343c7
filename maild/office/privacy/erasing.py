"""Erasing a person: what is held goes, what the office accounts for stays, and nobody comes back by accident."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from maild.domain.desk.access import Role
from maild.domain.errors import Permanent, Temporary
from maild.domain.records.journal import JournalEntry
from maild.domain.records.privacy import Erased, Held, Remembered, Sort, keyed
from maild.office.acting.act import Given, Line, act
from maild.office.acting.result import ActResult
from maild.office.privacy import SAY
from maild.office.safety.identity import same_store
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs
    from maild.store.uow import Store, UnitOfWork

WHAT = "erase"  # of the history
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is held on somebody, before anything is done. open: what is not settled; on_server: folder and UID."""

    held: Held
    open: tuple[str, ...]
    on_server: tuple[tuple[str, int], ...]
    files: int


class Privacy:
    """What is held on a person: shown, and erased."""

    def __init__(self, store: Store, blobs: FileBlobs, clock: Clock) -> None:
        self._store, self._blobs, self._clock = store, blobs, clock

    def look(self, who: str) -> Shown:
        """Who: a patron's id, or an address. Raises NotFound."""
        with self._store.read() as uow:
            held = uow.erasures.held(uow.erasures.person(who))
            return Shown(
                held=held,
                open=tuple(uow.erasures.under_way(held)),
                on_server=tuple(uow.erasures.places(held.mails)),
                files=len(uow.erasures.files(held)),
            )

    def erase(self, who: str, *, actor: str, shared: bool = False, force: bool = False) -> Erased:
        """Erase a person. What is not settled stops it, unless `force`; nothing was done then, and `open` says why.

        shared: mails that concern others as well go, too. Raises NotFound; Temporary, Permanent as store and blobs do.
        """
        shown = self.look(who)
        if shown.open and not force:
            return Erased(open=shown.open, counts=shown.held.counts(), on_server=shown.on_server)
        now = self._clock.now()
        same_store(self._store, self._blobs, now)  # whose name the list of erasures goes by
        with self._store.begin() as uow:
            held = uow.erasures.held(uow.erasures.person(who))
            if uow.erasures.sending(held):
                raise Temporary(SAY("notice_leaves_now"), remedy=SAY("in_a_minute"))
            if shared:
                uow.erasures.forget_mails(uow.erasures.handled(held.shared), now)
            said = _digests(uow, held, now)
            self._blobs.remember(to_line(said))  # first: a restore must know of it whatever happens next
            keep(uow, [said], now)
            name, swept = uow.erasures.erase(held, now, actor)
            uow.journal.add([JournalEntry(what=WHAT, at=now, actor=actor, after=name, data=held.counts())])
        blobs = self.unlink()
        return Erased(
            pseudonym=name,
            counts=held.counts(),
            on_server=shown.on_server,
            blobs=blobs,
            swept=swept,
            scrubbed=self._store.scrub(),
        )

    @act(
        "patrons.erase",
        "/patrons/{patron_id:key}/erase",
        role=Role.ADMINISTRATOR,
        command=None,
        go="/patrons",
        slow=True,
    )
    def erase_for_good(
        self,
        patron_id: str,
        confirm: Annotated[Line, Given(help="The patron's id once more.")],
        *,
        actor: str,
        shared: Annotated[bool, Given(help="Mails that concern others go, too.")] = False,
        force: Annotated[bool, Given(help="Whatever is open.")] = False,
    ) -> ActResult:
        """Erase a person; the books stay, with a name that means nothing.

        Raises as `erase`, and Permanent where something stops it.
        """
        if confirm != patron_id:
            raise Permanent(SAY("another_id"), remedy=SAY("type_as_shown"))
        done = self.erase(patron_id, actor=actor, shared=shared, force=force)
        if not done.pseudonym:
            raise Permanent(SAY("not_settled", open="; ".join(done.open)), remedy=SAY("settle_or_erase"))
        on_server = [{"mailbox": box, "uid": uid} for box, uid in done.on_server]
        return ActResult(
            done=SAY("erased", name=done.pseudonym),
            data={"pseudonym": done.pseudonym, "on_server": on_server, **done.counts},
        )

    def unlink(self) -> int:
        """Remove the files that nothing speaks of any more; returns how many."""
        return unlink(self._store, self._blobs)

    def readmit(self, who: str, *, actor: str) -> bool:
        """Somebody who was erased may be taken in again, as somebody new; False where nobody of that name was."""
        with self._store.begin() as uow:
            known = uow.erasures.lift(Sort.PATRON, [who]) + uow.erasures.lift(Sort.ADDRESS, [who])
            if known:
                uow.journal.add([JournalEntry(what="readmit", at=self._clock.now(), actor=actor)])
            return bool(known)


def unlink(store: Store, blobs: FileBlobs) -> int:
    """Remove the files that nothing speaks of any more; returns how many."""
    done = 0
    while True:
        with store.read() as uow:
            waiting = bool(uow.erasures.waiting())
        if not waiting:
            return done
        with store.begin() as uow:  # nobody else writes a row that speaks of them meanwhile (SQLite), or hardly (both)
            names = uow.erasures.to_unlink(BATCH)
            blobs.remove(names)
            uow.erasures.unlinked(names)
            done += len(names)


def _digests(uow: UnitOfWork, held: Held, now: datetime) -> Remembered:
    """What is remembered of a person and the mails that go."""
    secret, person = uow.erasures.secret(), held.person
    hashed = [keyed(secret, Sort.MAIL, name) for name in uow.erasures.digests_of(held.mails)]
    return Remembered(
        at=now,
        secret=secret,
        digests={
            Sort.PATRON: (keyed(secret, Sort.PATRON, person.patron_id),) if person.patron_id else (),
            Sort.ADDRESS: tuple(keyed(secret, Sort.ADDRESS, one) for one in person.addresses),
            Sort.MAIL: tuple(hashed),
        },
    )


# -- after a restore -------------------------------------------------------------------------------


def again(uow: UnitOfWork, remembered: Sequence[Remembered], now: datetime) -> int:
    """Erase once more whom a state that was brought back knows again; returns how many persons and mails.

    Whatever is open with them: they were let go before. Raises as the store does.
    """
    if not remembered:
        return 0
    uow.erasures.adopt(remembered[0].secret)
    count = 0
    for who in uow.erasures.matching(remembered):
        held = uow.erasures.held(uow.erasures.person(who))
        keep(uow, [_digests(uow, held, now)], now)
        name, _ = uow.erasures.erase(held, now, "maild")
        uow.journal.add(
            [JournalEntry(what=WHAT, at=now, after=name, data=held.counts(), reasons=(SAY("before_the_state"),))]
        )
        count += 1
    mails = uow.erasures.mails_matching(remembered)
    uow.erasures.forget_mails(mails, now)
    keep(uow, remembered, now)
    return count + len(mails)


def keep(uow: UnitOfWork, remembered: Sequence[Remembered], now: datetime) -> None:
    """Know from now on what was erased. Hashes of another key say nothing here, and are left out."""
    ours = uow.erasures.secret()
    for one in remembered:
        for sort, digests in one.digests.items():
            if one.secret == ours:
                uow.erasures.remember(sort, digests, now)


def to_line(one: Remembered) -> str:
    """As it is kept beside the blobs and the backups."""
    digests = {str(sort): list(found) for sort, found in one.digests.items()}
    return json.dumps({"at": one.at.isoformat(), "key": one.secret, **digests}, separators=(",", ":"))


def from_lines(lines: Sequence[str]) -> list[Remembered]:
    """What `to_line` wrote. Raises Permanent for a line that cannot be read: whom it names would come back."""
    found = []
    for number, line in enumerate(filter(str.strip, lines), 1):
        try:
            said: Mapping[str, object] = json.loads(line)
            at, secret = datetime.fromisoformat(str(said["at"])), str(said["key"])
            digests = {sort: _texts(said.get(sort, [])) for sort in Sort}
            bytes.fromhex(secret)
        except (ValueError, KeyError, TypeError) as error:
            raise Permanent(SAY("line_unreadable", number=number, why=error), remedy=SAY("mend_erasures")) from error
        found.append(Remembered(at=at if at.tzinfo else at.replace(tzinfo=UTC), secret=secret, digests=digests))
    return found


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("no list of hashes")
    return tuple(map(str, value))
