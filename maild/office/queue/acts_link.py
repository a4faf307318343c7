"""A queued mail is about something that matching did not find: a registration, or a request that is not here yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent, StaleVersion
from maild.domain.incoming.decision import About, Action, Decision, NewTransaction
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.lifecycle import RegistrationState, Service
from maild.domain.requests.patron import Registration, RegistrationStep, Transaction
from maild.domain.text import normalise
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, ItemId, Line, Note, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.doing import settle
from maild.office.acting.drafts import act, withdraw_all
from maild.office.acting.result import ActResult
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.office.queue.assigning import Share, decide_assigned
from maild.office.recording import apply
from maild.office.registration.registering import history_of
from maild.spine.process import Parts
from maild.spine.recording.keepers import CREATED

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

MOST_TITLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request as a librarian enters it. service: 'copy' or 'loan'; submitted: now, where it is not known."""

    number: str
    patron_id: str
    service: str = Service.COPY.value
    title: str = ""
    literature: str = ""
    provider: str = ""
    submitted: datetime | None = None
    rush: bool = False


class LinkActs:
    """Raises NotFound, Permanent (not allowed, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    @deed("queue.registration", "/queue/{item_id:int}/registration", undo=True)
    def to_registration(
        self,
        item_id: ItemId,
        registration: Annotated[
            Line, Given(help="The applicant's login or e-mail, or the registration's number.", word=True)
        ],
        *,
        actor: str,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Settle an item: it is about this registration.

        It stands in the registration's history then; what is decided of it is an act of its own (`maild
        registrations`).
        """
        item, now = self._acts.open_item(item_id, seen), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            found = _registration(uow, registration)
            data = {"registration": found.id, **withdraw_all(uow, item, SAY("assigned_by", actor=actor), now)}
            said = note or SAY("about_registration", id=found.id)
            settle(uow, item, ReviewState.ASSIGNED, actor=actor, note=said, numbers=(), now=now)
            own = act(item, now, actor, "assigned", said, data)
            linked = replace(own, number=history_of(found.id), data={"registration": found.id})
            uow.journal.add([replace(linked, data=data)] if own.mail_id is not None else [own, linked])
        what = SAY("registration_of", id=found.id, step=found.step, address=found.email, state=found.state)
        return ActResult(done=SAY("assigned_to", id=item_id, numbers=what))

    @deed("queue.new", "/queue/{item_id:int}/new", undo=True)
    def enter(
        self,
        item_id: ItemId,
        number: Annotated[str, Given(help="The request's number.", least=1, most=100, word=True)],
        *,
        actor: str,
        patron_id: Annotated[str, Given(help="Whose request it is (patron id).", option="patron", least=1, most=200)],
        title: Annotated[str, Given(help="The title.", most=2000)] = "",
        service: Annotated[Service, Given(help="copy or loan.")] = Service.COPY,
        literature: Annotated[Line, Given(help="Kind of literature.")] = "",
        provider: Annotated[Line, Given(help="Who supplies it.")] = "",
        rush: Annotated[bool, Given(help="It is urgent (加急).")] = False,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Enter a request that is not here yet, and settle the item: it is about that.

        Raises as `to_new_transaction`.
        """
        new = NewRequest(
            number=number,
            patron_id=patron_id,
            service=service,
            title=title,
            literature=literature,
            provider=provider,
            rush=rush,
        )
        return self.to_new_transaction(item_id, new, actor=actor, note=note, seen=seen)

    def to_new_transaction(
        self, item_id: int, new: NewRequest, *, actor: str, note: str = "", seen: int | None = None
    ) -> ActResult:
        """Enter a request that is not here yet, and settle the item: it is about that. What its mail says happened,
        happens to the new request; all of it or nothing is written. Raises Permanent where it cannot be entered.
        """
        item = self._acts.open_item(item_id, seen)
        reading, now = self._acts.reread(item), self._parts.clock.now()
        number = normalise(new.number).strip()
        with self._parts.store.begin() as uow:
            for why, remedy in self._faults(uow, new, number):
                raise Permanent(why, remedy=remedy)
            created = _create(uow, new, number, item, now, actor=actor, note=note)
            decision = decide_assigned(self._parts, uow, item, reading, [created], Share(actor=actor), now)
            if not decision.about.transactions:
                decision = decision.naming((number,))
            made = self._acts.write(uow, item, decision, actor=actor, note=note, now=now, made={CREATED: [number]})
        done = SAY("request_entered", number=number, patron=new.patron_id, id=item_id)
        return replace(made, done=done)

    def _faults(self, uow: UnitOfWork, new: NewRequest, number: str) -> Iterator[tuple[str, str]]:
        """(what is wrong, the remedy)."""
        if self._parts.lookup.numbers.find(number) != (number,):
            yield SAY("no_request_number", number=number or "nothing"), SAY("see_number_setting")
        if new.service not in frozenset(Service):
            yield SAY("no_service", name=repr(new.service)), COMMON("one_of", names=", ".join(Service))
        if len(new.title) > MOST_TITLE:
            yield SAY("title_length", count=f"{len(new.title):,}"), SAY("most", most=f"{MOST_TITLE:,}")
        known = uow.transactions.get(number)
        if known is not None:
            yield SAY("number_exists", number=number, state=known.state, patron=known.patron_id), SAY("assign_to_it")
        if uow.patrons.get(new.patron_id) is None:
            yield COMMON("no_patron", patron=new.patron_id or SAY("was_named")), "maild patrons list --text …"


def _create(
    uow: UnitOfWork, new: NewRequest, number: str, item: ReviewItem, now: datetime, *, actor: str, note: str
) -> Transaction:
    """Through the laws and the history of every new request."""
    row = NewTransaction(
        number=number,
        patron_id=new.patron_id,
        service=new.service,
        title=" ".join(new.title.split()),
        literature=new.literature.strip(),
        provider=new.provider.strip(),
        submitted=new.submitted or now,
        rush=new.rush,
    )
    decision = Decision(
        action=Action.APPLY,
        about=About(transactions=(number,)),
        effects=(row,),
        reasons=(note or COMMON("entered_by_staff"),),
    )
    apply(uow, decision, now, actor=actor, mail_id=item.mail_id)
    created = uow.transactions.get(number)
    if created is None or created.since != now or created.patron_id != new.patron_id:
        raise StaleVersion(SAY("entered_by_other", number=number), remedy=COMMON("look_again"))
    return created


def _registration(uow: UnitOfWork, which: int | str) -> Registration:
    """By the applicant's login or e-mail: the step that waits for a review, else the account's, else the identity's;
    a number that nobody has as a login is the registration's own.
    """
    text = str(which).strip()
    if not text:
        raise Permanent(SAY("registration_unnamed"), remedy=SAY("name_registration"))
    email, login = (text.lower(), "") if "@" in text else ("", text)
    steps = (RegistrationStep.ACCOUNT, RegistrationStep.IDENTITY)
    known = [r for step in steps if (r := uow.registrations.of(email=email, login=login, step=step))]
    if isinstance(which, int) or (not known and text.isdecimal() and len(text) < 10):
        found = uow.registrations.get(int(text))
        known = [found] if found else []
    if not known:
        raise NotFound(SAY("no_registration_called", which=text), remedy="maild registrations list")
    return next((r for r in known if r.state is RegistrationState.PENDING), known[0])
