"""A DNS server on loopback that publishes TXT records; it can be told to fail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class DnsServer:
    """Answers TXT questions over UDP from `records` (name → strings); other names do not exist.

    `failing`: answer SERVFAIL, as a resolver in trouble does.
    """

    def __init__(self, records: Mapping[str, tuple[str, ...]]) -> None:
        self.records = records
        self.failing = False
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="test-dns", daemon=True)

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            packet, client = self._socket.recvfrom(4096)
            if not packet:
                return
            query = dns.message.from_wire(packet)
            self._socket.sendto(self._answer(query).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        strings = self.records.get(name)
        if self.failing:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif strings is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            texts = [" ".join(f'"{text[i : i + 250]}"' for i in range(0, len(text), 250)) for text in strings]
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", *texts))
        return reply
