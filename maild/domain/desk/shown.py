"""What of a mail is fit to be shown to staff: made in a confined worker, from bytes nobody trusts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Withheld(StrEnum):
    """What was not shown as the mail has it, and is announced instead."""

    PICTURE = "picture"  # would have been fetched from elsewhere: it tells the sender that the mail was opened
    STYLE = "style"
    FRAME = "frame"
    MEDIA = "media"  # sound, film, plug-ins
    SCRIPT = "script"
    FORM = "form"
    LINK = "link"  # leads nowhere a link of a mail may lead
    DAMAGED = "damaged"  # the mail's own picture, which cannot be shown
    HIDDEN = "hidden"  # text the reader was not to see; it is shown, marked
    DIRECTION = "direction"  # characters that turn the order of others round


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """So many of a kind. host: where they would have been fetched from, '' where nowhere."""

    what: Withheld
    host: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHtml:
    """A mail's HTML as a complete document for a sandboxed frame. inline: pictures of the mail within it.

    shortened  it was longer than is shown
    """

    html: str
    blocked: tuple[Blocked, ...] = ()
    inline: int = 0
    shortened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """A picture made anew, without metadata. media_type: image/png or image/jpeg; width, height in pixels.

    pages  of the file it comes from
    """

    media_type: str
    content: bytes
    width: int
    height: int
    pages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """A mail's source as text, invisible and direction characters made visible. left_out: bytes that are not shown."""

    text: str
    left_out: int = 0
