"""What is inside files that came from outside. Opened only in confined workers.

magic      the first bytes of a file → its media type
pdf, tiff  whole or cut, how many pages
document   is a supplied file the document that was asked for?
"""

from maild.receipts.document import inspect

__all__ = ["inspect"]
