"""Which rules can concern a sender, and which of them a mail: the cost of reading does not grow with the rules."""

from __future__ import annotations

from collections.abc import Sequence

from maild.classify import SAY
from maild.classify.providers import parents
from maild.classify.rules.conditions import Says
from maild.classify.rules.view import Sender, View
from maild.classify.vocabulary.model import ANY_PROVIDER, Rule, Unauthenticated
from maild.domain.incoming.ruling import Party


class Concerned:
    """Rules that can concern a kind of sender, found by the patterns that occur in a mail.

    A rule is tried only if a pattern occurs that it cannot do without: the cost does not grow with the rules.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.parties = frozenset(rule.party for rule in rules)
        self._always: dict[Party, set[int]] = {party: set() for party in Party}
        self._by_pattern: dict[tuple[Party, int], set[int]] = {}
        self._sentences = {r.party for r in rules if any(isinstance(c, Says) for c in r.conditions)}
        for index, rule in enumerate(rules):
            needs = min((c.needs for c in rule.conditions if c.needs), key=len, default=frozenset())
            if not needs:
                self._always[rule.party].add(index)
            for pattern in needs:
                self._by_pattern.setdefault((rule.party, pattern), set()).add(index)

    def candidates(self, party: Party, view: View) -> set[int]:
        """Indices into `rules` of the party's that may fire."""
        hits = view.subject_hits.may | view.text_hits.may
        if party in self._sentences:
            hits |= view.claim_hits.may
        found = self._by_pattern
        return self._always[party].union(*(found[party, hit] for hit in hits if (party, hit) in found))


def may_concern(rule: Rule, provider: str) -> bool:
    """Whether the rule may speak of such a sender: a provider by its id, '' for anybody else."""
    if rule.party is not Party.PROVIDER:
        # A trusted provider is no patron, whoever sits there and writes.
        return rule.party is Party.MACHINE or not provider
    return (
        bool(rule.domains or rule.addresses)
        or (rule.provider == ANY_PROVIDER and provider != "")
        or (rule.provider == provider != "")
    )


def refuses(rule: Rule, sender: Sender) -> str:
    """Why the rule does not speak of this sender, or ''."""
    if not _fits(rule, sender):
        return SAY("other_sender", sender=sender.address or SAY("no_address"))
    if not sender.proven and rule.unauthenticated is Unauthenticated.SKIP:
        return SAY("doubtful_sender", doubt=sender.doubt)
    return ""


def _fits(rule: Rule, sender: Sender) -> bool:
    if rule.domains or rule.addresses:
        return sender.address in rule.addresses or not rule.domains.isdisjoint(parents(sender.domain))
    return may_concern(rule, sender.provider)


def explain_sender(rule: Rule, sender: Sender) -> str:
    """The first line of an explanation: whether the sender is one the rule is about."""
    if why := refuses(rule, sender):
        return SAY("failed", why=why)
    held = SAY("held_sender", sender=sender.address or SAY("no_address"))
    return f"{held} ({sender.doubt})" if sender.doubt else held
