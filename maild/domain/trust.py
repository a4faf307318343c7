"""What is known of who wrote a mail."""

from __future__ import annotations

from dataclasses import dataclass
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
class AuthReport:
    """Whether the From address is who it says (RFC 7489 alignment).

    domain   the authenticated domain, aligned with From; '' unless verdict is PASS
    address  the From address the report speaks of
    how      'dkim', 'authentication-results', 'arc', or ''
    policy   the DMARC policy of the From domain: none, quarantine, reject, or '' if not published/known
    """

    verdict: Verdict
    address: str = ""
    domain: str = ""
    how: str = ""
    policy: str = ""
    signatures: tuple[SignatureReport, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASS
