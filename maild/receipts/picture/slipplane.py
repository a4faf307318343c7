"""A photographed form laid flat: from the corners of its QR code, made exact by the black squares around its table.

Millimetres of the form (templates/form/geometry.toml) become pixels of the picture by a homography. The code alone
would miss the amount, 100 mm away, by several millimetres; the squares are found one by one, the nearest first, each
making the guess for the next one better.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.pictures import Pixels
from maild.resources import data_folder

Matrix = NDArray[np.float64]  # 3 × 3, millimetres → pixels
Points = NDArray[np.float64]  # n × 2

_FINE = 6.0  # pixels a millimetre when a square is looked for
_DARK = 0.55  # of the paper's brightness around it
_OFF = 1.5  # millimetres that a square may lie off what the others say: paper bends
_STRAIGHT = 0.002  # radians, or of a length: by so little a drawn page is off where its squares are found
_NEAR, _DRIFT = 2.5, 0.09  # how far off a guess may be: millimetres, and of its distance from what is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rectangle on the form, in millimetres."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    def inset(self, margin: float) -> Place:
        """The same without a margin on each side."""
        return Place(
            left=self.left + margin, top=self.top + margin, right=self.right - margin, bottom=self.bottom - margin
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """The measures of the form, in millimetres; table: its lower edge; amount: as the file has it; printed:
    where no hand has to write, with the share that print covers there."""

    code: Place
    side: float
    marks: tuple[tuple[float, float], ...]
    cells: Mapping[str, Place]
    label: float
    table: float
    amount: Mapping[str, float]
    printed: tuple[tuple[Place, float], ...]


@cache
def geometry() -> Geometry:
    """The shipped measures."""
    data = tomllib.loads((data_folder("templates") / "form" / "geometry.toml").read_text("utf-8"))
    qr, sides = data["qr"], ("left", "top", "right", "bottom")
    return Geometry(
        code=Place(left=qr["left"], top=qr["top"], right=qr["left"] + qr["side"], bottom=qr["top"] + qr["side"]),
        side=data["marks"]["side"],
        marks=tuple((x, y) for x, y in data["marks"]["centres"]),
        cells={name: Place(**{side: cell[side] for side in sides}) for name, cell in data["cells"].items()},
        label=data["cells"]["stamp"]["label"],
        table=data["table"]["rows"][-1],
        amount=data["amount"],
        printed=tuple((Place(**dict(zip(sides, p["place"], strict=True))), float(p["ink"])) for p in data["printed"]),
    )


class Plane:
    """The form in a picture. `marks`: how many of its squares were found."""

    def __init__(self, picture: Pixels, matrix: Matrix, marks: int) -> None:
        self._picture, self._matrix, self.marks = picture, matrix, marks

    def flat(self, place: Place, scale: float) -> Pixels:
        """A place of the form laid flat, `scale` pixels a millimetre."""
        return _flat(self._picture, self._matrix, place, scale)

    def flattening(self, place: Place, scale: float) -> Matrix:
        """The map from the picture to that place laid flat, homogeneous."""
        return np.asarray(np.linalg.inv(self._matrix @ _step(place, scale)))

    def quad(self, place: Place) -> NDArray[np.float32]:
        """The corners of a place in the picture, clockwise from its upper left one."""
        return _through(self._matrix, _corners(place)).astype(np.float32)

    def is_exact(self) -> bool:
        """Whether the form lies in the picture as a program draws it: no camera and no scanner is that straight."""
        across, down = geometry().marks[0], geometry().marks[-1]
        place = Place(left=across[0], top=across[1], right=down[0], bottom=down[1])
        quad = self.quad(place).astype(np.float64)
        top, right, bottom, left = (np.roll(quad, -1, axis=0) - quad) * [[1], [1], [-1], [-1]]
        turn = (np.arctan2(top[1], top[0]) + np.pi / 4) % (np.pi / 2) - np.pi / 4
        wide, high = float(np.linalg.norm(top)), float(np.linalg.norm(left))
        skew = float(top @ left) / wide / high
        bent = float(np.linalg.norm(bottom)) / wide - 1, float(np.linalg.norm(right)) / high - 1
        stretched = wide / place.width / (high / (place.bottom - place.top)) - 1
        return abs(turn) < _STRAIGHT / 2 and max(map(abs, (skew, *bent, stretched))) < _STRAIGHT

    def scale(self, place: Place) -> float:
        """Pixels of the picture a millimetre there, in the direction that has fewer."""
        quad = self.quad(place)
        width = float(np.linalg.norm(quad[1] - quad[0])) / (place.right - place.left)
        height = float(np.linalg.norm(quad[3] - quad[0])) / (place.bottom - place.top)
        return min(width, height)


def lay_flat(picture: Pixels, corners: Sequence[Sequence[float]]) -> Plane | None:
    """The form, from the code's corners (its own upper left, upper right, lower right, lower left, in pixels).

    None where the corners are those of no square seen from anywhere.
    """
    shape = geometry()
    known, seen = list(_corners(shape.code)), [np.array(corner, dtype=np.float64) for corner in corners]
    if len(seen) != 4 or not _convex(np.array(seen)):
        return None
    left = list(shape.marks)
    while left:
        mark = min(left, key=lambda at: _distance(at, known))
        left.remove(mark)
        reach = _NEAR + _DRIFT * _distance(mark, known)
        # Far from what is known, perspective guessed from small errors misleads more than none at all.
        guesses = (_fit_affine(known, seen), _fit(known, seen))
        found = next(
            (at for g in guesses if g is not None and (at := _find(picture, g, mark, reach)) is not None), None
        )
        if found is not None:
            known.append(np.array(mark, dtype=np.float64))
            seen.append(found)
    # What does not fit the others was no square of ours; those that were missed are looked for where they must be.
    matrix = _fit(known, seen, tolerance=float(np.linalg.norm(seen[1] - seen[0])) * _OFF / shape.code.width)
    known, seen = known[:4], seen[:4]
    if matrix is None:
        return None
    for mark in shape.marks:
        found = _find(picture, matrix, mark, _NEAR)
        if found is not None:
            known.append(np.array(mark, dtype=np.float64))
            seen.append(found)
    matrix = _fit(known, seen)
    # A page that is seen edge on or turned inside out is none.
    whole = Place(left=0, top=0, right=shape.marks[-1][0], bottom=shape.marks[-1][1])
    if matrix is None or not _convex(_through(matrix, _corners(whole))):
        return None
    return Plane(picture, matrix, len(seen) - 4)


def _find(picture: Pixels, matrix: Matrix, mark: tuple[float, float], reach: float) -> Points | None:
    """Where a square lies in the picture: the one of the right size that is nearest to the guess."""
    import cv2

    side = geometry().side
    half = reach + side
    window = Place(left=mark[0] - half, top=mark[1] - half, right=mark[0] + half, bottom=mark[1] + half)
    flat = _flat(picture, matrix, window, _FINE)
    grey = np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), dtype=np.float32)
    paper = float(np.percentile(grey, 80))
    dark = (grey < max(paper * _DARK, (paper + float(np.min(grey))) / 2 - 10)).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=4)
    best, nearest = None, reach * _FINE
    for (_, _, width, height, area), centre in zip(stats[1:].tolist(), centres[1:], strict=True):
        full = (side * _FINE) ** 2
        square = 0.45 < area / full < 1.8 and 0.6 < width / height < 1.66 and area > 0.7 * width * height
        off = float(np.linalg.norm(centre - (flat.shape[1] - 1) / 2))
        if square and off < nearest:
            best, nearest = centre, off
    if best is None:
        return None
    at = (np.asarray(best, dtype=np.float64) + 0.5) / _FINE + [window.left, window.top]
    return np.asarray(_through(matrix, at[np.newaxis])[0])


def _flat(picture: Pixels, matrix: Matrix, place: Place, scale: float) -> Pixels:
    import cv2

    size = round((place.right - place.left) * scale), round((place.bottom - place.top) * scale)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(
        picture, matrix @ _step(place, scale), size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, dtype=np.uint8)


def _step(place: Place, scale: float) -> Matrix:
    """Pixels of a place laid flat → millimetres. Pixel (0, 0) lies half a pixel inside the place's corner."""
    return np.array([[1 / scale, 0, place.left + 0.5 / scale], [0, 1 / scale, place.top + 0.5 / scale], [0, 0, 1]])


