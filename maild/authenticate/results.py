"""Authentication-Results (RFC 8601): parsed properly, and believed only where our own server wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from maild.authenticate.dmarc import DmarcPolicy
from maild.authenticate.domains import aligned, dns_name
from maild.authenticate.headers import Message
from maild.authenticate.received import written_by_us
from maild.authenticate.texts import SAY
from maild.domain.incoming.trust import Verdict

_MAX_VALUE = 50_000
_WORD = re.compile(r'[^\s;="()\\]+')
_VALUE = re.compile(r'[^\s;"()\\]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SPACE = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Unparsable(ValueError):
    """The field does not follow RFC 8601 section 2.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult:
    """One 'method=result' with its properties, e.g. dkim, pass, {'header.d': 'calis.edu.cn'}."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.properties.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationResults:
    """A whole field; `results` is empty where the server said 'none'."""

    authserv_id: str
    results: tuple[MethodResult, ...] = ()


def parse_results(text: str) -> AuthenticationResults:
    """Parse an unfolded field value. Raises Unparsable; unknown methods and properties are kept."""
    sections = _sections(text[:_MAX_VALUE])
    head = sections[0]
    if not head or len(head) > 2 or any(key for key, _ in head):
        raise Unparsable(SAY("no_authserv_id"))
    if len(head) == 2 and head[1][1] != "1":
        raise Unparsable(SAY("unknown_version", text=repr(head[1][1][:20])))
    results = [_result(section) for section in sections[1:] if section and section != [("", "none")]]
    return AuthenticationResults(authserv_id=head[0][1], results=tuple(results))


def _sections(text: str) -> list[list[tuple[str, str]]]:
    """The parts between semicolons, each a list of (key, value); a lone word is ('', word)."""
    sections: list[list[tuple[str, str]]] = [[]]
    position = _skip(text, 0)
    while position < len(text):
        if text[position] == ";":
            sections.append([])
            position = _skip(text, position + 1)
            continue
        word, position = _token(text, position, _WORD)
        position = _skip(text, position)
        if text[position : position + 1] == "=":
            value, position = _token(text, _skip(text, position + 1), _VALUE)
            sections[-1].append((word.lower(), value))
        else:
            sections[-1].append(("", word))
        position = _skip(text, position)
    return sections


def _token(text: str, position: int, word: re.Pattern[str]) -> tuple[str, int]:
    """A word or a quoted string at `position`; an address may be quoted only in part ('"a b"@c')."""
    parts = []
    while found := _QUOTED.match(text, position) or word.match(text, position):
        quoted = found[0].startswith('"')
        parts.append(_ESCAPE.sub(r"\1", found[1]) if quoted else found[0])
        position = found.end()
    if not parts:
        raise Unparsable(SAY("unexpected", text=repr(text[position : position + 20])))
    return "".join(parts), position


def _skip(text: str, position: int) -> int:
    """Past white space and comments, which nest (RFC 5322 section 3.2.2)."""
    depth = 0
    while position < len(text):
        char = text[position]
        if char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif char == "\\" and depth:
            position += 1
        elif not depth and not char.isspace():
            break
        position += 1
    if depth:
        raise Unparsable(SAY("comment_open"))
    return position


def _result(section: list[tuple[str, str]]) -> MethodResult:
    (method, result), *rest = section
    if not method:
        raise Unparsable(SAY("no_method", text=repr(result[:30])))
    properties: dict[str, str] = {}
    for key, value in rest:
        if properties.setdefault(key, value) != value:
            raise Unparsable(SAY("given_twice", key=repr(key[:30])))
    name, _, version = method.partition("/")
    if version.strip() not in ("", "1"):
        return MethodResult(method=method, result="unknown")
    return MethodResult(method=name.strip(), result=result.lower(), properties=properties)


def trusted_results(message: Message, authserv_id: str, hosts: Sequence[str] = ()) -> AuthenticationResults | None:
    """The topmost Authentication-Results that bears our server's authserv-id and stands where our servers write.

    hosts  further names of our receiving servers, as maild.authenticate.received takes them

    A sender can write such a field as well as our server can. RFC 8601 section 5 makes the border server remove those
    that claim its name, but not all do, and not all stamp every mail: then the sender's own would be the topmost. So a
    field counts only above the Received line of our border server (section 7.1).
    """
    if not authserv_id:
        return None
    for header in message.fields[: written_by_us(message, (authserv_id.lower(), *hosts))]:
        if header.name != b"authentication-results":
            continue
        try:
            results = parse_results(_SPACE.sub(" ", header.text()))
        except Unparsable:
            if _names_us(header.text(), authserv_id):
                return None  # ours or a forgery of ours, but not readable: nothing below is believed either
            continue
        if results.authserv_id.lower() == authserv_id.lower():
            return results
    return None


def _names_us(text: str, authserv_id: str) -> bool:
    return authserv_id.lower() in text.lower().partition(";")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the trusted results say of the From domain; `verdict` NONE where they say nothing."""

    verdict: Verdict = Verdict.NONE
    domain: str = ""
    reason: str = ""


def opinion(results: AuthenticationResults | None, author_domain: str, policy: DmarcPolicy) -> Opinion:
    """Weigh them: our server's DMARC verdict first, then an aligned DKIM or SPF pass."""
    if results is None or not author_domain:
        return Opinion()
    found = list(_opinions(results.results, author_domain, policy))
    for wanted in (Verdict.FAIL, Verdict.PASS, Verdict.TEMPORARY):
        for each in found:
            if each.verdict is wanted:
                return each
    if not results.results:
        return Opinion(reason=SAY("server_made_no_check"))
    return Opinion(reason=SAY("server_found_no_proof"))


def _opinions(results: tuple[MethodResult, ...], author_domain: str, policy: DmarcPolicy) -> Iterator[Opinion]:
    for each in results:
        domain = _identifier(each)
        strict = policy.strict_spf if each.method == "spf" else policy.strict_dkim
        if each.method == "dmarc":
            fits = domain in ("", author_domain)
        else:
            fits = aligned(domain, author_domain, strict=strict)
        if each.method not in ("dkim", "dmarc", "spf") or not (fits or (each.result == "temperror" and not domain)):
            continue
        if each.result == "pass" and policy.unknown and domain != author_domain and each.method != "dmarc":
            yield Opinion(
                verdict=Verdict.TEMPORARY,
                reason=SAY("server_says_policy_unknown", method=each.method, result=each.result, domain=author_domain),
            )
        elif each.result == "pass":
            whose = domain or author_domain
            said = SAY("server_says_of", method=each.method, result=each.result, domain=whose)
            yield Opinion(verdict=Verdict.PASS, domain=whose, reason=said)
        elif each.result == "fail" and each.method == "dmarc":
            said = SAY("server_says_of", method=each.method, result=each.result, domain=author_domain)
            yield Opinion(verdict=Verdict.FAIL, reason=said)
        elif each.result == "temperror":
            yield Opinion(
                verdict=Verdict.TEMPORARY, reason=SAY("server_could_not_check", method=each.method, result=each.result)
            )


def _identifier(each: MethodResult) -> str:
    """The domain a result speaks of (RFC 8601 section 2.7), or ''."""
    if each.method == "dkim":
        return dns_name(each.get("header.d") or each.get("header.i").rpartition("@")[2])
    if each.method == "spf":
        return dns_name(each.get("smtp.mailfrom").rpartition("@")[2])
    return dns_name(each.get("header.from").rpartition("@")[2])
