"""How staff change the words of notices: save, restore, as shipped again, try on oneself. Audited.

A version is judged before it is kept (maild.notify.editing.checks, in a confined worker), and every process has it in
force before the next mail it writes (Renderer.refresh).
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from maild.config import Settings
from maild.domain.errors import NotFound, Permanent, Temporary
from maild.domain.outgoing.notice import Message, NoticeKind, SendResult, SendVerdict
from maild.domain.outgoing.template import TemplateVersion
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.patron import PatronKind
from maild.notify.editing.checks import Finding
from maild.notify.rendering import mime
from maild.notify.rendering.edits import group
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts
from maild.notify.sending.writer import Signer
from maild.office.acting.result import ActResult
from maild.office.workshop import SAY
from maild.ports import Clock, Courier

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

TEMPLATE, TEST = "template", "test_notice"  # what the journal calls them
MARK = "[test]"
MOST_TESTS, TEST_WINDOW = 10, timedelta(minutes=10)
MOST_PREVIEWS = 200
LATELY, COUNT_SECONDS = timedelta(days=30), 60.0
LONGEST_DIFF = 20_000  # characters kept in the journal


class Refused(Permanent):
    """The new words are not kept; `findings` say why, line by line."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        grave = [finding for finding in findings if finding.grave]
        said = [f"{finding}{f' ({finding.remedy})' if finding.remedy else ''}" for finding in grave]
        super().__init__("; ".join(said), remedy=SAY("correct_and_save"))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A template and its words. version: 0 where it was never edited; body: what notices are written from now.

    edited  staff wrote it; fault: why it is not in force all the same
    """

    name: str
    body: str
    shipped: str
    version: int
    edited: bool
    fault: str = ""


class Trial(Protocol):
    """Words that are not in force yet, judged and written where they can do no harm (maild.confine.wording).

    current  the edited templates that are in force: new ones are tried together with these
    """

    def judged(self, bodies: Mapping[str, str], current: Mapping[str, str], *, date: datetime) -> list[Finding]:
        """As maild.notify.editing.checks.check; what takes too long or too much is a finding, too."""
        ...

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
        """A notice with invented data. Raises EditFault, or Permanent, where there can be none in these words."""
        ...


class NoticeActs:
    """Raises NotFound, Permanent (with the reason and the remedy), StaleVersion where a colleague was faster."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        renderer: Renderer,
        settings: Settings,
        trial: Trial,
        *,
        sent: Callable[[UnitOfWork, datetime], Mapping[NoticeKind, int]],
        courier: Callable[[], Courier],
        signer: Callable[[], Signer | None],
    ) -> None:
        self._store, self._clock, self._renderer, self._settings = store, clock, renderer, settings
        self._trial, self._sent, self._courier, self._signer = trial, sent, courier, signer
        self._counted: tuple[float, Mapping[NoticeKind, int]] | None = None
        self._previews: dict[tuple[object, ...], Message] = {}

    # --- looking ---------------------------------------------------------------------------------------------

    def template(self, name: str) -> InForce:
        """A template as it is now."""
        with self._store.read() as uow:
            self._renderer.refresh(uow)
            current = uow.template_versions.current()
        return self._in_force(name, current.get(name))

    def templates(self) -> list[InForce]:
        """All templates that can be edited."""
        with self._store.read() as uow:
            self._renderer.refresh(uow)
            current = uow.template_versions.current()
        return [self._in_force(name, current.get(name)) for name in self._renderer.templates.editable]

    def sent_lately(self) -> Mapping[NoticeKind, int]:
        """How many notices of each kind went out in the last 30 days; counted anew after a minute."""
        now = self._clock.monotonic()
        if self._counted is None or now - self._counted[0] > COUNT_SECONDS:
            with self._store.read() as uow:
                self._counted = now, self._sent(uow, self._clock.now() - LATELY)
        return self._counted[1]

    def history(self, name: str) -> list[TemplateVersion]:
        """Its versions, newest first."""
        self._known(name)
        with self._store.read() as uow:
            return uow.template_versions.history(name)

    def judged(self, bodies: Mapping[str, str]) -> list[Finding]:
        """What would be said of these words; nothing is kept."""
        for name in bodies:
            self._known(name)
        with self._store.read() as uow:
            current = _bodies(uow)
        return self._trial.judged(bodies, current, date=self._clock.now())

    def preview(
        self,
        kind: NoticeKind,
        locale: str,
        patron: PatronKind = PatronKind.INTERNAL,
        bodies: Mapping[str, str] | None = None,
        *,
        bare: bool = False,
    ) -> Message:
        """A notice with invented data, in the words in force or in `bodies`. Raises EditFault where those cannot be."""
        now, message_id = self._clock.now(), self._message_id("preview")
        with self._store.read() as uow:
            current = _bodies(uow)
            self._renderer.refresh(uow)
            key = (uow.template_versions.revision(), kind, locale, patron, bare, now.date())
        if bodies:
            return self._trial.written(
                bodies, current, kind, locale, patron, bare=bare, message_id=message_id, date=now
            )
        if key in self._previews:
            return self._previews[key]
        message = self._renderer.render(sample_parts(kind, locale, patron, bare=bare), message_id=message_id, date=now)
        # A fee notice makes a form each time: the page that shows it need not wait for that.
        if len(self._previews) >= MOST_PREVIEWS:
            self._previews.clear()
        self._previews[key] = message
        return message

    # --- changing --------------------------------------------------------------------------------------------

    def save(self, bodies: Mapping[str, str], *, note: str, actor: str, seen: Mapping[str, int]) -> ActResult:
        """Take new words into force: all of them, or none. seen: the version of each that the author had before him.

        Raises Refused with every finding, Permanent where nothing was changed.
        """
        changes = {name: body.replace("\r\n", "\n") for name, body in bodies.items()}
        for name in changes:
            self._known(name)
        with self._store.read() as uow:
            current = _bodies(uow)
            before = {name: self._body(uow, name) for name in changes}
            changes = {name: body for name, body in changes.items() if body != before[name]}
            if not changes:
                raise Permanent(SAY("nothing_changed"), remedy=SAY("edit_first"))
        findings = self._trial.judged(changes, current, date=self._clock.now())
        if any(finding.grave for finding in findings):
            raise Refused(findings)
        with self._store.begin() as uow:
            ids = {
                name: self._add(uow, name, body, before[name], note, actor, seen.get(name, 0))
                for name, body in changes.items()
            }
        said = ", ".join(SAY("version_of", name=name, number=number) for name, number in ids.items())
        doubts = "".join(f"\n{finding}" for finding in findings)
        return ActResult(done=f"{SAY('in_force_from', names=said)}{doubts}")

    def restore(self, version_id: int, *, of: str, actor: str, seen: int, note: str = "") -> ActResult:
        """Take a former version of a template into force again, as a new one; it is judged anew. Raises NotFound."""
        with self._store.read() as uow:
            version = uow.template_versions.get(version_id)
        if version is None or version.name != of:
            raise NotFound(SAY("no_version", number=version_id, name=of), remedy="maild notices versions NAME")
        note = note or SAY("as_version", number=version_id)
        if version.body is None:
            return self.as_shipped(version.name, actor=actor, seen=seen, note=note)
        return self.save({version.name: version.body}, note=note, actor=actor, seen={version.name: seen})

    def as_shipped(self, name: str, *, actor: str, seen: int, note: str = "") -> ActResult:
        """Take the shipped template (or that of notices.templates) into force again. This is never refused.

        Raises Permanent where it is shipped already.
        """
        self._known(name)
        with self._store.begin() as uow:
            newest = uow.template_versions.current().get(name)
            if newest is None or newest.body is None:
                raise Permanent(SAY("as_shipped_already", name=name), remedy=SAY("nothing_to_take_back"))
            number = self._add(uow, name, None, newest.body, note, actor, seen)
        return ActResult(done=SAY("as_shipped_again", name=name, number=number))

    # --- trying ----------------------------------------------------------------------------------------------

    def send_test(
        self,
        kind: NoticeKind,
        to: str,
        *,
        actor: str,
        locale: str = "",
        patron: PatronKind = PatronKind.INTERNAL,
        confirmed: bool = False,
    ) -> ActResult:
        """Send a notice with invented data through the real courier, marked [test] in its subject.

        Only to the office's own addresses; confirmed: an administrator says that any other one is meant.
        Raises Permanent where the address or the number of tests is refused, Temporary.
        """
        address = mime.address(to)
        if not address:
            raise Permanent(SAY("no_address", address=repr(to[:200])), remedy=SAY("correct_it"))
        if not confirmed and not self.is_own(address):
            raise Permanent(SAY("not_the_offices", address=address), remedy=SAY("send_to_yourself"))
        now = self._clock.now()
        with self._store.begin() as uow:
            if uow.journal.count(actor, TEST, now - TEST_WINDOW) >= MOST_TESTS:
                minutes = TEST_WINDOW.seconds // 60
                raise Permanent(SAY("tests_enough", count=MOST_TESTS, minutes=minutes), remedy=SAY("wait"))
            self._renderer.refresh(uow)
            uow.journal.add(
                [
                    JournalEntry(
                        what=TEST, at=now, actor=actor, after=address, data={"kind": str(kind), "locale": locale}
                    )
                ]
            )
        result = asyncio.run(self._send(self._test(kind, address, locale, patron)))
        if result.verdict is not SendVerdict.SENT:
            error = Permanent if result.verdict is SendVerdict.PERMANENT else Temporary
            said = SAY("not_taken_by_server", reply=f"{result.code or ''} {result.reply}").replace("  ", " ")
            raise error(said, remedy="maild check tells more")
        return ActResult(done=SAY("test_sent", address=address, reply=result.reply))

    def is_own(self, address: str) -> bool:
        """Whether it is the office's address or one of its people (staff.addresses, staff.escalation)."""
        staff = self._settings.staff
        own = (self._settings.office.address, *staff.addresses, *staff.escalation)
        return address.lower() in {each.lower() for each in own}

    def _test(self, kind: NoticeKind, to: str, locale: str, patron: PatronKind) -> Message:
        parts = sample_parts(kind, locale, patron)
        parts = tuple(replace(part, request=replace(part.request, recipient=to)) for part in parts)
        message = self._renderer.render(parts, message_id=self._message_id("test"), date=self._clock.now(), mark=MARK)
        signer = self._signer()
        return replace(message, raw=signer.sign(message.raw)) if signer else message

    async def _send(self, message: Message) -> SendResult:
        """On a connection of its own: the relay's belong to the relay's loop."""
        courier = self._courier()
        try:
            return await courier.send(message)
        finally:
            await courier.close()

    # --- inside ----------------------------------------------------------------------------------------------

    def _message_id(self, what: str) -> str:
        domain = _domain(self._settings.office.address) or "localhost"
        return f"<maild.{what}.{self._clock.now().timestamp():.6f}@{domain}>"

    def knows(self, name: str) -> bool:
        """Whether there is a template of that name to be edited."""
        return name in self._renderer.templates.editable

    def _known(self, name: str) -> None:
        if not self.knows(name):
            raise NotFound(SAY("no_template", name=name), remedy="maild notices versions")

    def _in_force(self, name: str, version: TemplateVersion | None) -> InForce:
        self._known(name)
        shipped = self._renderer.templates.source(name)
        edited = version is not None and version.body is not None
        return InForce(
            name=name,
            body=version.body if version is not None and version.body is not None else shipped,
            shipped=shipped,
            version=version.id if version else 0,
            edited=edited,
            fault=self._fault(name) if edited else "",
        )

    def _fault(self, name: str) -> str:
        """Why an edited template is not in force, or ''."""
        edits = self._renderer.templates.edits
        for other, said in (edits.left_out if edits else {}).items():
            if group(other) == group(name):
                return said
        return self._renderer.trouble.get(group(name), "")

    def _body(self, uow: UnitOfWork, name: str) -> str:
        newest = uow.template_versions.current().get(name)
        return newest.body if newest and newest.body is not None else self._renderer.templates.source(name)

    def _add(self, uow: UnitOfWork, name: str, body: str | None, before: str, note: str, actor: str, seen: int) -> int:
        now = self._clock.now()
        number = uow.template_versions.add(name, body, actor=actor, at=now, note=note.strip()[:2000], seen=seen)
        after = self._renderer.templates.source(name) if body is None else body
        data = {"name": name, "note": note.strip()[:2000], "diff": diff(before, after)}
        uow.journal.add(
            [
                JournalEntry(
                    what=TEMPLATE,
                    at=now,
                    actor=actor,
                    before=SAY("named_version", name=name, number=seen) if seen else SAY("named_shipped", name=name),
                    after=SAY("named_version", name=name, number=number)
                    if body is not None
                    else SAY("named_shipped", name=name),
                    data=data,
                )
            ]
        )
        return number


def diff(before: str, after: str) -> str:
    """The lines that differ, as a unified diff without its head."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    said = "\n".join(list(lines)[2:])
    return said if len(said) <= LONGEST_DIFF else said[:LONGEST_DIFF] + "\n…"


def _bodies(uow: UnitOfWork) -> dict[str, str]:
    """What staff wrote and is in force, or would be."""
    return {name: v.body for name, v in uow.template_versions.current().items() if v.body is not None}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
