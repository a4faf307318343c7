"""What is known of servers, as data: the first entry that recognises one applies, else DEFAULT.

Nothing here decides what a mail's fate is; it only says which shortcuts a server can be trusted with.
SEARCH is not among them: no server is ever asked to search (docs/decisions/0003-imap-fetch.md).
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How to recognise a server, and how to treat it.

    hosts         host names or their parents
    greetings     words of its greeting (RFC 9051 section 7.1.1), any case
    capabilities  capabilities that only this server has
    id_always     send ID even where it is not announced: it refuses SELECT without one
    idle          believe its IDLE capability
    idle_seconds  re-issue IDLE after so long; RFC 2177 allows 29 minutes at most
    noop_tells    its NOOP reports new mail, so that quiet polls need not list UIDs
    move          believe its MOVE capability
    note          what an operator should know; printed by `maild check`
    """

    name: str
    hosts: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    id_always: bool = False
    idle: bool = True
    idle_seconds: float = 25 * MINUTE
    noop_tells: bool = False
    move: bool = True
    note: str = ""


KNOWN = (
    Quirks(
        name="NetEase",
        hosts=("163.com", "126.com", "yeah.net", "vip.163.com", "188.com", "netease.com"),
        greetings=("163com", "126com", "netease"),
        id_always=True,
        note="refuses SELECT as 'Unsafe Login' unless ID follows LOGIN; needs a client authorisation code",
    ),
    Quirks(
        name="Coremail",
        hosts=("zju.edu.cn", "icoremail.net", "qiye.163.com"),
        greetings=("coremail",),
        capabilities=("X-CM-EXT-1",),
        id_always=True,
        idle=False,
        move=False,
        note="no IDLE and no MOVE: read by polling, filed by COPY; needs a client-specific password",
    ),
    Quirks(
        name="QQ",
        hosts=("qq.com", "exmail.qq.com", "foxmail.com"),
        greetings=("qqmail",),
        idle_seconds=9 * MINUTE,
        noop_tells=True,
        note="needs an authorisation code instead of the password",
    ),
    Quirks(
        name="Gmail",
        hosts=("gmail.com", "googlemail.com"),
        greetings=("gimap",),
        idle_seconds=9 * MINUTE,
        noop_tells=True,
        note="folders are labels; needs an app password",
    ),
    Quirks(name="Exchange", hosts=("office365.com", "outlook.com"), greetings=("microsoft exchange",), noop_tells=True),
    Quirks(name="Dovecot", greetings=("dovecot",), noop_tells=True),
    Quirks(name="Cyrus", greetings=("cyrus",), noop_tells=True),
)

DEFAULT = Quirks(name="unknown server")


def recognise(host: str, greeting: str = "", capabilities: frozenset[str] = frozenset()) -> Quirks:
    """The entry for a server, by what it says of itself first and by its name second."""
    words, name = greeting.lower(), host.lower().rstrip(".")
    for known in KNOWN:
        if any(word in words for word in known.greetings) or capabilities & set(known.capabilities):
            return known
    for known in KNOWN:
        if any(name == parent or name.endswith("." + parent) for parent in known.hosts):
            return known
    return DEFAULT


# -- what a refusal means (RFC 5530 response codes, then words) -------------------------------------

TEMPORARY_CODES = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "OVERQUOTA", "EXPUNGEISSUED", "TRYCREATE"})
PERMANENT_CODES = frozenset(
    {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "NONEXISTENT", "NOPERM", "PRIVACYREQUIRED", "CANNOT"}
)
TEMPORARY_WORDS = (
    "try again",
    "try later",
    "later",
    "too many",
    "too often",
    "temporar",
    "timeout",
    "timed out",
    "busy",
    "unavailable",
    "not available",
    "internal error",
    "internal server error",
    "server error",
    "in use",
    "locked",
    "limit",
    "overload",
    "shutting down",
    "maintenance",
    "frequen",
    "频繁",
    "稍后",
    "稍候",
    "繁忙",
    "超时",
    "暂时",
    "维护",
    "过多",
)


def is_temporary(reply: str, *, default: bool) -> bool:
    """Whether a NO or BAD is worth trying again; `default` where neither code nor words tell."""
    code = reply.partition("[")[2].partition("]")[0].split(" ")[0].upper() if "[" in reply else ""
    if code in TEMPORARY_CODES:
        return True
    if code in PERMANENT_CODES:
        return False
    lowered = reply.lower()
    return default or any(word in lowered for word in TEMPORARY_WORDS)
