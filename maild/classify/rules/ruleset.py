"""The rule set at work: classify a mail, explain a rule, run the rules' own examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from maild.classify import SAY
from maild.classify.providers import Provider, Providers
from maild.classify.reading.asides import aside_in
from maild.classify.reading.clauses import LONGEST_REST, Understanding
from maild.classify.reading.invoice import InvoiceReader
from maild.classify.reading.news.bending import unreal
from maild.classify.reading.news.left_open import takes_back
from maild.classify.reading.news.unread import unread
from maild.classify.reading.numbers import alike_numbers, joined_numbers
from maild.classify.reading.row_words import Around
from maild.classify.reading.rows.columns import in_words
from maild.classify.reading.rows.reading import divider, read_rows
from maild.classify.reading.status import StatusReader, untold
from maild.classify.rules.concerned import Concerned, explain_sender, may_concern, refuses
from maild.classify.rules.fallback import MOST_OF_REMARK, fallback, own_again, untold_beside
from maild.classify.rules.fields import extract
from maild.classify.rules.trial import Trial
from maild.classify.rules.view import MOST_CHARACTERS, Sender, View, sender_of
from maild.classify.vocabulary.lexicon import Lexicon
from maild.classify.vocabulary.model import Example, Rule
from maild.classify.vocabulary.patterns import Pattern, PatternPool
from maild.classify.vocabulary.searched import begin_mail
from maild.classify.vocabulary.values import Typing
from maild.domain import SAY as DOMAIN
from maild.domain.errors import NotFound
from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Row, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.text import normalise

MOST_FORWARDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """One example of a rule; `problems` is empty where it went as expected."""

    rule: str
    mail: str
    expected: Kind
    got: Kind | None = None
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


class RuleSet:
    """All rules in their order. Pure once loaded: same mail and report, same rulings."""

    def __init__(
        self,
        *,
        rules: Sequence[Rule],
        providers: Providers,
        lexicon: Lexicon,
        pool: PatternPool,
        number: Pattern,
        reasons: tuple[tuple[str, Pattern], ...],
        examples: Callable[[str], Path],
        understanding: Understanding,
        number_text: str = "",
    ) -> None:
        self.rules = tuple(rules)
        self._understanding = understanding
        self._sure = frozenset(rule.name for rule in rules if rule.certain)
        self._about_files = frozenset(rule.name for rule in rules if rule.about_attachments)
        self._guesses = frozenset(rule.name for rule in rules if rule.otherwise)
        self.providers = providers
        self._lexicon = lexicon
        self._pool = pool
        self._number = number
        self.number_text = number_text  # the office's pattern, without groups
        self._reasons = reasons
        self._examples = examples
        self._by_sender: dict[str, Concerned] = {}

    def classify(self, mail: ParsedMail, auth: AuthReport, *, own: bool = False, named: str = "") -> Classification:
        """Say what kind of mail it is, and what it says. Never empty.

        own    the caller recognised a notice of the office itself (From and Message-ID are ours)
        named  whom staff said that the author's address speaks for (Providers.speaker)
        """
        begin_mail()
        sender = sender_of(mail, auth, self._provider_of(mail, named))
        if own:
            return Classification(rulings=(own_again(),))
        mail = self._in_words(mail, sender)
        found = self._apart(mail, sender, auth, self._read(mail, sender, auth, frozenset(Party)))
        if mail.automatic is not Automatic.NO or (found.main.kind, found.main.party) != (Kind.BULK, Party.MACHINE):
            return found
        other = self._read(mail, sender, auth, frozenset({Party.PATRON, Party.PROVIDER}))
        return replace(found, unless=other) if other.main.rule else found  # what no rule reads is nothing better

    def _in_words(self, mail: ParsedMail, sender: Sender) -> ParsedMail:
        """A supplier's mail with a table of one row as labels and values."""
        if not (sender.provider and sender.proven and self._status):
            return mail
        around = Around(self._status.rows, self._lexicon, self._status.silent)
        said = in_words(own := mail.reply_text, self._typing(mail).numbers, around)
        changed = said != own and own in mail.text
        return replace(mail, reply_text=said, text=mail.text.replace(own, said)) if changed else mail

    def _read(self, mail: ParsedMail, sender: Sender, auth: AuthReport, parties: frozenset[Party]) -> Classification:
        rulings, misses = self._run(mail, sender, parties)
        if not any(ruling.party is not Party.PATRON for ruling in rulings) and (alone := self._titled(mail, sender)):
            titled = self._rows(mail, sender, alone)
            return Classification(rulings=(_divided(alone, titled) if titled else alone,), rows=titled)
        if not any(ruling.party is not Party.PATRON for ruling in rulings) and (listed := self._listed(mail, sender)):
            return listed
        writer = sender
        if sender.institution and not self._of_requests(mail, sender, rulings):
            # Who names no request of ours writes as anybody does: a circular, a question, thanks.
            sender = sender_of(mail, auth, None)
            rulings, misses = self._run(mail, sender, parties)
        forwarded = self._forwarded(mail, sender)
        if any(r.rule in self._guesses for r in rulings) and self._rest(mail, sender, rulings):
            rulings = [*rulings, fallback(mail, sender, [])]  # the doubt stays beside a guess: a person looks
        if not rulings:
            rulings = [self._unread(mail, writer, misses) or fallback(mail, sender, misses)]
            if forwarded and not mail.reply_text.strip():
                return Classification(rulings=(*forwarded, *rulings), rest=self._rest(mail, sender, rulings))
        rest, rows = self._rest(mail, sender, rulings), self._rows(mail, sender, rulings[0])
        if rows:
            rulings[0] = _divided(rulings[0], rows)
        return Classification(rulings=(*rulings, *forwarded), rest=rest, rows=rows)

    def _apart(self, mail: ParsedMail, sender: Sender, auth: AuthReport, found: Classification) -> Classification:
        """With what a supplier's mail says beside its matter. Nothing is told by a mail of which that may take it back;
        what is a matter of its own is left out where it stands in the way: a remark, then.
        """
        proven = sender.provider and sender.proven and not found.rows and found.main.party is not Party.MACHINE
        aside = aside_in(mail.reply_text, self._lexicon.hedges) if proven else None
        if aside is None:
            return found
        ruling, *others = found.rulings
        same = replace(mail, reply_text=aside.main, text=aside.main)
        alone = self._read(same, sender, auth, frozenset(Party)).main if aside.apart else ruling
        price = Kind.FEE_QUOTED in (ruling.kind, alone.kind)  # what is said of money beside it may be that price
        if not aside.apart or (price and not aside.talk):
            return replace(found, rulings=(untold_beside(ruling, aside.text), *others))
        if alone.party is not Party.PROVIDER or not alone.event:
            return found
        remark = {} if aside.talk else {"remark": Field(aside.text[:MOST_OF_REMARK], 0.7, "text")}
        return Classification(rulings=(_with(alone, remark | {"aside": Field(aside.text, 0.7, "text")}),))

    def _titled(self, mail: ParsedMail, sender: Sender) -> Ruling | None:
        """What a provider's short mail tells that says no number and that nothing else reads: its title may be ours."""
        if not (sender.provider and sender.proven and self._general) or mail.automatic is not Automatic.NO:
            return None
        view = self._view(mail, sender, Party.PROVIDER)
        view.titled = True
        ruling = self._trial.of(self._general, view, self._typing(mail)).ruling
        return ruling if ruling and ruling.event and not ruling.value("transaction") else None

    def _listed(self, mail: ParsedMail, sender: Sender) -> Classification | None:
        """What a provider's mail tells of several requests that it names otherwise than by numbers."""
        if not (sender.provider and sender.proven) or mail.automatic is not Automatic.NO:
            return None
        main = fallback(mail, sender, [])
        rows = self._rows(mail, sender, main)
        return Classification(rulings=(_divided(main, rows),), rows=rows) if rows else None

    def _unread(self, mail: ParsedMail, sender: Sender, misses: Sequence[str]) -> Ruling | None:
        """What a proven supplier's mail may tell that no rule reads, of the request whose number or title it says."""
        reader, ruling = self._status, fallback(mail, sender, misses)
        if not (sender.proven and ruling.party is Party.PROVIDER and reader) or not mail.reply_text.strip():
            return None
        view, typing = self._view(mail, sender, Party.PROVIDER), self._typing(mail)
        view.titled = True
        if not self._general or reader(view, typing).reasons != untold(view):
            return None
        said = extract(self._general.fields, view, typing).fields
        fields = unread(view, typing, reader.silent, said)
        return _with(ruling, {**said, **fields}) if fields else None

    def _rows(self, mail: ParsedMail, sender: Sender, main: Ruling) -> tuple[Row, ...]:
        """A provider's mail about several requests, row by row; () where it is none, or cannot be divided."""
        if main.party is not Party.PROVIDER or not sender.proven:
            return ()
        view, typing = self._view(mail, sender, Party.PROVIDER), self._typing(mail)
        if main.value("transaction") and len(typing.numbers(f"{view.subject}\n{view.text}")) < 2:
            return ()  # of one request
        if takes_back(view) or unreal(view):
            return ()
        rule = divider(self.rules, main.rule)

        def read(small: ParsedMail) -> Ruling | None:
            view = self._view(small, sender, Party.PROVIDER)
            view.titled = True
            return self._trial.of(rule, view, typing).ruling if rule else None

        rows = read_rows(mail, main, rule, typing, self._lexicon, read)
        named = {row.ruling.value("transaction") for row in rows}
        return rows if not main.event or main.value("transaction") in {"", *named} else ()

    def _of_requests(self, mail: ParsedMail, sender: Sender, rulings: Sequence[Ruling]) -> bool:
        """Whether a library's mail is about requests: a rule reads it so, or it names one."""
        if any(ruling.party is Party.PROVIDER and ruling.event for ruling in rulings):
            return True
        view, typing = self._view(mail, sender, Party.PROVIDER), self._typing(mail)
        said = f"{view.subject}\n{view.text}\n{normalise(mail.quoted_text[:MOST_CHARACTERS])}"
        return bool(typing.numbers(said) or joined_numbers(said, typing) or alike_numbers(said, typing))

    def _rest(self, mail: ParsedMail, sender: Sender, rulings: Sequence[Ruling]) -> tuple[str, ...]:
        """What a person wrote that no ruling accounts for; of other mail nothing is asked.

        A mail that only its words make an automatic one may be a person's all the same: none of it is accounted for.
        """
        if rulings[0].party is not Party.PATRON:
            undeclared = mail.automatic is Automatic.NO and rulings[0].kind in (Kind.AUTO_REPLY, Kind.BULK)
            said = " ".join((mail.reply_text or mail.subject).split())[:LONGEST_REST]
            return (said or "(nothing is written)",) if undeclared and not sender.provider else ()
        fired = {ruling.rule for ruling in rulings}
        return self._understanding.rest(
            self._view(mail, sender, Party.PATRON),
            self._typing(mail),
            rulings,
            sure=self._sure,
            accounted=not fired.isdisjoint(self._about_files),
        )

    @cached_property
    def invoices(self) -> InvoiceReader | None:
        """What reads requests for invoices, where a rule has it."""
        return next((rule.reader for rule in self.rules if isinstance(rule.reader, InvoiceReader)), None)

    def explain(self, rule_name: str, mail: ParsedMail, auth: AuthReport) -> list[str]:
        """Each demand of the rule, 'held: …' or 'failed: …', and the outcome. Raises NotFound."""
        rule = next((r for r in self.rules if r.name == rule_name), None)
        if rule is None:
            raise NotFound(SAY("no_rule", name=repr(rule_name)), remedy="maild rules list shows the names")
        sender = sender_of(mail, auth, self._provider_of(mail))
        view = self._view(mail, sender, rule.party)
        lines = [explain_sender(rule, sender)]
        lines += [SAY("held" if c.holds(view) else "failed", why=c.explain(view)) for c in rule.conditions]
        outcome = self._trial.of(rule, view, self._typing(mail))
        for spec in rule.fields:
            value = outcome.ruling.value(spec.name) if outcome.ruling else ""
            if value:
                lines.append(SAY("field_is", name=spec.name, value=value))
        lines += [SAY("note", why=reason) for reason in outcome.reasons]
        return [*lines, SAY("fires", kind=outcome.ruling.kind) if outcome.ruling else SAY("does_not_fire")]

    def example(self, name: str) -> Path:
        """Where the example mail of that name lies."""
        return self._examples(name)

    def look(self, mail: ParsedMail, auth: AuthReport, party: Party) -> tuple[View, Typing]:
        """A mail as a rule of that party sees it, and how its values are read: what drafts are made with."""
        return self._view(mail, sender_of(mail, auth, self._provider_of(mail)), party), self._typing(mail)

    def rivals(self, rule_name: str, mail: ParsedMail, auth: AuthReport) -> tuple[str, ...]:
        """Rules of the same order number that stop the search as the named one does, and would say another kind."""
        rule = next((r for r in self.rules if r.name == rule_name), None)
        if rule is None or not rule.stop:
            return ()
        beside = [r for r in self.rules if r.order == rule.order and r.stop and r.party is rule.party and r is not rule]
        if not beside:
            return ()
        view, typing = self._view(mail, sender_of(mail, auth, self._provider_of(mail)), rule.party), self._typing(mail)
        said = self._trial.of(rule, view, typing).ruling
        told = [(other.name, self._trial.of(other, view, typing).ruling) for other in beside]
        return tuple(name for name, ruling in told if ruling and said and ruling.kind is not said.kind)

    def test(self, parse: Callable[[bytes], ParsedMail]) -> list[ExampleResult]:
        """Run every example of every rule."""
        return [self._run_example(rule, example, parse) for rule in self.rules for example in rule.examples]

    def _provider_of(self, mail: ParsedMail, named: str = "") -> Provider | None:
        return self.providers.of_address(mail.author.address, named, mail.author.name)

    def _typing(self, mail: ParsedMail) -> Typing:
        return Typing(number=self._number, reasons=self._reasons, year=mail.date.year if mail.date else None)

    def _view(self, mail: ParsedMail, sender: Sender, party: Party) -> View:
        return View(mail, sender, party, self._lexicon, self._pool)

    def _run(
        self, mail: ParsedMail, sender: Sender, parties: frozenset[Party] = frozenset(Party)
    ) -> tuple[list[Ruling], list[str]]:
        """Rulings of the rules that fire, and notes of rules that nearly did."""
        views: dict[Party, View] = {}
        typing = self._typing(mail)
        rulings: list[Ruling] = []
        notes: list[str] = []
        concerned = self._rules_for(sender)
        candidates: set[int] = set()
        for party in parties & concerned.parties:
            # Providers' and machines' mails are looked at alike.
            alike = views.get(Party.MACHINE if party is Party.PROVIDER else Party.PROVIDER)
            view = views[party] = alike if alike and party is not Party.PATRON else self._view(mail, sender, party)
            candidates |= concerned.candidates(party, view)
        for index in sorted(candidates):
            rule = concerned.rules[index]
            if refuses(rule, sender) or (rule.otherwise and rulings):
                continue
            view = views[rule.party]
            outcome = self._trial.of(rule, view, typing)
            if outcome.ruling is None:
                notes += [DOMAIN("named", name=rule.name, why=reason) for reason in outcome.reasons]
                continue
            if outcome.ruling.kind not in {r.kind for r in rulings}:
                rulings.append(outcome.ruling)
            if rule.stop:
                break
        return rulings, notes

    def _rules_for(self, sender: Sender) -> Concerned:
        """The rules that can concern a sender of that provider (or of none), in order; kept per provider."""
        known = sender.provider in self.providers or sender.provider in self.providers.institutions.by_id
        key = sender.provider if known or not sender.provider else _UNLISTED
        if key not in self._by_sender:
            self._by_sender[key] = Concerned([r for r in self.rules if may_concern(r, key)])
        return self._by_sender[key]

    @cached_property
    def _general(self) -> Rule | None:
        return divider(self.rules)

    @cached_property
    def _status(self) -> StatusReader | None:
        reader = self._general.reader if self._general else None
        return reader if isinstance(reader, StatusReader) else None

    @cached_property
    def _trial(self) -> Trial:
        return Trial(self._status)

    def _forwarded(self, mail: ParsedMail, sender: Sender) -> tuple[Ruling, ...]:
        """What providers' mails say that somebody else forwarded: read alike, but never trusted."""
        if sender.provider:
            return ()
        rulings: list[Ruling] = []
        for inner in mail.forwarded[:MOST_FORWARDED]:
            provider = self._provider_of(inner)
            if provider is None:
                continue
            claimed = sender_of(inner, AuthReport(verdict=Verdict.NONE), provider, forwarded=True)
            found, _ = self._run(inner, claimed, frozenset({Party.PROVIDER}))
            note = SAY("forwarded_within", address=inner.author.address)
            rulings += [replace(r, trusted=False, reasons=(*r.reasons, note)) for r in found]
        return tuple(rulings)

    def _run_example(self, rule: Rule, example: Example, parse: Callable[[bytes], ParsedMail]) -> ExampleResult:
        mail = parse(self._examples(example.mail).read_bytes())
        author = mail.author
        auth = AuthReport(
            verdict=Verdict.PASS if example.authenticated else Verdict.NONE,
            address=author.address,
            domain=author.domain if example.authenticated else "",
            how="dkim" if example.authenticated else "",
        )
        result = self.classify(mail, auth, own=example.own)
        fired = next((r for r in result.rulings if r.rule == rule.name), None)
        problems = [] if fired else [SAY("fired_instead", rules=", ".join(r.rule or r.kind for r in result.rulings))]
        if example.kinds:
            if result.kinds != example.kinds:
                problems.append(SAY("kinds_expected", found=", ".join(result.kinds), wanted=", ".join(example.kinds)))
        elif result.main.kind is not example.kind:
            problems.append(SAY("kind_expected", found=result.main.kind, wanted=example.kind))
        said = fired or result.main
        for name, value in example.fields.items():
            if said.value(name) != value:
                problems.append(SAY("field_expected", name=name, found=said.value(name), wanted=value))
        return ExampleResult(
            rule=rule.name,
            mail=example.mail,
            expected=example.kind,
            got=result.main.kind,
            problems=tuple(problems) and (*problems, *said.reasons),
        )


def _divided(main: Ruling, rows: Sequence[Row]) -> Ruling:
    """What a divided mail says as a whole: nothing beside its rows."""
    kinds = {row.ruling.kind for row in rows}
    kind = main.kind if len(kinds) == 1 else Kind.PROVIDER_OTHER
    fields = MappingProxyType({name: field for name, field in main.fields.items() if name != "renewal"})
    return replace(main, kind=kind, event=None, fields=fields)


_UNLISTED = "(unlisted)"  # no rule is of a library that no file names: they are all concerned alike


def _with(ruling: Ruling, fields: Mapping[str, Field]) -> Ruling:
    return replace(ruling, fields=MappingProxyType({**ruling.fields, **fields}))
