"""The floor: the whole path as one would write it by hand for these mails alone, in one process.

Raw fetch, the few headers that matter, OpenSSL for the signature, sqlite3 in batches of 50, one SMTP connection.
It stores no mail, knows one rule, asks no DNS, survives nothing: what maild adds to it is what maild is for.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
import socket
import sqlite3
import ssl
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key

BATCH = 50
_NUMBER = re.compile(rb"20261\d{8}")
_TAG = re.compile(rb"([a-z]+)=([^;]*)")
_SPACES = re.compile(rb"[ \t\r\n]+")
_B = re.compile(rb"(\bb=)[^;]*")
_ENCODED = re.compile(rb"=\?utf-8\?b\?([^?]*)\?=\s*", re.IGNORECASE)
_MOVES = {"处理中": "accepted", "已转发": "forwarded", "已寄送": "shipped", "已发送": "shipped", "未满足": "unfilled",
          "待确认费用": "fee_quoted"}  # fmt: skip


def fetch(host: str, port: int, ca_file: str, user: str, password: str) -> Iterator[list[bytes]]:
    """All mails of the inbox, in batches of 50."""
    box = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(cafile=ca_file))
    box.login(user, password)
    _, (count,) = box.select("INBOX")
    for first in range(1, int(count or b"0") + 1, BATCH):
        _, data = box.fetch(f"{first}:{first + BATCH - 1}", "(UID INTERNALDATE BODY.PEEK[])")
        yield [bytes(piece[1]) for piece in data if isinstance(piece, tuple)]
    box.logout()


def headers_of(raw: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """First field of each name (whole, unfolded not), and the body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields: dict[bytes, bytes] = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        fields.setdefault(name.lower(), value)
    return fields, body


def proven(fields: Mapping[bytes, bytes], body: bytes, keys: Mapping[bytes, Any]) -> bool:
    """Whether the relaxed/relaxed RSA signature holds."""
    value = fields.get(b"dkim-signature")
    if value is None:
        return False
    tags = {name: _SPACES.sub(b"", text) for name, text in _TAG.findall(value)}
    lines = re.sub(rb"[ \t]+(?=\r\n)", b"", body)
    if b"  " in lines or b"\t" in lines:
        lines = re.sub(rb"[ \t]+", b" ", lines)
    digest = hashlib.sha256(lines.rstrip(b"\r\n") + b"\r\n").digest()
    if b64encode(digest) != tags[b"bh"]:
        return False
    signed, seen = b"", set()
    for name in tags[b"h"].lower().split(b":"):
        if name in fields and name not in seen:
            seen.add(name)
            signed += name + b":" + _SPACES.sub(b" ", fields[name]).strip() + b"\r\n"
    signed += b"dkim-signature:" + _SPACES.sub(b" ", _B.sub(rb"\1", value)).strip()
    try:
        keys[tags[b"s"] + b"._domainkey." + tags[b"d"]].verify(b64decode(tags[b"b"]), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, KeyError):
        return False
    return True


def words(fields: Mapping[bytes, bytes], body: bytes) -> tuple[bytes, str]:
    """The subject's bytes, and the first text part."""
    subject = _ENCODED.sub(lambda hit: b64decode(hit[1]), fields.get(b"subject", b""))
    at = body.find(b"Content-Type: text/plain") if b"multipart/" in fields.get(b"content-type", b"") else 0
    start = body.find(b"\r\n\r\n", at) + 4 if at or body.startswith((b"--", b"\r\n--")) else 0
    end = body.find(b"\r\n--", start)
    return subject, b64decode(body[start : end if end > 0 else len(body)]).decode("utf-8", "replace")


