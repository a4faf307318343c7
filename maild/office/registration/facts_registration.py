"""What is known of the registrations that a mail is about, or of its writer's own."""

from __future__ import annotations

from collections.abc import Sequence

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.requests.patron import Patron, Registration, RegistrationStep
from maild.ports import UnitOfWork

NEWS = (Kind.REGISTRATION_PENDING, Kind.REGISTRATION_APPROVED, Kind.REGISTRATION_REJECTED)


def steps_named(ruling: Ruling) -> tuple[RegistrationStep, ...]:
    """The steps that a provider's mail is about; a mail that names none is about the account."""
    identity, account = ruling.value("identity_step"), ruling.value("account_step")
    found = [RegistrationStep.IDENTITY] if identity else []
    return tuple(found + ([RegistrationStep.ACCOUNT] if account or not identity else []))


def registration_named(uow: UnitOfWork, ruling: Ruling) -> Registration | None:
    """The latest registration of the applicant, for the step that a provider's mail is about."""
    if ruling.party is not Party.PROVIDER or ruling.kind not in NEWS:
        return None
    step = steps_named(ruling)[0]
    return uow.registrations.of(email=ruling.value("patron_email"), login=ruling.value("login"), step=step)


def applications(
    uow: UnitOfWork, reading: Reading, authors: Sequence[Patron], known: Registration | None
) -> tuple[Registration, ...]:
    """All steps of the applicant whom a provider's mail names; or of the writer who asks about registering.

    A writer's are those of the address that is proven to have written, and of the patron whose address it is.
    """
    ruling = reading.classification.main
    if ruling.party is Party.PROVIDER:
        return _of_applicant(uow, ruling, known) if ruling.kind in NEWS else ()
    if Kind.REGISTRATION_QUESTION not in reading.classification.kinds or not reading.auth.passed:
        return ()
    own = [address.address for author in authors for address in author.emails] if len(authors) == 1 else []
    return tuple(uow.registrations.of_person([reading.mail.author.address, *own]))


def _of_applicant(uow: UnitOfWork, ruling: Ruling, known: Registration | None) -> tuple[Registration, ...]:
    """Both steps; the first may have been taken with another address and the same login name."""
    email = ruling.value("patron_email") or (known.email if known else "")
    login = ruling.value("login") or (known.login if known else "")
    found = (uow.registrations.of(email=email, login=login, step=step) for step in RegistrationStep)
    return tuple(one for one in found if one)
