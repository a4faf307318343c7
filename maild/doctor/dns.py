"""Our domain as receiving servers see it: DKIM key, SPF (RFC 7208), DMARC (RFC 7489)."""

from __future__ import annotations

from collections.abc import Iterator

from maild.bootstrap import Services
from maild.doctor.model import Check, error, ok, warning
from maild.doctor.texts import SAY


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
        yield warning("dkim", SAY("unsigned"), SAY("host_may_sign", host=smtp.host))
    yield from _spf(domain, answers.get(domain, ()))
    yield from _dmarc(domain, answers.get(f"_dmarc.{domain}", ()))


def _unknown(name: str, record: str) -> Check:
    return warning(name, SAY("no_answer_now", record=record), SAY("check_dns"))


def _dkim(name: str, ours: str, found: tuple[str, ...] | None) -> Iterator[Check]:
    from maild.authenticate.keys import key_records, parse_tags

    if found is None:
        yield _unknown("dkim", name)
        return
    published = {parse_tags(record)["p"].replace(" ", "") for record in key_records(found)}
    own = parse_tags(ours)["p"].replace(" ", "")
    if not published:
        yield error("dkim", SAY("no_key", name=name), SAY("publish_txt", record=ours))
    elif own not in published:
        yield error("dkim", SAY("another_key", name=name), SAY("publish", record=ours))
    else:
        yield ok("dkim", SAY("our_key", name=name))


def _spf(domain: str, found: tuple[str, ...] | None) -> Iterator[Check]:
    if found is None:
        yield _unknown("spf", domain)
        return
    records = [record for record in found if record.lower() == "v=spf1" or record.lower().startswith("v=spf1 ")]
    if not records:
        yield warning("spf", SAY("no_spf", domain=domain), SAY("ask_administrators", domain=domain))
    elif len(records) > 1:
        # RFC 7208 section 4.5: more than one record is a permanent error.
        yield error("spf", SAY("several_spf", domain=domain, count=len(records)), SAY("exactly_one"))
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
        yield error("dmarc", SAY("several_records", name=name, count=len(records)), SAY("keep_one"))
    else:
        yield warning("dmarc", SAY("no_dmarc", domain=domain), SAY("ask_administrators", domain=domain))


CHECKS = (dns,)
