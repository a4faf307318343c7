"""Numbers and ids in the addresses of pages: whatever a library's own system writes into them, one segment each."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from starlette.convertors import Convertor, IntegerConvertor, register_url_convertor

# What would end the segment, or begin an escape. A server decodes the path before the routes see it (RFC 3986, 2.4:
# never twice), so these are escaped once more, and the route takes that back.
_ENDS = re.compile(r"[%/?#\\]")


def segment(value: str) -> str:
    """An id as a segment of a path, as it stands in a link: 'a/b' is 'a%252Fb'."""
    return quote(_ENDS.sub(lambda found: f"%{ord(found[0]):02X}", value), safe="@:+")


class Key(Convertor[str]):
    """`{number:key}` of a route."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        """The id, of a segment that the server has decoded."""
        return unquote(value)

    def to_string(self, value: str) -> str:
        """The segment as it stands in a link."""
        return segment(value)


class Row(IntegerConvertor):
    """`{item_id:int}` of a route: what no database holds as a number is nowhere. int() and the drivers would raise."""

    regex = "[0-9]{1,18}"


register_url_convertor("key", Key())
register_url_convertor("int", Row())
