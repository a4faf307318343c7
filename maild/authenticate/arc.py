"""ARC (RFC 8617): what a forwarder that is configured to be believed saw of a mail before it passed it on."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maild.authenticate.canonical import simple_header
from maild.authenticate.dmarc import DmarcPolicy
from maild.authenticate.domains import dns_name
from maild.authenticate.headers import HeaderField, Message
from maild.authenticate.keys import NoTags, parse_tags
from maild.authenticate.results import Opinion, Unparsable, opinion, parse_results
from maild.authenticate.texts import SAY
from maild.domain.incoming.trust import Verdict

if TYPE_CHECKING:
    from maild.ports import DnsAnswers

MOST_INSTANCES = 10  # RFC 8617 section 4.2.1 allows 50; a mail that ten forwarders sealed is none of ours
_MOST_BYTES = 5_000_000
_SEALED = (b"arc-seal", b"arc-message-signature")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What the chain says: `opinion` of the first forwarder on the author, NONE where the chain is not believed;
    `covers`: fields that the last forwarder's signature covers; `note`: a sentence for the reasons, '' without a chain.
    """

    opinion: Opinion = field(default_factory=Opinion)
    covers: tuple[bytes, ...] = ()
    note: str = ""


def key_names(message: Message) -> Iterator[str]:
    """The TXT names that checking the chain takes."""
    seals = [each for each in message.fields if each.name in _SEALED]
    for seal in seals if len(seals) <= 2 * MOST_INSTANCES else ():
        domain, selector = _tag(seal, "d"), _tag(seal, "s")
        if domain and selector:
            yield f"{selector}._domainkey.{domain}"


def chain_of(
    message: Message, author_domain: str, policy: DmarcPolicy, answers: DnsAnswers, sealers: Sequence[str]
) -> Chain:
    """Evaluate the chain. sealers: domains of forwarders that are believed, each with all below it. Never raises.

    Every forwarder of the chain has to be one of them: the first says who wrote the mail, and each later one could have
    changed it before it sealed it again (RFC 8617 section 9.2).
    """
    seals = message.named(b"arc-seal")
    if not seals:
        return Chain()
    by = list(dict.fromkeys(_tag(seal, "d") or "nobody" for seal in seals))
    strange = [domain for domain in by if not any(domain == s or domain.endswith(f".{s}") for s in sealers)]
    if strange or not author_domain:
        return Chain(note=SAY("arc_not_believed", by=", ".join(by)))
    if len(seals) > MOST_INSTANCES or len(message.body) > _MOST_BYTES or message.broken:
        return Chain(note=SAY("arc_not_evaluated", by=", ".join(by)))
    missing = [name for name in key_names(message) if answers.get(name) is None]
    if missing:
        waiting = Opinion(verdict=Verdict.TEMPORARY, reason=SAY("arc_key_unknown", name=missing[0]))
        asked = missing[0] in answers
        return Chain(opinion=waiting if asked else Opinion(), note="" if asked else SAY("arc_no_lookup"))
    return _verified(message, author_domain, policy, answers, by)


def _verified(message: Message, author_domain: str, policy: DmarcPolicy, answers: DnsAnswers, by: list[str]) -> Chain:
    import dkim

    logger = logging.getLogger("maild.authenticate.dkimpy")
    logger.propagate, logger.disabled = False, True
    raw = b"".join(simple_header(each) for each in message.fields) + b"\r\n" + message.body

    def found(name: bytes, timeout: float = 5) -> bytes:
        strings = answers.get(name.decode("ascii", "replace").rstrip(".").lower()) or ()
        return "".join(strings).encode("utf-8", "surrogateescape")

    try:
        result, instances, why = dkim.ARC(raw, logger=logger).verify(dnsfunc=found)
    except (dkim.DKIMException, AssertionError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        result, instances, why = None, [], str(error)
    if result != dkim.CV_Pass:  # None: a forwarder said itself that the chain was broken before it
        return Chain(note=SAY("arc_broken", by=", ".join(by), why=str(why)[:100]))
    covers = _covered(message, len(instances))
    if b"from" not in covers:
        return Chain(note=SAY("arc_without_from", by=", ".join(by)))
    first = instances[-1]["aar-value"].decode("utf-8", "replace")
    try:
        results = parse_results(_SPACE.sub(" ", first.partition(";")[2]))
    except Unparsable:
        return Chain(note=SAY("arc_unreadable", by=by[-1]))
    said = opinion(results, author_domain, policy)
    if said.verdict is not Verdict.PASS:
        return Chain(note=SAY("arc_proves_nothing", by=", ".join(by), domain=author_domain))
    seen = Opinion(
        verdict=Verdict.PASS, domain=said.domain, reason=SAY("arc_seen_proven", by=by[-1], domain=said.domain)
    )
    return Chain(opinion=seen, covers=covers)


def _covered(message: Message, instance: int) -> tuple[bytes, ...]:
    """Fields that the last ARC-Message-Signature covers."""
    for each in message.named(b"arc-message-signature"):
        if _tag(each, "i") == str(instance):
            return tuple(name.strip().lower().encode("ascii", "replace") for name in _tag(each, "h").split(":"))
    return ()


def _tag(field: HeaderField, name: str) -> str:
    try:
        value = _SPACE.sub("", parse_tags(field.text()).get(name, ""))
    except NoTags:
        return ""
    return dns_name(value) if name in ("d", "s") else value
