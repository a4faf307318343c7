"""Ellipses in ink: whether one is a ring, how much of it is inked, and where they are though something touches them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.inks import Mask

Points = NDArray[np.float64]

SAMPLES = 144  # points of a frame that are looked at
BAND = 0.06  # of its radius: a ring's width
_LONGEST = 0.45  # an oval stamp's height by its width at least
_HOLLOW = 0.35  # of a line a little within a frame that is inked at most
WITHIN = (0.95, 0.92, 0.89, 0.86, 0.83)  # of a frame's size: lines on which there is paper beside it
_ARCS, _STARTS, _LEAST_ARC = (0.4, 0.55, 0.7), 18, 24  # of an outline: parts that may be of one ellipse; points of one
_INKED = 0.82  # of the length of such an ellipse
_PART = 0.3  # of the outline's extent that such an ellipse has at least


def through_arcs(ink: Mask, wide: Mask) -> Iterator[tuple[Any, float]]:
    """Ellipses through parts of the outermost ink, and how much of each is inked; wide: ink made thicker."""
    import cv2

    points = np.argwhere(ink > 0)[:, ::-1].astype(np.float64)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    away, toward = np.hypot(*(points - middle).T), np.arctan2(*(points - middle).T)
    order = np.lexsort((away, bins := np.floor((toward / np.pi + 1) * SAMPLES / 2)))
    outermost = points[order[np.flatnonzero(np.diff(bins[order], append=np.inf))]]
    for part, start in product(_ARCS, range(0, len(outermost), max(1, len(outermost) // _STARTS))):
        arc = np.roll(outermost, -start, axis=0)[: round(part * len(outermost))]
        if len(arc) < _LEAST_ARC:
            continue
        ellipse = cv2.fitEllipse(arc.astype(np.float32))
        if len(rim := outermost[np.abs(_reached(outermost, ellipse) - 1) < BAND]) >= _LEAST_ARC:
            ellipse = cv2.fitEllipse(rim.astype(np.float32))
        if _fits(ellipse, ink) and is_ring(ink, ellipse) and (share := inked(wide, around(ellipse))) > _INKED:
            yield ellipse, share


def _fits(ellipse: Any, ink: Mask) -> bool:
    """Whether an ellipse has much of the outline's extent, and lies within it."""
    (x, y), (width, height), _ = ellipse
    if not np.isfinite([x, y, width, height]).all() or min(width, height) < _LONGEST * max(width, height):
        return False
    area = np.pi / 4 * width * height
    return bool(_PART * ink.size < area < ink.size and 0 < x < ink.shape[1] and 0 < y < ink.shape[0])


def _reached(points: Points, ellipse: Any) -> Points:
    """How far from an ellipse's middle points lie; 1: on it."""
    (x, y), (width, height), turn = ellipse
    right, down = (points - np.array([x, y])).T
    cos, sin = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    return np.asarray(
        np.hypot((right * cos + down * sin) / max(width, 1), (down * cos - right * sin) / max(height, 1)) * 2
    )


def is_ring(mask: Mask, ellipse: Any) -> bool:
    """Whether there is paper between a round frame and what is written in it."""
    (x, y), (width, height), turn = ellipse
    if min(width, height) < _LONGEST * max(width, height):
        return False
    inner = (around(((x, y), (width * part, height * part), turn)) for part in WITHIN)
    return min(inked(mask, points) for points in inner) < _HOLLOW


def around(ellipse: Any) -> Points:
    """Points of an ellipse, in equal steps of its angle."""
    (x, y), (width, height), turn = ellipse
    angles, turned = np.linspace(0, 2 * np.pi, SAMPLES, endpoint=False), np.deg2rad(turn)
    across, down = width / 2 * np.cos(angles), height / 2 * np.sin(angles)
    cos, sin = np.cos(turned), np.sin(turned)
    return np.column_stack([x + across * cos - down * sin, y + across * sin + down * cos])


def inked(mask: Mask, points: Points) -> float:
    """The share of the points that lie on ink."""
    x = np.clip(np.round(points[:, 0]).astype(int), 0, mask.shape[1] - 1)
    y = np.clip(np.round(points[:, 1]).astype(int), 0, mask.shape[0] - 1)
    return float(mask[y, x].mean())
