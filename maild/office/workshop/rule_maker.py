"""A rule made of a stored mail: read in confinement, drafted, tried with all the other rules, and given its example."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from maild.authenticate import questions_of
from maild.classify.drafting.draft import Draft, Drafter, DraftFault, Told, Wish
from maild.classify.drafting.draft_file import ExampleDraft, examples_text
from maild.classify.drafting.draft_sample import samples, stand_ins
from maild.classify.drafting.draft_tokens import Token, tokens
from maild.classify.rules.load import load
from maild.classify.rules.ruleset import RuleSet
from maild.classify.rules.view import View
from maild.classify.vocabulary.model import FieldType
from maild.domain.errors import ConfigError, MalformedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Kind
from maild.domain.learning.backtest import Taken
from maild.domain.records.journal import MailRecord
from maild.office.workshop import SAY
from maild.office.workshop.backtest import ledger_of, was_proven
from maild.office.workshop.candidate import staged
from maild.spine.process import Parts
from maild.spine.reading.reread import as_proven

MOST_KIN = 30  # other mails of the sender that are offered


class OneReader(Protocol):
    """Reads a mail in a confined process under one rule set (confine.ComparingPool)."""

    def read(
        self, raw: bytes, answers: Mapping[str, tuple[str, ...] | None], at: datetime, *, proven: bool, before: bool
    ) -> Reading: ...


Open = Callable[[str], AbstractContextManager[OneReader]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A drafted rule. files: name below the rules folder → content; problems: why it does not do what was wanted."""

    draft: Draft
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A mail to be pointed into. now: how it is read by the rules in force; fields: what the kind's mails have."""

    mail: MailRecord
    told: Told
    view: View
    tokens: tuple[Token, ...]
    fields: Mapping[str, FieldType]
    now: Classification


