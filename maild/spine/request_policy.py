"""What the office decided about the life of requests, and whom a provider's mail goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from maild.classify.providers import Provider
from maild.domain.requests.asking import Asking
from maild.domain.requests.expectation import Expectation, ServiceTimes, Times, expect, loan_due
from maild.domain.requests.patron import Transaction
from maild.match.words import fold
from maild.spine import SAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Providers by every name they go by, folded; `system`: the one through which all other requests run."""

    by_name: Mapping[str, Provider] = field(default_factory=lambda: MappingProxyType({}))
    system: Provider | None = None

    def of(self, transaction: Transaction) -> Provider | None:
        """The provider of a request, as far as its name is one we know."""
        return self.by_name.get(fold(transaction.provider)) if transaction.provider else self.system

    def ask(self, transaction: Transaction) -> Provider | None:
        """Who is written to about a request: its provider, else the system it runs through; None without a contact."""
        asked = (self.of(transaction), self.system)
        return next((provider for provider in asked if provider and provider.contact), None)

    def name(self, transaction: Transaction) -> str:
        """The provider as staff know it."""
        known = self.of(transaction)
        short = known.names[0] if known and known.names else known.name_zh if known else ""
        return transaction.provider or short or SAY("the_provider")


def contacts(providers: Mapping[str, Provider]) -> Contacts:
    """The contacts of providers.toml."""
    names = {
        fold(name): each for each in providers.values() for name in (each.id, each.name_zh, each.name_en, *each.names)
    }
    system = next((each for each in providers.values() if each.system), None)
    return Contacts(by_name=MappingProxyType(names), system=system)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPolicy:
    """times, contacts; send: queries that a contact takes go out without a person of ours (requests.ask_providers)."""

    times: ServiceTimes = field(default_factory=lambda: ServiceTimes(zone=UTC))
    contacts: Contacts = field(default_factory=Contacts)
    send: bool = False

    def times_of(self, transaction: Transaction) -> Times:
        """How long things take with its provider."""
        provider = self.contacts.of(transaction)
        return self.times.of(provider.id if provider else "", transaction.service)

    def expect(self, transaction: Transaction) -> Expectation | None:
        """What is expected next of a request."""
        return expect(transaction, self.times_of(transaction), self.times)

    def may_send(self, provider: Provider, asking: Asking) -> bool:
        """Whether a query goes out by itself."""
        return self.send and asking in provider.asks

    def computed_due(self, transaction: Transaction, now: datetime, *, arrived: bool) -> date:
        """The day a loan is due of which no date is known."""
        return loan_due(self.times.today(now), self.times_of(transaction), arrived=arrived)

    def held_until(self, transaction: Transaction, now: datetime) -> date:
        """The last day on which an arrived loan can be fetched."""
        days = self.times_of(transaction).pick_up
        return self.times.calendar.add_working_days(self.times.today(now), max(days, 1)).day

    def days_late(self, transaction: Transaction, now: datetime) -> int:
        """How many days a loan is beyond its due date; 0 where it is not."""
        if transaction.due is None:
            return 0
        return max(0, (self.times.today(now) - transaction.due) // timedelta(days=1))
