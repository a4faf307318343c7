"""What an office decides once, read from its settings and its rules folder. Each is read when it is first asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.config import Matching, Office, Settings
from maild.lifetime import part

if TYPE_CHECKING:
    from collections.abc import Callable

    from maild.authenticate.lookalike import Known
    from maild.classify.providers import Providers
    from maild.classify.rules.ruleset import ExampleResult, RuleSet
    from maild.domain.calendar import Calendar
    from maild.domain.desk.queue_limits import QueueLimits
    from maild.domain.incoming.mail import ParsedMail
    from maild.domain.operation.trouble import TroubleRules
    from maild.domain.outgoing.reach import ReachPolicy
    from maild.notify.sending.submission import Submission
    from maild.notify.writing.timing_policy import TimingPolicy
    from maild.office.answers.questions import AnswerPolicy
    from maild.office.answers.second_reader import SecondReader
    from maild.office.answers.telling_policy import Telling
    from maild.office.ignoring.ignoring_policy import IgnoringPolicy
    from maild.office.notices.leaving import Leaving
    from maild.office.payments.payment_policy import PaymentPolicy
    from maild.office.registration.review_policy import ReviewPolicy
    from maild.spine.looking.lookup_settings import LookupSettings
    from maild.spine.policy import Policy
    from maild.spine.request_policy import RequestPolicy


class Policies:
    """The rules and policies of one configuration."""

    settings: Settings

    @property
    def token_key(self) -> bytes:
        """What signs: of reply tokens, forms, payment codes and the console's cookies."""
        return self.settings.matching.token_key.reveal().encode()

    @property
    def token_keys(self) -> tuple[bytes, ...]:
        """What verifies: the key, and the one before it."""
        former = self.settings.matching.former_token_key.reveal().encode()
        return (self.token_key, former) if former else (self.token_key,)

    @part(second=True, files=True)
    def rules(self) -> RuleSet:
        """The rules in force; raises RuleError where one is broken."""
        from maild.spine.reading.read import load_rules

        settings = self.settings
        return load_rules(settings.rules.folder, settings.matching.transaction_number, settings.office.address)

    @property
    def own_domain(self) -> str:
        """The office's organisational domain: nobody there is a supplier."""
        from maild.spine.reading.read import domain_of

        return domain_of(self.settings.office.address)

    def rule_examples(self, parse: Callable[[bytes], ParsedMail]) -> list[ExampleResult]:
        """Every rule's examples: the office's own by its number pattern, the shipped ones by the shipped one.

        They hold numbers of libraries that the office's pattern need not know.
        """
        from maild.resources import data_folder
        from maild.spine.reading.read import load_rules

        own, usual = self.settings.matching.transaction_number, Matching().transaction_number
        if own == usual:
            return self.rules.test(parse)
        shipped = str(data_folder("rules"))
        ours = {rule.name for rule in self.rules.rules if not str(rule.file).startswith(shipped)}
        as_shipped = load_rules(self.settings.rules.folder, usual, self.settings.office.address)
        return [one for one in as_shipped.test(parse) if one.rule not in ours] + [
            one for one in self.rules.test(parse) if one.rule in ours
        ]

    @part(early=True)
    def providers(self) -> Providers:
        """Providers and institutions; raises RuleError where one of their files is broken."""
        from maild.classify.rules.suppliers import known_providers

        return known_providers(self.settings.rules.folder, self.own_domain)

    @part(early=True)
    def calendar(self) -> Calendar:
        """Days off and days worked; raises RuleError where a calendar file is broken."""
        from maild.office.watch.calendars import load_calendar

        return load_calendar(self.settings.rules.folder)

    @part(early=True)
    def lookup(self) -> LookupSettings:
        from maild.match import NumberFinder, load_weights
        from maild.spine.looking.lookup_settings import LookupSettings
        from maild.spine.looking.provider_names import provider_names

        folder, providers = self.settings.rules.folder, self.providers
        return LookupSettings(
            numbers=NumberFinder(self.settings.matching.transaction_number),
            weights=load_weights(folder),
            token_keys=self.token_keys,
            token_days=self.settings.matching.token_days,
            providers=provider_names(providers),
            trusted=providers,
            own_address=self.settings.office.address.lower(),
            aliases=frozenset(address.lower() for address in self._own_addresses()),
            known=_known(self.settings.office, providers),
            sent_folders=frozenset(f"{m.name}/{f}" for m in self.settings.mailbox for f in m.sent_folders),
        )

    def _own_addresses(self) -> list[str]:
        """Under which mail reaches us beside office.address: the aliases, and the accounts that are read."""
        return [*self.settings.office.aliases, *(box.user for box in self.settings.mailbox if "@" in box.user)]

    @part(early=True)
    def payments(self) -> PaymentPolicy:
        """What a payment proof may do by itself; raises RuleError where payments.toml or beside.toml is broken."""
        from maild.office.payments.beside_proof import load_beside
        from maild.office.payments.payment_policy import load_payments

        folder = self.settings.rules.folder
        return replace(load_payments(folder), beside=load_beside(folder))

    @part(early=True)
    def reviews(self) -> ReviewPolicy:
        """How registrations are reviewed; raises RuleError where review.toml or a calendar file is broken."""
        from maild.office.registration.review_policy import load_review

        return load_review(self.settings.rules.folder, self.calendar, self.settings.office.timezone)

    @part(early=True)
    def requests(self) -> RequestPolicy:
        """How long things take and whom queries go to; raises RuleError where a file of that is broken."""
        from maild.office.watch.service_times import load_times
        from maild.spine.request_policy import RequestPolicy, contacts

        folder, zone = self.settings.rules.folder, ZoneInfo(self.settings.office.timezone)
        times = load_times(folder, self.calendar, zone, frozenset(self.providers))
        return RequestPolicy(
            times=times, contacts=contacts(self.providers), send=self.settings.requests.ask_providers == "send"
        )

    @part(early=True)
    def answers(self) -> AnswerPolicy:
        """Which questions are answered, by which texts; raises RuleError where rules/answers is broken."""
        from maild.office.answers.questions import load_answers

        settings = self.settings
        return load_answers(settings.answers, settings.office, settings.rules.folder, settings.staff.language)

    @part(early=True)
    def timing_policy(self) -> TimingPolicy:
        """When notices may go and what they wait for; raises RuleError where voice.toml is broken."""
        from maild.notify.writing.timing_policy import load_timing_policy

        return load_timing_policy(self.settings.rules.folder)

    @part()
    def submission(self) -> Submission:
        """What the submission server's refusals mean; raises RuleError where submission.toml is broken."""
        from maild.notify.sending.submission import load_submission

        return load_submission(self.settings.rules.folder)

    @part(early=True)
    def queue_limits(self) -> QueueLimits:
        """By when what waits must be done; raises RuleError where queue.toml or a calendar file is broken."""
        from maild.office.queue.queue_policy import load_queue

        return load_queue(self.settings.rules.folder, self.calendar, ZoneInfo(self.settings.office.timezone))

    @part(early=True)
    def troubles(self) -> TroubleRules:
        """What troubles are called and how they are taken; raises RuleError where troubles.toml is broken."""
        from maild.office.watch.trouble_rules import load_troubles

        return load_troubles(self.settings.rules.folder)

    @part(early=True)
    def ignoring(self) -> IgnoringPolicy:
        """What may be ignored; raises RuleError where ignoring.toml is broken."""
        from maild.office.ignoring.ignoring_policy import load_ignoring

        staff = self.settings.staff
        made = load_ignoring(self.settings.rules.folder)
        return replace(made, reported=bool(staff.digest_at and staff.addresses))

    @part(early=True)
    def leaving(self) -> Leaving:
        """What may leave while its mail waits for a person; raises RuleError where leaving.toml is broken."""
        from maild.office.notices.leaving import load_leaving

        return load_leaving(self.settings.rules.folder)

    @part(early=True)
    def telling(self) -> Telling:
        """What a mail that waits may be told its writer; raises RuleError where risk.toml or danger.toml is broken."""
        from maild.office.answers.telling_policy import load_telling

        return load_telling(self.settings.rules.folder, second=self.second)

    @part()
    def second(self) -> SecondReader:
        """The second reader whose weights ship."""
        from maild.office.answers.second_reader import SecondReader

        return SecondReader()

    @part()
    def reach(self) -> ReachPolicy:
        """How long an address is avoided, and whose reports of it count."""
        from maild.notify.sending.hearing import policy_of
        from maild.notify.writing.guidance import MailSystems
        from maild.tables import office_table

        systems = MailSystems.load(office_table("whitelist.toml", self.settings.rules.folder))
        return replace(policy_of(self.settings.reach), relay=self.settings.smtp.host, systems=systems.houses)

    @part()
    def policy(self) -> Policy:
        """What the office decided once and for all."""
        from maild.spine.policy import Policy

        settings = self.settings
        return Policy(
            release=settings.notices.release,
            requests=self.requests,
            reach=self.reach,
            timing_policy=self.timing_policy,
            daily_at=settings.notices.daily_at,
            queue=self.queue_limits,
            fresh=timedelta(days=settings.authentication.fresh_days),
            own=(self.payments, self.reviews, self.answers, self.leaving, self.ignoring, self.telling),
        )


def _known(office: Office, providers: Providers) -> Known:
    """Whom senders may want to look like: the office and the providers, by the names and domains they write from."""
    from maild.authenticate.domains import organisational
    from maild.authenticate.lookalike import Known, skeleton

    own = organisational(office.address.rpartition("@")[2])
    names: dict[str, tuple[str, ...]] = {office.name_zh: (own,), office.name_en: (own,)}
    for each in providers.values():
        addresses = tuple(address.rpartition("@")[2] for address in each.addresses)
        for name in (each.name_zh, each.name_en, *each.names, each.id):
            names[name] = (*names.get(name, ()), *each.domains, *addresses, own)
    domains = dict.fromkeys([own, *(domain for each in providers.values() for domain in each.domains)])
    further: dict[str, str] = {}
    for library in providers.institutions:
        further |= {skeleton(domain): domain for domain in library.domains if domain not in domains}
        for name in library.library_names:
            names[name] = (*names.get(name, ()), *library.domains, own)
    return Known(names=names, domains=tuple(domains), further=further)
