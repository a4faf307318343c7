"""The MIME tree walked over offsets, without copying: multipart in, leaves out (RFC 2046)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maild.parse import limits
from maild.parse.defects import Defects
from maild.parse.head import Head, read
from maild.parse.parts import params, transfer

_GUESS = re.compile(rb"(?:^|\n)--([^\s][^\r\n]{0,200}?)[ \t]*\r?\n(?:[A-Za-z-]{3,60}:|\r?\n)")
_STOCK_PREAMBLE = re.compile(
    rb"(?i)this is (?:a|the) (?:multi-?part|cryptographically|mime)|mime.{0,20}(?:format|compatible|encoded)"
    rb"|you(?:r mail reader| need).{0,60}mime"
)


@dataclass(slots=True)
class Part:
    """One leaf: headers, type, where it stood. `data[start:end]` is its body, still encoded."""

    head: Head
    kind: str
    parameters: dict[str, str]
    data: bytes
    start: int
    end: int
    depth: int
    parent: str = ""  # the type of the multipart around it
    group: int = 0  # leaves of the same multipart/alternative share a number
    stray: str = ""  # 'preamble' or 'epilogue' text

    def body(self, defects: Defects) -> bytes:
        """The body without its transfer encoding."""
        encoding = self.head.raw("content-transfer-encoding").decode("ascii", "ignore")
        return transfer.decode(self.data[self.start : self.end], encoding, defects)


class Walker:
    """Yields the leaves of a mail in order; keeps the budgets of one mail."""

    def __init__(self, defects: Defects) -> None:
        self.defects = defects
        self.parts = 0
        self.scanned = 0
        self.decoded = 0
        self.groups = 0
        self.hits = 0

    def walk(
        self, head: Head, data: bytes, start: int, end: int, depth: int = 0, parent: str = "", group: int = 0
    ) -> Iterator[Part]:
        """The leaves of the entity with this head and body; recursion is bounded by limits.DEPTH."""
        default = "message/rfc822" if parent == "multipart/digest" else "text/plain"
        kind = default
        parameters: dict[str, str] = {}
        if raw := head.raw("content-type"):
            kind, parameters = params.parse(raw, "Content-Type", self.defects)
            kind = self._known(kind, raw) or default
        if not kind.startswith("multipart/"):
            self.parts += 1
            if self.parts <= limits.PARTS:
                yield Part(head, kind, parameters, data, start, end, depth, parent, group)
            elif self.parts == limits.PARTS + 1:
                self.defects.add("too-many-parts", f"more than {limits.PARTS}; the rest is not opened")
            return
        if depth >= limits.DEPTH:
            self.defects.add("too-deep", f"{depth} levels; kept closed")
            yield Part(head, "application/octet-stream", {}, data, start, end, depth, parent, group)
            return
        encoding = head.raw("content-transfer-encoding").strip().lower()
        if encoding in {b"base64", b"quoted-printable"}:
            opened = transfer.decode(data[start:end], encoding.decode(), self.defects)
            if b"--" in opened[:200_000]:
                self.defects.add("encoded-multipart", encoding.decode())
                data, start, end = opened, 0, len(opened)
        if kind == "multipart/alternative":
            self.groups += 1
            group = self.groups
        yield from self._multipart(head, kind, parameters, data, start, end, depth, group)

    def _known(self, kind: str, raw: bytes) -> str:
        if "/" in kind and not kind.endswith("/"):
            return kind
        if kind.rstrip("/") == "multipart":
            return "multipart/mixed"
        self.defects.add("content-type-odd", raw.decode("ascii", "replace").strip()[:60])
        return {"text": "text/plain", "html": "text/html", "pdf": "application/pdf"}.get(kind.rstrip("/"), "")

    def _multipart(
        self,
        head: Head,
        kind: str,
        parameters: dict[str, str],
        data: bytes,
        start: int,
        end: int,
        depth: int,
        group: int,
    ) -> Iterator[Part]:
        boundary = parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        spans, preamble, epilogue = self._spans(boundary, data, start, end) if boundary else ([], start, end)
        if not spans:
            guess = self._guess(data, start, end)
            if guess:
                self.defects.add("boundary-guessed", guess.decode("ascii", "replace"))
                spans, preamble, epilogue = self._spans(guess, data, start, end)
        if not spans:
            self.defects.add("multipart-without-parts", kind)
            self.parts += 1
            bare = Head([f for f in head.fields if f[0].lower() == "content-transfer-encoding"], 0)
            yield Part(bare, "text/plain", {}, data, start, end, depth, kind, group)
            return
        yield from self._stray("preamble", data, start, preamble, depth)
        for first, last in spans:
            if self.parts > limits.PARTS:
                return
            inner = read(data, first, last, self.defects, top=False)
            yield from self.walk(inner, data, min(inner.body, last), last, depth + 1, kind, group)
        yield from self._stray("epilogue", data, epilogue, end, depth)

    def _stray(self, where: str, data: bytes, start: int, end: int, depth: int) -> Iterator[Part]:
        """Text outside the parts: shown by no mail program, so real mails hide content there."""
        piece = data[start : min(end, start + limits.TEXT_CHARS)].strip()
        if not piece or piece.strip(b"-\0 \r\n\t") == b"" or (len(piece) < 400 and _STOCK_PREAMBLE.search(piece)):
            return
        self.defects.add(f"{where}-text", f"{len(piece)} bytes")
        yield Part(Head([], 0), "text/plain", {}, data, start, end, depth, stray=where)

    def _guess(self, data: bytes, start: int, end: int) -> bytes:
        """A boundary out of the body itself, where the header names none that occurs."""
        found = _GUESS.search(data, start, min(end, start + 100_000))
        return found.group(1).removesuffix(b"--").rstrip() if found else b""

    def _spans(self, boundary: bytes, data: bytes, start: int, end: int) -> tuple[list[tuple[int, int]], int, int]:
        """(the parts' offsets, end of the preamble, start of the epilogue)."""
        self.scanned += end - start
        if self.scanned > limits.SCAN_BYTES:
            self.defects.add("scan-limit", "nested multiparts kept closed")
            return [], start, end
        spans: list[tuple[int, int]] = []
        opened, preamble = -1, start
        for at, after, final in self._hits(b"--" + boundary, data, start, end):
            if opened >= 0:
                spans.append((opened, max(opened, at)))
            else:
                preamble = at
            opened = after
            if final:
                return spans, preamble, after
            if len(spans) > limits.PARTS:
                self.defects.add("too-many-parts", f"more than {limits.PARTS}; the rest is not opened")
                return spans, preamble, end
        if opened >= 0:
            if opened < end:
                spans.append((opened, end))
            self.defects.add("multipart-unterminated", boundary.decode("utf-8", "replace"))
        return spans, preamble, end

    def _hits(self, mark: bytes, data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Delimiter lines: (where the line break before it begins, where the next line begins, closing)."""
        pos, size = start, len(mark)
        at = start if data.startswith(mark, start) else -1
        while True:
            if at < 0:
                found = data.find(b"\n" + mark, pos, end)
                if found < 0:
                    return
                at = found + 1
            self.hits += 1
            if self.hits > limits.BOUNDARY_HITS:
                self.defects.add("too-many-parts", "lines like boundaries")
                return
            after = at + size
            final = data.startswith(b"--", after)
            stop = data.find(b"\n", after, min(end, after + 1000))
            stop = min(end, after + 1000) if stop < 0 else stop
            rest = data[after + (2 if final else 0) : stop].strip(b" \t\r-")
            if not rest or (final and not rest[:1].isalnum() and rest[:1] not in b"=_"):
                before = at - 1 if at > start else at
                before -= 1 if before > start and data[before - 1 : before] == b"\r" else 0
                yield before, min(stop + 1, end), final
            pos, at = max(after - 1, start), -1
