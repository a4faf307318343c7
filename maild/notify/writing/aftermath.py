"""What a mail says of earlier mail that fared ill (rules/guidance.toml), by what happened and by mail system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated

from maild.domain.outgoing.reach import Trouble
from maild.notify.language.locales import LOCALES, ZH
from maild.notify.writing.guidance import MailSystem, MailSystems, Whitelist
from maild.tables import Source
from maild.tables.table import Among, Some, Table, Wrong

AGAIN = "again"
WHATS = ("complaint", "content_refused", "hard_bounce", "soft_bounce", "mailbox_full", AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The words for one thing that happened; `steps` None: those of the mail system's white list."""

    title: str
    lead: str
    steps: tuple[str, ...] | None


class Aftermath:
    """All of rules/guidance.toml: (what, mail system or '') → words by locale."""

    def __init__(self, words: Mapping[tuple[str, str], Mapping[str, After]]) -> None:
        self._words = words

    def guidance(
        self, trouble: Trouble | None, recipient: str, systems: MailSystems, *, office: str, system: str
    ) -> Mapping[str, Whitelist]:
        """What to say, by locale, with both senders filled in: of the trouble, else the quiet white-list steps."""
        met = systems.of(trouble.address if trouble else recipient)
        quiet = {locale: met.whitelist[locale].filled(office, system) for locale in LOCALES}
        if trouble is None:
            return quiet
        words = self._words.get((trouble.what, met.id)) or self._words.get((trouble.what, ""))
        if words is None:
            return quiet
        return {
            locale: _filled(words[locale], met, quiet[locale], locale, trouble.address, office, system)
            for locale in LOCALES
        }

    @classmethod
    def load(cls, source: Source, systems: MailSystems) -> Aftermath:
        """What a table says (rules/guidance.toml). Raises RuleError naming file, line and key."""
        words: dict[tuple[str, str], Mapping[str, After]] = {}
        known = {"", *systems.ids}
        for place, row in enumerate(GUIDANCE.read(source).after):
            made = MappingProxyType({locale: row.words(locale) for locale in LOCALES})
            if strange := [one for one in row.systems if one not in known]:
                reason = f"{strange[0]!r} is no id of whitelist.toml"
                raise source.error(f"after[{place}].systems", reason, f"one of {', '.join(sorted(known))}")
            for system in row.systems:
                if words.setdefault((row.what, system), made) is not made:
                    raise source.error(f"after[{place}].what", f"{row.what} is told twice", "keep one of them")
        if missing := [what for what in WHATS if (what, "") not in words]:
            remedy = "give one [[after]] without systems for it"
            raise source.error("after", f"nothing for {missing[0]!r}", remedy)
        return cls(MappingProxyType(words))


_Texts = Annotated[tuple[str, ...], Some]
OWN, NONE, WHITELIST = "", "none", "whitelist"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    what: Annotated[str, Among(WHATS)]
    title_zh: str
    title_en: str
    lead_zh: str
    lead_en: str
    systems: Annotated[tuple[str, ...], Some] = ("",)
    steps: Annotated[str, Among((WHITELIST, NONE))] = OWN
    steps_zh: _Texts = ()
    steps_en: _Texts = ()

    def __post_init__(self) -> None:
        if self.steps == OWN and not (self.steps_zh and self.steps_en):
            raise Wrong(("steps",), 'must be "whitelist" or "none", or steps_zh and steps_en lists of texts')

    def words(self, locale: str) -> After:
        """In one language."""
        title, lead, steps = (
            (self.title_zh, self.lead_zh, self.steps_zh)
            if locale == ZH
            else (self.title_en, self.lead_en, self.steps_en)
        )
        own = None if self.steps == WHITELIST else () if self.steps == NONE else steps
        return After(title=title, lead=lead, steps=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    after: Annotated[tuple[_Row, ...], Some]


GUIDANCE: Table[_Rows] = Table("guidance.toml", _Rows, "see the head of the file")


def _filled(
    words: After, met: MailSystem, quiet: Whitelist, locale: str, address: str, office: str, system: str
) -> Whitelist:
    values = {"{address}": address, "{name}": met.whitelist[locale].name, "{office}": office, "{system}": system}

    def put(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    whitelisted = words.steps is None
    return replace(
        quiet,
        title=put(words.title),
        lead=put(words.lead),
        note=quiet.note if whitelisted else "",
        steps=quiet.steps if words.steps is None else tuple(map(put, words.steps)),
    )
