"""Stamps in a picture: found by their ink and frame, straightened (round ones unrolled), their words read.

A stamp has a frame, round or with corners, and writing in it. A pen's stroke, a block of colour or an empty frame is
none. What the words say is decided in maild.receipts.words.stamps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import numpy as np

from maild.domain.accounting.receipt import Stamp
from maild.receipts.picture.frames import Shape, shapes
from maild.receipts.picture.inks import Colour, Grey, InkOf, even, ink_of
from maild.receipts.picture.ocr import Line, Ocr, Quad, engine
from maild.receipts.picture.pictures import Pixels
from maild.receipts.sheet import Region
from maild.receipts.words.spotting import Seen, Told
from maild.receipts.words.stamps import StampWords

_STRANGE = 0.14  # of a stamp's ink that is none of its own at most
_PAD = 0.06  # of a stamp's longer side, around it when it is cut out
_SIDE = 384  # pixels of a stamp's longer side when it is read
_RINGS = ((0.5, 0.955), (0.66, 0.965))  # of the radius: where letters along the rim are, large ones and small ones
_FURTHER = ((0.5, 0.9), (0.58, 0.92), (0.42, 0.86))  # where they are looked for once more, from one blank to the next
_BLANK = 0.06  # of a strip's columns that are inked: a blank
_RIM = 28  # a ring is so much thinner than it is wide
_STEPS = 720  # of an angle, by which a rim's length is measured
_TURNS = 1.25  # the rim is unrolled so many times round, so that no word is cut
_INKED = 140  # of 255
_LEAST_SURE = 0.6  # OCR's confidence in a stamp's line
_BARE_SURE = 0.85  # … of one without a frame: handwriting is read less surely


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One stamp. region: in the picture; framed: it has a frame; lines: its words as read, arcs first.

    office  it names the finance office and no other unit; booked: it says that the money was moved, and nothing else
    open    it says that something is still to be done
    """

    region: Region
    colour: Colour
    framed: bool
    lines: tuple[str, ...] = ()
    stamp: Stamp = Stamp.UNREAD
    office: bool = False
    booked: bool = False
    strange: float = 0.0
    open: bool = False


def read_seals(
    picture: Pixels,
    words: StampWords,
    *,
    least: float,
    colours: Sequence[Colour] = (Colour.RED, Colour.BLUE),
    clear: bool = False,
    ocr: Ocr | None = None,
) -> list[Seal]:
    """The stamps in an upright picture or a part of it, the largest first.

    least  pixels: the longer side of the smallest stamp
    clear  nothing but stamps is to be expected there, so that ink of all colours may be read
    """
    light = even(picture)
    found: list[Seal] = []
    for colour in colours:
        ink = ink_of(light, colour)
        for shape in shapes(ink.mask, least, tables=not clear):
            # Writing by hand is blue as well: there only a frame makes a stamp.
            if shape.flat or (colour is not Colour.RED and not shape.framed):
                continue
            found.append(_read(ink, shape, words, ocr or engine(), clear=clear))
    return sorted(found, key=lambda s: -(s.region.right - s.region.left) * (s.region.bottom - s.region.top))


def verdict(seals: Sequence[Seal], *, alone: bool) -> Stamp:
    """What all stamps on a form say together.

    alone  one stamp is to be expected there: another, or ink over it, leaves open what it says
    """
    said = {seal.stamp for seal in seals}
    if Stamp.REFUSED in said:
        return Stamp.REFUSED
    finance = [seal for seal in seals if seal.stamp is Stamp.FINANCE]
    is_open = any(seal.open for seal in seals)
    if finance:
        others = any(seal.stamp is not Stamp.FINANCE for seal in seals if seal.framed) and alone
        clean = any(seal.strange <= _STRANGE and seal.colour is not Colour.BLACK for seal in finance)
        return Stamp.FINANCE if clean and not (others or is_open) else Stamp.UNREAD
    if not (alone or is_open) and _together(seals):
        return Stamp.FINANCE
    return next((stamp for stamp in (Stamp.UNREAD, Stamp.OTHER) if stamp in said), Stamp.NONE)


