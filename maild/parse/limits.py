"""Bounds that keep every mail below two seconds; what lies beyond a bound is named in the defects."""

from __future__ import annotations

HEADER_BYTES = 5_000_000  # of the whole header block
HEADER_LINES = 20_000
HEADERS = 2_000
HEADER_VALUE = 64_000  # bytes of one value
PARAMETERS = 200
ADDRESSES = 500  # of one header
PARTS = 1_000
DEPTH = 50
BOUNDARY_HITS = 30_000  # lines that begin like a boundary, over all multiparts
SCAN_BYTES = 150_000_000  # searched for boundaries, over all levels
DECODED_BYTES = 120_000_000  # over all parts
TEXT_BYTES = 4_000_000  # of one text part that are decoded
TEXT_CHARS = 1_000_000  # of one text part
TEXTS_CHARS = 1_500_000  # of all text parts together; further ones become attachments
HTML_CHARS = 1_000_000
HTML_TAGS = 100_000
HTML_ATTRIBUTES = 30_000_000  # sum of the squares of the numbers of attributes of long tags
HTML_DEPTH = 400  # lexbor's cost grows with the square of the nesting
ANALYSED_LINES = 5_000  # looked at for quotes and pairs
HEADER_BLOCKS = 300  # places tried for a quoted header block
LINE_CHARS = 2_000  # of a line that patterns run over
PAIRS = 1_000
LINKS = 500
INLINE_IMAGES = 50  # data: URIs in HTML
FORWARD_DEPTH = 5
MAILS = 50  # attached to one mail
DEFECTS = 200
