"""Where a library's link leads: to its own house, to a service that is known, or to somewhere else. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from maild.authenticate.domains import dns_name, organisational
from maild.domain.incoming.reading import Reading
from maild.domain.requests.patron import Document
from maild.match.supply_words import known_hosts


def strange_host(reading: Reading, documents: tuple[Document, ...]) -> str:
    """The first host of a library's links that is neither its own nor a known service's, or ''.

    The office's providers are known by more than their domain: their systems link to wherever they keep their files.
    """
    if not reading.classification.main.institution:
        return ""
    main = reading.classification.main
    unlisted = (
        main.shown and "." in main.provider
    )  # no file knows it: it is called as its domain, which may be anybody's
    own = "" if unlisted else organisational(dns_name(reading.mail.author.domain))
    hosts = (_host(document.url) for document in documents if document.url)
    return next((host for host in hosts if organisational(host) != own and not _known(host)), "")


def _known(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in known_hosts())


def _host(url: str) -> str:
    try:
        return dns_name(urlsplit(url).hostname or "") or "?"
    except ValueError:
        return "?"
