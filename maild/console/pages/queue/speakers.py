"""Senders of whom staff said for whom they speak, with the way to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.incoming.speaker import Speaker


class Asked(Input):
    """Nothing is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """names: id → how the library is called in Chinese and English."""

    speakers: tuple[Speaker, ...]
    names: Mapping[str, tuple[str, str]]


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    trusted = desk.services.lookup.trusted
    with desk.services.store.read() as uow:
        found = tuple(uow.speakers.find())
    known = {each.institution: trusted.speaker(each.institution) for each in found}
    return Listing(speakers=found, names={key: (p.name_zh, p.name_en) for key, p in known.items() if p})


def _json(loaded: Listing) -> object:
    return {
        "items": [
            {
                "address": s.address,
                "institution": s.institution,
                "actor": s.actor,
                "at": s.at.isoformat(),
                "reason": s.reason,
            }
            for s in loaded.speakers
        ]
    }


VIEWS = (
    View(
        name="queue.speakers",
        path="/queue/speakers",
        input=Asked,
        load=_load,
        template="queue/speakers.html.j2",
        json=_json,
        summary="Senders that speak for a library by the word of staff.",
    ),
)
