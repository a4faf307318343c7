"""Patrons out of a directory: its entries as the rows of an import, in the words of the office's map.

Active Directory is one of them: it keeps addresses in two attributes, one with a scheme before each, tells of disabled
accounts in a bit, and names kinds of people in words of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.errors import ConfigError
from maild.domain.requests.patron import PatronKind
from maild.office.imports import SAY
from maild.office.imports.import_words import PATRON_COLUMNS, REQUIRED_PATRON
from maild.store.tabular import Table, table_of

SEVERAL = frozenset({"emails"})  # columns that hold all of an attribute's values
Entry = Mapping[str, Sequence[str]]
CONTROL, DISABLED = "useraccountcontrol", 0x2  # ACCOUNTDISABLE ([MS-ADTS] section 2.2.16)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryMap:
    """What entries say in the words of the import: column → attributes in lower case, column → constant, and what the
    attribute of kind means, in lower case → kind.
    """

    attributes: Mapping[str, Sequence[str]]
    constants: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, attributes: Sequence[str], constants: Sequence[str], kinds: Sequence[str] = ()) -> DirectoryMap:
        """Of the options ldap.attributes, ldap.constants and ldap.kinds. Raises ConfigError."""
        said = _pairs("ldap.attributes", attributes)
        made = cls(
            attributes={column: [*filter(None, name.lower().split("+"))] for column, name in said.items()},
            constants=_pairs("ldap.constants", constants),
            kinds=_kinds(kinds),
        )
        if both := [column for column, names in made.attributes.items() if len(names) != 1 and column not in SEVERAL]:
            raise ConfigError(f"ldap.attributes: {both[0]!r} is one value", remedy="name one attribute for it")
        if missing := [one for one in REQUIRED_PATRON if one not in made.attributes]:
            raise ConfigError(f"ldap.attributes does not say {missing[0]!r}", remedy=f'add "{missing[0]}=…"')
        return made

    @property
    def asked(self) -> list[str]:
        """The attributes to ask for, each once; a directory that does not have one leaves it out."""
        return list(dict.fromkeys([*(name for names in self.attributes.values() for name in names), CONTROL]))

    def rows(self, entries: Sequence[Entry]) -> Table:
        """The entries as rows, by their place from 1, but for disabled accounts: who left is not taken for a patron,
        and who is one stays as he is. Raises ConfigError where there is none: a base or a filter that finds nobody is a
        mistake, and no empty library.
        """
        there = [(n, self._row(entry)) for n, entry in enumerate(entries, 1) if not disabled(entry)]
        if not there:
            nobody = SAY("names_nobody")
            raise ConfigError(nobody, remedy="correct ldap.base or ldap.filter, or what ldap.bind_dn may see")
        return table_of(there)

    def disabled(self, entries: Sequence[Entry]) -> Mapping[int, str]:
        """The patron ids of disabled accounts, by their place."""
        (name,) = self.attributes["patron_id"]
        return {n: next(iter(entry.get(name, ())), "") for n, entry in enumerate(entries, 1) if disabled(entry)}

    def _row(self, entry: Entry) -> dict[str, str]:
        said = dict(self.constants)
        for column, names in self.attributes.items():
            values = [value for name in names for value in entry.get(name, ()) if value]
            said[column] = ";".join(_addresses(values)) if column in SEVERAL else next(iter(values), "")
        if self.kinds:  # of whom it says nothing nobody may take for one of the house
            found = said.get("kind", "")
            said["kind"] = self.kinds.get(found.casefold(), found or "nothing")
        return said


def disabled(entry: Entry) -> bool:
    """Whether the directory says that nobody may sign in with it; one that says nothing of it means no."""
    said = next(iter(entry.get(CONTROL, ())), "0")
    return said.isdecimal() and bool(int(said) & DISABLED)


def _addresses(values: Iterable[str]) -> list[str]:
    """Mail addresses: as they stand, then the main one of proxyAddresses (SMTP: in capitals), then its others. What
    another scheme leads to (X500, SIP) is no mail address.
    """
    plain: list[str] = []
    main: list[str] = []
    others: list[str] = []
    for value in values:
        scheme, colon, rest = value.partition(":")  # SMTP:a@b, smtp:a@b, X500:/o=…, sip:a@b
        if not colon:
            plain.append(value)
        elif scheme.lower() == "smtp":
            (main if scheme == "SMTP" else others).append(rest.strip())
    return [*plain, *main, *others]


def _kinds(said: Sequence[str]) -> dict[str, str]:
    """Word → kind. Raises ConfigError."""
    found: dict[str, str] = {}
    known = sorted(str(kind) for kind in PatronKind if str(kind))
    for one in said:
        word, equals, kind = (part.strip() for part in one.rpartition("="))
        if not equals or not word or kind not in known:
            raise ConfigError(f"ldap.kinds: {one!r} is no word = kind", remedy=f"kinds are {', '.join(known)}")
        found[word.casefold()] = kind
    return found


def _pairs(option: str, said: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in said:
        column, equals, name = (part.strip() for part in one.partition("="))
        if not equals or not name or column not in PATRON_COLUMNS:
            known = ", ".join(PATRON_COLUMNS)
            raise ConfigError(f"{option}: {one!r} is no column = name", remedy=f"columns are {known}")
        if column in found:
            raise ConfigError(f"{option}: {column!r} is said twice", remedy="say it once")
        found[column] = name
    return found
