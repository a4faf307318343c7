"""rules/risk.toml: what each act can cost where it is wrong. One class for each answer and each kind of notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from maild.domain.incoming.matter import Risk
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind
from maild.tables import Source, office_table

FILE = "risk.toml"
_KEYS = {"risk", "why", "public", "topics", "notices", "kinds"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """By answer (a file of rules/answers), by kind of notice, by kind of mail. What is not named is grave.

    public  answers that the guide gives everybody
    """

    topics: Mapping[str, Risk] = field(default_factory=lambda: MappingProxyType({}))
    notices: Mapping[NoticeKind, Risk] = field(default_factory=lambda: MappingProxyType({}))
    kinds: Mapping[Kind, Risk] = field(default_factory=lambda: MappingProxyType({}))
    public: frozenset[str] = frozenset()

    def of_topic(self, topic: str) -> Risk:
        return self.topics.get(topic, Risk.GRAVE)

    def of_notice(self, kind: NoticeKind) -> Risk:
        return self.notices.get(kind, Risk.GRAVE)


def load_risks(rules_folder: str = "") -> Risks:
    """The office's file, else the shipped one. Raises RuleError naming file and entry."""
    return read_risks(office_table(FILE, rules_folder))


@cache
def shipped() -> Risks:
    """As shipped."""
    return load_risks()


def read_risks(source: Source) -> Risks:
    """Read a file. Raises RuleError."""
    rows = source.data.get("act")
    if not isinstance(rows, list) or not rows:
        raise source.error("act", "there is none", "write [[act]] with risk, why and what belongs to it")
    topics: dict[str, Risk] = {}
    notices: dict[str, Risk] = {}
    kinds: dict[str, Risk] = {}
    public: set[str] = set()
    for place, row in enumerate(rows):
        where, risk = f"act[{place}]", _risk(source, row, f"act[{place}]")
        for key, found, known in (("topics", topics, ()), ("notices", notices, NoticeKind), ("kinds", kinds, Kind)):
            for name in _names(source, row, key, where, tuple(known)):
                if name in found:
                    raise source.error(f"{where}.{key}", f"{name!r} stands in two classes")
                found[name] = risk
        if row.get("public", False) is True:
            if risk is not Risk.FACTS:
                raise source.error(f"{where}.public", f"an act that is {risk} is not told to strangers")
            public.update(_names(source, row, "topics", where, ()))
    by_notice = {NoticeKind(name): risk for name, risk in notices.items()}
    return Risks(
        topics=MappingProxyType(topics),
        notices=MappingProxyType(by_notice),
        kinds=MappingProxyType({Kind(name): risk for name, risk in kinds.items()}),
        public=frozenset(public),
    )


def _risk(source: Source, row: Mapping[str, object], where: str) -> Risk:
    if unknown := sorted(set(row) - _KEYS):
        raise source.error(f"{where}.{unknown[0]}", "is not known", f"one of {', '.join(sorted(_KEYS))}")
    if row.get("risk") not in list(Risk):
        raise source.error(f"{where}.risk", f"{row.get('risk')!r} is not known", f"one of {', '.join(Risk)}")
    if not row.get("why"):
        raise source.error(f"{where}.why", "says nothing", "give the reason")
    return Risk(str(row["risk"]))


def _names(source: Source, row: Mapping[str, object], key: str, where: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """`known` empty: any name."""
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise source.error(f"{where}.{key}", "must be a list of names")
    if strange := [name for name in value if known and name not in known]:
        raise source.error(f"{where}.{key}", f"{strange[0]!r} is not known")
    return tuple(value)
