"""Which TXT records a mail needs: read cheaply from its raw header, before anything is parsed."""

from __future__ import annotations

from maild.authenticate.arc import key_names
from maild.authenticate.dmarc import policy_names
from maild.authenticate.domains import author_domains, dns_name
from maild.authenticate.headers import Message, split
from maild.authenticate.signature import Unreadable, read_signature, signature_fields

_MAX_FROM = 3


def questions(raw: bytes, author_domain: str) -> frozenset[str]:
    """The TXT names needed to judge `raw` as written by somebody at `author_domain`. Never raises."""
    return _names(split(raw, header_only=True), (dns_name(author_domain),))


def questions_of(raw: bytes) -> frozenset[str]:
    """As `questions`, with the author's domain read from the From fields (all of them, if several)."""
    message = split(raw, header_only=True)
    domains = [domain for field in message.named(b"from")[:_MAX_FROM] for domain in author_domains(field.text())]
    return _names(message, tuple(dict.fromkeys(domains)))


def _names(message: Message, domains: tuple[str, ...]) -> frozenset[str]:
    names = {name for domain in domains for name in policy_names(domain)}
    for field in signature_fields(message):
        try:
            names.add(read_signature(field).key_name)
        except Unreadable:
            continue  # it can never pass, so no key is needed
    return frozenset(names.union(key_names(message)))
