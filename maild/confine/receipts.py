"""Reading payment proofs in confinement: the worker's entry, and ReceiptPool (ports.ReceiptReader) before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Confined, Work, WorkerStopped
from maild.confine.resting import RestingPool
from maild.domain.accounting.receipt import Receipt

if TYPE_CHECKING:
    from maild.config import Office
    from maild.config import Receipts as ReceiptSettings
    from maild.confine.worker import Handler
    from maild.receipts.reader import FileReader

ENTRY = "maild.confine.receipts:make_handler"
_READ = tuple[Receipt, ...]
_TEXTS = tuple[str, ...]
# What pictures are read with: a package of its own, which an office may do without (packaging/receipts.txt).
EYES = ("cv2", "onnxruntime", "rapidocr", "zxingcpp")
_SOFT = 0.5  # of the time a file may take: from then on nothing new is begun


def make_handler(**options: Any) -> Handler:
    """In the worker, before confinement: load layouts, libraries and models. Raises RuleError, ConfigError."""
    from maild.parse import parse_mail
    from maild.receipts.media.scanned import scanned
    from maild.receipts.warm import warm

    reader = make_reader(**options)
    warm(reader)
    parse_mail(b"Subject: first\r\n\r\nfirst\r\n")

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        out: list[bytes] = []
        if kind == "scanned":
            return encode(_TEXTS, scanned(frames[0]), out), out
        found = reader.read(frames[0], filename=args["filename"], media_type=args["media_type"])
        return encode(_READ, found, out), out

    return handle


def make_reader(
    *, rules_folder: str, transaction_number: str, office: Mapping[str, Any], seconds: float, pages: int, pixels: int
) -> FileReader:
    """The reader itself, for the process that calls this. Raises RuleError, ConfigError."""
    from maild.config import Office
    from maild.receipts.extract import extract
    from maild.receipts.loading import load
    from maild.receipts.media.editing import load as load_editors
    from maild.receipts.picture.pictures import Bounds
    from maild.receipts.reader import FileReader, ReaderLimits
    from maild.receipts.words.stamps import load as load_stamps

    facts: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in office.items()}
    ours = Office(**facts)
    layouts = load(rules_folder, office=ours, number=transaction_number)
    limits = ReaderLimits(seconds=seconds * _SOFT, pages=pages, bounds=Bounds(pixels=pixels))
    return FileReader(
        lambda sheet, zoom: extract(sheet, zoom, layouts=layouts, office=ours),
        limits=limits,
        open_mail=open_mail,
        stamps=load_stamps(rules_folder),
        editors=load_editors(rules_folder),
    )


def open_mail(raw: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The files of a mail: attachments, pictures in its text, mails forwarded within it, and its HTML."""
    from maild.domain.errors import MalformedMail
    from maild.parse import parse_mail

    try:
        mails = [parse_mail(raw)]
    except MalformedMail:
        return
    while mails:
        mail = mails.pop(0)
        for count, attachment in enumerate(mail.attachments, 1):
            yield attachment.filename or SAY("part", number=count), attachment.media_type, attachment.content
        if "data:image" in mail.html:
            yield "text.html", "text/html", mail.html.encode("utf-8", "replace")
        mails += mail.forwarded


class ReceiptPool(Confined):
    """ports.ReceiptReader by confined workers. Thread-safe; a worker starts with the first file, and rests when idle.

    A file that kills its worker, or takes too long, becomes a NOT_A_RECEIPT that says so.
    """

    def __init__(
        self,
        settings: ReceiptSettings,
        office: Office,
        *,
        rules_folder: str,
        transaction_number: str,
        entry: str = ENTRY,
    ) -> None:
        """`entry`: another function that makes a handler."""
        self._settings = settings
        self._options = {
            "rules_folder": rules_folder,
            "transaction_number": transaction_number,
            "office": asdict(office),
            "seconds": settings.seconds,
            "pages": settings.max_pages,
            "pixels": settings.max_pixels,
        }
        limits = Limits(
            memory_mb=settings.memory_mb,
            cpu_seconds=settings.seconds,
            threads=True,  # libde265 needs one
            readable=_folders(rules_folder),
        )
        work = Work(entry=entry, options=self._options, limits=limits)
        self._pool = RestingPool(
            work,
            idle_seconds=settings.idle_seconds,
            workers=settings.workers,
            max_calls=2000,
        )

    @cached_property
    def absent(self) -> bool:
        """Whether there is nothing to read pictures with: each proof is then a person's, at once."""
        return not all(map(find_spec, EYES))

    @cached_property
    def version(self) -> str:
        """A digest of the reader's code, the layouts and what they are filled with, and whether it can read at all."""
        digest = hashlib.sha256(repr((self.absent, sorted(self._options.items(), key=str))).encode())
        package = Path(__file__).resolve().parent.parent
        files = [*package.glob("receipts/**/*.py")]
        for folder in _folders(str(self._options["rules_folder"])):
            files += [*Path(folder).glob("receipts/*.toml"), *Path(folder).glob("receipts/*.npz")]
        for file in sorted(files):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()[:16]

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """As ports.ReceiptReader says. Raises Temporary, Permanent or ConfigError where no worker can be started."""
        if self.absent:
            return (_refused(content, filename, SAY("no_reader")),)
        args = {"filename": filename, "media_type": media_type}
        if len(content) > self._settings.max_bytes:
            return (_refused(content, filename, SAY("too_many_bytes", bytes=len(content))),)
        try:
            value, frames = self._pool.call("read", args, [content])
            return decode(_READ, value, frames)
        except CodecFault as error:
            return (_refused(content, filename, SAY("broken_nonsense", why=error)),)
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            return (_refused(content, filename, _in_words(stopped)),)

    def scanned(self, content: bytes) -> tuple[str, ...]:
        """As ports.ReceiptReader says."""
        if self.absent or len(content) > self._settings.max_bytes:
            return ()
        try:
            value, frames = self._pool.call("scanned", {}, [content])
            return decode(_TEXTS, value, frames)
        except CodecFault:
            return ()
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            return ()

    def warm(self) -> None:
        """Start a worker now. Raises ConfigError where a layout is broken or a model is missing."""
        if not self.absent:
            super().warm()


def _refused(content: bytes, filename: str, what: str) -> Receipt:
    return Receipt(source=filename, sha256=hashlib.sha256(content).hexdigest(), warnings=(what,))


def _in_words(stopped: WorkerStopped) -> str:
    """Why the worker stopped, with the stable first word of a warning."""
    what = stopped.what
    if "longer than" in what or "CPU time" in what:
        return SAY("time", what=what)
    if "memory" in what:
        return SAY("too_large", what=what)
    return SAY("broken", what=what)


def _folders(rules_folder: str) -> tuple[str, ...]:
    """What the reader may read: layouts, and the form it compares photographs with (its measures and fonts)."""
    from maild.resources import data_folder

    shipped = [str(folder.resolve()) for folder in (data_folder("rules"), data_folder("templates") / "form")]
    return (*shipped, rules_folder) if rules_folder else tuple(shipped)
