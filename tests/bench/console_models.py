"""What the rows of the filled office are modelled on: the demo's mails, really read and decided, with their proofs.

Thousands of rows share one stored mail; each of them can be opened, its picture shown, its proof looked at.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.bootstrap import Services
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.rendering.samples import sample_parts
from maild.ports import DnsAnswers
from tests.console.world import NOW, settings
from tests.console.world import fill as demo
from tests.servers.clock import MovedClock

DNS = "dns.json"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A mail of the demo: its row, the last decision's, the queue item's (None: it settled by itself), its proofs."""

    mail: Row
    decision: Row
    item: Row | None = None
    proofs: Sequence[Row] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice of a kind: what it was written from, and (its hash) the copy of what was sent."""

    kind: str
    data: str
    copy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """All of them. dns: what proves the senders."""

    proofs: Sequence[Model]
    items: Sequence[Model]
    settled: Sequence[Model]
    letters: Sequence[Letter]
    counted: Sequence[Row]
    shapes: Sequence[Row]
    dns: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))


class Answers:
    """The DNS of a filled office (ports.Resolver)."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        self._known = known

    def txt(self, names: Any) -> DnsAnswers:
        """What is known, and nothing else."""
        return {name: tuple(self._known.get(name, ())) for name in names}


def make(folder: Path) -> Models:
    """Let the demo's mails be read and decided in that folder (half a minute: proofs are really read)."""
    post = demo(folder, MovedClock(NOW))
    return read(folder, post.answers)


def read(folder: Path, dns: Mapping[str, Sequence[str]]) -> Models:
    """The models of an office that the demo was decided in."""
    with sqlite3.connect(folder / "maild.db") as base:
        base.row_factory = sqlite3.Row

        def rows(sql: str) -> list[dict[str, Any]]:
            return [dict(row) for row in base.execute(sql)]

        decisions = {row["mail_id"]: row for row in rows("SELECT * FROM decision ORDER BY id")}
        items = {row["mail_id"]: row for row in rows("SELECT * FROM review WHERE mail_id IS NOT NULL ORDER BY id DESC")}
        proofs: dict[int, list[Row]] = {}
        for row in rows("SELECT * FROM proof ORDER BY id"):
            proofs.setdefault(row["mail_id"], []).append(row)
        found = [
            Model(mail=row, decision=decisions[row["id"]], item=items.get(row["id"]), proofs=proofs.get(row["id"], ()))
            for row in rows("SELECT * FROM mail ORDER BY id")
            if row["id"] in decisions
        ]
        return Models(
            proofs=[one for one in found if one.item and one.proofs],
            items=[one for one in found if one.item and not one.proofs],
            settled=[one for one in found if not one.item],
            letters=_letters(folder),
            dns=dns,
            counted=rows("SELECT DISTINCT provider, rule, kind, field FROM rule_day ORDER BY 1, 2, 3, 4"),
            shapes=rows("SELECT * FROM subject_shape ORDER BY provider, shape"),
        )


def _letters(folder: Path) -> list[Letter]:
    """Every kind of notice, written once."""
    services, found = Services(settings(folder), clock=MovedClock(NOW)), []
    try:
        for kind in NoticeKind:
            parts = sample_parts(kind)
            message = services.renderer.render(parts, message_id="<sample@demo.example>", date=NOW)
            data = json.dumps(dict(parts[0].request.data), ensure_ascii=False)
            found.append(Letter(kind=kind.value, data=data, copy=services.blobs.put(message.raw)))
    finally:
        services.close()
    return found


def settle(folder: Path, models: Models, there: Path) -> None:
    """Put the mails' bytes and the DNS where a filled office has them."""
    shutil.copytree(folder / "blobs", there / "blobs", dirs_exist_ok=True)
    (there / DNS).write_text(json.dumps({name: list(said) for name, said in models.dns.items()}), "utf-8")


def answers(there: Path) -> Answers:
    """The DNS of an office that was settled there."""
    return Answers(json.loads((there / DNS).read_text("utf-8")))
