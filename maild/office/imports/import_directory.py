"""Patrons out of a directory: its entries as the rows of an import, in the words of the office's map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maild.domain.errors import ConfigError
from maild.office.imports.import_words import PATRON_COLUMNS, REQUIRED_PATRON
from maild.store.tabular import Table, table_of

SEVERAL = frozenset({"emails"})  # columns that hold all of an attribute's values
NOBODY = "the directory names nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryMap:
    """What entries say in the words of the import: column → attribute in lower case, column → constant."""

    attributes: Mapping[str, str]
    constants: Mapping[str, str]

    @classmethod
    def of(cls, attributes: Sequence[str], constants: Sequence[str]) -> DirectoryMap:
        """Of the options ldap.attributes and ldap.constants. Raises ConfigError."""
        made = cls(
            attributes={column: name.lower() for column, name in _pairs("ldap.attributes", attributes).items()},
            constants=_pairs("ldap.constants", constants),
        )
        if missing := [one for one in REQUIRED_PATRON if one not in made.attributes]:
            raise ConfigError(f"ldap.attributes does not say {missing[0]!r}", remedy=f'add "{missing[0]}=…"')
        return made

    @property
    def asked(self) -> list[str]:
        """The attributes to ask for, each once."""
        return list(dict.fromkeys(self.attributes.values()))

    def rows(self, entries: Sequence[Mapping[str, Sequence[str]]]) -> Table:
        """The entries as rows, by their place from 1. Raises ConfigError where there is none: a base or a filter that
        finds nobody is a mistake, and no empty library.
        """
        if not entries:
            raise ConfigError(NOBODY, remedy="correct ldap.base or ldap.filter, or what ldap.bind_dn may see")
        return table_of((n, self._row(entry)) for n, entry in enumerate(entries, 1))

    def _row(self, entry: Mapping[str, Sequence[str]]) -> dict[str, str]:
        said = dict(self.constants)
        for column, name in self.attributes.items():
            values = [value for value in entry.get(name, ()) if value]
            said[column] = ";".join(values) if column in SEVERAL else next(iter(values), "")
        return said


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
