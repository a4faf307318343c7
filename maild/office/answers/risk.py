"""rules/risk.toml: what each act can cost where it is wrong. One class for each answer and each kind of notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Annotated, TypeVar

from maild.domain.incoming.matter import Risk
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind
from maild.tables import Source, office_table
from maild.tables.table import Some, Table

N = TypeVar("N", bound=str)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    risk: Risk
    why: str
    public: bool = False
    topics: tuple[str, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acts:
    act: Annotated[tuple[_Act, ...], Some]


RISKS: Table[_Acts] = Table("risk.toml", _Acts, "write [[act]] with risk, why and what belongs to it")


def load_risks(rules_folder: str = "") -> Risks:
    """The office's file, else the shipped one. Raises RuleError naming file, line and key."""
    return read_risks(office_table(RISKS.name, rules_folder))


@cache
def shipped() -> Risks:
    """As shipped."""
    return load_risks()


def read_risks(source: Source) -> Risks:
    """Read a file. Raises RuleError."""
    topics: dict[str, Risk] = {}
    notices: dict[NoticeKind, Risk] = {}
    kinds: dict[Kind, Risk] = {}
    public: set[str] = set()
    for place, act in enumerate(RISKS.read(source).act):
        where = f"act[{place}]"
        _put(source, f"{where}.topics", topics, act.topics, act.risk)
        _put(source, f"{where}.notices", notices, act.notices, act.risk)
        _put(source, f"{where}.kinds", kinds, act.kinds, act.risk)
        if act.public and act.risk is not Risk.FACTS:
            raise source.error(f"{where}.public", f"an act that is {act.risk} is not told to strangers")
        public.update(act.topics if act.public else ())
    return Risks(
        topics=MappingProxyType(topics),
        notices=MappingProxyType(notices),
        kinds=MappingProxyType(kinds),
        public=frozenset(public),
    )


def _put(source: Source, where: str, found: dict[N, Risk], names: tuple[N, ...], risk: Risk) -> None:
    if twice := [name for name in names if name in found]:
        raise source.error(where, f"{twice[0]!r} stands in two classes")
    found.update(dict.fromkeys(names, risk))
