"""The directory of institutions: rules/institutions/*.toml, and from which addresses one of them speaks.

A provider of providers.toml is trusted in all that it says. An institution is only known by its domain: it speaks
from its library's addresses and hosts (speaking.toml), and moves a request only where more fits than the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Annotated

from maild.classify import SAY
from maild.classify.rule_files import Tree
from maild.classify.speaking import Speaking, initials
from maild.domain.errors import RuleError
from maild.tables import Source, read_toml
from maild.tables.table import From, Some, Wrong, plain, read_as

SPEAKING, TEACHING = "speaking.toml", "teaching.toml"
FOLDER = "institutions"
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_LEAST_BORROWED = 5  # letters of a listed domain that no other's name holds by chance
# What a desk of a library shows beside its address.
_SHOWN = re.compile(
    r"图书馆|圖書館|図書館|资料室|資料室|[\u4e00-\u9fff]分[馆館]|文献(?:传递|提供|服务|中心)|馆际互借|相互利用|도서관"
    r"|\b(?:librar(?:y|ies)|\w*bibliot\w*|k[öo]nyvt[áa]r\w*|knihovn\w*|kirjasto\w*|thư viện|kütüphane\w*)\b"
    r"|\b(?:interlibrary|interloans?|document (?:supply|delivery)|scan (?:&|and) deliver|ill|peb)\b"
    r"|\b(?:fernleihe|fjärrlån|fj[eæ]rnlån|prêt entre|préstamo inter)\w*",
    re.IGNORECASE,
)
_LIBRARY = re.compile(r"图书馆|圖書館|文献|情报|信息研究所|\blibrar(?:y|ies)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A library's institution. whole: all of its domains is the library's; networks: those it supplies in.

    listed   in the directory; else only a registry vouches for it, and it is called as its domain is
    checked  in what somebody looked up that the domains are its; '': nobody did: its name beside a number is no proof
    """

    id: str
    name_zh: str
    name_en: str
    domains: tuple[str, ...]
    source: str
    names: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    whole: bool = False
    listed: bool = True
    checked: str = ""

    @property
    def every_name(self) -> tuple[str, ...]:
        """As transactions and mails call it, its library among them."""
        plain = (self.name_zh, self.name_en, *self.names)
        return tuple(dict.fromkeys((*self.library_names, *plain)))

    @property
    def library_names(self) -> tuple[str, str]:
        """Its library in Chinese and English."""
        if not self.listed:
            return self.name_zh, self.name_en
        zh = self.name_zh if self.whole or _LIBRARY.search(self.name_zh) else f"{self.name_zh}图书馆"
        en = self.name_en if self.whole or _LIBRARY.search(self.name_en) else f"{self.name_en} Library"
        return zh, en


