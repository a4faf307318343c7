"""Pictures of every notice, to look at: python tests/tools/preview_notices.py OUT [KIND…].

Writes OUT/<kind>.<locale>.html and one contact sheet a kind, OUT/<kind>.png: Chinese and English, phone
(390 px) and desktop (1,000 px) width, light and dark. Needs Debian's package chromium.
"""

from __future__ import annotations

import base64
import email
import email.policy
import html
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from maild.config import Notices, Office
from maild.domain.notice import NoticeKind
from maild.domain.patron import PatronKind
from maild.notify.locales import LOCALES
from maild.notify.render import Renderer, sample_parts

FLAGS = ("--headless", "--no-sandbox", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--hide-scrollbars")  # fmt: skip
MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HEIGHT = 1500


def page(renderer: Renderer, kind: NoticeKind, locale: str, reader: PatronKind) -> str:
    """The HTML part of a sample notice."""
    message = renderer.render(sample_parts(kind, locale, reader), message_id=f"<{kind}@maild.example>", date=MOMENT)
    return shown_html(message.raw)


def shown_html(raw: bytes) -> str:
    """The HTML part of a mail with its pictures in their places, as a mail program shows it."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    text = str(body.get_content())
    for part in mail.walk():
        if identity := part["Content-ID"]:
            data = base64.b64encode(part.get_content()).decode()
            text = text.replace(f"cid:{identity[1:-1]}", f"data:{part.get_content_type()};base64,{data}")
    return text


def sheet(pages: list[tuple[str, str, int, str]]) -> str:
    """A page of frames: (caption, HTML, width, colour scheme)."""
    frames = []
    for caption, source, width, scheme in pages:
        data = base64.b64encode(source.encode()).decode()
        frames.append(
            f'<figure style="margin:8px"><figcaption>{html.escape(caption)}</figcaption><iframe width="{width}" '
            f'height="{HEIGHT}" style="border:1px solid red;color-scheme:{scheme}" '
            f'src="data:text/html;base64,{data}"></iframe></figure>'
        )
    return f'<body style="margin:0;display:flex;font:14px sans-serif">{"".join(frames)}</body>'


def main(out: Path, kinds: list[str]) -> None:
    """Write the pictures into `out`."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("chromium is missing: apt-get install chromium")
    out.mkdir(parents=True, exist_ok=True)
    renderer = Renderer.load(Office(), Notices(), b"k" * 32)
    for kind in [NoticeKind(name) for name in kinds] or list(NoticeKind):
        views = []
        for locale, reader in zip(LOCALES, (PatronKind.INTERNAL, PatronKind.EXTERNAL), strict=True):
            source = page(renderer, kind, locale, reader)
            (out / f"{kind}.{locale}.html").write_text(source, "utf-8")
            wide = locale == LOCALES[0]
            views += [
                (f"{kind} {locale} 390 light", source, 390, "light"),
                (f"{kind} {locale} 390 dark", source, 390, "dark"),
                (f"{kind} {locale} 1000", source, 1000, "light" if wide else "dark"),
            ]
        file = out / f"{kind}.sheet.html"
        file.write_text(sheet(views), "utf-8")
        picture = out / f"{kind}.png"
        subprocess.run(
            [browser, *FLAGS, f"--screenshot={picture}", f"--window-size=3700,{HEIGHT + 40}", file.as_uri()],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        print(picture)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
