"""What the second reader alone finds wished, on labelled mails of proven patrons, by models that have not seen their hand.

Read against its hand's office, as `maild evaluate` reads them; any probability counts, so that
tools/second.py can say from which one on it is right often enough (rules/second/levels.toml).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from maild.classify.learned.letting import Letting
from maild.classify.learned.second import THANKS
from maild.cli.reading.evaluate import _moment
from maild.cli.reading.labelled import Office, read_mails
from maild.linear.weights import Weights
from maild.office.answers.wishing import Wishing
from maild.spine.explain import explain
from tests.corpus.second import SAME_HAND
from tests.corpus.weighed import Voice, offices

ALONE = "no rule knows its words"  # begins the reason that only then is given
LEAST = 0.2  # below it nobody would listen
TOLD = {
    "cancel_request": {"cancel_asked"},
    "renew_request": {"renewal_asked"},
    "consent": {"fee_accepted", "fee_notice"},
    "not_received": {"document_delivered", "pick_up"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """One mail that something was done for on the second reader's word alone.

    wish   a kind, or 'consent'; sure: how probable it found that
    wrong  it wishes something else, or about another request, or a colleague would have read it first
    """

    id: str
    group: str
    wish: str
    sure: float
    wrong: bool
    everyday: bool


def wished(kinds: Mapping[str, Weights], persons: Mapping[str, Weights], without: str = "") -> Iterator[Wished]:
    """kinds, persons: by hand, weights of both models that have not seen it ('': what all others are read by)."""
    at = _moment("2026-11-24")
    for path, office, services in offices(without):
        group = SAME_HAND.get(path.stem, path.stem)
        voices = (kinds.get(group, kinds[""]), persons.get(group, persons[""]))
        yield from _of_file(path, group, voices, services, office, at)


def _of_file(
    path: Path, group: str, voices: tuple[Weights, Weights], services: Any, office: Any, at: Any
) -> Iterator[Wished]:
    labels = {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    found: dict[str, float] = {}
    before = Wishing.finds

    def finds(mine: Wishing, wish: str) -> bool:
        own = replace(mine.heard.telling, second=Voice(voices[0]), letting=lambda: Letting(weights=voices[1]))
        sure = replace(mine, heard=replace(mine.heard, telling=own)).sure_of(wish)
        if sure >= LEAST:
            found[wish] = sure
        return sure >= LEAST

    Wishing.finds = finds  # type: ignore[method-assign]
    try:
        for mail in read_mails([path], office, own_address=services.settings.office.address, at=at):
            found.clear()
            decision = explain(mail.raw, mail.label.id, services.parts, at)["decision"]
            label = labels[mail.label.id]
            for wish, sure in found.items():
                if _acted(decision, wish):
                    yield Wished(
                        id=mail.label.id,
                        group=group,
                        wish=wish,
                        sure=sure,
                        wrong=_is_wrong(decision, wish, label, office),
                        everyday=path.stem.startswith("open_patrons"),
                    )
    finally:
        Wishing.finds = before  # type: ignore[method-assign]


def _acted(decision: Mapping[str, Any], wish: str) -> bool:
    """Whether the writer is told that the wish came, or a mail of thanks is put away, on nobody else's word."""
    if not any(reason.startswith(ALONE) for reason in decision["reasons"]):
        return False
    if wish == THANKS:
        return bool(decision["action"] == "ignore")
    return any(notice["kind"] in TOLD[wish] for notice in decision["notices"])


def _is_wrong(decision: Mapping[str, Any], wish: str, label: Mapping[str, Any], office: Office) -> bool:
    kinds = {*label["kinds"], *label.get("maybe", ())}
    if wish not in kinds or label["colleague"] == "hold":
        return True
    if wish == THANKS:
        return label["colleague"] != "settle"
    return not {*decision["transactions"]} <= {office.requests[key][0] for key in label["about"]}
