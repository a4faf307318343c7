"""Reading one mail: parse → authenticate → classify → extract. Pure, so it can run in a confined process."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.incoming.reading import Reading, Spent
from maild.spine.reading.files import LocalOpener, all_attachments, with_opened
from maild.spine.reading.invoice import with_files

if TYPE_CHECKING:
    from maild.classify.rules.ruleset import RuleSet
    from maild.ports import DnsAnswers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """What reading depends on beside the bytes and DNS: small and plain, so that a worker can be told it."""

    rules_folder: str = ""
    transaction_number: str
    authserv_id: str = ""
    hosts: tuple[str, ...] = ()
    sealers: tuple[str, ...] = ()
    own_address: str = ""


class LocalReader:
    """The Reader port in this very process: loads the rules once. Confined workers run one of these."""

    def __init__(self, settings: ReadSettings) -> None:
        self._settings = settings
        self._rules = load_rules(settings.rules_folder, settings.transaction_number, settings.own_address)

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        """Understand one mail now, its files opened in this process. vouched: a person answers for the sender."""
        reading = self.read_closed(raw, answers, {}, named)
        return with_opened(
            reading, LocalOpener(), lambda texts: self.read_closed(raw, answers, texts, named), vouched=vouched
        )

    def read_closed(
        self, raw: bytes, answers: DnsAnswers, texts: Mapping[str, str] = MappingProxyType({}), named: str = ""
    ) -> Reading:
        """Understand one mail and open none of its files. texts: of files that were opened elsewhere, by hash."""
        return read(
            raw,
            answers,
            rules=self._rules,
            authserv_id=self._settings.authserv_id,
            hosts=self._settings.hosts,
            sealers=self._settings.sealers,
            own_address=self._settings.own_address,
            now=datetime.now(UTC),
            named=named,
            texts=texts,
        )

    def close(self) -> None:
        """Nothing is held."""


def load_rules(folder: str, transaction_number: str, own_address: str = "") -> RuleSet:
    """The shipped rules and those of `folder` ('' for none). Raises RuleError naming file and reason."""
    from maild.classify.rules.load import load

    return load(folder or None, transaction_number, domain_of(own_address))


def domain_of(address: str) -> str:
    """The organisational domain (RFC 7489) of an address, '' for none."""
    from maild.authenticate.domains import dns_name, organisational

    return organisational(dns_name(address.rpartition("@")[2]))


def read(
    raw: bytes,
    answers: DnsAnswers,
    *,
    rules: RuleSet,
    authserv_id: str,
    own_address: str,
    now: datetime,
    hosts: Sequence[str] = (),
    sealers: Sequence[str] = (),
    named: str = "",
    texts: Mapping[str, str] = MappingProxyType({}),
) -> Reading:
    """Understand one mail; no file of it is opened. Raises MalformedMail where the lenient parser finds no mail.

    texts  of files that were opened elsewhere, by hash (maild.spine.reading.files)
    """
    from maild.authenticate import authenticate
    from maild.parse import parse_mail

    start = time.perf_counter()
    mail = parse_mail(raw)
    parsed = time.perf_counter()
    auth = authenticate(
        raw, mail.author, len(mail.from_), answers, authserv_id=authserv_id, now=now, hosts=hosts, sealers=sealers
    )
    trusted = time.perf_counter()
    classification = rules.classify(mail, auth, own=is_own(mail, own_address), named=named)
    if texts:
        classification = with_files(classification, all_attachments(mail), rules, texts)
    reading = Reading(mail=mail, auth=auth, classification=classification)
    end = time.perf_counter()
    spent = Spent(parse=parsed - start, authenticate=trusted - parsed, classify=end - trusted)
    return replace(reading, seconds=end - start, spent=spent)


def is_own(mail: ParsedMail, own_address: str) -> bool:
    """Whether it is a notice of ours coming back (a copy, a loop): read, never answered."""
    if mail.automatic is Automatic.BOUNCE:
        return False
    # Both: any peer's maild makes such Message-IDs, and staff write from the office's address too.
    own, domain = own_address.lower(), own_address.lower().rpartition("@")[2]
    ours = mail.message_id.startswith("<maild.") and mail.message_id.lower().endswith(f"@{domain}>")
    return ours and mail.author.address == own
