"""A rule made of a mail and of what somebody pointed at in it. Pure: a file's text comes out, nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from maild.classify import SAY
from maild.classify.drafting.draft_chosen import chosen_when
from maild.classify.drafting.draft_fields import DraftFault, FieldDraft, Pick, Place, draft_field, found_in
from maild.classify.drafting.draft_file import ExampleDraft, RuleDraft, rule_text
from maild.classify.drafting.draft_words import Sample, WhenDraft, draft_when
from maild.classify.rules.ruleset import RuleSet
from maild.classify.rules.view import View
from maild.classify.vocabulary.model import EVENT_OF_KIND, FieldType
from maild.classify.vocabulary.values import Typing
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.incoming.trust import AuthReport

__all__ = ["Draft", "DraftFault", "Drafter", "Pick", "Place", "Told", "Wish", "party_of"]

_KINDS = tuple(Kind)
_FIRST_PATRON, _FIRST_MACHINE = _KINDS.index(Kind.PAYMENT_PROOF), _KINDS.index(Kind.BOUNCE)
NOT_TO_CHOOSE = frozenset({Kind.OWN, Kind.UNKNOWN, Kind.PROVIDER_OTHER, Kind.PATRON_OTHER, Kind.BOUNCE})
# Where a rule of the office's own stands: right before the rules that take what no other knows.
_BEFORE_GENERAL = {Party.PROVIDER: (59, 52), Party.PATRON: (79, 73), Party.MACHINE: (69, 66)}
_LOWEST = 16  # before these stand bounces, automatic replies and ISO 18626
# What no rule's own fields name, and providers' mails have.
_TYPES = {"transaction": FieldType.TRANSACTION, "request_id": FieldType.TEXT, "amount": FieldType.MONEY}
_ORDER = (
    "transaction",
    "request_id",
    "title",
    "patron_name",
    "patron_email",
    "url",
    "password",
    "expires",
    "pages",
    "total",
    "subsidy",
    "payable",
    "due",
    "provider_name",
    "reason",
    "note",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A mail, who it is from as far as proven; alike: a sibling that the rule shall take, too."""

    mail: ParsedMail
    auth: AuthReport
    alike: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a librarian wants of the rule. order 0 and name '': as proposed.

    must: words that have to stand in every such mail (their field is ''); none: the drafter looks for them
    new_provider: an id under which the sender's address becomes a provider that is trusted
    """

    kind: Kind
    picks: tuple[Pick, ...] = ()
    must: tuple[Pick, ...] = ()
    title: str = ""
    name: str = ""
    order: int = 0
    new_provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule as it would be saved. expected: what it finds in the mail; notes: what its author should know.

    providers: a table for the office's providers.toml, '' for none
    """

    name: str
    rule: RuleDraft
    expected: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    providers: str = ""

    @property
    def text(self) -> str:
        return rule_text(self.rule)

    def with_examples(self, examples: Iterable[ExampleDraft]) -> Draft:
        """The draft with examples of its own."""
        return replace(self, rule=replace(self.rule, examples=tuple(examples)))


# What only says how the others are to be taken: nobody points at it.
_SIGNS = frozenset({"terms", "secret", "demand", "sent_back", "refusal"})


