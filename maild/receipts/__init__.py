"""What is inside files that came from outside. Opened only in confined workers.

magic      the first bytes of a file → its media type
pdf, tiff  whole or cut, how many pages
document   is a supplied file the document that was asked for?

Payment proofs, from bytes to text in place:

sheet      the one shape of what a page shows: boxes of text, codes, stamps; and a glass to look again
pictures   any kind of picture → upright colour array of bounded size
prepare    red ink away, light made even
ocr        finding and reading lines (RapidOCR's models, one thread)
orient     which way up
glass      open_picture(bytes) → Pages: each a Sheet, and a Glass that reads a region again, finer or prepared
"""

from maild.receipts.document import inspect

__all__ = ["inspect"]
