"""maild form on a real database: the PDF, what it refuses and how it says so."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Secret, Settings, Store
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
FEE = Money.of("12.50")


def case(number: str, payable: Money | None = FEE, **changes: Any) -> Transaction:
    """A transaction of P1 with a fee due."""
    known = Transaction(number=number, patron_id="P1", total=payable, payable=payable, payment_state=PaymentState.DUE)
    return replace(known, **changes)


CASES = (
    case("T-001"), case("T-002", Money.of("8")), case("OTHER", patron_id="P2"), case("PAID", payment_state=PaymentState.CONFIRMED),
    case("CLAIMED", payment_state=PaymentState.PROOF_RECEIVED), case("WAIVED", payment_state=PaymentState.WAIVED),
    case("UNQUOTED", None, payment_state=PaymentState.NONE), case("FREE", Money.of("0")),
    case("DOLLARS", Money.of("5", "USD")), case("GONE", state=State.CANCELLED),
)  # fmt: skip


class Maild:
    """A configured command line over a database with CASES."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.config, self._capture = folder / "maild.toml", capture
        settings = Settings()
        settings = replace(
            settings,
            store=replace(Store(), url=f"sqlite:///{folder}/maild.db", blobs=folder / "blobs"),
            matching=replace(settings.matching, token_key=Secret("k" * 64)),
        )
        write(settings, self.config)
        made = Services(settings)
        lay_out(folder / "maild.db")
        with made.store.begin() as uow:
            people = [
                Patron(patron_id=p, name="王珺", emails=(PatronAddress(address=f"{p.lower()}@patron.example"),))
                for p in ("P1", "P2")
            ]
            uow.patrons.upsert(people, NOW)
            uow.transactions.upsert(CASES, NOW)
        made.close()

    def __call__(self, *args: object, code: int = 0) -> str:
        """Run `form`; standard output and error. The exit code must be `code`."""
        self._capture.readouterr()
        got = run(["--config", str(self.config), "form", *map(str, args)])
        out, err = self._capture.readouterr()
        assert got == code, (out + err).decode()
        return (out + err).decode()


@pytest.fixture
def maild(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Maild:
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    return Maild(tmp_path, capfdbinary)


def test_a_form_for_two_fees(maild: Maild, tmp_path: Path) -> None:
    """The PDF says numbers, sum and name; --json tells what was done."""
    out = tmp_path / "form.pdf"
    told = json.loads(maild("--transactions", "T-001, T-002", "--out", out, "--json"))
    assert told["amount"] == "20.50"
    assert told["transactions"] == ["T-001", "T-002"]
    text = pypdfium2.PdfDocument(out)[0].get_textpage().get_text_range()
    for said in ("T-001", "T-002", "¥20.50元", "人民币贰拾元伍角整", "王珺", "办理步骤"):
        assert said in text


def test_the_language_of_the_instructions(maild: Maild, tmp_path: Path) -> None:
    """English alone for who asks; the form itself stays the university's."""
    maild("--transactions", "T-001", "--out", tmp_path / "en.pdf", "--lang", "en")
    text = pypdfium2.PdfDocument(tmp_path / "en.pdf")[0].get_textpage().get_text_range()
    assert "What to do" in text
    assert "办理步骤" not in text
    assert "收款单位" in text


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ("T-001,NONE", "no request NONE"),
        ("T-001,OTHER", "several patrons: P1, P2"),
        ("PAID", "PAID is paid already"),
        ("CLAIMED", "claimed as paid"),
        ("WAIVED", "is waived"),
        ("UNQUOTED", "has no fee yet"),
        ("FREE", "nothing to pay for FREE"),
        ("T-001,DOLLARS", "in CNY, USD"),
        ("DOLLARS", "in USD"),
        ("GONE", "is cancelled"),
    ],
)
def test_what_is_refused(maild: Maild, tmp_path: Path, numbers: str, why: str) -> None:
    """Exit 1, the reason on standard error, and no file."""
    said = maild("--transactions", numbers, "--out", tmp_path / "no.pdf", code=1)
    assert why in said
    assert not (tmp_path / "no.pdf").exists()


def test_usage_is_exit_2(maild: Maild, tmp_path: Path) -> None:
    """No numbers, no option, no such folder: the option is named."""
    assert "--transactions" in maild("--transactions", " , ", "--out", tmp_path / "x.pdf", code=2)
    assert "--out" in maild("--transactions", "T-001", code=2)
    assert "--out" in maild("--transactions", "T-001", "--out", tmp_path / "none" / "x.pdf", code=2)


def test_no_key_is_a_matter_of_configuration(maild: Maild, tmp_path: Path) -> None:
    """Without the token key the code could be anybody's: exit 2, naming the option."""
    lines = maild.config.read_text("utf-8").splitlines()
    maild.config.write_text("\n".join(line for line in lines if not line.startswith("token_key")), "utf-8")
    assert "matching.token_key" in maild("--transactions", "T-001", "--out", tmp_path / "x.pdf", code=2)
