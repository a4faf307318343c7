"""What is known of the registrations that a mail is about, or of its writer's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.requests.patron import Registration, RegistrationStep
from maild.spine.facts import Looking

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

NEWS = (Kind.REGISTRATION_PENDING, Kind.REGISTRATION_APPROVED, Kind.REGISTRATION_REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFacts:
    """registration: the latest of the applicant, for the step that a provider's mail is about.

    applications  all steps of its applicant, or, of a writer who asks about registering, the writer's own
    answered      automatic answers of the last 24 hours to a writer who asks after a registration
    """

    registration: Registration | None = None
    applications: tuple[Registration, ...] = ()
    answered: int = 0


def steps_named(ruling: Ruling) -> tuple[RegistrationStep, ...]:
    """The steps that a provider's mail is about; a mail that names none is about the account."""
    identity, account = ruling.value("identity_step"), ruling.value("account_step")
    found = [RegistrationStep.IDENTITY] if identity else []
    return tuple(found + ([RegistrationStep.ACCOUNT] if account or not identity else []))


def gather_registration(look: Looking) -> RegistrationFacts | None:
    """Of a provider's mail about a step of registering, or of a writer who asks about registering; else None."""
    known = _named(look.uow, look.reading.classification.main)
    found = _applications(look, known)
    if known is None and not found:
        return None
    author = look.words.author
    answered = look.lookups.answered_lately(author, look.now) if found and author else 0
    return RegistrationFacts(registration=known, applications=found, answered=answered)


def _named(uow: UnitOfWork, ruling: Ruling) -> Registration | None:
    if ruling.party is not Party.PROVIDER or ruling.kind not in NEWS:
        return None
    step = steps_named(ruling)[0]
    return uow.registrations.of(email=ruling.value("patron_email"), login=ruling.value("login"), step=step)


def _applications(look: Looking, known: Registration | None) -> tuple[Registration, ...]:
    """A writer's are those of the address that is proven to have written, and of the patron whose address it is."""
    reading, uow = look.reading, look.uow
    ruling = reading.classification.main
    if ruling.party is Party.PROVIDER:
        return _of_applicant(uow, ruling, known) if ruling.kind in NEWS else ()
    if Kind.REGISTRATION_QUESTION not in reading.classification.kinds or not reading.auth.passed:
        return ()
    own = [address.address for author in look.authors for address in author.emails] if len(look.authors) == 1 else []
    return tuple(uow.registrations.of_person([reading.mail.author.address, *own]))


def _of_applicant(uow: UnitOfWork, ruling: Ruling, known: Registration | None) -> tuple[Registration, ...]:
    """Both steps; the first may have been taken with another address and the same login name."""
    email = ruling.value("patron_email") or (known.email if known else "")
    login = ruling.value("login") or (known.login if known else "")
    found = (uow.registrations.of(email=email, login=login, step=step) for step in RegistrationStep)
    return tuple(one for one in found if one)
