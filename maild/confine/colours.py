"""Colours of a mail's HTML: can its text be told from its ground? (relative luminance as WCAG 2.2 defines it)"""

from __future__ import annotations

import colorsys
import re

Colour = tuple[float, float, float]  # red, green, blue, 0…255

WHITE: Colour = (255.0, 255.0, 255.0)
BLACK: Colour = (26.0, 26.0, 26.0)
LEAST = 1.35  # contrast below which text is not seen
_NAMES = {
    "white": "ffffff", "black": "000000", "red": "ff0000", "green": "008000", "blue": "0000ff", "yellow": "ffff00",
    "gray": "808080", "grey": "808080", "silver": "c0c0c0", "lightgray": "d3d3d3", "lightgrey": "d3d3d3",
    "darkgray": "a9a9a9", "darkgrey": "a9a9a9", "gainsboro": "dcdcdc", "whitesmoke": "f5f5f5", "snow": "fffafa",
    "ivory": "fffff0", "azure": "f0ffff", "mintcream": "f5fffa", "ghostwhite": "f8f8ff", "floralwhite": "fffaf0",
    "aliceblue": "f0f8ff", "honeydew": "f0fff0", "seashell": "fff5ee", "lightyellow": "ffffe0", "beige": "f5f5dc",
    "navy": "000080", "maroon": "800000", "purple": "800080", "teal": "008080", "olive": "808000", "lime": "00ff00",
    "aqua": "00ffff", "cyan": "00ffff", "fuchsia": "ff00ff", "magenta": "ff00ff", "orange": "ffa500",
    "darkblue": "00008b", "darkred": "8b0000", "darkgreen": "006400", "brown": "a52a2a", "gold": "ffd700",
    "pink": "ffc0cb", "lightblue": "add8e6", "lightgreen": "90ee90", "royalblue": "4169e1", "steelblue": "4682b4",
    "dimgray": "696969", "linen": "faf0e6", "oldlace": "fdf5e6", "cornsilk": "fff8dc", "lavender": "e6e6fa",
    "lightcyan": "e0ffff", "antiquewhite": "faebd7", "blanchedalmond": "ffebcd", "lavenderblush": "fff0f5",
}  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,60})\)")
_PARTS = re.compile(r"[,/\s]+")
INVISIBLE = "transparent"


def read(value: str, ground: Colour = WHITE) -> Colour | None:
    """The colour of a CSS value or an HTML attribute, laid on `ground` where it lets that through; None: unknown."""
    value = value.strip().lower()
    if value == INVISIBLE:
        return ground
    if found := _HEX.fullmatch(_NAMES.get(value, value)):
        return _hex(found[1], ground)
    if found := _FUNCTION.fullmatch(value):
        return _function(found[1], found[2], ground)
    return None


def contrast(one: Colour, other: Colour) -> float:
    """1 (the same) to 21."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _hex(digits: str, ground: Colour) -> Colour:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, *rest = (int(digits[i : i + 2], 16) for i in range(0, len(digits), 2))
    return _laid((red, green, blue), rest[0] / 255 if rest else 1.0, ground)


def _function(name: str, inner: str, ground: Colour) -> Colour | None:
    parts = [part for part in _PARTS.split(inner.strip()) if part]
    try:
        numbers = [float(part.rstrip("%deg")) for part in parts]
    except ValueError:
        return None
    if not 3 <= len(numbers) <= 4:
        return None
    alpha = numbers[3] / (100 if parts[3].endswith("%") else 1) if len(numbers) == 4 else 1.0
    if name == "hsl":
        red, green, blue = colorsys.hls_to_rgb(numbers[0] % 360 / 360, numbers[2] / 100, numbers[1] / 100)
        return _laid((red * 255, green * 255, blue * 255), alpha, ground)
    scale = 2.55 if parts[0].endswith("%") else 1.0
    return _laid((numbers[0] * scale, numbers[1] * scale, numbers[2] * scale), alpha, ground)


def _laid(colour: Colour, alpha: float, ground: Colour) -> Colour:
    alpha = min(1.0, max(0.0, alpha))
    red, green, blue = (min(255.0, max(0.0, c)) * alpha + g * (1 - alpha) for c, g in zip(colour, ground, strict=True))
    return red, green, blue


def _light(colour: Colour) -> float:
    red, green, blue = (c / 255 / 12.92 if c <= 10.3 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
