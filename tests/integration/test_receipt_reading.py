"""Payment proofs read as the daemon reads them: real files, in a confined process; and the command."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from maild.bootstrap import build
from maild.cli.app import run
from maild.config import Settings
from maild.confine.receipts import ReceiptPool
from maild.domain.accounting.receipt import Receipt, ReceiptKind, as_row
from tests.corpus.bombing import archive, picture
from tests.receipts import generate
from tests.receipts.truth import Sample

KEYS = [
    "source", "page", "kind", "amount", "amount_words", "amount_agrees", "payer", "payer_account", "payee",
    "payee_account", "payee_is_library", "date", "time", "month_day", "week_day", "serials", "purpose", "paid_for", "transactions",
    "department", "project", "qr", "stamp", "confidence", "sure", "warnings", "seconds",
]  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[ReceiptPool]:
    """One confined worker."""
    services = build(Settings())
    yield services.receipts
    services.close()


@pytest.fixture(scope="module")
def photo() -> Sample:
    """A photographed bank receipt of the generator's."""
    found = (generate(seed, kind="bank_receipt", preset="clean", layout="open.icbc") for seed in range(50))
    return next(sample for sample in found if sample.media_type.startswith("image/") and not sample.more)


@pytest.fixture(scope="module")
def screen() -> Sample:
    """A screenshot of a wallet: few lines, so that it is read in half of the time."""
    found = (generate(seed, kind="wechat", preset="clean") for seed in range(50))
    return next(sample for sample in found if sample.media_type.startswith("image/") and not sample.more)


def agrees(receipt: Receipt, sample: Sample) -> bool:
    """Kind and amount are those of the sample."""
    return (
        receipt.kind.value == sample.truth.kind
        and receipt.amount is not None
        and (receipt.amount.amount == sample.truth.amount)
    )


def test_confined_to_the_full(pool: ReceiptPool) -> None:
    """No network, no files but Python's own and the rules, no programs."""
    pool.warm()
    assert set(pool.confinement) == {"rlimits", "no_new_privileges", "network_namespace", "landlock", "seccomp"}
    assert not any(pool.confinement.values()), pool.confinement


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF", "PDF"])
def test_every_kind_of_file(pool: ReceiptPool, screen: Sample, form: str) -> None:
    """The same picture in every container is the same receipt; decoders work under confinement."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    image = Image.open(io.BytesIO(screen.content)).convert("RGB")
    file = io.BytesIO()
    image.save(file, form, **({"quality": 90} if form in ("JPEG", "WEBP", "HEIF", "AVIF") else {}))
    (receipt,) = pool.read(file.getvalue(), filename="proof.bin")
    assert agrees(receipt, screen), receipt
    assert receipt.look
    assert receipt.page == 1


def test_what_the_page_says_is_kept_for_search(pool: ReceiptPool, photo: Sample) -> None:
    """The recognised text, of what is no receipt, too; the command's contract does not know it."""
    (receipt,) = pool.read(photo.content)
    assert photo.truth.serials[0] in re.sub("[ -]", "", receipt.text)
    assert receipt.frame is not None
    (page,) = pool.read("<html><body><p>借书证 ILL-7788</p></body></html>".encode())
    assert page.kind is ReceiptKind.NOT_A_RECEIPT
    assert page.text == "借书证 ILL-7788"
    assert set(as_row(receipt)) == set(KEYS)


def test_wrapped_in_mail_and_archive(pool: ReceiptPool, photo: Sample) -> None:
    """A forwarded mail with an archive: found, with the way to it; the text beside it is no receipt of its own."""
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "patron@patron.example", "proof"
    inner.set_content("see below")
    inner.add_attachment(archive({"凭证.jpg": photo.content}), maintype="application", subtype="zip", filename="a.zip")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "friend@patron.example", "Fwd: proof"
    outer.set_content("as you asked")
    outer.add_attachment(inner)
    (receipt,) = pool.read(outer.as_bytes(), filename="mail.eml")
    assert agrees(receipt, photo)
    assert receipt.source.startswith("mail.eml/")
    assert receipt.source.endswith("凭证.jpg")


def test_the_same_picture_twice_is_one_receipt(pool: ReceiptPool, photo: Sample) -> None:
    """In one archive; a broken neighbour does not spoil it."""
    files = {"a.jpg": photo.content, "b.jpg": photo.content, "c.png": picture("PNG")[:100]}
    assert len(pool.read(archive(files), filename="x.zip")) == 1


def test_pages_of_a_pdf_are_counted(pool: ReceiptPool, photo: Sample) -> None:
    """A blank page first: the receipt is on page 2."""
    image = Image.open(io.BytesIO(photo.content)).convert("RGB")
    file = io.BytesIO()
    Image.new("RGB", image.size, "white").save(file, "PDF", save_all=True, append_images=[image])
    (receipt,) = pool.read(file.getvalue(), filename="two.pdf")
    assert agrees(receipt, photo)
    assert receipt.page == 2


@pytest.mark.parametrize(("content", "warning"), [
    (b"", "no picture: "), (b"hello, nothing here", "no picture: "), (picture("PNG")[:60], "broken: "),
    (picture("PNG", (32, 32)), "no picture: "),
])  # fmt: skip
def test_what_is_no_receipt_says_why(pool: ReceiptPool, content: bytes, warning: str) -> None:
    """One NOT_A_RECEIPT, with a stable first word."""
    (receipt,) = pool.read(content, filename="x")
    assert receipt.kind is ReceiptKind.NOT_A_RECEIPT
    assert receipt.warnings[0].startswith(warning)


Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs a command in this process, in an empty folder without configuration: (exit code, output, errors)."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)

    def call(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = run([str(arg) for arg in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def test_the_command(cli: Cli, photo: Sample, tmp_path: Path) -> None:
    """Files and folders; one JSON object a receipt with exactly the agreed keys, in order of the files."""
    folder = tmp_path / "proofs"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo.content)
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 nothing")
    code, out, _ = cli("receipt", "--json", folder)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [Path(row["source"]).name for row in rows] == ["a.jpg", "b.pdf"]
    assert (rows[0]["kind"], rows[0]["amount"]) == (photo.truth.kind, str(photo.truth.amount))
    assert rows[1]["kind"] == "not_a_receipt"
    assert rows[1]["amount"] is None
    assert rows[1]["warnings"][0].startswith("broken: ")


def test_the_command_for_people(cli: Cli, photo: Sample, tmp_path: Path) -> None:
    """Lines of label and value; a file that is not there is an error."""
    (tmp_path / "a.jpg").write_bytes(photo.content)
    code, out, _ = cli("receipt", "a.jpg")
    assert code == 0
    assert f"{photo.truth.amount} CNY" in out
    code, _, err = cli("receipt", "b.jpg")
    assert code == 1
    assert "no such file" in err
