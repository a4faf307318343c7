"""How to look: the settings that turn a reading into look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field

from maild.authenticate.lookalike import Known
from maild.classify.providers import Providers
from maild.match import NumberFinder, Weights
from maild.spine.looking.provider_names import ProviderNames
from maild.spine.looking.standing import Ours


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSettings:
    """How to look: the settings that turn a reading into look-ups.

    own_address: the office's; aliases: other addresses by which its mail comes in
    sent_folders: 'account/folder' of those that hold what it sent by hand
    trusted: the providers, by their addresses; known: whom others may want to look like
    token_keys: the newest first; token_days: how long a reply token holds
    """

    numbers: NumberFinder
    weights: Weights
    token_keys: tuple[bytes, ...]
    token_days: int = 180
    providers: ProviderNames = field(default_factory=ProviderNames)
    own_address: str = ""
    aliases: frozenset[str] = frozenset()
    sent_folders: frozenset[str] = frozenset()
    trusted: Providers = field(default_factory=lambda: Providers(()))
    known: Known = field(default_factory=Known)
    _others: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def others(self, provider: str) -> frozenset[str]:
        """As ProviderNames.others, worked out once for each."""
        provider = provider if provider in self.providers.names else ""
        if provider not in self._others:
            self._others[provider] = self.providers.others(provider)
        return self._others[provider]

    @property
    def ours(self) -> Ours:
        """By what a mail shows that it is meant for us."""
        return Ours(
            addresses=self.aliases | {self.own_address},
            numbers=self.numbers,
            systems=self.providers.system_names,
        )
