"""What a mail says of earlier mail that fared ill (rules/guidance.toml), by what happened and by mail system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from maild.domain.errors import RuleError
from maild.domain.outgoing.reach import Trouble
from maild.notify.rendering.locales import LOCALES, ZH
from maild.notify.writing.guidance import MailSystem, MailSystems, Whitelist
from maild.tables import Source

AGAIN = "again"
WHATS = ("complaint", "content_refused", "hard_bounce", "soft_bounce", "mailbox_full", AGAIN)
_TEXTS = ("title_zh", "title_en", "lead_zh", "lead_en")
_STEPS = ("steps_zh", "steps_en")


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
        """What a table says (rules/guidance.toml). Raises RuleError naming file, entry and fault."""
        words: dict[tuple[str, str], Mapping[str, After]] = {}
        entries = source.data.get("after")
        for place, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            where = f"{source.where(f'after[{place - 1}]')}: [[after]] no. {place}"
            made = MappingProxyType({locale: _after(entry, where, locale) for locale in LOCALES})
            for system in _systems(entry, where, systems):
                if words.setdefault((entry["what"], system), made) is not made:
                    raise RuleError(f"{where}: {entry['what']} is told twice", remedy="keep one of them")
        missing = [what for what in WHATS if (what, "") not in words]
        if missing:
            remedy = "give one [[after]] without systems for it"
            raise RuleError(f"{source.path}: nothing for {missing[0]!r}", remedy=remedy)
        return cls(MappingProxyType(words))


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


def _systems(entry: Mapping[str, object], where: str, systems: MailSystems) -> tuple[str, ...]:
    named = entry.get("systems", [""])
    known = {"", *systems.ids}
    if not isinstance(named, list) or not named or not set(named) <= known:
        raise RuleError(f"{where}: systems must be ids of whitelist.toml", remedy=f"one of {', '.join(sorted(known))}")
    return tuple(named)


def _after(entry: Mapping[str, object], where: str, locale: str) -> After:
    unknown = set(entry) - {"what", "systems", "steps", *_TEXTS, *_STEPS}
    if unknown:
        raise RuleError(f"{where}: unknown key {sorted(unknown)[0]!r}", remedy="see the head of the file")
    if entry.get("what") not in WHATS:
        raise RuleError(f"{where}: what must be one of {', '.join(WHATS)}", remedy="correct it")
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise RuleError(f"{where}: {key} must be text", remedy=f'write {key} = "…"')
    language = "zh" if locale == ZH else "en"
    title, lead = str(entry[f"title_{language}"]), str(entry[f"lead_{language}"])
    return After(title=title, lead=lead, steps=_own_steps(entry, where, language))


def _own_steps(entry: Mapping[str, object], where: str, language: str) -> tuple[str, ...] | None:
    how = entry.get("steps")
    if how == "whitelist":
        return None
    if how == "none":
        return ()
    steps = entry.get(f"steps_{language}")
    if how is None and isinstance(steps, list) and steps and all(isinstance(step, str) for step in steps):
        return tuple(steps)
    raise RuleError(
        f'{where}: steps must be "whitelist" or "none", or steps_zh and steps_en lists of texts',
        remedy="see the head of the file",
    )
