"""The signs that a mail is sent to many, as far as its headers, its links and its make-up show them; pure."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from maild.authenticate.domains import organisational
from maild.domain.incoming.mail import ParsedMail
from maild.domain.text import normalise
from maild.office.ignoring.ignoring_policy import Headers, IgnoringPolicy, Sign, Words
from maild.traditional import simplified

MOST_TEXT = 20_000  # characters of a mail that are looked at
MOST_HTML = 100_000
MOST_LINKS = 200
BULK_LEVELS = frozenset({"bulk", "list", "junk"})
MANY = 3  # links to one foreign house: a person's letter seldom has as many


def signs_of(mail: ParsedMail, policy: IgnoringPolicy, *, ours: str = "") -> tuple[Sign, ...]:
    """Each sign once, in the order of Sign. ours: the office's address; '': nothing is said of whom the mail is to."""
    names = [name.lower() for name, _ in mail.headers]

    def has(group: Headers) -> bool:
        return any(policy.headers[group].hit(name) for name in names)

    mailer = normalise(f"{mail.header('x-mailer')}\n{mail.header('user-agent')}")
    whole = simplified(normalise(f"{mail.subject}\n{mail.text}"[:MOST_TEXT]))
    links = mail.links[:MOST_LINKS]
    found = {
        Sign.LIST: has(Headers.LIST),
        Sign.UNSUBSCRIBE: has(Headers.UNSUBSCRIBE),
        # What runs a list sets these as well: one sign.
        Sign.PRECEDENCE: word_of(mail, "precedence") in BULK_LEVELS and not has(Headers.LIST),
        Sign.SERVICE: has(Headers.SERVICE) or bool(policy.found(Words.MAILERS, mailer)),
        Sign.GENERATED: word_of(mail, "auto-submitted").startswith("auto-generated") or mail.return_path == "",
        Sign.SENDER: bool(policy.found(Words.SENDERS, mail.author.address.partition("@")[0])),
        Sign.FOOTER: bool(policy.found(Words.FOOTER, whole)) and not has(Headers.LIST),
        Sign.PROMOTION: policy.count(Words.PROMOTION, whole) > 1,
        Sign.TRACKING: bool(policy.found(Words.MESSAGE_IDS, normalise(mail.message_id)))
        or any(policy.found(Words.TRACKING, normalise(link)) for link in links),
        Sign.FOREIGN: _foreign(mail, links),
        Sign.LAYOUT: bool(policy.found(Words.LAYOUT, mail.html[:MOST_HTML])),
        Sign.ADDRESSED: bool(ours) and not any(_house(a.address) == _house(ours) for a in (*mail.to, *mail.cc)),
    }
    return tuple(sign for sign in Sign if found[sign])


def _foreign(mail: ParsedMail, links: tuple[str, ...]) -> bool:
    """Whether it leads to one house, by many links, that is not its sender's."""
    houses = Counter(organisational(host) for link in dict.fromkeys(links) if (host := _host(link)))
    return any(count >= MANY and house != _house(mail.author.address) for house, count in houses.items())


def _house(address: str) -> str:
    return organisational(address.rpartition("@")[2])


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").lower()
    except ValueError:  # what a mail calls a link need not be one
        return ""


def word_of(mail: ParsedMail, name: str) -> str:
    """The first word of a header, in lower case."""
    return mail.header(name).split(";")[0].split("(")[0].strip().lower()
