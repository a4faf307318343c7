"""Our domain as receiving servers see it: DKIM key, SPF (RFC 7208), DMARC (RFC 7489)."""

from __future__ import annotations

from collections.abc import Iterator

from maild.bootstrap import Services
from maild.doctor.model import Check, error, ok, warning


def dns(made: Services) -> Iterator[Check]:
    """All records of one look-up."""
    smtp = made.settings.smtp
    domain = made.settings.office.address.rpartition("@")[2].lower()
    signer = made.signer
    key_name = signer.dns_record()[0] if signer else ""
    names = [domain, f"_dmarc.{domain}", *([key_name] if key_name else [])]
    answers = made.resolver.txt(names)
    if signer:
        yield from _dkim(key_name, signer.dns_record()[1], answers.get(key_name, ()))
    else:
        yield warning(
            "dkim", "notices are not signed by maild", f"fine where {smtp.host} signs; else set smtp.dkim_domain"
        )
    yield from _spf(domain, answers.get(domain, ()))
    yield from _dmarc(domain, answers.get(f"_dmarc.{domain}", ()))


def _unknown(name: str, record: str) -> Check:
    return warning(name, f"{record} could not be looked up now", "check DNS (authentication.nameservers), try again")


def _dkim(name: str, ours: str, found: tuple[str, ...] | None) -> Iterator[Check]:
    from maild.authenticate.keys import key_records, parse_tags

    if found is None:
        yield _unknown("dkim", name)
        return
    published = {parse_tags(record)["p"].replace(" ", "") for record in key_records(found)}
    own = parse_tags(ours)["p"].replace(" ", "")
    if not published:
        yield error("dkim", f"no key is published at {name}", f"publish this TXT record: {ours}")
    elif own not in published:
        yield error("dkim", f"the key at {name} is not that of smtp.dkim_key_file", f"publish: {ours}")
    else:
        yield ok("dkim", f"{name} has our key")


def _spf(domain: str, found: tuple[str, ...] | None) -> Iterator[Check]:
    if found is None:
        yield _unknown("spf", domain)
        return
    records = [record for record in found if record.lower() == "v=spf1" or record.lower().startswith("v=spf1 ")]
    if not records:
        yield warning("spf", f"{domain} publishes no SPF record", f"ask the administrators of {domain} for one")
    elif len(records) > 1:
        # RFC 7208 section 4.5: more than one record is a permanent error.
        yield error("spf", f"{domain} publishes {len(records)} SPF records", "there must be exactly one")
    else:
        yield ok("spf", records[0])


def _dmarc(domain: str, found: tuple[str, ...] | None) -> Iterator[Check]:
    name = f"_dmarc.{domain}"
    if found is None:
        yield _unknown("dmarc", name)
        return
    records = [record for record in found if record.lower().startswith("v=dmarc1")]
    if len(records) == 1:
        yield ok("dmarc", records[0])
    elif records:
        yield error("dmarc", f"{name} has {len(records)} records: receivers ignore them all", "keep one")
    else:
        yield warning("dmarc", f"{domain} publishes no DMARC policy", f"ask the administrators of {domain} for one")


CHECKS = (dns,)
