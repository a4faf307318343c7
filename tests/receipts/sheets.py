"""A Drawing as a sheet, as a perfect reader of its text would see it: no picture is drawn and none is read."""

from __future__ import annotations

from collections.abc import Callable

from maild.receipts.sheet import Box, Origin, Sheet
from tests.receipts.drawing import Drawing, Hand, Text

_ASCENT, _DESCENT = 0.88, 0.14  # of a letter's size
_SCALE = 2.0  # pixels a point


def sheet_of(
    page: Drawing, origin: Origin = Origin.TEXT, *, changed: Callable[[str, float], str] | None = None
) -> Sheet:
    """Text and handwriting in their places; no stamps. changed: (text, size in points) → what stands there instead."""
    boxes = []
    for op in page.ops:
        if isinstance(op, Text | Hand) and op.text.strip():
            text = changed(op.text, op.size) if changed else op.text
            face = op.face if isinstance(op, Text) else "sans"
            spacing, anchor = (op.spacing, op.anchor) if isinstance(op, Text) else (0.0, "ls")
            width = page.measure(text, op.size, face) + spacing * len(text)
            left = op.x - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
            base = op.y + {"s": 0.0, "a": _ASCENT * op.size, "m": 0.36 * op.size}[anchor[1]]
            top, bottom = base - _ASCENT * op.size, base + _DESCENT * op.size
            boxes.append(Box(left=left * _SCALE, right=(left + width) * _SCALE, top=top * _SCALE, bottom=bottom * _SCALE,
                             text=text, confidence=1.0 if origin is Origin.TEXT else 0.99))  # fmt: skip
    boxes.sort(key=lambda box: (box.top + box.bottom, box.left))
    return Sheet(width=page.width * _SCALE, height=page.height * _SCALE, origin=origin, boxes=tuple(boxes))
