"""A return path of its own for each notice: a report that comes back to it is one of that notice (VERP).

Servers report to the return path of the mail (RFC 5321 section 4.4), which stands in no header while the mail is under
way. The token in it is keyed, so that nobody can make one up, and bound to the notice by its Message-ID.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

PLACE = "{token}"
CHECK_LENGTH = 16  # base32 characters: 80 bits
MOST_LOCAL = (
    64 - 12 - 1 - CHECK_LENGTH
)  # octets of a template's local part beside its token (RFC 5321 section 4.5.3.1.1)
_OWN_ID = re.compile(r"<?maild\.(\d{1,12})\.")
_TOKEN = re.compile(r"(?a)(?<![0-9A-Za-z])(\d{1,12})-([A-Za-z2-7]{16})(?![0-9A-Za-z])")


def fill(template: str, secret: bytes, message_id: str) -> str:
    """The return path of a mail of ours, e.g. 'office+41-k5f3…@lib.example'; '' where there is none to be made."""
    own = _OWN_ID.match(message_id)
    if own is None or not template or not secret:
        return ""
    return template.replace(PLACE, f"{own[1]}-{_check(secret, message_id)}")


def claimed(addresses: Iterable[str]) -> list[tuple[int, str]]:
    """What of addresses has the shape of a token: ids of notices (rows of the outbox) and checks, genuine or not."""
    hits = [hit for one in addresses if (hit := _TOKEN.search(one.partition("@")[0]))]
    return list(dict.fromkeys((int(hit[1]), hit[2].lower()) for hit in hits))


def genuine(keys: Iterable[bytes], check: str, message_id: str) -> bool:
    """Whether the check was made by us for the mail of that Message-ID."""
    return any(hmac.compare_digest(_check(key, message_id), check.lower()) for key in keys if key)


def _check(secret: bytes, message_id: str) -> str:
    said = b"maild-return-path\0" + message_id.strip("<>").encode("utf-8", "surrogateescape")
    return base64.b32encode(hmac.digest(secret, said, hashlib.sha256))[:CHECK_LENGTH].decode().lower()
