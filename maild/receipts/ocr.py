"""Finding and reading lines of text in a picture: RapidOCR's models, offline, on one thread.

Lines are found by its detector; they are read here, line by line: a line costs by its width (0.1 ms a pixel at
48 pixels height), so padding lines to a common width, as batches need, is dearer than reading them singly; and
each character's place and certainty come with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.receipts.pictures import Pixels

Quad = NDArray[np.float32]  # 4 × 2: the corners of a line, clockwise from where its text begins

DETECTOR_SIDE = 960
_HEIGHT = 48  # of a line, as the recogniser was trained
_COLUMN = 8  # pixels a step of the recogniser
_WIDEST = 3200  # pixels; a longer line is read in pieces
_NARROW = 16
_LEAST = 0.35  # below that a line is noise
_MODEL = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "critical",
    "Det.limit_type": "max",
    "Det.limit_side_len": DETECTOR_SIDE,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read. starts: where each character begins, 0…1 along the line; confidence: mean of the characters."""

    quad: Quad
    text: str
    confidence: float
    starts: tuple[float, ...]


class Ocr:
    """The models, loaded once; not thread-safe."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        engine = RapidOCR(params=_MODEL)
        self._detector: Any = engine._load_det_model()
        recogniser: Any = engine._load_rec_model()
        self._recogniser = recogniser.session
        self._characters: list[str] = recogniser.postprocess_op.character

    def find(self, picture: Pixels, side: int = DETECTOR_SIDE) -> list[Quad]:
        """The lines of a picture, from top to bottom. `side`: the longer side, in pixels, it is looked at."""
        import cv2

        height, width = picture.shape[:2]
        scale = side / max(height, width)
        if scale > 1:  # the detector only ever makes smaller
            size = max(1, round(width * scale)), max(1, round(height * scale))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        self._detector.limit_side_len = side
        found = self._detector(picture)
        if found.boxes is None:
            return []
        return [np.asarray(box, dtype=np.float32) / max(scale, 1.0) for box in found.boxes]

    def read(self, picture: Pixels, quads: Sequence[Quad]) -> Iterator[Line]:
        """Read lines one by one, in the order given; lines of noise are left out."""
        for quad in quads:
            line = self.read_one(picture, quad)
            if line is not None:
                yield line

    def read_one(self, picture: Pixels, quad: Quad) -> Line | None:
        """Read one line; None where there is none."""
        strip = _cut(picture, quad)
        if strip is None:
            return None
        text, confidences, starts = "", [], []
        for begin, piece in _pieces(strip):
            word, certain, columns = self._decode(piece)
            text += word
            confidences += certain
            starts += [(begin + x) / strip.shape[1] for x in columns]
        confidence = float(np.mean(confidences)) if confidences else 0.0
        if not text.strip() or confidence < _LEAST:
            return None
        return Line(quad, text, confidence, tuple(starts))

    def _decode(self, strip: Pixels) -> tuple[str, list[float], list[float]]:
        """CTC: the likeliest class of each column, repetitions and blanks left out; with each character's start."""
        value = strip.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1.0
        chances = self._recogniser(value[np.newaxis])[0]
        best = chances.argmax(axis=1)
        keep = best != 0
        keep[1:] &= best[1:] != best[:-1]
        at = np.flatnonzero(keep)
        text = "".join(self._characters[best[i]] for i in at)
        if len(text) != len(at):  # a class of more than one character: rare, and its place does not matter
            return text, [float(chances[i, best[i]]) for i in at], [float(at[0] * _COLUMN)] * len(text)
        return text, [float(chances[i, best[i]]) for i in at], _starts(at, strip.shape[1])


def _starts(at: NDArray[Any], width: int) -> list[float]:
    """Left edges of characters from the columns where they were seen: half-way to the one before, not over gaps."""
    middles = (at + 0.5) * _COLUMN
    gaps = np.diff(middles)
    usual = float(np.median(gaps)) if len(gaps) else _HEIGHT * 0.6
    half = np.minimum(np.concatenate(([usual], gaps)), usual * 1.2) / 2
    return [float(min(max(x, 0.0), width)) for x in middles - half]


def _pieces(strip: Pixels) -> Iterator[tuple[int, Pixels]]:
    for begin in range(0, strip.shape[1], _WIDEST):
        piece = strip[:, begin : begin + _WIDEST]
        if piece.shape[1] >= _NARROW:
            yield begin, piece


def _cut(picture: Pixels, quad: Quad) -> Pixels | None:
    """The line laid flat, 48 pixels high; None where it has no extent."""
    import cv2

    width = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))
    if width < 3 or height < 3:
        return None
    flat_width = max(_NARROW, int(np.ceil(width * _HEIGHT / height / _COLUMN)) * _COLUMN)
    # Shrinking by far is done in two steps: warping alone would skip pixels.
    rough = min(4.0, max(1.0, height / _HEIGHT))
    size = max(1, round(flat_width * rough)), round(_HEIGHT * rough)
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(quad, corners)
    flat = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if rough > 1.0:
        flat = cv2.resize(flat, (flat_width, _HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(flat, dtype=np.uint8)


@cache
def engine() -> Ocr:
    """The process's one set of models."""
    return Ocr()
