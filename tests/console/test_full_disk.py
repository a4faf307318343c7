"""The disk is full to the last byte while files are handed in: it is said, nothing is kept by halves, pages go on."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.console.app import make_app
from maild.console.serve import make_desk
from maild.domain.accounting.invoice import InvoiceState
from maild.domain.desk.access import Role
from tests.console.stand_in import StandIn
from tests.console.test_statements import as_csv, hand_in
from tests.console.world import NOW, World, world
from tests.corpus.heldout.mails import pdf
from tests.servers.clock import MovedClock
from tests.survival.faults import mount

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
LARGE = 1_500_000  # bytes: more than is held in memory while a form is read
NUMBER = "26332000000123456789"


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """To the last byte."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536))
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"0")
    yield
    filler.unlink()


@pytest.fixture
def small(filled: tuple[Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An office whose database, blobs and files under way lie on a small disk of their own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=40m,mode=0700", "none", str(disk))
    try:
        (disk / "tmp").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(disk / "tmp"))
        with world(filled[0], disk / "office", filled[1], MovedClock(NOW)) as made:
            yield made
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True, timeout=10)


def test_files_handed_in_on_a_full_disk(small: World, tmp_path: Path) -> None:
    """A large form, a statement, an invoice, an export: each is 507 and says why; with room each is taken once."""
    app = make_app(make_desk(small.services), StandIn("li", Role.ADMINISTRATOR))
    client = TestClient(
        app, base_url="http://127.0.0.1", headers={"x-csrf-token": StandIn.TOKEN}, raise_server_exceptions=False
    )
    with small.services.store.read() as uow:
        invoice = next(one for one in uow.invoices.find(limit=50) if one.state is InvoiceState.REQUESTED)
        patron = uow.patrons.find(limit=1)[0].patron_id

    def posted(padding: int) -> list[Any]:
        large = as_csv() + b" " * padding
        issued = {"number": NUMBER, "anyway": "true", "note": "as asked", "seen": str(invoice.version)}
        return [
            client.post("/payments/statements", files={"file": ("a.csv", large, "text/csv")}),
            hand_in(client, as_csv(), "a.csv"),
            client.post(
                f"/invoices/{invoice.id}/issue",
                data=issued,
                headers={"accept": "application/json"},
                files={"file": ("i.pdf", pdf("invoice"), "application/pdf")},
            ),
            client.get(f"/patrons/{patron}/personal.zip"),
        ]

    with full(tmp_path / "disk"):
        said = posted(LARGE)
        assert client.get("/queue").status_code == 200
    assert [answer.status_code for answer in said] == [507] * 4, [answer.text[:300] for answer in said]
    assert all("disk" in answer.text or "磁盘" in answer.text for answer in said)
    assert not [*(tmp_path / "disk" / "tmp").iterdir()]
    with small.services.store.read() as uow:
        assert uow.statements.find(limit=5) == []
        kept = uow.invoices.get(invoice.id)
        assert kept is not None
        assert (kept.state, kept.sha256) == (invoice.state, invoice.sha256)
    said = posted(0)
    assert [answer.status_code for answer in said] == [200] * 4, [answer.text[:300] for answer in said]