class Sender:
    """Signs and sends on one connection."""

    def __init__(self, port: int, pem: bytes) -> None:
        self._key: Any = load_pem_private_key(pem, None)
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._file = self._socket.makefile("rb")
        self._file.readline()
        self._say(b"EHLO bench\r\n")

    def _say(self, line: bytes) -> None:
        self._socket.sendall(line)
        while self._file.readline()[3:4] == b"-":
            pass

    def send(self, to: str, number: str, news: str, attachment: bytes) -> None:
        """One notice in text and HTML."""
        said = f"您好：\r\n\r\n您的请求 {number} 的新状态：{news}。\r\n" + "馆际互借与文献传递的说明文字。\r\n" * 20
        text = b64encode(said.encode())
        lines = b"\r\n".join(text[i : i + 76] for i in range(0, len(text), 76))
        parts = b"\r\n".join(
            b"--=_b\r\nContent-Type: text/" + kind + b"; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + lines
            for kind in (b"plain", b"html")
        )
        body = parts + b"\r\n" + attachment + b"--=_b--\r\n"
        head = {b"from": b"bot@lib.example", b"to": to.encode(), b"subject": number.encode(),
                b"date": b"Tue, 24 Nov 2026 10:00:00 +0800", b"message-id": f"<{number}.{news}@lib.example>".encode(),
                b"content-type": b'multipart/mixed; boundary="=_b"', b"mime-version": b"1.0"}  # fmt: skip
        bh = b64encode(hashlib.sha256(body).digest())
        own = (b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=lib.example; s=maild; h=" + b":".join(head) + b"; bh=" + bh
               + b"; b=")  # fmt: skip
        signed = b"".join(name + b":" + value + b"\r\n" for name, value in head.items()) + b"dkim-signature:" + own
        signature = b64encode(self._key.sign(signed, PKCS1v15(), SHA256()))
        raw = b"DKIM-Signature: " + own + signature + b"\r\n"
        raw += b"".join(name + b": " + value + b"\r\n" for name, value in head.items()) + b"\r\n" + body
        self._say(b"MAIL FROM:<bot@lib.example>\r\n")
        self._say(f"RCPT TO:<{to}>\r\n".encode())
        self._say(b"DATA\r\n")
        self._say(raw + b".\r\n")

    def close(self) -> None:
        self._say(b"QUIT\r\n")
        self._socket.close()


def whole_path(
    batches: Iterator[list[bytes]], database: Path, dns: Mapping[str, Sequence[str]], port: int, pem: bytes
) -> dict[str, int]:
    """Everything for every mail; counts of mails and notices."""
    keys = {
        name.encode(): load_der_public_key(b64decode(texts[0].rpartition("p=")[2]))
        for name, texts in dns.items()
        if "_domainkey" in name
    }
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE seen (id INTEGER PRIMARY KEY, sha256 TEXT, message_id TEXT, number TEXT, news TEXT)")
    sender = Sender(port, pem)
    counts = {"mails": 0, "notices": 0}
    for batch in batches:
        seen, moves, notices = [], [], []
        for raw in batch:
            fields, body = headers_of(raw)
            good = proven(fields, body, keys)
            subject, text = words(fields, body)
            hit = _NUMBER.search(subject) or _NUMBER.search(text.encode())
            number = hit[0].decode() if hit else ""
            news = next((n for said, n in _MOVES.items() if said in text), "") if good else ""
            seen.append((hashlib.sha256(raw).hexdigest(), fields.get(b"message-id", b"").decode(), number, news))
            row = news and store.execute(
                "SELECT t.number, a.address FROM transactions t JOIN patron_address a USING (patron_id)"
                " WHERE t.number = ?", (number,)).fetchone()  # fmt: skip
            if row:
                moves.append((news, number))
                at = body.find(b"--=_mix\r\nContent-Type: application/pdf")
                attached = body[at:-11].replace(b"=_mix", b"=_b") if at > 0 else b""
                notices.append((row[1], number, news, attached))
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT INTO seen (sha256, message_id, number, news) VALUES (?, ?, ?, ?)", seen)
        store.executemany("UPDATE transactions SET state = ?, version = version + 1 WHERE number = ?", moves)
        store.execute("COMMIT")
        for notice in notices:
            sender.send(*notice)
        counts["mails"] += len(batch)
        counts["notices"] += len(notices)
    sender.close()
    store.close()
    return counts
