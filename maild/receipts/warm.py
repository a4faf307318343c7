"""Before a reader is confined: import, load and run once whatever reading may want."""

from __future__ import annotations

import importlib
import io

from maild.receipts.reader import FileReader

_WANTED = ("pillow_heif", "pypdfium2", "zxingcpp", "PIL.ImageDraw", "PIL.MpoImagePlugin")


def warm(reader: FileReader) -> None:
    """Afterwards no file needs to be opened but Python's own, and the first real picture is not the slowest."""
    import cv2
    from PIL import Image, ImageDraw

    for name in _WANTED:
        importlib.import_module(name)
    cv2.setNumThreads(1)
    Image.init()
    page = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(page).text((20, 20), "maild 12.50", fill="black", font_size=40)
    for form in ("JPEG", "PDF"):
        file = io.BytesIO()
        page.save(file, form)
        reader.read(file.getvalue())


def warm_invoices() -> None:
    """The same for a reader of issued invoices: what it imports at need is loaded."""
    for name in ("cv2", "pypdfium2", "zxingcpp", "maild.receipts.codes", "maild.receipts.pdfpages",
                 "maild.receipts.pictures"):  # fmt: skip
        importlib.import_module(name)


def warm_viewing() -> None:
    """The same for what shows pictures and pages."""
    import cv2
    from PIL import Image

    from maild.receipts import show

    for name in (*_WANTED, "PIL.TiffImagePlugin"):
        importlib.import_module(name)
    cv2.setNumThreads(1)
    Image.init()
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(file, "PNG")
    show.page(file.getvalue(), 1, width=40)
