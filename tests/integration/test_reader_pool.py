"""Reading in a confined worker gives what reading here gives."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

from maild.authenticate import questions_of
from maild.authenticate.resolver import load_static
from maild.config import Settings
from maild.confine import SAY
from maild.confine.files import FilePool
from maild.confine.reading import ReaderPool
from maild.domain.errors import MalformedMail, RuleError
from maild.domain.incoming.document import DocumentFault
from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.reading import Reading, Spent
from maild.ports import Reader
from maild.spine.reading.files import Supplied
from maild.spine.reading.read import LocalReader, ReadSettings
from tests.corpus.bombing import MB, one_page, zeros
from tests.unit.authenticate import maker

CORPUS = Path(__file__).parents[1] / "corpus" / "auth"
SETTINGS = ReadSettings(
    transaction_number=Settings().matching.transaction_number,
    authserv_id="mx.lib.example",
    own_address="zjuill@zju.edu.cn",
)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """Two confined readers with the shipped rules."""
    running = ReaderPool(SETTINGS, workers=2, seconds=20, memory_mb=1024)
    yield running
    running.close()


@pytest.fixture(scope="module")
def local() -> LocalReader:
    """A reader in this process."""
    return LocalReader(SETTINGS)


def same(first: Reading, second: Reading) -> bool:
    """Equal but for the time they took."""
    return replace(first, seconds=0.0) == replace(second, seconds=0.0)


def outcome(reader: Reader, raw: bytes, answers: dict[str, tuple[str, ...] | None]) -> object:
    """The reading, or what MalformedMail said."""
    try:
        return replace(reader.read(raw, answers), seconds=0.0, spent=Spent())
    except MalformedMail as error:
        return (error.what, error.headers, error.raw)


def test_the_corpus_reads_alike(pool: ReaderPool, local: LocalReader) -> None:
    """Every mail of the corpus, with its DNS answers; also where a whole batch's answers are handed in."""
    resolver = load_static(CORPUS / "dns.json")
    paths = sorted(CORPUS.glob("*.eml"))
    batch = dict(resolver.txt(set().union(*(questions_of(path.read_bytes()) for path in paths))))
    for path in paths:
        raw = path.read_bytes()
        answers = dict(resolver.txt(questions_of(raw)))
        assert outcome(pool, raw, answers) == outcome(local, raw, answers), path.name
        assert outcome(pool, raw, batch) == outcome(local, raw, answers), path.name


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\x00" * 5000, b"\xff\xfe" * 300, b"From: a@b\xff\r\nSubject: \xc4\xe3\r\n\r\n\x80"]
)
def test_odd_bytes_read_alike(pool: ReaderPool, local: LocalReader, raw: bytes) -> None:
    """Whatever the parser makes of them, it is the same on both sides of the wall."""
    assert outcome(pool, raw, {}) == outcome(local, raw, {})


def supply(content: bytes, name: str) -> bytes:
    """A provider's mail that supplies a file, signed."""
    mail = EmailMessage()
    mail["From"] = "CALIS <ill@calis.edu.cn>"
    mail["To"] = "zjuill@zju.edu.cn"
    mail["Subject"] = "馆际互借事务 2026112400017 已寄送"
    mail["Date"] = "Tue, 24 Nov 2026 10:00:00 +0800"
    mail["Message-ID"] = "<supply@calis.edu.cn>"
    mail.set_content("事务号：2026112400017\n状态：已寄送\n")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return maker.sign(mail.as_bytes().replace(b"\n", b"\r\n"), "calis.edu.cn")


def test_supplied_documents_are_looked_into_in_confinement(pool: ReaderPool) -> None:
    """PDFium loads and works behind the filter."""
    out = io.BytesIO()
    drawing = canvas.Canvas(out)
    for _ in range(3):
        drawing.drawString(72, 700, "a page")
        drawing.showPage()
    drawing.save()
    answers = {"s1._domainkey.calis.edu.cn": (maker.record("rsa2048"),)}
    reading = pool.read(supply(out.getvalue(), "paper.pdf"), answers)
    assert [(d.pages, d.fault) for d in reading.documents] == [(3, DocumentFault.NONE)]
    assert reading.mail.attachments[0].content == out.getvalue()
    cut = pool.read(supply(out.getvalue()[:700], "paper.pdf"), answers)
    assert [d.fault for d in cut.documents] == [DocumentFault.TRUNCATED]


def test_broken_rules_are_told_at_the_start(tmp_path: Path) -> None:
    """As the configuration error they are, with the file's name; the operator's folder is read."""
    (tmp_path / "05-broken.toml").write_text("title = ", encoding="utf-8")
    pool = ReaderPool(replace(SETTINGS, rules_folder=str(tmp_path)), workers=1, seconds=20, memory_mb=1024)
    with pytest.raises(RuleError, match=r"05-broken\.toml"):
        pool.warm()
    pool.close()


def test_a_strangers_files_are_not_opened(pool: ReaderPool) -> None:
    """The same mail without its proof: read, and its file left closed; a person who vouches has it opened."""
    raw = supply(b"%PDF-1.4\n%%EOF", "paper.pdf")
    before = pool._opener.counters.calls
    assert pool.read(raw, {}).documents == ()
    assert pool._opener.counters.calls == before
    assert [d.sha256 for d in pool.read(raw, {}, vouched=True).documents]


def test_a_file_that_takes_too_long_is_told() -> None:
    """And the mail is read all the same; the files after it have their time."""
    opener = FilePool(seconds=1.0)
    bomb = one_page(
        zlib.compress(zlib.compress(zeros(900 * MB), 9), 9), extra=b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    )
    files = [Supplied(file=file_of(bomb)), Supplied(file=file_of(b"%PDF-1.4 cut off"))]
    slow, cut = opener.documents(files)
    opener.close()
    assert (slow.fault, slow.reason) == (DocumentFault.UNREADABLE, SAY("not_looked_into"))
    assert cut.fault is DocumentFault.TRUNCATED


def file_of(content: bytes) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(filename="a.pdf", media_type="application/pdf", content=content, sha256=digest)
