"""Finding and reading lines of text in a picture: RapidOCR's models, offline, on one thread.

The models are run here and not by RapidOCR's own classes. A line costs by its width (0.1 ms a pixel at 48 pixels
height), so padding lines to a common width, as its batches do, is dearer than reading them singly; each character's
place and certainty are wanted; and a worker starts in a third of the time. See docs/decisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.domain.errors import ConfigError
from maild.receipts.picture.pictures import Pixels
from maild.receipts.subnormal import flushed
from maild.receipts.words.spotting import Seen

Quad = NDArray[np.float32]  # 4 × 2: the corners of a line, clockwise from where its text begins

DETECTOR_SIDE = 960
_HEIGHT = 48  # of a line, as the recogniser was trained
_COLUMN = 8  # pixels a step of the recogniser
_WIDEST = 3200  # pixels; a longer line is read in pieces
_NARROW = 16
_LEAST = 0.35  # below that a line is noise
_STEP = 32  # sides of the detector's picture are multiples of it
_INK = 0.3  # the detector's chance above which a pixel belongs to text
_TEXT = 0.5  # the mean chance of a box that is text
_GROW = 1.6  # boxes are detected shrunk (DB): area × this / perimeter is what they grow by
_MOST = 1000
_SMALLEST = 3
_SIGNS = ("¥", "￥")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read. starts: where each character begins, 0…1 along the line; confidence: mean of the characters."""

    quad: Quad
    text: str
    confidence: float
    starts: tuple[float, ...]


def extent(quad: Quad) -> tuple[float, float]:
    """(length along the text, height) of a line."""
    width = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))
    return float(width), float(height)


