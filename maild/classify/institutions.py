"""The directory of institutions: rules/institutions/*.toml, and from which addresses one of them speaks.

A provider of providers.toml is trusted in all that it says. An institution is only known by its domain: it speaks
from its library's addresses and hosts (speaking.toml), and moves a request only where more fits than the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from maild.classify.rules.files import Tree
from maild.classify.speaking import Speaking, initials
from maild.domain.errors import RuleError
from maild.tables import Source, read_toml

SPEAKING, TEACHING = "speaking.toml", "teaching.toml"
FOLDER = "institutions"
_FILE_KEYS = {"networks", "source", "whole", "institutions"}
_KEYS = {"zh", "en", "domains", "names", "networks", "source", "whole", "checked"}
_SPEAKING_KEYS = ("hosts", "people", "mail", "words", "work", "beside", "syllables")
_REGISTRIES = "registries"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_LEAST_BORROWED = 5  # letters of a listed domain that no other's name holds by chance
# What a desk of a library shows beside its address.
_SHOWN = re.compile(
    r"图书馆|圖書館|资料室|資料室|[\u4e00-\u9fff]分[馆館]|文献(?:传递|提供|服务|中心)|馆际互借"
    r"|\b(?:librar(?:y|ies)|\w*biblioth?[eè][ck]\w*|\w*bibliotek\w*|k[öo]nyvt[áa]r\w*|knihovn\w*)\b"
    r"|\b(?:interlibrary|interloans?|document supply|ill)\b",
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
        desk = self.speaking.role(local) and (self.speaking.bare(below) or len(below) == 1)
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
        pieces = {piece for label in domain.split(".") for piece in label.split("-")}
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


def load_institutions(tree: Tree, own_domain: str = "") -> Institutions:
    """The shipped files and the office's own (one of the same name takes a shipped one's place). Raises RuleError."""
    found: dict[str, Institution] = {}
    owners: dict[str, Institution] = {}
    speaking, teaching = Speaking(), frozenset[str]()
    for path in tree.files_in(FOLDER):
        source = read_toml(path)
        if path.name == SPEAKING:
            speaking = _speaking(source)
            continue
        if path.name == TEACHING:
            teaching = _teaching(source)
            continue
        for each in _of_file(source):
            if each.id in found:
                raise source.error(f"institutions.{each.id}", "the id is given twice", "rename one of them")
            found[each.id] = each
            for domain in each.domains:
                if (owner := owners.setdefault(domain, each)) is not each:
                    what = f"{domain} belongs to {owner.id}, too"
                    raise source.error(f"institutions.{each.id}", what, "give it to one of them")
    return Institutions(
        by_id=MappingProxyType(found),
        by_domain=MappingProxyType(owners),
        speaking=speaking,
        teaching=teaching,
        ours=own_domain,
    )


def _speaking(source: Source) -> Speaking:
    if unknown := sorted(set(source.data) - {*_SPEAKING_KEYS, _REGISTRIES}):
        raise source.error(unknown[0], "unknown key", f"known: {', '.join((*_SPEAKING_KEYS, _REGISTRIES))}")
    lists = {key: frozenset(_strings(source, key, source.data.get(key, []))) for key in _SPEAKING_KEYS}
    for key, words in lists.items():
        if wrong := sorted(word for word in words if not re.fullmatch(r"[a-z0-9-]+", word)):
            raise source.error(key, f"{wrong[0]!r} stands in no address", "lower-case letters, digits and hyphens")
    return Speaking(**lists, registries=_registries(source))


def _registries(source: Source) -> Mapping[str, tuple[str, ...]]:
    table = source.data.get(_REGISTRIES, {})
    if not isinstance(table, dict):
        raise source.error(_REGISTRIES, "must be a table of suffixes with their networks")
    if wrong := sorted(suffix for suffix in table if not re.fullmatch(r"[a-z]{2,8}(?:\.[a-z]{2})?", suffix)):
        raise source.error(_REGISTRIES, f"{wrong[0]!r} is no suffix", "write it like 'edu.cn'")
    return MappingProxyType({k: _strings(source, f"{_REGISTRIES}.{k}", v) for k, v in table.items()})


def _teaching(source: Source) -> frozenset[str]:
    table = source.data.get("domains", {})
    if set(source.data) != {"domains"} or not isinstance(table, dict):
        raise source.error("domains", "must be a table of countries with their universities' domains, and nothing else")
    found = [(key, domain) for key, value in table.items() for domain in _strings(source, f"domains.{key}", value)]
    if wrong := [(key, domain) for key, domain in found if not _DOMAIN.fullmatch(domain) or not domain.endswith(key)]:
        raise source.error(
            f"domains.{wrong[0][0]}", f"{wrong[0][1]!r} is no domain there", "write it like 'uni-ulm.de'"
        )
    return frozenset(domain for _, domain in found)


def _of_file(source: Source) -> Iterator[Institution]:
    if unknown := sorted(set(source.data) - _FILE_KEYS):
        raise source.error(unknown[0], "unknown key", f"known: {', '.join(sorted(_FILE_KEYS))}")
    table = source.data.get("institutions", {})
    if not isinstance(table, dict):
        raise source.error("institutions", "must be a table of institutions")
    for key, entry in table.items():
        yield _institution(source, key, entry)


def _institution(source: Source, key: str, entry: object) -> Institution:
    place = f"institutions.{key}"
    if not isinstance(entry, dict):
        raise source.error(place, "must be a table { zh, en, domains }")
    if unknown := sorted(set(entry) - _KEYS):
        raise source.error(place, f"unknown key {unknown[0]}", f"known: {', '.join(sorted(_KEYS))}")
    if not _ID.fullmatch(key):
        raise source.error(place, "is no id", "lower-case letters, digits and hyphens")
    merged: dict[str, Any] = {"networks": [], "source": "", "whole": False, **source.data, **entry}
    domains = tuple(domain.lower() for domain in _strings(source, f"{place}.domains", entry.get("domains", [])))
    if not domains:
        raise source.error(place, "has no domains: nothing could prove its mail")
    if wrong := [domain for domain in domains if not _DOMAIN.fullmatch(domain)]:
        raise source.error(place, f"{wrong[0]!r} is no domain", "write it like 'pku.edu.cn'")
    words = {name: str(merged.get(name, "")).strip() for name in ("zh", "en", "source")}
    if missing := [name for name, said in words.items() if not said]:
        raise source.error(place, f"{missing[0]} is missing")
    if not isinstance(merged["whole"], bool):
        raise source.error(place, "whole must be true or false")
    return Institution(
        id=key,
        name_zh=words["zh"],
        name_en=words["en"],
        domains=domains,
        names=_strings(source, f"{place}.names", entry.get("names", [])),
        networks=_strings(source, f"{place}.networks", merged["networks"]),
        source=words["source"].replace("{domain}", domains[0]),
        whole=merged["whole"],
        checked=str(entry.get("checked", "")).strip(),
    )


def _strings(source: Source, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise source.error(key, "must be a list of strings, none empty")
    return tuple(value)


def no_clash(institutions: Institutions, places: Mapping[str, str]) -> None:
    """Raises RuleError where an institution's id or domain is a provider's. places: id, domain, address → provider."""
    for each in institutions:
        for place in (each.id, *each.domains):
            if owner := places.get(place):
                what = f"institutions: {each.id}: {place} is of the provider {owner} (providers.toml)"
                raise RuleError(what, remedy="leave it to one of the two files")