class Drafter:
    """Drafts on the words and numbers of the rules in force."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules

    def fields_of(self, kind: Kind) -> dict[str, FieldType]:
        """The fields that mails of such a party have, as the rules in force know them, and their types."""
        party = party_of(kind)
        counted: dict[str, Counter[FieldType]] = {}
        for rule in self._rules.rules:
            for spec in rule.fields if rule.party is party else ():
                if not spec.values and spec.name not in _SIGNS:
                    counted.setdefault(spec.name, Counter())[spec.type] += 1
        known = {name: types.most_common(1)[0][0] for name, types in counted.items()} | _TYPES
        rank = {name: place for place, name in enumerate(_ORDER)}
        return dict(sorted(known.items(), key=lambda one: (rank.get(one[0], len(rank)), one[0])))

    def view(self, told: Told, kind: Kind) -> View:
        """The mail as the rule would see it: what picks point into."""
        return self._rules.look(told.mail, told.auth, party_of(kind))[0]

    def draft(self, told: Told, wish: Wish, others: Sequence[Told] = (), *, at: datetime | None = None) -> Draft:
        """The rule. Raises DraftFault with the reason where none can be made.

        others: mails of the same sender, those alike and those of other kinds
        """
        if wish.kind in NOT_TO_CHOOSE:
            raise DraftFault(SAY("no_rule_says", kind=wish.kind), remedy=SAY("choose_what_it_says"))
        party = party_of(wish.kind)
        view, typing = self._rules.look(told.mail, told.auth, party)
        alike = [self._rules.look(one.mail, one.auth, party)[0] for one in others if one.alike]
        unlike = [self._rules.look(one.mail, one.auth, party)[0] for one in others if not one.alike]
        fields = self._fields(wish, view, typing, alike)
        values = [pick.words(view).strip() for pick in wish.picks]
        samples = [Sample(view, tuple(values)), *(self._sample(one, typing, fields) for one in alike)]
        when = chosen_when(wish.must, view, values, unlike) if wish.must else draft_when(samples, unlike)
        provider, domains, table, notes = self._who(told, wish, party)
        name = self._name(wish, told, provider or "own", party)
        rule = RuleDraft(
            title=wish.title.strip()
            or SAY("own_rule", name=self._shown(provider, told), kind=wish.kind.replace("_", " ")),
            party=party,
            provider=provider,
            domains=domains,
            kind=wish.kind,
            event=EVENT_OF_KIND.get(wish.kind),
            when=when,
            fields=fields,
            required=frozenset({"transaction"}) if party is Party.PROVIDER else frozenset(),
            comment=SAY("made_of", day=at.date()) if at else "",
        )
        expected = MappingProxyType({one.name: one.value for one in fields})
        notes += _notes(fields, when, len(alike), len(unlike))
        return Draft(name=name, rule=rule, expected=expected, notes=notes, providers=table)

    def _fields(self, wish: Wish, view: View, typing: Typing, alike: Sequence[View]) -> tuple[FieldDraft, ...]:
        known = self.fields_of(wish.kind)
        made = []
        for name in dict.fromkeys(pick.field for pick in wish.picks):
            if name not in known:
                raise DraftFault(SAY("no_field", name=repr(name)), remedy=SAY("one_of", names=", ".join(known)))
            picks = [pick for pick in wish.picks if pick.field == name]
            made.append(draft_field(name, known[name], picks, view, typing, alike, self._rules.number_text))
        return tuple(made)

    def _sample(self, view: View, typing: Typing, fields: Sequence[FieldDraft]) -> Sample:
        found = (found_in(one, view, typing, self._rules.number_text) for one in fields)
        return Sample(view, tuple(value for value in found if value))

    def _who(self, told: Told, wish: Wish, party: Party) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
        """(provider id, domains of [who], table for providers.toml, notes)."""
        author = told.mail.author
        notes: tuple[str, ...] = ()
        if not told.auth.passed and party is not Party.PATRON:
            notes = (SAY("unproven_waits"),)
        if party is Party.PATRON:
            return "", (), "", notes
        known = self._rules.providers.of_address(author.address)
        if party is Party.MACHINE:
            return "", (author.domain,) if author.domain else (), "", notes
        if known is not None:
            return known.id, (), "", notes
        if not wish.new_provider:
            what = SAY("untrusted_provider", name=author.domain or author.address or SAY("the_sender"))
            raise DraftFault(what, remedy=SAY("give_short_name"))
        if wish.new_provider in self._rules.providers:
            raise DraftFault(SAY("other_provider", name=wish.new_provider), remedy=SAY("choose_short_name"))
        if not told.auth.passed or not author.domain:
            what = SAY("unproven_no_provider")
            raise DraftFault(what, remedy=SAY("write_by_hand"))
        name = author.name.replace('"', "").replace("\\", "").strip() or wish.new_provider
        # The address alone: its domain may be one where anybody has a mailbox.
        table = f'[{wish.new_provider}]\nname_zh = "{name}"\nname_en = "{name}"\naddresses = ["{author.address}"]\n'
        return wish.new_provider, (), table, notes

    def _shown(self, provider: str, told: Told) -> str:
        known = self._rules.providers.get(provider)
        return (known.name_en if known else provider) or told.mail.author.domain or "Patron"

    def _name(self, wish: Wish, told: Told, who: str, party: Party) -> str:
        """NN-who-kind-own, free of shipped names and of other rules' numbers as far as there are free ones."""
        if wish.name:
            return wish.name
        names = {rule.name for rule in self._rules.rules}
        slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in f"{who}-{wish.kind}".lower()).strip("-")
        base = f"{wish.order or self.order(told, party)}-{slug}-own"
        return next(name for n in range(1, 100) if (name := base if n == 1 else f"{base}-{n}") not in names)

    def order(self, told: Told, party: Party) -> int:
        """A number before the rule that takes the mail now, and before the general ones; a free one if there is."""
        main = self._rules.classify(told.mail, told.auth).main
        taken = {rule.order for rule in self._rules.rules}
        highest, lowest = _BEFORE_GENERAL[party]
        deciding = next((rule for rule in self._rules.rules if rule.name == main.rule), None)
        if deciding is not None and deciding.party is party and deciding.order <= highest:
            highest, lowest = deciding.order - 1, _LOWEST
        free = [order for order in range(highest, lowest - 1, -1) if order not in taken]
        return free[0] if free else max(highest, _LOWEST)


def party_of(kind: Kind) -> Party:
    """Who writes mails of the kind."""
    place = _KINDS.index(kind)
    if place < _FIRST_PATRON:
        return Party.PROVIDER
    return Party.PATRON if place < _FIRST_MACHINE else Party.MACHINE


def _notes(fields: Sequence[FieldDraft], when: WhenDraft, alike: int, unlike: int) -> tuple[str, ...]:
    found = [SAY("found_in_others", name=one.name, found=one.found, all=alike) for one in fields if one.found < alike]
    if not any(one.name == "transaction" for one in fields):
        found.append(SAY("no_number_pointed_at"))
    if when.also_takes:
        found.append(SAY("words_in_others", count=when.also_takes, all=unlike))
    return tuple(found)
