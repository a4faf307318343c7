"""Pictures in notices: a template writes src="cid:NAME", and images/NAME beside the templates goes with the mail."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from maild.domain.errors import TemplateFault
from maild.notify.writing.letter import Attached, Picture

# What a notice's data bring is escaped, quotes too: nothing but a template can write this.
_MARK = 'src="cid:'
_SOURCE = re.compile(r'(?<=\bsrc="cid:)([0-9A-Za-z][0-9A-Za-z._-]*)(?=")')


class Pictures:
    """The pictures of the template folders; a file of the operator's replaces the shipped one of its name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._file = cache(self._read)

    def put_into(self, html: str, message_id: str, address: str) -> tuple[str, tuple[Picture, ...]]:
        """The HTML with full Content-IDs, and the pictures it shows, each once.

        Content-IDs derive from `message_id`, so that a repetition has the same bytes, and end with our domain (RFC
        2045 section 7: unique in the world). Raises TemplateFault for a picture that is not there.
        """
        # Looking behind each character costs as much as all the templates: most notices show no picture.
        names = dict.fromkeys(_SOURCE.findall(html)) if _MARK in html else {}
        if not names:
            return html, ()
        mark = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:16]
        ids = {name: f"{name}.{mark}@{address.rpartition('@')[2]}" for name in names}
        pictures = tuple(Picture(content_id=ids[name], file=self._file(name)) for name in names)
        return _SOURCE.sub(lambda match: ids[match[0]], html), pictures

    def _read(self, name: str) -> Attached:
        file = next((f / "images" / name for f in self._folders if (f / "images" / name).is_file()), None)
        media_type = mimetypes.guess_type(name)[0] or ""
        if file is None or not media_type.startswith("image/"):
            raise TemplateFault(
                f"{self._folders[-1] / 'images' / name}: no such picture", remedy="put it there, or leave it out"
            )
        return Attached(filename=name, media_type=media_type, content=file.read_bytes())