def _together(seals: Sequence[Seal]) -> bool:
    """Whether one stamp names the finance office and another beside it says that the money was moved: 转讫."""
    read = [seal for seal in seals if seal.framed and seal.strange <= _STRANGE and seal.colour is not Colour.BLACK]
    return any(seal.office for seal in read) and any(seal.booked for seal in read)


def _read(ink: InkOf, shape: Shape, words: StampWords, ocr: Ocr, *, clear: bool) -> Seal:
    left, top, width, height = shape.box
    least = _LEAST_SURE if shape.framed else _BARE_SURE
    said: list[str] = []
    told = Told()
    stamp, strange = Stamp.UNREAD, 0.0
    # Read without black ink that lies over it, then by its colour alone; in a frame at last with all that is there.
    looks = (ink.writing, ink.alone) if clear else (ink.apart, ink.alone, *((ink.writing,) if shape.framed else ()))
    for writing in looks:
        # Of print under a stamp nothing is written along its rim.
        rim_only = not clear and writing is ink.writing and not (words.names_finance(said) or told.office)
        look = _look(writing, shape, ocr, least, words.spelt.letters, rim_only=rim_only)
        said += [line.text for line in look.lines]
        stamp = words.verdict(said)
        if stamp in (Stamp.UNREAD, Stamp.OTHER) and shape.framed:
            told = reduce(or_, map(words.spelt.told, look.seen), told)
            stamp = words.verdict(said, told)
        if stamp is Stamp.FINANCE:
            if not clear and writing is ink.writing:  # what black ink lies over it says nothing of the stamp's own
                look = replace(look, level=_level(ink.apart, shape))
            strange = 1.0 if _is_written_over(look, shape, words) else _unexplained(look, shape, whole=clear)
        if stamp in (Stamp.FINANCE, Stamp.REFUSED):
            break
        if words.is_offices(said, told) or words.is_booking(said, told):
            strange = _unexplained(look, shape, whole=clear)
    unknown = stamp in (Stamp.UNREAD, Stamp.OTHER) and not words.names_unit(said)
    if unknown and shape.framed and shape.round and not clear:
        for writing in looks[:2]:
            for line, seen in _further(_less_rings(writing, shape), shape, ocr, words.spelt.letters):
                said += [line.text] if line is not None and line.confidence >= _LEAST_SURE else []
                told |= words.spelt.told(seen)
        stamp = words.verdict(said, told)
    if not shape.framed and stamp is not Stamp.REFUSED:
        # Ink without a frame is a pen's, unless it says clearly what only a stamp says.
        stamp = Stamp.UNREAD if stamp is Stamp.FINANCE else Stamp.NONE
    return Seal(
        region=Region(left=left, top=top, right=left + width, bottom=top + height),
        colour=ink.colour,
        framed=shape.framed,
        lines=tuple(dict.fromkeys(said)),
        stamp=stamp,
        office=stamp is Stamp.UNREAD and words.is_offices(said, told),
        booked=stamp is Stamp.UNREAD and words.is_booking(said, told),
        strange=strange,
        open=words.is_open(said),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One reading of a stamp. level: cut out and turned level; arcs: the rim as read, among `lines`; seen: of them all,
    and of what could not be read.
    """

    level: Pixels
    lines: tuple[Line, ...]
    arcs: tuple[Line | None, ...]
    seen: tuple[Seen, ...]


def _look(writing: Grey, shape: Shape, ocr: Ocr, least: float, letters: str, *, rim_only: bool) -> _Look:
    writing = _less_rings(writing, shape)
    level = _level(writing, shape)
    arcs = [_rim(writing, shape, ocr, ring, letters) for ring in _RINGS] if shape.round else []
    straight = [] if rim_only else [ocr.see(level, quad, letters) for quad in ocr.find(level, _SIDE)]
    lines = tuple(line for line, _ in (*arcs, *straight) if line is not None and line.confidence >= least)
    return _Look(
        level=level,
        lines=lines,
        arcs=tuple(arc for arc, _ in arcs if any(line is arc for line in lines)),
        seen=tuple(seen for _, seen in (*arcs, *straight) if seen is not None),
    )


def _further(writing: Grey, shape: Shape, ocr: Ocr, letters: str) -> Iterator[tuple[Line | None, Seen]]:
    """What is read along the rim at other depths, without its line and cut at its widest blank."""
    (x, y), (wide, high), turn = shape.ellipse
    for ring in _FURTHER:
        strip = _unrolled(writing, (x + shape.box[0], y + shape.box[1]), (wide / 2, high / 2), turn, ring, turns=1)
        blank = (strip[:, :, 0] < _INKED).mean(axis=0) < _BLANK
        edges = np.flatnonzero(~np.concatenate([blank, blank]))
        if len(edges) < 2:
            continue
        gap = int(np.argmax(np.diff(edges)))
        begin, end = int(edges[gap + 1]), int(edges[gap]) + strip.shape[1]
        pad = strip.shape[0] // 4
        cut = np.ascontiguousarray(np.roll(strip, pad - begin, axis=1)[:, : min(end - begin + 2 * pad, strip.shape[1])])
        line, seen = ocr.see(cut, _whole(cut), letters)
        if seen is not None:
            yield line, seen


def _whole(strip: Pixels) -> Quad:
    height, width = strip.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _less_rings(writing: Grey, shape: Shape) -> Grey:
    """The writing without the rings of stamps that touch this one."""
    import cv2

    if not shape.beside:
        return writing
    left, top = shape.box[:2]
    own = writing.copy()
    for (x, y), size, turn in shape.beside:
        thick = max(2, round(max(size) / _RIM))
        axes = ((x + left, y + top), tuple(side * (1 - 1 / _RIM) for side in size), turn)
        cv2.ellipse(own, axes, 255, thick)
    return own


def _rim(
    writing: Grey, shape: Shape, ocr: Ocr, ring: tuple[float, float], letters: str
) -> tuple[Line | None, Seen | None]:
    """The words along the rim of a round stamp."""
    (x, y), (wide, high), turn = shape.ellipse
    strip = _unrolled(writing, (x + shape.box[0], y + shape.box[1]), (wide / 2, high / 2), turn, ring)
    return ocr.see(strip, _whole(strip), letters)


def _unexplained(look: _Look, shape: Shape, *, whole: bool) -> float:
    """The share of a stamp's ink that is neither frame, star nor one of its lines as read: another's over it.

    whole  all of the ink should be the stamp's; else what lies about its lines: another's may run into it
    """
    import cv2

    ink = np.asarray(look.level[:, :, 0] < _INKED, dtype=np.uint8)
    known = np.zeros_like(ink)
    pad = _PAD * max(shape.box[2:])
    if shape.round:
        (x, y), (wide, high), turn = shape.ellipse
        for reach, value in ((1.04, 1), (_RINGS[0][0] if look.arcs else 0.92, 0), (0.3 if look.arcs else 0, 1)):
            cv2.ellipse(known, ((x + pad, y + pad), (wide * reach, high * reach), turn), value, -1)
    else:
        rim = round(pad + 0.05 * max(ink.shape))
        known[:] = 1
        known[rim:-rim, rim:-rim] = 0
    for line in look.lines:
        if not any(line is arc for arc in look.arcs):
            middle = line.quad.mean(axis=0)
            cv2.fillConvexPoly(known, np.asarray(middle + (line.quad - middle) * 1.12, dtype=np.int32), 1)
    if not whole:
        about = np.zeros_like(ink)
        corners = [line.quad for line in look.lines if not any(line is arc for arc in look.arcs)]
        if corners:
            cv2.fillConvexPoly(about, cv2.convexHull(np.concatenate(corners).astype(np.int32)), 1)
        ink &= about
    return float((ink & (1 - known)).sum() / max(1, int(ink.sum())))


def _is_written_over(look: _Look, shape: Shape, words: StampWords) -> bool:
    """Whether what touches a round frame from outside may take back what the stamp says."""
    (x, y), (wide, high), turn = shape.ellipse
    pad, turned = _PAD * max(shape.box[2:]), np.deg2rad(turn)
    for line in look.lines:
        right, down = line.quad.mean(axis=0) - np.array([x + pad, y + pad])
        across, along = right * np.cos(turned) + down * np.sin(turned), down * np.cos(turned) - right * np.sin(turned)
        outside = np.hypot(2 * across / wide, 2 * along / high) > 1
        if shape.round and outside and not any(line is arc for arc in look.arcs) and words.is_over(line.text):
            return True
    return False


def _level(writing: Grey, shape: Shape) -> Pixels:
    """The stamp cut out, turned level and squared where its frame has corners; what lies beyond a frame is left out."""
    import cv2

    left, top, width, height = shape.box
    pad = _PAD * max(width, height)
    if shape.framed and not shape.round:
        across, down = shape.sides
        square = np.array([[pad, pad], [pad + across, pad], [pad + across, pad + down], [pad, pad + down]], np.float32)
        matrix = cv2.getPerspectiveTransform((shape.corners + np.array([left, top])).astype(np.float32), square)
        size = round(across + 2 * pad), round(down + 2 * pad)
        flat = cv2.warpPerspective(writing, matrix, size, borderValue=255)
    else:
        shift = np.array([[1, 0, pad - left], [0, 1, pad - top]], np.float64)
        flat = cv2.warpAffine(writing, shift, (round(width + 2 * pad), round(height + 2 * pad)), borderValue=255)
    return np.repeat(flat[:, :, None], 3, axis=2)


def _unrolled(
    writing: Grey,
    middle: tuple[float, float],
    radii: tuple[float, float],
    turn: float,
    ring: tuple[float, float],
    turns: float = _TURNS,
) -> Pixels:
    """The rim of a round or oval stamp as a strip that reads from left to right, from its foot on clockwise.

    The letters of an oval are as high and as far apart at its ends as along its sides: the ring is of one depth, by the
    shorter radius, and goes along the rim by its length.
    """
    import cv2

    inner, outer = ring
    high, short = 48, min(radii)
    turned = np.deg2rad(turn)
    angles = np.pi / 2 - turned + np.linspace(0, 2 * np.pi * turns, _STEPS)
    rim = np.array([radii[0] * np.cos(angles), radii[1] * np.sin(angles)])
    inward = -np.array([radii[1] * np.cos(angles), radii[0] * np.sin(angles)])
    inward /= np.hypot(*inward)
    along = np.hypot(*np.diff(rim + inward * short * (1 - (inner + outer) / 2)))
    run = np.concatenate([[0.0], np.cumsum(along)])
    wide = max(1, round(run[-1] * high / ((outer - inner) * short)))
    at = np.interp(np.linspace(0, run[-1], wide, endpoint=False), run, np.arange(_STEPS))
    depth = short * (1 - np.linspace(outer, inner, high))[:, None]
    across, down = (
        np.interp(at, np.arange(_STEPS), rim[n]) + depth * np.interp(at, np.arange(_STEPS), inward[n]) for n in (0, 1)
    )
    x = middle[0] + across * np.cos(turned) - down * np.sin(turned)
    y = middle[1] + across * np.sin(turned) + down * np.cos(turned)
    strip = cv2.remap(writing, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    return np.repeat(strip[:, :, None], 3, axis=2)
