"""Making mails and their files fit to be shown to staff, in confinement: the worker's entry, and Viewer before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from maild.confine import SAY
from maild.confine.cleaning.source_text import source_text
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Confined, Work
from maild.confine.resting import RestingPool
from maild.domain.accounting.receipt import Frame, Receipt
from maild.domain.desk.shown import ShownHtml, ShownPicture, ShownText
from maild.domain.errors import MalformedMail, Permanent, Temporary
from maild.domain.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from maild.config import Receipts as ReceiptSettings
    from maild.confine.worker import Handler
    from maild.domain.incoming.mail import Attachment, ParsedMail

ENTRY = "maild.confine.viewing:make_handler"
WIDTH = 1600  # pixels a picture is shown at where nobody says otherwise
PATIENCE = 15.0  # seconds a view waits for a worker: who looks has long gone on after that
TURNS = (0, 90, 180, 270)
_INLINE_SIDE = 1600  # pixels of a picture within the text
_MOST_INLINE = 40  # such pictures
_INLINE_BYTES = 12_000_000  # of all of them, made anew
_KEPT_BYTES = 24_000_000  # of documents shown lately: a page asks twice for one, for what was blocked and for itself
_Codes = tuple[str, ...]
_ANSWERS: dict[str, Any] = {
    "html": ShownHtml | None,
    "page": ShownPicture,
    "upright": ShownPicture,
    "pages": int,
    "codes": _Codes,
}


def make_handler(*, pixels: int) -> Handler:
    """In the worker, before confinement: load what viewing needs."""
    _warm(pixels)
    acts: dict[str, Callable[[Any, bytes], Any]] = {
        "html": lambda args, raw: _html(raw, pixels),
        "page": lambda args, content: _show().page(_leaf(content, args), pixels=pixels, **args["how"]),
        "upright": lambda args, content: _upright(content, args, pixels),
        "pages": lambda args, content: _show().pages(content),
        "codes": lambda args, content: _show().codes(content, args["number"], pixels=pixels),
    }

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        out: list[bytes] = []
        try:
            return {"shown": encode(_ANSWERS[kind], acts[kind](args, frames[0]), out)}, out
        except _show().ShowFault as fault:
            return {"fault": str(fault)}, []

    return handle


def _show() -> Any:
    from maild.receipts.media import show

    return show


def _leaf(content: bytes, args: Mapping[str, Any]) -> bytes:
    from maild.confine.receipts import open_mail

    found: bytes = _show().leaf(content, args.get("sha256", ""), open_mail)
    return found


def _upright(content: bytes, args: Mapping[str, Any], pixels: int) -> ShownPicture:
    width, height, *matrix = args["frame"]
    frame = Frame(width=width, height=height, matrix=tuple(matrix))
    shown: ShownPicture = _show().upright(
        _leaf(content, args), args["number"], frame, width=args["width"], pixels=pixels
    )
    return shown


def _html(raw: bytes, pixels: int) -> ShownHtml | None:
    from maild.confine.cleaning.sanitise import sanitise
    from maild.parse import parse_mail

    mail = parse_mail(raw)
    html = mail.html or next((inner.html for inner in mail.forwarded if inner.html), "")
    if not html.strip():
        return None
    pictures = {a.content_id.strip("<> ").lower(): a.content for a in _files(mail) if a.content_id}
    return sanitise(html, pictures, _Reencoder(pixels))


def _files(mail: ParsedMail) -> list[Attachment]:
    """All the mail's files, its own last: they are found first by their Content-ID."""
    inner = [file for forwarded in mail.forwarded for file in _files(forwarded)]
    return [*inner, *mail.attachments]


class _Reencoder:
    """Pictures within the text made anew, so many and so large as one view may hold."""

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        self.left = _MOST_INLINE
        self.bytes = _INLINE_BYTES

    def __call__(self, content: bytes) -> tuple[str, bytes] | None:
        """(media type, bytes); None where it is broken, no picture, or too much."""
        if self.left <= 0 or self.bytes <= 0 or content.startswith(b"%PDF"):
            return None
        self.left -= 1
        try:
            made = _show().page(content, 1, width=_INLINE_SIDE, pixels=self.pixels)
        except _show().ShowFault:
            return None
        self.bytes -= len(made.content)
        return (made.media_type, made.content) if self.bytes >= 0 else None


