"""Our own DKIM-Signature on what we send (RFC 6376, RFC 8463)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from maild.authenticate.canonical import relaxed_body, relaxed_header
from maild.authenticate.domains import dns_name
from maild.authenticate.headers import HeaderField, crlf, split
from maild.authenticate.keys import MIN_RSA_BITS
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

# Each is signed once more often than it occurs, so that none can be added later (section 8.15).
OVERSIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"content-type",
    b"mime-version",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"cc",
    b"auto-submitted",
)
_NAMES_A_LINE = 8
_BASE64_A_LINE = 72
_REMEDY = "give a PEM file with an RSA key of 2048 bits or an Ed25519 key, e.g. made by: openssl genrsa 2048"


class Signer:
    """Signs mails of one domain with one key; the key is parsed once. Thread-safe."""

    def __init__(self, domain: str, selector: str, key_pem: bytes) -> None:
        """Raises ConfigError, naming the option, on a broken name or key."""
        self.domain = _option("smtp.dkim_domain", domain)
        self.selector = _option("smtp.dkim_selector", selector)
        self._key = load_private_key(key_pem)
        self._algorithm = b"rsa-sha256" if _is_rsa(self._key) else b"ed25519-sha256"

    def of(self, domain: str) -> Signer:
        """Who signs with the same key for another domain. Raises ConfigError as well."""
        other = copy(self)
        other.domain = _option("smtp.dkim_domain", domain)
        return other

    def sign(self, raw_crlf: bytes) -> bytes:
        """The mail with a DKIM-Signature (relaxed/relaxed) on top. Raises ValueError on a mail without From."""
        raw = crlf(raw_crlf)
        message = split(raw, wire=True)
        if not message.named(b"from"):
            raise ValueError("a mail without a From field cannot be signed")
        present = Counter(field.name for field in message.fields)
        names = [name for name in OVERSIGNED for _ in range(present[name] + 1)]
        body_hash = b64encode(hashlib.sha256(relaxed_body(message.body)).digest())
        unsigned = self._value(names, body_hash)
        waiting = _last_first(message.fields)
        data = b"".join(relaxed_header(waiting[name].pop()) for name in names if waiting.get(name))
        own = HeaderField(b"dkim-signature", b"DKIM-Signature", unsigned + b"\r\n")
        value = b64encode(self._signature(data + relaxed_header(own).removesuffix(b"\r\n")))
        return b"DKIM-Signature:" + unsigned + _folded(value) + b"\r\n" + raw

    def dns_record(self) -> tuple[str, str]:
        """(name, TXT text) that must be published for this key."""
        return f"{self.selector}._domainkey.{self.domain}", public_record(self._key)

    def _value(self, names: list[bytes], body_hash: bytes) -> bytes:
        rows = [b":".join(names[i : i + _NAMES_A_LINE]) for i in range(0, len(names), _NAMES_A_LINE)]
        return (
            b" v=1; a="
            + self._algorithm
            + b"; c=relaxed/relaxed; d="
            + self.domain.encode()
            + b";\r\n\ts="
            + self.selector.encode()
            + b";\r\n\th="
            + b":\r\n\t ".join(rows)
            + b";\r\n\tbh="
            + body_hash
            + b";\r\n\tb="
        )

    def _signature(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(hashlib.sha256(data).digest())
        return self._key.sign(data, PKCS1v15(), SHA256())


def load_signer(domain: str, selector: str, key_file: Path) -> Signer:
    """A Signer with the key of `smtp.dkim_key_file`. Raises ConfigError."""
    try:
        pem = key_file.read_bytes()
    except OSError as error:
        fault = f"smtp.dkim_key_file: {key_file} cannot be read ({error.strerror})"
        raise ConfigError(fault, remedy="correct the path, or let maild's user read the file") from error
    return Signer(domain, selector, pem)


def load_private_key(pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    """Parse a private key. Raises ConfigError naming smtp.dkim_key_file and the remedy."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        # Whether the numbers of an RSA key are prime takes 36 ms to tell; that they belong together, a signature does.
        key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    except TypeError as error:
        fault = "smtp.dkim_key_file: the key is encrypted"
        raise ConfigError(fault, remedy="decrypt it: openssl pkey -in KEY -out PLAIN") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError("smtp.dkim_key_file: no private key can be read from the file", remedy=_REMEDY) from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError("smtp.dkim_key_file: the key is neither RSA nor Ed25519", remedy=_REMEDY)
    if key.key_size < MIN_RSA_BITS:
        raise ConfigError(f"smtp.dkim_key_file: {key.key_size} bits are too few for DKIM", remedy=_REMEDY)
    _require_whole(key)
    return key


def _require_whole(key: RSAPrivateKey) -> None:
    """A key whose private numbers are another one's signs what nobody can prove. Raises ConfigError."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    words = b"maild"
    try:
        key.public_key().verify(key.sign(words, PKCS1v15(), SHA256()), words, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature) as error:
        raise ConfigError(
            "smtp.dkim_key_file: its private numbers do not fit its public ones", remedy=_REMEDY
        ) from error


def public_record(key: RSAPrivateKey | Ed25519PrivateKey) -> str:
    """The TXT text to publish for a private key (section 3.6.1; RFC 8463 section 4.2)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key()
    if _is_rsa(key):
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return "v=DKIM1; k=rsa; p=" + b64encode(der).decode()
    return "v=DKIM1; k=ed25519; p=" + b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _is_rsa(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    return isinstance(key, RSAPrivateKey)


def _option(name: str, value: str) -> str:
    usable = dns_name(value)
    if not usable:
        raise ConfigError(
            f"{name}: {value!r} is no domain name", remedy="give it in ASCII or as an IDN, without spaces"
        )
    return usable


def _last_first(fields: tuple[HeaderField, ...]) -> dict[bytes, list[HeaderField]]:
    waiting: dict[bytes, list[HeaderField]] = {}
    for field in fields:
        waiting.setdefault(field.name, []).append(field)
    return waiting


def _folded(value: bytes) -> bytes:
    rows = [value[i : i + _BASE64_A_LINE] for i in range(0, len(value), _BASE64_A_LINE)]
    return b"\r\n\t ".join(rows)
