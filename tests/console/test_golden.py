"""tools/golden.py over a real office: a byte that changes in what a command, the API or a notice says is seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from maild.notify.rendering import samples
from tests.console.world import World
from tools import golden, golden_doors

pytestmark = pytest.mark.integration
NUMBER, KIND = "2026112000101", "fee_notice"
COMMAND, ROUTE = f"maild transactions show {NUMBER}", "GET /api/v1/transactions/{number}"


def rows(office: World, examples: Mapping[str, str]) -> dict[str, Any]:
    """What is looked at here, by name: of each door."""
    renderer = office.services.renderer

    def every() -> Iterator[golden_doors.Row]:
        yield from golden_doors.answers(office, examples)
        yield from golden_doors.commands(golden_doors._config(office))
        yield from golden_doors.notices(renderer)

    return {name: golden_doors._alike(row, str(office.folder)) for name, row in every()}


def test_a_changed_byte_is_seen_behind_each_door(
    furnished_office: World,
    examples: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Twice the same; then a request's title has one letter more, and so has that of the notices' sample."""
    monkeypatch.setitem(golden_doors.DATA, "looks", {"transactions list": "--limit 1", "transactions show": NUMBER})
    monkeypatch.setattr(golden_doors, "unlisted", list)
    before = rows(furnished_office, examples)
    assert golden.compare(before, rows(furnished_office, examples).items()) == 0, capsys.readouterr().out
    assert {before[COMMAND]["exit"], before[ROUTE]["status"]} == {0, 200}
    assert {name.partition(" ")[0] for name in before} == {"GET", "maild", "notice"}
    with furnished_office.services.store.begin() as uow:
        (known,) = uow.transactions.get_many([NUMBER])
        uow.transactions.upsert(
            [dataclasses.replace(known, title=f"{known.title}x")], furnished_office.services.clock.now()
        )
    sample = samples.sample_transaction
    monkeypatch.setattr(
        samples, "sample_transaction", lambda kind: dataclasses.replace(sample(kind), title="江南市镇研")
    )
    assert golden.compare(before, rows(furnished_office, examples).items()) == 1
    said = capsys.readouterr().out
    assert f"\n{COMMAND}: lines" in said
    assert f"\n{ROUTE}: body" in said
    assert f"\nnotice {KIND} zh internal: mail" in said