@dataclass(frozen=True, kw_only=True)
class Institutions:
    """The directory. `ours`: the organisational domain (RFC 7489) of the office, which supplies itself nothing.

    teaching  domains of universities beside it, where no registry vouches for whom it lets in: two public lists do
    """

    by_id: Mapping[str, Institution] = field(default_factory=lambda: MappingProxyType({}))
    by_domain: Mapping[str, Institution] = field(default_factory=lambda: MappingProxyType({}))
    speaking: Speaking = field(default_factory=Speaking)
    teaching: frozenset[str] = frozenset()
    ours: str = ""

    def __iter__(self) -> Iterator[Institution]:
        return iter(self.by_id.values())

    def of_domain(self, domain: str) -> tuple[Institution, tuple[str, ...]] | None:
        """The institution at whose domain (or below) it lies, and the labels below it, outermost first."""
        labels = domain.lower().rstrip(".").split(".")
        for start in range(len(labels) - 1):
            if found := self.by_domain.get(".".join(labels[start:])):
                return found, tuple(reversed(labels[:start]))
        return None

    def speaks(self, address: str) -> Institution | None:
        """The institution for whose library the address speaks; None for people's addresses and for our own house."""
        local, _, domain = address.lower().rpartition("@")
        found = self.of_domain(domain) or self._unlisted(domain)
        if not local or found is None or self.is_ours(domain):
            return None
        institution, below = found
        own = (institution.id, *(each.partition(".")[0] for each in institution.domains))
        if institution.whole or self.speaking.host(below, own):
            return institution if self.speaking.people.isdisjoint(below) else None
        letters = initials(institution.name_zh)
        return institution if self.speaking.bare(below) and self.speaking.local(local, own, letters) else None

    def shows(self, address: str, shown: str) -> Institution | None:
        """The institution at whose domain somebody shows that a library writes, from what may be a desk's address.

        Its domain is listed and was looked up, or a registry vouches for it. That proves little: what such a sender
        says needs number and title, and prices are not its to say.
        """
        local, _, domain = address.lower().rpartition("@")
        found = self.of_domain(domain) or self._unlisted(domain)
        if found is None or self.is_ours(domain) or not self.speaking.people.isdisjoint(found[1]):
            return None
        institution, below = found
        near = self.speaking.bare(below) or len(below) == 1
        desk = (self.speaking.role(local) and near) or self.speaking.works(local)
        known = bool(institution.checked) or not institution.listed
        return institution if known and desk and _SHOWN.search(shown) else None

    def unheard_of(self, address: str, shown: str) -> Institution | None:
        """A library that no file knows, wherever it is: address and name beside it are a library's, and its domain
        holds nobody else's name and no registry's. That proves little: what it says needs number and title, which
        nobody knows whom the request did not reach, and neither prices nor links are its to give.
        """
        domain = address.lower().rpartition("@")[2]
        if not _SHOWN.search(shown) or not self.like_a_library(address) or self.of_domain(domain):
            return None
        pieces = {piece for label in domain.split(".")[:-1] for piece in label.split("-")}
        held = any(f".{suffix}." in f".{domain}." for suffix in self.speaking.registries)
        names = self._labels - self.speaking.hosts
        borrowed = pieces & names or any(len(name) >= _LEAST_BORROWED and name in domain for name in names)
        return None if held or borrowed else _by_domain(domain)

    def like_a_library(self, address: str) -> bool:
        """Whether it looks like a library's, wherever it is: no proof, but no private address has that look."""
        local, _, domain = address.lower().rpartition("@")
        labels = domain.split(".")
        if not local or self.is_ours(domain) or not self.speaking.people.isdisjoint(labels):
            return False
        host = any(not self.speaking.hosts.isdisjoint(label.split("-")) for label in labels[:-1])
        return host or self.speaking.local(local, ())

    def by_letter(self, address: str) -> Institution | None:
        """Who is only known by a letter of ours: called as its address is; None for a private one."""
        return _by_domain(address) if self.like_a_library(address) else None

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(domain.partition(".")[0] for domain in self.by_domain)

    def _unlisted(self, domain: str) -> tuple[Institution, tuple[str, ...]] | None:
        """Of the thousands of universities the directory knows hundreds: what a registry vouches for is one, too."""
        if taught := self._taught(domain):
            return taught
        registered = self.speaking.registered(domain)
        if registered is None or not _DOMAIN.fullmatch(registered[0]):
            return None
        name, below = registered
        label, _, suffix = name.partition(".")
        if any(f"{piece}.{suffix}" in self.by_domain for piece in label.split("-")) or any(
            len(short) >= _LEAST_BORROWED and short in label for short in self._labels
        ):
            return None  # 'lib-pku.edu.cn', 'notfudan.edu.cn': made of another's name
        return _by_domain(name, self.speaking.registries[suffix]), below

    def _taught(self, domain: str) -> tuple[Institution, tuple[str, ...]] | None:
        labels = domain.lower().rstrip(".").split(".")
        names = ((start, ".".join(labels[start:])) for start in range(len(labels) - 1))
        start, name = next(((start, name) for start, name in names if name in self.teaching), (0, ""))
        return (_by_domain(name), tuple(reversed(labels[:start]))) if name else None

    def is_ours(self, domain: str) -> bool:
        """Whether the domain is of our own house."""
        return bool(self.ours) and f".{domain}".endswith(f".{self.ours}")


def _by_domain(name: str, networks: tuple[str, ...] = ()) -> Institution:
    """One that no file lists, called as its domain is."""
    return Institution(id=name, name_zh=name, name_en=name, domains=(name,), networks=networks, source="", listed=False)


def _fits(shape: re.Pattern[str], fault: str) -> Callable[[str], str]:
    """A text of that shape."""

    def made(text: str) -> str:
        if not shape.fullmatch(text):
            raise ValueError(f"{text!r} {fault}")
        return text

    return made


def _domain(text: str) -> str:
    if not _DOMAIN.fullmatch(text.lower()):
        raise ValueError(f"{text!r} is no domain")
    return text.lower()


