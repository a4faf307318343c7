"""Reading in confinement: untrusted bytes are opened only in worker processes that can do no harm.

wire     frames on a socket: a JSON header and raw byte frames; nothing is ever unpickled
codec    typed dataclasses ⇄ JSON, strict when decoding
limits   what a worker gives up before it reads its first byte: memory, files, network, processes
worker   the child: `python -m maild.confine.worker FD`
pool     the parent's side: starts, times, kills and replaces workers; any kind of call
reading  the work of a reader worker, and ReaderPool (ports.Reader) in front of it
comparing  stored mails read again under two rule sets: ComparingPool, for back-tests
receipts the same for payment proofs: ReceiptPool (ports.ReceiptReader)
resting  a pool that stops its workers when nothing came for a while
viewing  what makes mails and files fit to be shown: Viewer; sanitise, unveil, styles, colours: their HTML

Nothing of it is imported here: who only asks whether workers are confined starts none.
"""

from maild.texts import Texts

SAY = Texts(__name__)
