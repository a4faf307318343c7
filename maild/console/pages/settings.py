"""The settings as they are in force, for administrators: to look at, not to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.console.wording.saying import say
from maild.domain.desk.access import Role
from maild.settings.faults import Fault
from maild.settings.inforce import SectionInForce, in_force


class Asked(Input):
    """changed: only what is not the default; text: part of a name or of its help in either language."""

    changed: bool = False
    text: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The options that were asked for. file: None where there is none, or where a program made the settings."""

    sections: Sequence[SectionInForce]
    file: Path | None
    warnings: Sequence[Fault]
    rules: str


def _load(desk: Desk, who: Who, asked: Asked) -> Shown:
    services, origin = desk.services, desk.services.origin
    text = asked.text.casefold()
    found = []
    for section in in_force(services.settings, origin.sources if origin else {}):
        kept = tuple(
            option
            for option in section.options
            if (option.changed or option.source or not asked.changed)
            and text in f"{option.at} {option.help} {say(option.help, 'zh-CN')}".casefold()
        )
        if kept:
            found.append(replace(section, options=kept))
    return Shown(
        sections=found,
        file=origin.file if origin else None,
        warnings=origin.warnings if origin else (),
        rules=str(services.settings.rules.folder),
    )


def _json(loaded: Shown) -> object:
    return {
        "file": str(loaded.file) if loaded.file else None,
        "options": [
            {
                "option": option.at,
                "value": option.value,
                "default": option.default,
                "source": option.source or "default",
                "help": option.help,
            }
            for section in loaded.sections
            for option in section.options
        ],
    }


VIEWS = (
    View(
        name="settings",
        path="/settings",
        role=Role.ADMINISTRATOR,
        input=Asked,
        load=_load,
        json=_json,
        template="settings/show.html.j2",
        summary="Every option in force and where it came from; secrets as ***.",
    ),
)