_ID, _LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,40}"), re.compile(r"[a-z0-9-]+")
_SUFFIX = re.compile(r"[a-z]{2,8}(?:\.[a-z]{2})?")
_Id = Annotated[str, From(_fits(_ID, "is no id"), str, wanted="lower-case letters, digits and hyphens")]
_Domain = Annotated[str, From(_domain, str, wanted="write it like 'pku.edu.cn'")]
_Suffix = Annotated[str, From(_fits(_SUFFIX, "is no suffix"), str, wanted="write it like 'edu.cn'")]
_Label = Annotated[
    str, From(_fits(_LABEL, "stands in no address"), str, wanted="lower-case letters, digits and hyphens")
]
_Labels = frozenset[_Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    zh: str
    en: str
    domains: Annotated[tuple[_Domain, ...], Some]
    names: tuple[str, ...] = ()
    networks: tuple[str, ...] | None = None
    source: str = ""
    whole: bool | None = None
    checked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """Networks, source and whole are those of all rows that say none of their own."""

    networks: tuple[str, ...] = ()
    source: str = ""
    whole: bool = False
    institutions: Mapping[_Id, _Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, row in self.institutions.items():
            if not (row.source or self.source).strip():
                raise Wrong(("institutions", key, "source"), "is missing")

    def made(self, key: str) -> Institution:
        row = self.institutions[key]
        return Institution(
            id=key,
            name_zh=row.zh.strip(),
            name_en=row.en.strip(),
            domains=row.domains,
            names=row.names,
            networks=self.networks if row.networks is None else row.networks,
            source=(row.source or self.source).strip().replace("{domain}", row.domains[0]),
            whole=self.whole if row.whole is None else row.whole,
            checked=row.checked.strip(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speaking(Speaking):
    hosts: _Labels = frozenset()
    people: _Labels = frozenset()
    mail: _Labels = frozenset()
    words: _Labels = frozenset()
    work: _Labels = frozenset()
    beside: _Labels = frozenset()
    syllables: _Labels = frozenset()
    registries: Mapping[_Suffix, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teaching:
    domains: Mapping[str, tuple[_Domain, ...]]

    def __post_init__(self) -> None:
        for key, domains in self.domains.items():
            if wrong := [domain for domain in domains if not domain.endswith(key)]:
                raise Wrong(("domains", key), f"{wrong[0]!r} is no domain there", "write it like 'uni-ulm.de'")


def load_institutions(tree: Tree, own_domain: str = "") -> Institutions:
    """The shipped files and the office's own (one of the same name takes a shipped one's place). Raises RuleError."""
    found: dict[str, Institution] = {}
    owners: dict[str, Institution] = {}
    speaking, teaching = Speaking(), frozenset[str]()
    for path in tree.files_in(FOLDER):
        source = read_toml(path)
        said = read_institutions(source)
        if isinstance(said, _Speaking):
            speaking = plain(said, Speaking)
            continue
        if isinstance(said, _Teaching):
            teaching = frozenset(domain for domains in said.domains.values() for domain in domains)
            continue
        for each in map(said.made, said.institutions):
            if each.id in found:
                raise source.error(f"institutions.{each.id}", "the id is given twice", "rename one of them")
            found[each.id] = each
            for domain in each.domains:
                if (owner := owners.setdefault(domain, each)) is not each:
                    what = SAY("domain_of_two", domain=domain, other=owner.id)
                    raise source.error(f"institutions.{each.id}", what, "give it to one of them")
    return Institutions(
        by_id=MappingProxyType(found),
        by_domain=MappingProxyType(owners),
        speaking=speaking,
        teaching=teaching,
        ours=own_domain,
    )


def read_institutions(source: Source) -> _Speaking | _Teaching | _File:
    """One file of the directory, by its name. Raises RuleError naming file, line and key."""
    of = {SPEAKING: _Speaking, TEACHING: _Teaching}.get(source.path.name, _File)
    return read_as(of, source)  # type: ignore[no-any-return]


def no_clash(institutions: Institutions, places: Mapping[str, str]) -> None:
    """Raises RuleError where an institution's id or domain is a provider's. places: id, domain, address → provider."""
    for each in institutions:
        for place in (each.id, *each.domains):
            if owner := places.get(place):
                what = SAY("domain_of_provider", id=each.id, place=place, provider=owner)
                raise RuleError(what, remedy="leave it to one of the two files")
