"""What the proof of an author vouches for: header fields, a moment, and marks by which the mail is known again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum, auto

from maild.authenticate.canonical import relaxed_body, relaxed_header
from maild.authenticate.dmarc import DmarcPolicy
from maild.authenticate.domains import aligned, dns_name
from maild.authenticate.headers import Message
from maild.authenticate.results import AuthenticationResults
from maild.authenticate.signature import Check, Signature
from maild.domain.incoming.mail import Address
from maild.domain.incoming.trust import Seal, Verdict

_CONTENT = (b"from", b"date", b"subject", b"message-id", b"to", b"cc")
_YEAR_9999 = 253_402_300_799  # the last second that a datetime can hold


def seal_of(
    message: Message, author: Address, checks: list[Check], results: AuthenticationResults | None, policy: DmarcPolicy
) -> Seal:
    """The seal of a mail whose author is proven: by valid aligned signatures, or else by our server's word.

    Our server's 'dkim=pass' vouches for what that signature names; its 'spf=pass' says that the author's own server
    handed us this very mail, so that every field is as it was sent (of somebody else's envelope: the day alone).
    """
    ours = [c.signature for c in checks if c.signature and c.report.aligned and c.report.verdict is Verdict.PASS]
    proving = ours or _vouched_for(checks, results)
    covers = {name for signature in proving for name in covered(message, signature)}
    envelope = _envelope(results, author, policy)
    handed = envelope is Envelope.AUTHOR or (envelope is Envelope.UNSAID and not proving)
    if handed:
        covers |= {field.name for field in message.fields}
    elif not proving:
        covers |= {b"date"}
    marks = tuple(dict.fromkeys(map(_mark, proving))) or (_content_mark(message),)
    names = tuple(sorted(name.decode("ascii", "replace") for name in covers))
    return Seal(covers=names, signed_at=_signed_at(proving), marks=marks, handed=handed)


def sealed_by_forwarder(message: Message, names: Iterable[bytes]) -> Seal:
    """The seal of a mail that a forwarder vouches for: what its signature covers. When its author wrote it is as far as
    known as the Date that is covered; the forwarder's mark would be another one each time.
    """
    present, signed = Counter(field.name for field in message.fields), Counter(names)
    covers = sorted(name.decode("ascii", "replace") for name, count in signed.items() if 0 < present[name] <= count)
    return Seal(covers=tuple(covers), marks=(_content_mark(message),))


def covered(message: Message, signature: Signature) -> set[bytes]:
    """Fields of the mail that the signature covers in every occurrence.

    A field on top of the signed one leaves the signature valid (RFC 6376 sections 5.4.2 and 8.15).
    """
    present, signed = Counter(field.name for field in message.fields), Counter(signature.names)
    return {name for name, count in signed.items() if 0 < present[name] <= count}


def _vouched_for(checks: list[Check], results: AuthenticationResults | None) -> list[Signature]:
    """Aligned signatures that our receiving server found valid, and we could not check; all, where it names none."""
    said = [each for each in (results.results if results else ()) if each.method == "dkim"]
    passed = {
        dns_name(each.get("header.d") or each.get("header.i").rpartition("@")[2])
        for each in said
        if each.result == "pass"
    }
    aligned_ones = [c.signature for c in checks if c.signature and c.report.aligned]
    return [signature for signature in aligned_ones if signature.domain in passed or not said]


class Envelope(Enum):
    """Whose envelope our server took the mail in, from a server of the author's domain (SPF, RFC 7208)."""

    AUTHOR = auto()
    ANOTHER = auto()  # another user of that domain, who may have sent an old mail anew
    UNSAID = auto()


def _envelope(results: AuthenticationResults | None, author: Address, policy: DmarcPolicy) -> Envelope:
    for each in results.results if results else ():
        sender, domain = each.get("smtp.mailfrom").lower(), dns_name(author.domain)
        user, _, host = sender.rpartition("@")
        if each.method == "spf" and each.result == "pass" and aligned(dns_name(host), domain, strict=policy.strict_spf):
            return Envelope.AUTHOR if sender == author.address.lower() or not user else Envelope.ANOTHER
    return Envelope.UNSAID


def _signed_at(proving: Iterable[Signature]) -> datetime | None:
    """The earliest t=: what was signed once more later is no newer for it."""
    stamps = [s.signed_at for s in proving if s.signed_at is not None and s.signed_at <= _YEAR_9999]
    return datetime.fromtimestamp(min(stamps), UTC) if stamps else None


def _mark(signature: Signature) -> str:
    """RSA and Ed25519 signatures are one for one with what they sign: nobody but the signer makes another."""
    return hashlib.sha256(b"dkim\0" + signature.domain.encode() + b"\0" + signature.value).hexdigest()


def _content_mark(message: Message) -> str:
    """Of a mail without a signature: what its author wrote, and when."""
    fields = sorted(relaxed_header(field) for field in message.fields if field.name in _CONTENT)
    return hashlib.sha256(b"mail\0" + b"".join(fields) + b"\0" + relaxed_body(message.body)).hexdigest()
