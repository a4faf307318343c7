"""What is known of who wrote a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """PASS: the From domain is proven. FAIL: it is disproven. NONE: nothing proves it either way.
    TEMPORARY: the proof could not be looked up now (DNS); ask again before acting.
    """

    PASS = "pass"  # noqa: S105  a verdict, not a password
    FAIL = "fail"
    NONE = "none"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One DKIM-Signature (RFC 6376) and what became of it."""

    domain: str
    selector: str
    verdict: Verdict
    aligned: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the proof of an author vouches for beside the author: the rest may have been changed since.

    covers     names (lower case) of the header fields that are as their author sent them; the body always is
    signed_at  when it was signed (t=, RFC 6376 section 3.5); None where no signature says
    marks      SHA-256, hex: the same mail has the same, whatever envelope and unsigned fields it comes in
    handed     the author's own server handed it to ours: it is no older than its arrival
    """

    covers: tuple[str, ...] = ()
    signed_at: datetime | None = None
    marks: tuple[str, ...] = ()
    handed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthReport:
    """Whether the From address is who it says (RFC 7489 alignment).

    domain   the authenticated domain, aligned with From; '' unless verdict is PASS
    address  the From address the report speaks of
    how      'dkim', 'authentication-results', 'arc', or ''
    policy   the DMARC policy of the From domain: none, quarantine, reject, or '' if not published/known
    seal     what else is proven with it; None unless verdict is PASS
    made_here no host but our own servers has had it in hand, and no user gave it to them
    """

    verdict: Verdict
    address: str = ""
    domain: str = ""
    how: str = ""
    policy: str = ""
    signatures: tuple[SignatureReport, ...] = ()
    reasons: tuple[str, ...] = ()
    seal: Seal | None = None
    made_here: bool = False

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASS
