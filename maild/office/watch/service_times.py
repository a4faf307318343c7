"""rules/service-times.toml → ServiceTimes: the shipped times, and over them those that the office's own file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from types import MappingProxyType
from typing import Annotated

from maild.domain.calendar import Calendar
from maild.domain.requests.expectation import ServiceTimes, Times
from maild.domain.requests.lifecycle import Service
from maild.tables import office_table
from maild.tables.table import Among, From, Limits, Table, Wrong

MOST = 250  # working days; more is a slip
_Days = Mapping[Annotated[str, Among(tuple(one.name for one in fields(Times)))], Annotated[int, Limits(0, MOST)]]


def _lasting(days: Mapping[str, int]) -> Mapping[str, int]:
    if days.get("loan") == 0:
        raise Wrong(("loan",), "a loan lasts a day at least")
    return days


_Times = Annotated[Mapping[str, int], From(_lasting, _Days)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usual:
    copy: _Times = field(default_factory=dict)
    loan: _Times = field(default_factory=dict)
    provider: Mapping[str, Mapping[Service, _Times]] = field(default_factory=dict)


TIMES: Table[_Usual] = Table(
    "service-times.toml", _Usual, "the head of rules/service-times.toml says what each time means"
)


def load_times(rules_folder: str, calendar: Calendar, zone: tzinfo, providers: frozenset[str]) -> ServiceTimes:
    """The times in force. `providers`: ids that are known. Raises RuleError naming file, line and key."""
    source = office_table(TIMES.name, rules_folder)
    said = TIMES.read(source)
    if unknown := sorted(set(said.provider) - providers):
        known = f"known: {', '.join(sorted(providers))}"
        raise source.error(("provider", unknown[0]), f"unknown provider {unknown[0]!r}", known)
    usual: Mapping[Service, Mapping[str, int]] = {one: getattr(said, one.value) for one in Service}
    own = {
        (provider, service): Times(**{**usual[service], **times})
        for provider, services in said.provider.items()
        for service, times in services.items()
    }
    return ServiceTimes(
        calendar=calendar,
        zone=zone,
        own=MappingProxyType(own),
        usual=MappingProxyType({service: Times(**times) for service, times in usual.items()}),
    )
