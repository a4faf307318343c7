"""What CSS hides or strikes out: inline styles, and the simple class and id rules of style sheets."""

from __future__ import annotations

import re
from functools import lru_cache

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|opacity\s*:\s*0*(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0+(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)|font-size\s*:\s*[01](?:\.\d+)?px"
    r"|(?:text-indent|(?<![a-z-])left|(?<![a-z-])top|margin-left)\s*:\s*-(?:\d{4,}|[5-9]\d\d)|clip\s*:\s*rect\(\s*0"
    r"|transform\s*:\s*scale\(0\)|text-decoration(?:-line)?\s*:[^;]*line-through"
)
_ZERO_BOX = re.compile(r"(?:max-)?(?:height|width)\s*:\s*0(?:px|pt|em)?\s*(?:;|!|$)")
_COLOUR = re.compile(r"(?<![a-z-])color\s*:\s*([^;!]{1,40})")
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]{1,60})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_SIMPLE_SELECTOR = re.compile(r"^[a-z0-9]*([.#][\w-]+)$", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAMED = {
    "white": "ffffff",
    "black": "000000",
    "red": "ff0000",
    "transparent": "",
    "snow": "fffafa",
    "ivory": "fffff0",
    "whitesmoke": "f5f5f5",
}


def colour(value: str) -> str:
    """A CSS colour as six hex digits, '' if unknown."""
    value = value.strip().lower()
    word = value.split()[0] if value else ""
    if word.startswith("#"):
        digits = word[1:7]
        return "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    if match := _RGB.match(value):
        return "".join(f"{min(int(n), 255):02x}" for n in match.groups())
    return _NAMED.get(word, "")


def near(a: str, b: str) -> bool:
    """Whether two colours can hardly be told apart."""
    if a == b:
        return True
    try:
        pairs = [(int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (0, 2, 4)]
    except ValueError:
        return False
    return all(abs(x - y) <= 6 for x, y in pairs)


@lru_cache(maxsize=2048)
def hides(css: str) -> bool:
    """Whether a declaration block makes its element invisible."""
    css = css.lower()
    if _HIDING.search(css):
        return True
    return "overflow" in css and "hidden" in css and bool(_ZERO_BOX.search(css))


@lru_cache(maxsize=2048)
def colours(css: str) -> tuple[str, str]:
    """(text colour, background colour) a declaration block sets, '' where it sets none."""
    css = css.lower()
    if "color" not in css and "background" not in css:
        return "", ""
    front, back = _COLOUR.search(css), _BACKGROUND.search(css)
    return (colour(front.group(1)) if front else ""), (colour(back.group(1)) if back else "")


def hidden_selectors(sheet: str) -> frozenset[str]:
    """'.class' and '#id' selectors a style sheet hides on every screen (@media blocks do not count)."""
    sheet = _without_at_blocks(_COMMENT.sub("", sheet[:200_000]).replace("<!--", "").replace("-->", ""))
    found: set[str] = set()
    for selectors, body in _RULE.findall(sheet):
        if hides(body):
            for selector in selectors.split(","):
                if match := _SIMPLE_SELECTOR.match(selector.strip()):
                    found.add(match.group(1))
    return frozenset(found)


def _without_at_blocks(sheet: str) -> str:
    out: list[str] = []
    pos = 0
    while (at := sheet.find("@", pos)) >= 0:
        out.append(sheet[pos:at])
        brace, semicolon = sheet.find("{", at), sheet.find(";", at)
        if brace < 0 or 0 <= semicolon < brace:
            pos = semicolon + 1 if semicolon >= 0 else len(sheet)
            continue
        depth, pos = 1, brace + 1
        while depth and pos < len(sheet):
            up, down = sheet.find("{", pos), sheet.find("}", pos)
            if down < 0:
                pos = len(sheet)
            elif 0 <= up < down:
                depth, pos = depth + 1, up + 1
            else:
                depth, pos = depth - 1, down + 1
    out.append(sheet[pos:])
    return "".join(out)
