"""Known mail hosts: the data are whole, and a host is known by its name, its addresses and its servers."""

from __future__ import annotations

import re

import pytest

from maild.config import Mailbox
from maild.doctor.hosts import MailHost, by_address, by_name, by_server, known_hosts
from maild.mailbox.quirks import recognise


@pytest.mark.parametrize("host", known_hosts(), ids=lambda host: host.name)
def test_a_host_is_whole(host: MailHost) -> None:
    """Servers that are encrypted, both languages, a source; it is found by each of its own servers."""
    address = f"office@{host.domains[0] if host.domains else 'library.example'}"
    for which in ("imap", "smtp"):
        server = host.server(which, address)
        assert server.security in ("tls", "starttls")
        assert 0 < server.port < 65536
        assert by_server(server.host) is host
    for words in (host.title, host.how, *([host.limits] if host.limits else [])):
        assert set(words) == {"zh", "en"}
        assert not re.search("[一-鿿]", re.sub(r"[(（].*?[)）]", "", words["en"]))
    assert host.password in ("code", "password", "oauth")
    assert host.source
    assert [by_address(f"a@{domain}") for domain in host.domains] == [host] * len(host.domains)


def test_an_office_of_its_own_domain_names_its_host() -> None:
    """163's servers follow the address; an unknown one is nobody's; a name that only looks alike is none."""
    netease = by_address("office@126.com")
    assert netease is not None
    assert netease.server("imap", "office@126.com").host == "imap.126.com"
    assert by_address("office@library.example") is None
    assert by_server("imap.notqiye.163.com.example") is None
    assert by_name("exmail") is by_server("hwimap.exmail.qq.com")


def test_who_needs_an_introduction_gets_one() -> None:
    """A host that refuses programs without ID is one to which ID is always sent."""
    for host in known_hosts():
        if host.id:
            server = host.server("imap", f"a@{host.domains[0] if host.domains else 'x.example'}").host
            assert recognise(Mailbox(host=server).host, "", frozenset()).id_always, host.name
