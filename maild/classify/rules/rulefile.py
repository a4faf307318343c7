"""One rule file, checked key by key, made into a Rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from maild.classify.providers import Providers
from maild.classify.reading.claims import Hedging
from maild.classify.reading.clauses import ANY_NUMBER, MASK
from maild.classify.reading.readers import build_reader
from maild.classify.rule_files import Tree
from maild.classify.rules import keys
from maild.classify.rules.conditions import (
    AttachmentIs,
    AutomaticIs,
    Condition,
    HasAttachment,
    HeaderIs,
    Picture,
    Says,
    TextLength,
    Words,
)
from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.model import (
    ANY_PROVIDER,
    EVENT_OF_KIND,
    Example,
    FieldSpec,
    FieldType,
    KindFrom,
    Reader,
    Rule,
    Unauthenticated,
)
from maild.classify.vocabulary.patterns import (
    PLACEHOLDER,
    BadPattern,
    Pattern,
    PatternPool,
    check_pattern,
    compile_pattern,
    relaxed,
)
from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.requests.lifecycle import Event
from maild.tables import Source

_KEYS = {
    "title",
    "synthetic",
    "party",
    "provider",
    "kind",
    "event",
    "stop",
    "otherwise",
    "certain",
    "about_attachments",
    "disabled",
    "reader",
    "who",
    "when",
    "fields",
    "kind_from",
    "words",
    "examples",
}
_WHO = {"domains", "addresses", "unauthenticated"}
_WHEN = {
    "subject",
    "text",
    "any",
    "says",
    "headline",
    "wants",
    "unless",
    "picture",
    "none",
    "attachment",
    "headers",
    "automatic",
    "has_attachment",
    "text_at_most",
}
_FIELD = {"label", "pattern", "css", "link", "values", "where", "type", "required", "many"}
_EXAMPLE = {"mail", "kind", "kinds", "fields", "authenticated", "own"}

APART = "@certain."  # lists too large for the search in common: they would slow it down for every mail


class RuleReader:
    """Makes rules of files; all of a rule set share its word lists, providers and pattern pool."""

    def __init__(
        self,
        *,
        tree: Tree,
        words: Mapping[str, Mapping[str, tuple[str, ...]]],
        providers: Providers,
        pool: PatternPool,
        number: str,
    ) -> None:
        self._tree = tree
        self._words = words
        self._providers = providers
        self._pool = pool
        self._number = number

    def read(self, source: Source) -> Rule:
        """Raises RuleError for the first thing that is wrong."""
        data = source.data
        keys.known(source, "", data, _KEYS)
        party = keys.choice(source, "party", data.get("party"), Party)
        provider = self._provider(source, party, data.get("provider", ""))
        who = keys.table(source, "who")
        keys.known(source, "who", who, _WHO)
        kind = keys.choice(source, "kind", data["kind"], Kind) if "kind" in data else None
        reader = self._reader(source)
        kind_from = self._kind_from(source)
        if sum(x is not None for x in (kind, reader, kind_from)) != 1:
            raise source.error("kind", "a rule needs exactly one of kind, kind_from and reader")
        fields = tuple(self._field(source, name, spec) for name, spec in keys.table(source, "fields").items())
        if kind_from and kind_from.field not in {f.name for f in fields}:
            raise source.error("kind_from.field", f"the rule has no field {kind_from.field!r}")
        return Rule(
            name=source.path.stem,
            file=str(source.path),
            title=keys.string(source, "title", data.get("title")),
            party=party,
            provider=provider,
            kind=kind,
            event=self._event(source, kind),
            synthetic=keys.flag(source, "synthetic", data, False),
            stop=keys.flag(source, "stop", data, True),
            otherwise=keys.flag(source, "otherwise", data, False),
            certain=keys.flag(source, "certain", data, False),
            about_attachments=keys.flag(source, "about_attachments", data, False),
            unauthenticated=keys.choice(
                source, "who.unauthenticated", who.get("unauthenticated", "review"), Unauthenticated
            ),
            domains=frozenset(d.lower() for d in keys.strings(source, "who.domains", who.get("domains", []))),
            addresses=frozenset(a.lower() for a in keys.strings(source, "who.addresses", who.get("addresses", []))),
            conditions=self._conditions(source),
            fields=fields,
            kind_from=kind_from,
            reader=reader,
            kinds=(kind,) if kind else tuple(dict.fromkeys(k for k, _ in kind_from.patterns)) if kind_from else (),
            examples=self._examples(source),
        )

    def _provider(self, source: Source, party: Party, provider: object) -> str:
        if party is not Party.PROVIDER:
            if provider:
                raise source.error("provider", f"a rule of party {party} has no provider")
            return ""
        name = keys.string(source, "provider", provider)
        if name != ANY_PROVIDER and name not in self._providers:
            known = ", ".join(sorted(self._providers))
            raise source.error("provider", f"unknown provider {name!r}", f"known: {known}; or add it to providers.toml")
        return name

    def _event(self, source: Source, kind: Kind | None) -> Event | None:
        if "event" not in source.data:
            return None
        event = keys.choice(source, "event", source.data["event"], Event)
        if kind is None:
            raise source.error("event", "only with kind; kind_from and readers decide the event themselves")
        if EVENT_OF_KIND.get(kind) is not event:
            fits = EVENT_OF_KIND.get(kind) or "none"
            raise source.error("event", f"{event!r} is not what happened in a mail of kind {kind}", f"it is: {fits}")
        return event

    def _reader(self, source: Source) -> Reader | None:
        own = keys.string(source, "words", source.data["words"]) if "words" in source.data else ""
        if own and own not in self._words:
            raise source.error("words", f"no word file words/{own}.toml")
        if "reader" not in source.data:
            if own:
                raise source.error("words", "only with reader", "name lists as '@file.list' where patterns stand")
            return None
        name = keys.string(source, "reader", source.data["reader"])
        try:
            reader = build_reader(name, self._words, own)
        except ValueError as error:
            raise source.error("words", f"words/{own}.toml: {error}") from error
        if reader is None:
            known = "status, iso18626, topic, invoice, renewal, consent"
            raise source.error("reader", f"unknown reader {name!r}", f"known: {known}")
        return reader

    def _kind_from(self, source: Source) -> KindFrom | None:
        if "kind_from" not in source.data:
            return None
        table = keys.table(source, "kind_from")
        keys.known(source, "kind_from", table, {"field", "words"})
        name = keys.string(source, "kind_from.words", table.get("words"))
        if name not in self._words:
            raise source.error("kind_from.words", f"no word file words/{name}.toml")
        kinds = [
            (keys.choice(source, "kind_from.words", key, Kind), compile_pattern(joined(patterns)))
            for key, patterns in self._words[name].items()
        ]
        return KindFrom(field=keys.string(source, "kind_from.field", table.get("field")), patterns=tuple(kinds))

    def _conditions(self, source: Source) -> tuple[Condition, ...]:
        """Cheap ones first: all must hold, so the order changes the cost only."""
        when = keys.table(source, "when")
        keys.known(source, "when", when, _WHEN)
        found: list[Condition] = []
        if "automatic" in when:
            found.append(_automatic(source, when["automatic"]))
        if "has_attachment" in when:
            found.append(HasAttachment(keys.boolean(source, "when.has_attachment", when["has_attachment"])))
        for place in ("subject", "text", "any", "none"):
            if place in when:
                patterns = self._patterns(source, f"when.{place}", when[place])
                ids = frozenset(self._pool.add(p) for p in patterns)
                found.append(
                    Words(
                        place="any" if place == "none" else place,
                        ids=ids,
                        absent=place == "none",
                        patterns=tuple(map(compile_pattern, patterns)),
                    )
                )
        if "text_at_most" in when:
            if not isinstance(when["text_at_most"], int):
                raise source.error("when.text_at_most", "must be a number of characters")
            found.append(TextLength(when["text_at_most"]))
        headers = when.get("headers", {})
        if not isinstance(headers, dict):
            raise source.error("when.headers", "must be a table: name = [patterns]")
        for name, patterns in headers.items():
            found.append(HeaderIs(name=name, patterns=self._compiled(source, f"when.headers.{name}", patterns)))
        if "attachment" in when:
            found.append(AttachmentIs(self._compiled(source, "when.attachment", when["attachment"])))
        if "picture" in when:
            found.append(Picture(keys.boolean(source, "when.picture", when["picture"])))
        unless = self._patterns(source, "when.unless", when["unless"]) if "unless" in when else []
        if unless and "wants" not in when:
            raise source.error("when.unless", "only beside wants: it says where a wish is about another matter")
        found += [self._says(source, key, when[key], unless) for key in ("headline", "says", "wants") if key in when]
        return tuple(found)

    def _says(self, source: Source, key: str, value: object, unless: list[str]) -> Says:
        entries = keys.strings(source, f"when.{key}", value)
        patterns = self._patterns(source, f"when.{key}", [e for e in entries if not e.startswith(APART)])
        # '^' and '$' mean a sentence here; the search in common, over all of them, goes without.
        pairs = tuple((self._pool.add(relaxed(p)), p) for p in patterns)
        apart = self._patterns(source, f"when.{key}", [e for e in entries if e.startswith(APART)])
        hedging = Hedging.WISH if key == "wants" else Hedging.FACT
        about = compile_pattern(joined(unless)) if unless and key == "wants" else None
        alone = compile_pattern(joined(apart)) if apart else None
        return Says(key=key, patterns=pairs, apart=alone, unless=about, hedging=hedging, headline=key == "headline")

    def _field(self, source: Source, name: str, spec: Any) -> FieldSpec:
        where = f"fields.{name}"
        if not isinstance(spec, dict):
            raise source.error(where, "must be a table [fields.name]")
        keys.known(source, where, spec, _FIELD)
        if not {"label", "pattern", "css", "link", "values"} & set(spec):
            raise source.error(where, "needs a label, pattern, css, link or values")
        place = spec.get("where", "any")
        if place not in {"subject", "text", "any"}:
            raise source.error(f"{where}.where", f"{place!r} is none of subject, text, any")
        kind = keys.choice(source, f"{where}.type", spec.get("type", "text"), FieldType)
        patterns = self._compiled(source, f"{where}.pattern", spec.get("pattern", []))
        css = keys.strings(source, f"{where}.css", spec.get("css", []))
        return FieldSpec(
            name=name,
            labels=self._labels(source, f"{where}.label", spec.get("label", []), kind),
            patterns=patterns,
            css=tuple(_checked_css(source, f"{where}.css", selector) for selector in css),
            links=self._compiled(source, f"{where}.link", spec.get("link", [])),
            where=place,
            type=kind,
            values=self._values(source, f"{where}.values", spec.get("values", {})),
            required=keys.flag(source, f"{where}.required", spec, False),
            many=keys.flag(source, f"{where}.many", spec, False),
        )

    def _values(self, source: Source, where: str, table: object) -> tuple[tuple[str, Pattern], ...]:
        """One pattern a value: whichever of its words stand there, it is the same value."""
        if not isinstance(table, dict):
            raise source.error(where, "must be a table: value = [patterns]")
        found = {value: self._patterns(source, f"{where}.{value}", patterns) for value, patterns in table.items()}
        return tuple((value, compile_pattern(joined(patterns))) for value, patterns in found.items())

    def _examples(self, source: Source) -> tuple[Example, ...]:
        tables = source.data.get("examples", [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            raise source.error("examples", "must be tables [[examples]]")
        return tuple(self._example(source, f"examples[{i}]", table) for i, table in enumerate(tables))

    def _example(self, source: Source, where: str, table: Mapping[str, Any]) -> Example:
        keys.known(source, where, table, _EXAMPLE)
        mail = keys.string(source, f"{where}.mail", table.get("mail"))
        if not self._tree.example(mail).is_file():
            raise source.error(f"{where}.mail", f"no mail examples/{mail}", "put it below rules/examples/")
        fields = table.get("fields", {})
        if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
            raise source.error(f"{where}.fields", "must be a table of strings")
        kinds = tuple(keys.choice(source, f"{where}.kinds", k, Kind) for k in table.get("kinds", []))
        kind = keys.choice(source, f"{where}.kind", table.get("kind", kinds[0] if kinds else None), Kind)
        return Example(
            mail=mail,
            kind=kind,
            kinds=kinds,
            fields=MappingProxyType(dict(fields)),
            authenticated=keys.flag(source, f"{where}.authenticated", table, True),
            own=keys.flag(source, f"{where}.own", table, False),
        )

    def _labels(self, source: Source, field: str, value: object, kind: FieldType) -> tuple[Pattern, ...]:
        """One pattern for each entry of the list, however many a word list brings; the entries' order is kept.

        Of amounts each stays by itself: the order of a word list tells a sum from its parts.
        """
        if kind is FieldType.MONEY:
            return self._compiled(source, field, value)
        entries = [self._patterns(source, field, [entry]) for entry in keys.strings(source, field, value)]
        return tuple(compile_pattern(joined(patterns)) for patterns in entries)

    def _compiled(self, source: Source, field: str, value: object) -> tuple[Pattern, ...]:
        return tuple(compile_pattern(p) for p in self._patterns(source, field, value))

    def _patterns(self, source: Source, field: str, value: object) -> list[str]:
        """The patterns of a list: '@file.name' resolved, the number's placeholder filled in, each tried."""
        found: list[str] = []
        for entry in keys.strings(source, field, value):
            if not entry.startswith("@"):
                found.append(entry)
                continue
            file, _, name = entry[1:].partition(".")
            if name not in self._words.get(file, {}):
                raise source.error(field, f"no word list {entry}", f"write it in words/{file}.toml, or mend the name")
            found += self._words[file][name]
        # In the lists that clauses.py shares, MASK stands for a number or the like.
        filled = [p.replace(PLACEHOLDER, f"(?:{self._number})").replace(MASK, ANY_NUMBER) for p in found]
        for pattern in filled:
            try:
                check_pattern(pattern)
            except BadPattern as error:
                remedy = "RE2 has no look-around, no back-references; write TOML patterns in 'single quotes'"
                raise source.error(field, f"not an RE2 pattern: {pattern!r}: {error}", remedy) from error
        return filled


def _automatic(source: Source, value: object) -> Condition:
    if isinstance(value, bool):
        machine = frozenset(Automatic) - {Automatic.NO}
        return AutomaticIs(machine if value else frozenset({Automatic.NO}))
    kinds = keys.strings(source, "when.automatic", value)
    return AutomaticIs(frozenset(keys.choice(source, "when.automatic", k, Automatic) for k in kinds))


def _checked_css(source: Source, field: str, selector: str) -> str:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p></p>").css_first(selector)
    except SelectolaxError as error:
        raise source.error(field, f"not a CSS selector: {selector!r}: {error}") from error
    return selector