def _warm(pixels: int) -> None:
    """Afterwards no file needs to be opened but Python's own, and the first view is not the slowest."""
    from maild.receipts.warm import warm_viewing

    warm_viewing()
    _html(b"Content-Type: text/html\r\n\r\n<p style='color:red'>first</p>", pixels)


class Viewer(Confined):
    """Shows mails and files by confined workers: none runs before the first view, or long after the last. Thread-safe.

    Every view may raise Temporary (its worker was stopped or died: nothing else is harmed) and Permanent (the file
    cannot be shown; the sentence begins with a stable word), and ConfigError where no worker can be started.
    """

    def __init__(self, settings: ReceiptSettings, *, workers: int = 2, entry: str = ENTRY) -> None:
        """`settings`: what a file may cost. `entry`: another function that makes a handler."""
        self._most = settings.max_bytes
        self._kept: Kept[ShownHtml | None] = Kept(_KEPT_BYTES)
        limits = Limits(memory_mb=max(settings.memory_mb, 1280), cpu_seconds=settings.seconds, threads=True)
        work = Work(entry=entry, options={"pixels": settings.max_pixels}, limits=limits)
        self._pool = RestingPool(
            work,
            idle_seconds=settings.idle_seconds,
            workers=workers,
            max_calls=1000,
            patience=PATIENCE,
        )

    def html(self, raw: bytes) -> ShownHtml | None:
        """The mail's HTML part, cleaned, as a document for a frame under VIEW_CSP; None where it has none."""
        return self._kept.get(hashlib.sha256(raw).hexdigest(), lambda: self._html(raw), _size)

    def picture(self, content: bytes, *, width: int = WIDTH, turn: int = 0) -> ShownPicture:
        """A picture upright by EXIF, turned by `turn` degrees clockwise, at most `width` pixels wide."""
        return self.page(content, 1, width=width, turn=turn)

    def pages(self, content: bytes) -> int:
        """How many pages a PDF or a TIFF has; 1 for other pictures."""
        found: int = self._ask("pages", {}, content)
        return found

    def page(self, content: bytes, number: int, *, width: int = WIDTH, turn: int = 0, sha256: str = "") -> ShownPicture:
        """Page `number` (from 1), as `picture`. sha256: of a file within this one that is meant (Receipt.sha256).

        Raises Permanent where there is no picture, Temporary where the worker died.
        """
        if turn not in TURNS:
            raise Permanent(SAY("no_such_turn", degrees=turn))
        how = {"number": number, "width": width, "turn": turn}
        shown: ShownPicture = self._ask("page", {"how": how, "sha256": sha256}, content)
        return shown

    def upright(self, content: bytes, receipt: Receipt, *, width: int = WIDTH) -> ShownPicture:
        """The page of a receipt just as it was read: boxes of marks lie on it where a layer of the frame's width and
        height (receipt.frame) is laid over it. `content`: the attachment, which may hold the receipt's file within it.
        Raises Permanent where it is not known how the page was read.
        """
        frame = receipt.frame
        if frame is None:
            raise Permanent(SAY("page_unknown"))
        args = {
            "frame": [frame.width, frame.height, *frame.matrix],
            "number": receipt.page,
            "width": width,
            "sha256": receipt.sha256,
        }
        shown: ShownPicture = self._ask("upright", args, content)
        return shown

    def codes(self, content: bytes, number: int = 1) -> tuple[str, ...]:
        """The texts of QR and bar codes on a page."""
        found: tuple[str, ...] = self._ask("codes", {"number": number}, content)
        return found

    def source(self, raw: bytes) -> ShownText:
        """The mail's source; nothing is parsed, so no worker is needed."""
        return source_text(raw)

    def _html(self, raw: bytes) -> ShownHtml | None:
        try:
            shown: ShownHtml | None = self._ask("html", {}, raw)
        except MalformedMail:
            return None
        return shown

    def _ask(self, kind: str, args: dict[str, Any], content: bytes) -> Any:
        if len(content) > self._most:
            raise Permanent(SAY("too_many_bytes", bytes=len(content)))
        value, frames = self._pool.call(kind, args, [content])
        if not isinstance(value, dict):
            raise Temporary(SAY("viewer_nonsense"))
        if "fault" in value:
            raise Permanent(str(value["fault"]))
        try:
            return decode(_ANSWERS[kind], value.get("shown"), frames)
        except CodecFault as error:
            raise Temporary(SAY("viewer_nonsense_why", why=error)) from error


def _size(shown: ShownHtml | None) -> int:
    return 1000 + (4 * len(shown.html) if shown else 0)
