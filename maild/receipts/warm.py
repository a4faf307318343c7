"""Before a reader is confined: import, load and run once whatever reading may want."""

from __future__ import annotations

import importlib
import io

from maild.receipts.reader import FileReader

_WANTED = ("pillow_heif", "pypdfium2", "zxingcpp", "PIL.ImageDraw", "PIL.MpoImagePlugin")
_WORDS = ((20, 220), (20, 80, 140))  # where they stand on the page, across and down: enough lines


def warm(reader: FileReader) -> None:
    """Afterwards no file needs to be opened but Python's own, and the first real picture is not the slowest."""
    import cv2
    import numpy as np
    from PIL import Image, ImageDraw

    from maild.receipts.picture.prepare import flat

    for name in _WANTED:
        importlib.import_module(name)
    cv2.setNumThreads(1)
    Image.init()
    blank = Image.new("RGB", (400, 200), "white")
    page, (across, down) = blank.copy(), _WORDS
    for x, y in ((x, y) for x in across for y in down):
        ImageDraw.Draw(page).text((x, y), "12.50", fill="black", font_size=30)
    flat(np.asarray(page))  # which is done to pictures with few lines: finding them twice would take twice as long
    for picture, form in ((page, "JPEG"), (blank, "PDF")):  # a page of a PDF is read as a picture is
        file = io.BytesIO()
        picture.save(file, form)
        reader.read(file.getvalue())


def warm_invoices() -> None:
    """The same for a reader of issued invoices: what it imports at need is loaded."""
    for name in (
        "cv2",
        "pypdfium2",
        "zxingcpp",
        "maild.receipts.picture.codes",
        "maild.receipts.media.pdfpages",
        "maild.receipts.picture.pictures",
    ):
        importlib.import_module(name)


def warm_viewing() -> None:
    """The same for what shows pictures and pages."""
    import cv2
    from PIL import Image

    from maild.receipts.media import show

    for name in (*_WANTED, "PIL.TiffImagePlugin"):
        importlib.import_module(name)
    cv2.setNumThreads(1)
    Image.init()
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(file, "PNG")
    show.page(file.getvalue(), 1, width=40)
