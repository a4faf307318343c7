"""The picture of the spine: what a message passes, who touches it, what is one transaction."""

from __future__ import annotations

import itertools

from tools.svg import Box, Picture

# Stage, the module that does it. docs/flow.md tells the same in words; a test holds the modules to exist.
STAGES = (
    ("receive", "maild.mailbox, spine.intake"),
    ("parse", "maild.parse"),
    ("authenticate", "maild.authenticate"),
    ("classify", "maild.classify"),
    ("extract", "classify, receipts"),
    ("match", "maild.match"),
    ("decide", "spine.order"),
    ("record", "spine.record"),
    ("render", "notify.rendering"),
    ("relay", "notify.sending, maild.courier"),
)


def flow_svg() -> str:
    """The first half from left to right, the second half back below it; the store and the staff between."""
    picture = Picture(1180, 480, "The life of one message")
    picture.band(
        345, 18, 815, 118, "a confined worker process: no network, no files, limits on memory and time", "#fdf3e3"
    )
    picture.band(552, 340, 608, 118, "one database transaction", "#e9f6ec")
    boxes = {}
    for index, (stage, module) in enumerate(STAGES):
        row, column = divmod(index, 5)
        x = 240 + column * 205 if row == 0 else 1060 - column * 205
        boxes[stage] = Box(x, 88 if row == 0 else 402, stage, module, 184, 54)
    store = Box(500, 240, "store", "mails · transactions · queue · outbox · history", 330, 58, "#eef3fa")
    staff = Box(940, 240, "staff", "queue, acts, undo: maild queue", 220, 58, "#ffffff")
    imap = Box(72, 88, "mailbox", "IMAP", 110, 54, "#f4f4f4", "#7a7a7a")
    smtp = Box(72, 402, "mail server", "SMTP", 110, 54, "#f4f4f4", "#7a7a7a")
    picture.arrow(imap, boxes["receive"])
    picture.arrow(boxes["receive"], store, "durable, before all else", 0, 0.3)
    picture.arrow(store, boxes["parse"], "claimed", 0, 0.4)
    for (before, _), (after, _) in itertools.pairwise(STAGES[1:]):
        if (before, after) != ("record", "render"):
            picture.arrow(boxes[before], boxes[after])
    picture.arrow(boxes["record"], store, "one commit", 0, 0.7)
    picture.arrow(store, boxes["render"], "claimed", 0, 0.45)
    picture.arrow(store, staff, "what is not sure", 12)
    picture.arrow(staff, store, "the same laws", 12)
    picture.arrow(boxes["relay"], smtp)
    picture.arrow(boxes["relay"], store, "marked one by one", 0, 0.4)
    for box in (*boxes.values(), store, staff, imap, smtp):
        picture.box(box)
    return picture.text()
