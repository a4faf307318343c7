"""What happens to a page before it reaches the office: photo, scan, screenshot, with their faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


@dataclass(slots=True)
class Look:
    """A picture in the making. notes: what was done; orientation: the EXIF value to write (1: none)."""

    pixels: Pixels
    notes: list[str] = field(default_factory=list)
    orientation: int = 1
    quality: int = 88

    def note(self, text: str) -> None:
        self.notes.append(text)


def degrade(page: Image.Image, medium: str, preset: str, random: Random) -> Look:
    """Choose and apply faults by medium ('paper', 'screen', 'document') and preset ('clean', 'ordinary', 'hard')."""
    look = Look(np.asarray(page))
    if preset == "clean":
        return look
    hard = preset == "hard"
    if medium == "screen":
        _screenshot(look, random, hard=hard) if random.random() < (0.55 if hard else 0.93) else _of_screen(
            look, random, hard=hard
        )
    elif medium == "document" and random.random() < 0.35:
        _screenshot(look, random, hard=hard)
    elif random.random() < 0.2:
        _scan(look, random, hard=hard)
    else:
        _photo(look, random, hard=hard)
    return look


def _screenshot(look: Look, random: Random, *, hard: bool) -> None:
    """Sent as it is, or made smaller by a messenger."""
    look.note("screenshot")
    look.quality = random.randint(20, 70) if hard else random.randint(55, 95)
    if hard or random.random() < 0.3:
        shrink(look, random.uniform(0.45, 0.8) if hard else random.uniform(0.7, 0.95))
    if hard and random.random() < 0.3:
        crop_edges(look, random, 0.05)


def _scan(look: Look, random: Random, *, hard: bool) -> None:
    look.note("scan")
    tilt(look, random.uniform(-4, 4) if hard else random.uniform(-1.2, 1.2), (250, 250, 248))
    if random.random() < 0.3:
        look.pixels = cv2.cvtColor(cv2.cvtColor(look.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        look.note("grey")
    grain(look, random, random.uniform(2, 10))
    if hard:
        blur(look, random, 1.2)
        shrink(look, random.uniform(0.5, 0.8))
    turn(look, random, 0.25 if hard else 0.06)
    look.quality = random.randint(20, 60) if hard else random.randint(60, 92)


def _photo(look: Look, random: Random, *, hard: bool) -> None:
    look.note("photo")
    on_desk(look, random, 0.09 if hard else 0.035, 25 if hard else 5)
    light(look, random, hard=hard)
    if random.random() < (0.7 if hard else 0.35):
        shadow(look, random, 0.55 if hard else 0.25)
    if random.random() < (0.8 if hard else 0.4):
        blur(look, random, 2.0 if hard else 0.9)
    grain(look, random, random.uniform(4, 18) if hard else random.uniform(1, 7))
    if hard and random.random() < 0.2:
        crop_edges(look, random, 0.12)
    turn(look, random, 0.4 if hard else 0.08)
    look.quality = random.randint(20, 70) if hard else random.randint(60, 93)
    if random.random() < 0.35:
        look.orientation = random.choice((6, 6, 6, 8, 3))
        look.note(f"exif {look.orientation}")


def _of_screen(look: Look, random: Random, *, hard: bool) -> None:
    """A photo of a screen with another phone."""
    look.note("photo of a screen")
    on_desk(look, random, 0.05 if hard else 0.025, 8 if hard else 3, dark=True)
    moire(look, random, 0.16 if hard else 0.07)
    light(look, random, hard=hard)
    blur(look, random, 1.4 if hard else 0.7)
    grain(look, random, 5)
    look.quality = random.randint(35, 80)


def shrink(look: Look, factor: float) -> None:
    """Make it smaller."""
    look.pixels = cv2.resize(look.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    look.note(f"shrunk {factor:.2f}")


def tilt(look: Look, degrees: float, ground: tuple[int, int, int]) -> None:
    """A small rotation within the frame, made larger to hold it."""
    height, width = look.pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(height * sin + width * cos), int(height * cos + width * sin))
    matrix[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    look.pixels = cv2.warpAffine(look.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=ground)
    look.note(f"tilt {degrees:.1f}")


def on_desk(look: Look, random: Random, skew: float, degrees: float, *, dark: bool = False) -> None:
    """Seen from a little aside, lying on a desk: perspective, rotation, a border of desk."""
    height, width = look.pixels.shape[:2]
    margin = random.uniform(0.02, 0.16)
    size = (int(width * (1 + 2 * margin)), int(height * (1 + 2 * margin) + width * 0.05))
    angle = np.radians(random.uniform(-degrees, degrees) if random.random() < 0.8 else 0)
    middle = np.array(size) / 2
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x = sx * width / 2 * (1 + random.uniform(-skew, skew))
        y = sy * height / 2 * (1 + random.uniform(-skew, skew))
        corners.append(
            middle + np.array((x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)))
        )
    target = np.array(corners, np.float32)
    low, high = target.min(axis=0) - 6, target.max(axis=0) + 6
    target -= np.minimum(low, 0).astype(np.float32)
    size = (int(max(size[0], high[0]) - min(low[0], 0)), int(max(size[1], high[1]) - min(low[1], 0)))
    source = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    desk = _desk(random.randrange(6) if not dark else 6, size)
    look.pixels = cv2.warpPerspective(
        look.pixels, matrix, size, dst=desk, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    look.note(f"desk {np.degrees(angle):.0f}°")


DESKS = ((168, 120, 78), (205, 200, 192), (60, 58, 57), (222, 205, 178), (120, 128, 138), (150, 90, 60), (22, 22, 24))


def _desk(kind: int, size: tuple[int, int]) -> Pixels:
    return cv2.resize(_desk_tile(kind), size, interpolation=cv2.INTER_LINEAR)


@lru_cache(maxsize=8)
def _desk_tile(kind: int) -> Pixels:
    """Wood or stone: streaks of a colour."""
    noise = np.random.default_rng(kind)
    streaks = cv2.GaussianBlur(
        noise.normal(0, 60, (600, 600)).astype(np.float32), (0, 0), 1 + 14 * (kind % 2), sigmaY=1.5
    )
    tile = np.array(DESKS[kind], np.float32) + streaks[..., None] + noise.normal(0, 3, (600, 600, 1))
    return np.clip(tile, 0, 255).astype(np.uint8)


def light(look: Look, random: Random, *, hard: bool) -> None:
    """Uneven light of some colour, sometimes low."""
    height, width = look.pixels.shape[:2]
    low = random.uniform(0.28, 0.6) if hard and random.random() < 0.4 else random.uniform(0.72, 1.0)
    fall = random.uniform(0.1, 0.5) if hard else random.uniform(0.0, 0.22)
    angle = random.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.linspace(-1, 1, 64), np.linspace(-1, 1, 64))
    plane = low * (1 - fall * (x * np.cos(angle) + y * np.sin(angle) + 1) / 2)
    warm = random.uniform(-0.1, 0.1) if hard else random.uniform(-0.05, 0.06)
    colour = plane[..., None] * np.array((1 + warm, 1.0, 1 - warm))
    field_ = cv2.resize(colour.astype(np.float32), (width, height))
    look.pixels = cv2.multiply(look.pixels, field_, dtype=cv2.CV_8U)
    look.note(f"light {low:.2f}")


def shadow(look: Look, random: Random, depth: float) -> None:
    """The soft edge of a hand or phone across the page."""
    height, width = look.pixels.shape[:2]
    small = np.ones((128, 128), np.float32)
    x = random.uniform(-20, 90)
    points = np.array(
        (
            (x, 0),
            (x + random.uniform(30, 110), 0),
            (x + random.uniform(20, 120), 127),
            (x - random.uniform(0, 30), 127),
        ),
        np.int32,
    )
    cv2.fillPoly(small, [points], 1 - random.uniform(0.4, 1.0) * depth)
    small = cv2.GaussianBlur(small, (0, 0), random.uniform(2, 10))
    mask = cv2.resize(small, (width, height))
    look.pixels = cv2.multiply(look.pixels, cv2.merge([mask] * 3), dtype=cv2.CV_8U)
    look.note("shadow")


def blur(look: Look, random: Random, most: float) -> None:
    """Out of focus, or moved; `most` in thousandths of the longer side."""
    unit = max(look.pixels.shape[:2]) / 1600
    amount = random.uniform(0.3, 1.0) * most * unit
    if random.random() < 0.7:
        look.pixels = cv2.GaussianBlur(look.pixels, (0, 0), max(amount, 0.3))
    else:
        length = max(3, int(amount * 4) | 1)
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn_ = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, turn_, (length, length))
        look.pixels = cv2.filter2D(look.pixels, -1, kernel / max(kernel.sum(), 1e-6))
    look.note(f"blur {amount:.1f}")


@lru_cache(maxsize=4)
def _grain_tile(seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 1, (512, 512, 3)).astype(np.float32)


def grain(look: Look, random: Random, sigma: float) -> None:
    """Noise of the sensor."""
    height, width = look.pixels.shape[:2]
    tile = (_grain_tile(random.randrange(4)) * sigma).astype(np.int16)
    tile = np.tile(tile, (height // 512 + 1, width // 512 + 1, 1))[:height, :width]
    look.pixels = cv2.add(look.pixels, tile, dtype=cv2.CV_8U)
    look.note(f"grain {sigma:.0f}")


def moire(look: Look, random: Random, depth: float) -> None:
    """Waves between two grids of dots."""
    height, width = look.pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    waves = np.zeros((height, width), np.float32)
    for period in (random.uniform(3, 6), random.uniform(20, 70)):
        angle = random.uniform(0, np.pi)
        waves += np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
    look.pixels = cv2.multiply(look.pixels, cv2.merge([1 + waves * depth / 2] * 3), dtype=cv2.CV_8U)
    look.note("moiré")


def crop_edges(look: Look, random: Random, most: float) -> None:
    """Cut some off at each side."""
    height, width = look.pixels.shape[:2]
    left, right = (int(width * random.uniform(0, most)) for _ in range(2))
    top, bottom = (int(height * random.uniform(0, most)) for _ in range(2))
    look.pixels = look.pixels[top : height - bottom, left : width - right]
    look.note("cropped")


def turn(look: Look, random: Random, share: float) -> None:
    """By a quarter or half, and no EXIF tells so."""
    if random.random() < share:
        quarters = random.choice((1, 1, 2, 3, 3))
        look.pixels = np.ascontiguousarray(np.rot90(look.pixels, quarters))
        look.note(f"turned {90 * quarters}°")