class RuleMaker:
    """Makes rules of mails. Changes nothing: saving is rule_acts. `open_`: a reader of that rules folder."""

    def __init__(self, parts: Parts, rules: RuleSet, folder: str, number: str, open_: Open) -> None:
        self._parts, self._rules, self._folder, self._number = parts, rules, folder, number
        self._open = open_
        self.drafter = Drafter(rules)

    def told(self, mail_id: int) -> Told:
        """The mail read now; who the ledger says was proven when it came is believed. Raises NotFound, Temporary."""
        mail, then = self._known(mail_id)
        raw = self._parts.blobs.get(mail.sha256)
        proven = was_proven(then)
        try:
            reading = self._parts.reader.read(raw, {} if proven else self._parts.resolver.txt(questions_of(raw)))
        except MalformedMail as error:
            what = SAY("mail_unreadable")
            raise DraftFault(what, remedy=SAY("choose_other_mail")) from error
        auth = as_proven(reading.mail, reading.auth) if proven and not reading.auth.passed else reading.auth
        return Told(mail=reading.mail, auth=auth)

    def look(self, mail_id: int, kind: Kind) -> Looked:
        """The mail as a rule for that kind would see it. Raises NotFound, Temporary."""
        told, (mail, _) = self.told(mail_id), self._known(mail_id)
        view = self.drafter.view(told, kind)
        return Looked(
            mail=mail,
            told=told,
            view=view,
            tokens=tokens(view, self._number),
            fields=self.drafter.fields_of(kind),
            now=self._rules.classify(told.mail, told.auth),
        )

    def _known(self, mail_id: int) -> tuple[MailRecord, Taken | None]:
        with self._parts.store.read() as uow:
            return uow.mails.get(mail_id), ledger_of(uow.decisions.of_mail(mail_id))

    def kin(self, mail_id: int) -> tuple[MailRecord, ...]:
        """Other mails of the same sender, latest first: what a rule shall take, too, or shall leave."""
        with self._parts.store.read() as uow:
            mail = uow.mails.get(mail_id)
            found = uow.mails.of_sender(mail.sender, MOST_KIN + 1) if mail.sender else []
        return tuple(one for one in found if one.id != mail_id)[:MOST_KIN]

    def draft(self, mail_id: int, wish: Wish, alike: Sequence[int] = (), unlike: Sequence[int] = ()) -> Made:
        """The rule, tried on the mail with all the other rules. Raises DraftFault, NotFound."""
        told = self.told(mail_id)
        mail, _ = self._known(mail_id)
        others = [replace(self.told(i), alike=i in alike) for i in dict.fromkeys([*alike, *unlike]) if i != mail_id]
        draft = self.drafter.draft(told, wish, others, at=mail.received or mail.stored)
        return Made(draft=draft, problems=self._problems(draft, [told, *(one for one in others if one.alike)]))

    def _problems(self, draft: Draft, mails: Sequence[Told]) -> tuple[str, ...]:
        """The round trip: does the file load, and is each mail classified as wanted?"""
        try:
            with staged(self._folder, self.files(draft)) as folder:
                rules = load(folder, self._number)
        except ConfigError as error:
            return (error.what,)
        found: list[str] = []
        for place, told in enumerate(mails):
            main = rules.classify(told.mail, told.auth).main
            which = SAY("the_mail") if not place else SAY("other_mail", subject=told.mail.subject[:60])
            if main.rule != draft.name:
                lines = [
                    line for line in rules.explain(draft.name, told.mail, told.auth) if not line.startswith("held")
                ]
                taken = SAY("takes_first", rule=main.rule) if lines[-1].startswith("fires") else "; ".join(lines[:3])
                found.append(SAY("not_taken", which=which, why=taken))
            elif not place:
                found += [
                    SAY("would_be", name=name, found=main.value(name), wanted=value)
                    for name, value in draft.expected.items()
                    if main.value(name) != value
                ]
        return tuple(found)

    def files(self, draft: Draft) -> dict[str, bytes]:
        """The rule's file and what belongs to it, without an example yet."""
        made = {f"{draft.name}.toml": draft.text.encode()}
        if draft.providers:
            made["providers.toml"] = self._providers(draft.providers).encode()
        return made

    def _providers(self, table: str) -> str:
        """The office's own providers.toml with one more."""
        path = Path(self._folder) / "providers.toml" if self._folder else None
        try:
            text = path.read_text("utf-8") if path and path.is_file() else ""
            tomllib.loads(merged := f"{text.rstrip()}\n\n{table}".lstrip())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"{path}: {error}", remedy="mend it first: the new provider is written into it"
            ) from error
        return merged

    def with_example(self, mail_id: int, made: Made, alike: Sequence[int] = (), *, whole: bool = False) -> Made:
        """The rule with its examples: each mail made anew with invented persons, and read under the rule.

        whole: the mails as they came. Raises DraftFault where a mail made anew would not be read alike.
        """
        draft = made.draft
        found = self._examples([mail_id, *alike], draft.name, self.files(draft), tuple(draft.expected), whole=whole)
        draft = draft.with_examples(one for one, _, _ in found)
        files = {f"examples/{one.mail}": raw for one, raw, _ in found}
        return replace(made, draft=draft, files=MappingProxyType({**self.files(draft), **made.files, **files}))

    def completed(
        self, mail_id: int, draft: Draft, text: str, alike: Sequence[int] = (), *, whole: bool = False
    ) -> Mapping[str, bytes]:
        """Everything that is written for a draft whose text a person has changed, its examples added to it.

        Raises DraftFault where it does not load, does not take the mail, or the mail makes no example.
        """
        try:
            fields = tuple(tomllib.loads(text).get("fields", {}))
        except (ValueError, TypeError) as error:
            raise DraftFault(SAY("not_toml", why=error), remedy=SAY("see_readme")) from error
        files = {**self.files(draft), f"{draft.name}.toml": text.encode()}
        try:
            found = self._examples([mail_id, *alike], draft.name, files, fields, whole=whole)
        except ConfigError as error:
            what = error.what.rpartition("/rules/")[2]
            raise DraftFault(SAY("would_not_load", why=what), remedy=error.remedy) from error
        rule = text.rstrip() + "\n" + examples_text(found[0][2], [one for one, _, _ in found])
        return MappingProxyType(
            {**files, f"{draft.name}.toml": rule.encode(), **{f"examples/{one.mail}": raw for one, raw, _ in found}}
        )

    def _examples(
        self, mails: Sequence[int], name: str, files: Mapping[str, bytes], fields: Sequence[str], *, whole: bool
    ) -> list[tuple[ExampleDraft, bytes, Kind]]:
        """Each mail as an example of the rule in those files, its bytes, and the kind it is read as."""
        made: list[tuple[ExampleDraft, bytes, Kind]] = []
        with staged(self._folder, files) as folder, self._open(str(folder)) as reader:
            for number, one in enumerate(dict.fromkeys(mails), 1):
                raw, said, proven, kind = self._example(reader, one, name, fields, whole=whole)
                file = f"own/{name}-{number}.eml"
                made.append((ExampleDraft(mail=file, fields=said, authenticated=proven), raw, kind))
        return made

    def _example(
        self, reader: OneReader, mail_id: int, rule: str, names: Sequence[str], *, whole: bool
    ) -> tuple[bytes, Mapping[str, str], bool, Kind]:
        told, (mail, _) = self.told(mail_id), self._known(mail_id)
        at = mail.stored or self._parts.clock.now()
        raw = self._parts.blobs.get(mail.sha256)
        proven = told.auth.passed
        real = reader.read(raw, {}, at, proven=proven, before=False).classification.main
        if real.rule != rule:
            raise DraftFault(SAY("rule_does_not_take"), remedy=SAY("look_at_problems"))
        said = {name: value.value for name, value in real.fields.items()}
        wanted = {name: said[name] for name in names if name in said}
        if whole:
            return raw, MappingProxyType(wanted), proven, real.kind
        now = self._rules.classify(told.mail, told.auth).main
        instead = stand_ins(told.mail, {name: f.value for name, f in now.fields.items()} | said)
        for sample in samples(told.mail, instead):
            got = reader.read(sample, {}, at, proven=proven, before=False).classification.main
            fields = {name: got.value(name) for name in wanted}
            kept = all(fields[n] == v for n, v in wanted.items() if not any(old in v for old in instead))
            if got.rule == rule and all(fields.values()) and kept:
                return sample, MappingProxyType(fields), proven, real.kind
        what = SAY("reads_otherwise_invented")
        raise DraftFault(what, remedy=SAY("keep_as_it_came"))
