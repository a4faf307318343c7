"""rules/service-times.toml → ServiceTimes: the shipped times, and over them those that the office's own file names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import tzinfo
from pathlib import Path
from types import MappingProxyType

from maild.domain.calendar import Calendar
from maild.domain.requests.expectation import ServiceTimes, Times
from maild.domain.requests.lifecycle import Service
from maild.resources import data_folder
from maild.tables import Source, read_toml

NAME = "service-times.toml"
MOST = 250  # working days; more is a slip
_KEYS = tuple(each.name for each in fields(Times))
_HELP = "the head of rules/service-times.toml says what each time means"

Overrides = dict[tuple[str, Service], dict[str, int]]


def load_times(rules_folder: str, calendar: Calendar, zone: tzinfo, providers: frozenset[str]) -> ServiceTimes:
    """The times in force. `providers`: ids that are known. Raises RuleError with file and line for what is wrong."""
    folders = [data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])]
    said: Overrides = {}
    for path in (folder / NAME for folder in folders):
        if path.is_file():
            for key, values in _read(read_toml(path), providers):
                said[key] = said.get(key, {}) | values
    usual = {service: said.get(("", service), {}) for service in Service}
    own = {
        (provider, service): Times(**{**usual[service], **values})
        for (provider, service), values in said.items()
        if provider
    }
    return ServiceTimes(
        calendar=calendar,
        zone=zone,
        own=MappingProxyType(own),
        usual=MappingProxyType({service: Times(**values) for service, values in usual.items()}),
    )


def _read(source: Source, providers: frozenset[str]) -> Iterator[tuple[tuple[str, Service], dict[str, int]]]:
    """Each table as ((provider id or '', service), times)."""
    for name, table in source.data.items():
        if name != "provider":
            yield ("", _service(source, name, name)), _times(source, name, table)
            continue
        for provider, services in _table(source, name, table).items():
            where = f"provider.{provider}"
            if provider not in providers:
                raise source.error(where, f"unknown provider {provider!r}", f"known: {', '.join(sorted(providers))}")
            for service, times in _table(source, where, services).items():
                place = f"{where}.{service}"
                yield (provider, _service(source, place, service)), _times(source, place, times)


def _service(source: Source, where: str, name: str) -> Service:
    if name not in frozenset(Service):
        raise source.error(where, f"{name!r} is no service", "write [copy], [loan] or [provider.ID.copy]")
    return Service(name)


def _table(source: Source, where: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise source.error(where, "must be a table", _HELP)
    return value


def _times(source: Source, where: str, value: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, days in _table(source, where, value).items():
        if key not in _KEYS:
            raise source.error(f"{where}.{key}", "unknown time", f"known: {', '.join(_KEYS)}")
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST:
            raise source.error(f"{where}.{key}", f"a whole number from 0 to {MOST} is needed", _HELP)
        found[key] = days
    if found.get("loan") == 0:
        raise source.error(f"{where}.loan", "a loan lasts a day at least", _HELP)
    return found
