"""Signs test mails with dkimpy's own parts, so that what we verify was not made by us."""

from __future__ import annotations

import base64
import random
from functools import cache
from pathlib import Path
from typing import Any

import dkim
import nacl.encoding
import nacl.signing
from cryptography.hazmat.primitives import serialization
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import HASH_ALGORITHMS, parse_pem_private_key

KEYS = Path(__file__).parents[2] / "corpus" / "auth" / "keys"
HEADERS = (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type")


@cache
def pem(name: str) -> bytes:
    """A private key of the corpus: rsa2048, rsa1024, rsa768 or ed25519."""
    return (KEYS / f"{name}.pem").read_bytes()


@cache
def record(name: str, flags: str = "") -> str:
    """The DNS text of a key; `flags` are further tags, such as 't=s; '."""
    public = serialization.load_pem_private_key(pem(name), None).public_key()
    if name == "ed25519":
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; {flags}p={base64.b64encode(raw).decode()}"
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {flags}p={base64.b64encode(der).decode()}"


@cache
def _signing_key(name: str) -> Any:
    if name != "ed25519":
        return parse_pem_private_key(pem(name))
    key = serialization.load_pem_private_key(pem(name), None)
    seed = key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    return nacl.signing.SigningKey(base64.b64encode(seed), encoder=nacl.encoding.Base64Encoder)


def sign(
    raw: bytes, domain: str, *, selector: str = "s1", key: str = "rsa2048", algorithm: str = "",
    c: str = "relaxed/relaxed", headers: tuple[bytes, ...] = HEADERS,
    tags: tuple[tuple[str, str], ...] = (), length: int | None = None,
) -> bytes:  # fmt: skip
    """`raw` with a DKIM-Signature on top. `tags`: more tags; `length`: l=, -1 for the whole body."""
    algorithm = algorithm or ("ed25519-sha256" if key == "ed25519" else "rsa-sha256")
    work = dkim.DKIM(raw, signature_algorithm=algorithm.encode())
    policy = CanonicalizationPolicy.from_c_value(c.encode())
    work.hasher = HASH_ALGORITHMS[algorithm.encode()]
    body = policy.canonicalize_body(work.body)
    extra = list(tags)
    if length is not None:
        body = body if length < 0 else body[:length]
        extra.append(("l", str(len(body))))
    digest = base64.b64encode(work.hasher(body).digest())
    fields = [(b"v", b"1"), (b"a", algorithm.encode()), (b"c", c.encode()), (b"d", domain.encode())]
    fields += [(name.encode(), value.encode()) for name, value in extra]
    fields += [(b"s", selector.encode()), (b"h", b" : ".join(headers)), (b"bh", digest), (b"b", b"0" * 60)]
    value = work.gen_header(fields, headers, policy, b"DKIM-Signature", _signing_key(key))
    return b"DKIM-Signature: " + value + raw


def make_mail(
    sender: str = "ill@calis.edu.cn", subject: str = "Request 2026112400017 shipped", body: str = "", **more: str
) -> bytes:
    """A plain mail with CRLF line ends; `more`: further fields, with _ for -."""
    fields = {
        "From": f"CALIS <{sender}>",
        "To": "zjuill@zju.edu.cn",
        "Subject": subject,
        "Date": "Tue, 24 Nov 2026 10:00:00 +0800",
        "Message-ID": "<1@calis.edu.cn>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    text = body or "The document was shipped.\r\n\r\nTransaction:  2026112400017\t \r\n\r\n\r\n"
    return (head + "\r\n" + text).encode()


_WORDS = ("loan", "  spaces  ", "\t", "馆际互借", "fee 3.50", "", ".", "=20", "x" * 70, "trailing   ")


def random_mail(rng: random.Random) -> bytes:
    """A mail with odd folding, white space and line ends."""
    lines = [" ".join(rng.choices(_WORDS, k=rng.randrange(6))) for _ in range(rng.randrange(12))]
    subject = rng.choice(("plain", "two  spaces", "folded\r\n\there", "folded \r\n  again ", "=?utf-8?b?6aaG6ZmF?="))
    raw = make_mail(subject=subject, body="\r\n".join(lines) or "\r\n", X_Extra=rng.choice(("", "a\r\n b", " c ")))
    endings = rng.choice((b"", b"\r\n", b"\r\n\r\n\r\n", b" \r\n", b" \t\r\n\r\n"))
    return raw + endings


def mutate(raw: bytes, rng: random.Random) -> bytes:
    """One change that a relay or a forger might make; many of them are harmless to a relaxed signature."""
    head, _, body = raw.partition(b"\r\n\r\n")
    choice = rng.randrange(14)
    changes = {
        0: lambda: raw.replace(b"shipped", b"stopped").replace(b"loan", b"lone"),
        1: lambda: head.replace(b"Subject: ", b"Subject:   ") + b"\r\n\r\n" + body,
        2: lambda: head.replace(b"Subject:", b"SUBJECT:") + b"\r\n\r\n" + body,
        3: lambda: head + b"\r\n\r\n" + body.replace(b"\r\n", b" \r\n"),
        4: lambda: head + b"\r\n\r\n" + body + b"\r\n\r\n",
        5: lambda: head + b"\r\n\r\n" + body + b"An advertisement.\r\n",
        6: lambda: raw.replace(b"\r\n", b"\n"),
        7: lambda: b"Received: from relay.example\r\n" + raw,
        8: lambda: head + b"\r\nX-Spam: no\r\n\r\n" + body,
        9: lambda: head.replace(b"To: ", b"To: \r\n ") + b"\r\n\r\n" + body,
        10: lambda: head + b"\r\n\r\n" + body.replace(b"  ", b" "),
        11: lambda: head.replace(b"bh=", b"bh=A") + b"\r\n\r\n" + body,
        12: lambda: head.replace(b"Date: Tue", b"Date: Wed") + b"\r\n\r\n" + body,
        13: lambda: raw,
    }
    return changes[choice]()
