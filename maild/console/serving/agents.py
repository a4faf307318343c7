"""What a browser calls itself (User-Agent, RFC 9110 section 10.1.5), in words: 'Firefox 128 on Windows'.

It is a help to recognise one's own browsers by, and no proof: anybody may write the header.
"""

from __future__ import annotations

import re

from maild.domain.wording.words import Word
from maild.domain.wording.words_staff import BROWSERS

# The mark in the header, the most telling first: nearly all call themselves Safari, many Chrome.
MARKS = (
    ("MicroMessenger", "wechat"),
    ("QQBrowser", "qq"),
    ("MQQBrowser", "qq"),
    ("HuaweiBrowser", "huawei"),
    ("MiuiBrowser", "xiaomi"),
    ("UCBrowser", "uc"),
    ("SamsungBrowser", "samsung"),
    ("Edg", "edge"),
    ("EdgA", "edge"),
    ("EdgiOS", "edge"),
    ("OPR", "opera"),
    ("FxiOS", "firefox"),
    ("Firefox", "firefox"),
    ("CriOS", "chrome"),
    ("HeadlessChrome", "chrome"),
    ("Chromium", "chromium"),
    ("Chrome", "chrome"),
    ("Version", "safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_UNKNOWN = Word(zh="未知的浏览器", en="an unknown browser")
_PRODUCT = re.compile(r"([A-Za-z][\w.-]{0,40})(?:/(\d{1,9}(?:\.\d{1,9})?))?")


def told(agent: str, locale: str = "en") -> str:
    """Browser, version, system; of a program the name it says first."""
    products = dict(_PRODUCT.findall(agent))
    mark, key = next(((mark, key) for mark, key in MARKS if products.get(mark)), ("", ""))
    if not key:
        name, version = next(iter(products.items()), ("", ""))
        return f"{name} {version}".strip() or _UNKNOWN.to(locale)
    browser = f"{BROWSERS[key].to(locale)} {products[mark].split('.')[0]}"
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if not system:
        return browser
    return f"{browser}（{system}）" if locale.startswith("zh") else f"{browser} on {system}"
