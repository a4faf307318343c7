"""What is inside files that came from outside. Opened only in confined workers.

magic      the first bytes of a file → its media type
pdf, tiff  whole or cut, how many pages
document   inspect(): is a supplied file the document that was asked for?

Payment proofs, from bytes to text in place:

reader     one file → its receipts: the way through all that follows
files      pictures, PDFs and pages, out of archives, documents and mails, within limits
pictures   any kind of picture → upright colour array of bounded size
codes      QR and bar codes
ocr        finding and reading lines (RapidOCR's models, one thread)
orient     which way up; straighten: laid level, perspective undone
page_reader  a picture → Page: a Sheet, and a Zoom that reads a region again, finer or prepared (prepare)
features   seals in red ink, and a hash by which look-alikes are known
pdfpages   a PDF's own text in place (runs, glyphs), and its pages as pictures; webpages: HTML
slipcheck  a photographed form of ours, compared with what was printed (slipplane)
inks       ink by its colour; seals: stamps found, straightened, read
words      what rules/receipts says: states, purposes, stamps …; formstamp: the stamps of plain forms
handwriting, strokes   a pen where none belongs on our form; a stroke through a sum; rewritten: another sum at its place
editing    signs that a file was changed after it was made
warm       loads everything before the process is confined

From text in place to receipts:

sheet      the one shape of what a page shows: boxes of text, codes, stamps; and a Zoom to look again
extract    a Sheet → the Receipts on it, by the layouts in rules/receipts
"""

from maild.texts import Texts

SAY = Texts(__name__)
