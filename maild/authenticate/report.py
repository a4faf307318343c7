"""Everything known of who wrote a mail, weighed into one AuthReport."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from maild.authenticate.arc import chain_of
from maild.authenticate.dmarc import DmarcPolicy, find_policy, policy_names
from maild.authenticate.domains import author_domains, dns_name, organisational
from maild.authenticate.headers import Message, split
from maild.authenticate.received import made_here
from maild.authenticate.results import Opinion, opinion, trusted_results
from maild.authenticate.seal import seal_of, sealed_by_forwarder
from maild.authenticate.signature import Check, check_signatures
from maild.authenticate.texts import SAY
from maild.domain.incoming.mail import Address
from maild.domain.incoming.trust import AuthReport, Verdict

if TYPE_CHECKING:
    from maild.ports import DnsAnswers


def authenticate(
    raw: bytes,
    author: Address,
    header_from_count: int,
    answers: DnsAnswers,
    *,
    authserv_id: str,
    now: datetime,
    hosts: Sequence[str] = (),
    sealers: Sequence[str] = (),
) -> AuthReport:
    """Whether the mail comes from the domain of `author`. Any bytes in, a report out; never raises.

    header_from_count  how many authors (From addresses) the parser found; any number but one proves nothing
    answers            a name that is missing was not looked up (`--dns none`); None: not known now
    authserv_id        of our own receiving server; '' believes no Authentication-Results
    sealers            domains of forwarders whose ARC chains are believed
    hosts              further names of our receiving servers, or domains whose hosts are ours
    now                when the mail was received where that is known (RFC 6376 section 3.5, x=), else now
    """
    message = split(raw)
    domain = dns_name(author.domain)
    policy = find_policy(domain, answers)
    checks = check_signatures(message, domain, answers, strict=policy.strict_dkim, now=now)
    doubt = _author_doubt(message, domain, header_from_count)
    results = trusted_results(message, authserv_id, hosts)
    said = opinion(results, domain, policy)
    chain = chain_of(message, domain, policy, answers, sealers)
    verdict, proven, how, reasons = _doubtful(doubt) if doubt else _judge(domain, policy, checks, said, chain.opinion)
    notes = (*_notes(message, domain, policy, checks, answers), *filter(None, (chain.note,)))
    seal = sealed_by_forwarder(message, chain.covers) if how == "arc" else None
    if verdict is Verdict.PASS and seal is None:
        seal = seal_of(message, author, checks, results, policy)
    return AuthReport(
        verdict=verdict,
        address=author.address,
        domain=proven,
        how=how,
        policy=policy.policy,
        signatures=tuple(check.report for check in checks),
        reasons=(*reasons, *notes),
        seal=seal,
        made_here=made_here(message, (authserv_id.lower(), *hosts)),
    )


_Judgement = tuple[Verdict, str, str, tuple[str, ...]]


def _doubtful(doubt: str) -> _Judgement:
    return Verdict.NONE, "", "", (doubt,)


def _author_doubt(message: Message, domain: str, header_from_count: int) -> str:
    """Why nobody can be the author, or ''. Many From fields are the oldest forgery (RFC 7489 section 6.6.1)."""
    fields = message.named(b"from")
    if not domain:
        return SAY("from_without_address")
    if len(fields) != 1:
        return SAY("several_from_fields", count=len(fields))
    if header_from_count != 1:
        return SAY("several_authors")
    domains = author_domains(fields[0].text())
    if len({organisational(each) for each in domains}) > 1:
        return SAY("several_domains")
    if domain not in domains:
        return SAY("from_ambiguous")
    return ""


def _judge(domain: str, policy: DmarcPolicy, checks: list[Check], said: Opinion, forwarded: Opinion) -> _Judgement:
    """Proof beats disproof, an open question beats both kinds of silence.

    Our own check of an aligned signature is proof by itself. The receiving server's word comes next: it
    saw the mail before anything in between could change it. A forwarder that we believe saw it before it
    changed it, which is what breaks the signature (RFC 8617 section 7.2): its word beats ours then.
    """
    aligned_checks = [check for check in checks if check.report.aligned]
    valid = [check.report.domain for check in aligned_checks if check.report.verdict is Verdict.PASS]
    settled = [each for each in valid if each == domain or not policy.unknown]
    if settled:
        reason = SAY("proven_by_dkim", signer=settled[0], domain=domain)
        return Verdict.PASS, settled[0], "dkim", (reason,)
    if said.verdict is Verdict.PASS:
        return Verdict.PASS, said.domain, "authentication-results", (said.reason,)
    if forwarded.verdict is Verdict.PASS:
        return Verdict.PASS, forwarded.domain, "arc", (forwarded.reason,)
    waiting = [c.report.reason for c in aligned_checks if c.report.verdict is Verdict.TEMPORARY]
    waiting += [forwarded.reason.rstrip(".")] if forwarded.verdict is Verdict.TEMPORARY else []
    if valid:
        waiting.append(SAY("policy_decides_unknown", domain=domain, signer=valid[0]))
    if waiting:
        return Verdict.TEMPORARY, "", "", (_sentence(waiting[0]),)
    return _without_proof(domain, policy, aligned_checks, said)


def _without_proof(domain: str, policy: DmarcPolicy, aligned_checks: list[Check], said: Opinion) -> _Judgement:
    if said.verdict is Verdict.FAIL:
        return Verdict.FAIL, "", "", (said.reason,)
    broken = next((check.report for check in aligned_checks if check.damning), None)
    if broken and policy.enforced:
        reason = SAY("dkim_broken", domain=broken.domain, why=broken.reason)
        order = SAY("treated_as_forged", domain=domain, policy=policy.policy)
        return Verdict.FAIL, "", "", (reason, order)
    if broken and policy.unknown:
        return Verdict.TEMPORARY, "", "", (SAY("policy_unknown", domain=domain),)
    if said.verdict is Verdict.TEMPORARY:
        return Verdict.TEMPORARY, "", "", (said.reason,)
    return Verdict.NONE, "", "", (SAY("nothing_proves", domain=domain), *filter(None, (said.reason,)))


def _notes(
    message: Message, domain: str, policy: DmarcPolicy, checks: list[Check], answers: DnsAnswers
) -> tuple[str, ...]:
    """What else the reader of the report should know: each signature's fate, and what was not looked at."""
    notes = [_fate(check, domain) for check in checks]
    if not checks:
        notes.append(SAY("no_signature"))
    if not any(name in answers for name in policy_names(domain)):
        notes.append(SAY("no_lookup"))
    elif policy.unknown:
        notes.append(SAY("policy_unknown", domain=domain))
    return tuple(notes)


def _fate(check: Check, domain: str) -> str:
    report = check.report
    if report.aligned or not report.domain:
        return SAY("signature_of", domain=report.domain or "nobody", why=report.reason)
    return SAY("signature_of_other", domain=report.domain, why=report.reason, author=domain or SAY("the_author"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