def _fit(known: Sequence[Any], seen: Sequence[Any], *, tolerance: float = 0.0) -> Matrix | None:
    """The homography through all points, or (tolerance, in pixels) through those most agree on; None: there is none."""
    import cv2

    cv2.setRNGSeed(1)  # the same picture is seen alike every time
    matrix, _ = cv2.findHomography(np.array(known), np.array(seen), cv2.RANSAC if tolerance else 0, tolerance or 3.0)
    return None if matrix is None or not np.isfinite(matrix).all() else np.asarray(matrix, dtype=np.float64)


def _fit_affine(known: Sequence[Any], seen: Sequence[Any]) -> Matrix:
    """As `_fit`, without perspective."""
    points = np.column_stack((np.array(known), np.ones(len(known))))
    solved, *_ = np.linalg.lstsq(points, np.array(seen), rcond=None)
    return np.vstack((solved.T, [0.0, 0.0, 1.0]))


def _through(matrix: Matrix, points: Points) -> Points:
    mapped = np.column_stack((points, np.ones(len(points)))) @ matrix.T
    depth = mapped[:, 2:]
    return np.asarray(mapped[:, :2] / np.where(np.abs(depth) < 1e-9, 1e-9, depth))


def _corners(place: Place) -> Points:
    return np.array(
        [(place.left, place.top), (place.right, place.top), (place.right, place.bottom), (place.left, place.bottom)],
        dtype=np.float64,
    )


def _convex(quad: Points) -> bool:
    edges = np.roll(quad, -1, axis=0) - quad
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    return bool((turns > 1).all())  # clockwise on screen: a mirrored code is none of ours


def _distance(at: Sequence[float], known: Sequence[Any]) -> float:
    return min(float(np.linalg.norm(np.asarray(at) - point)) for point in known)
