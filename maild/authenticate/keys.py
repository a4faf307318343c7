"""DKIM key records (RFC 6376 section 3.6.1, RFC 8463) → public keys."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from maild.authenticate.texts import SAY

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

MIN_RSA_BITS = 1024  # RFC 8301 section 3.2
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"[A-Za-z]\w*\Z")
_RECORD_START = re.compile(r"\s*[vghknpst]\s*=")


class NoTags(ValueError):
    """The text is no tag list of RFC 6376 section 3.2."""


def parse_tags(text: str) -> dict[str, str]:
    """'a=b; c=d' → {'a': 'b', 'c': 'd'}. Raises NoTags on a bad or repeated tag."""
    tags: dict[str, str] = {}
    for spec in text.split(";"):
        if not spec.strip():
            continue
        name, equals, value = spec.partition("=")
        name = name.strip()
        if not equals or not _TAG.match(name) or name in tags:
            raise NoTags(SAY("not_a_tag_list", text=repr(spec.strip()[:40])))
        tags[name] = value.strip()
    return tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A published key; `public` is None where the record cannot be used, and `fault` says why.

    revoked  the record is there with an empty p=: the key was withdrawn
    strict   t=s: the i= domain must be d= itself; testing t=y: a failure counts as no signature
    """

    public: RSAPublicKey | Ed25519PublicKey | None = None
    algorithm: str = ""
    bits: int = 0
    hashes: tuple[str, ...] = ()
    strict: bool = False
    testing: bool = False
    revoked: bool = False
    fault: str = ""


def key_records(strings: tuple[str, ...]) -> list[str]:
    """The key records among TXT strings; a record that arrived in pieces of 255 bytes is joined again."""
    joined: list[str] = []
    for string in strings:
        if joined and not _RECORD_START.match(string):
            joined[-1] += string
        else:
            joined.append(string)
    return [record for record in joined if "p" in _tags_or_none(record)]


def _tags_or_none(record: str) -> dict[str, str]:
    try:
        return parse_tags(record)
    except NoTags:
        return {}


@lru_cache(maxsize=1024)
def load_key(record: str) -> Key:
    """Read a key record; parsed keys are kept, as a few senders sign most mail. Never raises."""
    tags = _tags_or_none(record)
    flags = [flag.strip().lower() for flag in tags.get("t", "").split(":")]
    hashes = tuple(name.strip().lower() for name in tags["h"].split(":")) if "h" in tags else ()
    services = [name.strip().lower() for name in tags.get("s", "*").split(":")]
    algorithm = tags.get("k", "rsa").lower()
    if "v" in tags and tags["v"] != "DKIM1":
        return Key(fault=SAY("key_version"))
    if not {"*", "email"} & set(services):
        return Key(fault=SAY("key_not_for_mail"))
    if not tags.get("p"):
        return Key(revoked=True, fault=SAY("key_withdrawn"))
    public, bits, fault = _public_key(algorithm, tags["p"])
    return Key(
        public=public,
        algorithm=algorithm,
        bits=bits,
        hashes=hashes,
        fault=fault,
        strict="s" in flags,
        testing="y" in flags,
    )


def _public_key(algorithm: str, text: str) -> tuple[RSAPublicKey | Ed25519PublicKey | None, int, str]:
    """(key, bits, fault) of a p= value."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        data = b64decode(_SPACE.sub("", text), validate=True)
        if algorithm == "ed25519":
            return Ed25519PublicKey.from_public_bytes(data), 256, ""
        if algorithm != "rsa":
            return None, 0, SAY("key_kind", kind=algorithm[:20])
        key = load_der_public_key(data)
    except (Base64Error, ValueError, UnsupportedAlgorithm, TypeError):
        return None, 0, SAY("key_unreadable")
    if not isinstance(key, RSAPublicKey):
        return None, 0, SAY("key_not_as_claimed")
    if key.key_size < MIN_RSA_BITS:
        return None, key.key_size, SAY("key_too_short", bits=key.key_size, least=MIN_RSA_BITS)
    return key, key.key_size, ""
