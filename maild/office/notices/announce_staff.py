"""What the office's own people are told by mail: the one place that builds notices to staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maild.config import Staff
from maild.domain.outgoing.notice import Alert, NoticeKind, NoticeRequest


def to_staff(
    kind: NoticeKind,
    staff: Staff,
    *,
    subject: str,
    revision: str = "",
    data: Mapping[str, object],
    escalate: bool = False,
) -> tuple[NoticeRequest, ...]:
    """One notice to each address of the office; with `escalate` to those above as well. None where nobody is named."""
    people = (*staff.addresses, *(staff.escalation if escalate else ()))
    return tuple(
        NoticeRequest(
            kind=kind,
            subject=subject,
            recipient=address,
            revision=f"{revision}:{address}",
            locale=staff.language,
            data=data,
        )
        for address in dict.fromkeys(address.lower() for address in people)
    )


def alert(
    staff: Staff, what: Alert, lines: Sequence[str], *, subject: str, revision: str = "", escalate: bool = False
) -> tuple[NoticeRequest, ...]:
    """Something has to be looked at now. `lines`: a sentence each."""
    data = {"what": what.value, "lines": list(lines), "late": escalate}
    return to_staff(NoticeKind.STAFF_ALERT, staff, subject=subject, revision=revision, data=data, escalate=escalate)