class Ocr:
    """The models, loaded once; not thread-safe."""

    def __init__(self) -> None:
        self._detector = _session("det")
        self._recogniser = _session("rec")
        self._characters = ["", *self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
        self._classes = {letter: n for n, letter in enumerate(self._characters)}

    def find(self, picture: Pixels, side: int = DETECTOR_SIDE) -> list[Quad]:
        """The lines of a picture, from top to bottom. `side`: the longer side, in pixels, it is looked at."""
        import cv2

        height, width = picture.shape[:2]
        scale = side / max(height, width)
        size = tuple(max(_STEP, round(n * scale / _STEP) * _STEP) for n in (width, height))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        value = small.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1.0
        chances = _run(self._detector, value)[0, 0]
        back = np.array([width / size[0], height / size[1]], dtype=np.float32)
        quads = [quad * back for quad in _quads(chances)]
        return sorted(quads, key=lambda quad: (float(quad[:, 1].mean()), float(quad[:, 0].mean())))

    def read(self, picture: Pixels, quads: Sequence[Quad]) -> Iterator[Line]:
        """Read lines one by one, in the order given; lines of noise are left out."""
        for quad in quads:
            line = self.read_one(picture, quad)
            if line is not None:
                yield line

    def read_one(self, picture: Pixels, quad: Quad) -> Line | None:
        """Read one line; None where there is none."""
        return self.see(picture, quad)[0]

    def see(self, picture: Pixels, quad: Quad, letters: str = "") -> tuple[Line | None, Seen | None]:
        """One line as read, and what is seen of the letters that are watched for, whether or not it can be read."""
        strip = _cut(picture, quad)
        if strip is None:
            return None, None
        text, confidences, starts, seen = "", [], [], []
        for begin, piece in _pieces(strip):
            chances = self._chances(piece)
            word, certain, columns = self._decode(chances, piece.shape[1])
            text += word
            confidences += certain
            starts += [(begin + x) / strip.shape[1] for x in columns]
            seen += [Seen.of(letters, chances, [self._classes[letter] for letter in letters])] if letters else []
        confidence = _mean(text, confidences)
        known = Seen(letters, np.concatenate([part.costs for part in seen]), text) if seen else None
        if not text.strip() or confidence < _LEAST:
            return None, known
        return Line(quad, text, confidence, tuple(starts)), known

    def _chances(self, strip: Pixels) -> NDArray[np.float32]:
        """The chance of each class in each column."""
        value = strip.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1.0
        return np.asarray(_run(self._recogniser, value)[0], dtype=np.float32)

    def _decode(self, chances: NDArray[np.float32], width: int) -> tuple[str, list[float], list[float]]:
        """CTC: the likeliest class of each column, repetitions and blanks left out; with each character's start."""
        best = chances.argmax(axis=1)
        keep = best != 0
        keep[1:] &= best[1:] != best[:-1]
        at = np.flatnonzero(keep)
        text = "".join(self._characters[best[i]] for i in at)
        if len(text) != len(at):  # a class of more than one character: rare, and its place does not matter
            return text, [float(chances[i, best[i]]) for i in at], [float(at[0] * _COLUMN)] * len(text)
        return text, [float(chances[i, best[i]]) for i in at], _starts(at, width)


def _mean(text: str, confidences: Sequence[float]) -> float:
    """Of a line's characters, but for a sign of currency before figures: two are drawn alike (¥, ￥), so neither is
    read with certainty, which says nothing of the figures.
    """
    signed = len(text) == len(confidences) and text[:1] in _SIGNS and any(map(str.isdigit, text))
    told = confidences[1:] if signed else confidences
    return float(np.mean(told)) if len(told) else 0.0


def _session(task: str) -> Any:
    """One of the models that come with RapidOCR, on one thread. Raises ConfigError where it is missing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena keeps the memory of the largest picture for ever
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(model_file(task)), options, providers=["CPUExecutionProvider"])


def _run(session: Any, value: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first output of a model for one picture."""
    with flushed():
        (found,) = session.run(None, {session.get_inputs()[0].name: value[np.newaxis]})
    return found  # type: ignore[no-any-return]


def model_file(task: str) -> Path:
    """Where the model for 'det' (finding) or 'rec' (reading) lies. Raises ConfigError."""
    found = find_spec("rapidocr")  # found, not imported: its own classes bring much that is not needed
    for folder in (found.submodule_search_locations or []) if found else []:
        for path in sorted(Path(folder, "models").glob(f"*PP-OCR*_{task}_*.onnx"), reverse=True):
            return path
    raise ConfigError(f"the OCR model for {task!r} is missing", remedy="install rapidocr again from its wheel")


def _quads(chances: NDArray[np.float32]) -> Iterator[Quad]:
    """The boxes of text in the detector's map of chances (Differentiable Binarization)."""
    import cv2

    ink = cv2.dilate((chances > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours[:_MOST]:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _SMALLEST or _mean_inside(chances, contour) < _TEXT:
            continue
        grow = width * height * _GROW / (width + height)  # on both sides
        corners = cv2.boxPoints((middle, (width + grow, height + grow), angle))
        yield _clockwise(np.asarray(corners, dtype=np.float32))


def _mean_inside(chances: NDArray[np.float32], contour: Any) -> float:
    import cv2

    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour - (left, top)], 1)
    return float(cv2.mean(chances[top : top + height, left : left + width], mask)[0])


def _clockwise(points: NDArray[np.float32]) -> Quad:
    """The corners of a rectangle, clockwise, from that on whose edge runs rightwards best, however long it is."""
    edges = np.roll(points, -1, axis=0) - points
    if edges[0, 0] * edges[1, 1] - edges[0, 1] * edges[1, 0] < 0:
        points = points[::-1]
        edges = np.roll(points, -1, axis=0) - points
    rightwards = edges[:, 0] / np.maximum(np.linalg.norm(edges, axis=1), 1e-6)
    return np.roll(points, -int(np.argmax(rightwards)), axis=0).astype(np.float32)


def _starts(at: NDArray[np.intp], width: int) -> list[float]:
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

    width, height = extent(quad)
    if width < 3 or height < 3:
        return None
    flat_width = max(_NARROW, int(np.ceil(width * _HEIGHT / height / _COLUMN)) * _COLUMN)
    # Shrinking by far is done in two steps: warping alone would skip pixels.
    rough = min(4.0, max(1.0, height / _HEIGHT))
    size = max(1, round(float(flat_width * rough))), round(_HEIGHT * rough)
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
