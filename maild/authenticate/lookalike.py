"""Senders that only look like somebody we know: domains and display names that a person would take for another's.

Pure; what looks alike is data (rules/lookalikes.toml). Nothing here says who wrote a mail: it says what staff should
look at twice.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType

from maild.authenticate.domains import dns_name, organisational
from maild.authenticate.texts import SAY
from maild.domain.incoming.mail import Address
from maild.resources import data_folder
from maild.traditional import simplified

_TOKENS = re.compile(r"[.\-]")
_PARTS = re.compile(r"[a-z0-9]+|[^\Wa-z0-9_]+")  # words of Latin letters, runs of others
_WORD = re.compile(r"[^\W\d_]+")
_SHOWN = re.compile(r"[^\s<>,;:()\"'@＠（）]{1,64}[@＠]([a-z0-9.-]{3,253})", re.IGNORECASE)
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
MOST_NAME = 200  # characters of a display name that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """The data: what each letter and pair of letters is read as, and how long a name must be to be a sign."""

    letters: Mapping[int, str]
    pairs: Mapping[str, str]
    common: tuple[str, ...]
    real: tuple[str, ...]
    generic: frozenset[str]
    least_label: int
    least_typo: int
    least_han: int
    least_latin: int


@cache
def shapes() -> Shapes:
    """Read rules/lookalikes.toml, once."""
    data = tomllib.loads((data_folder("rules") / "lookalikes.toml").read_text("utf-8"))
    letters = {ord(other): group[0] for group in data["letters"] for other in group[1:]}
    least = data["least_name"]
    return Shapes(
        letters=letters,
        pairs=data["pairs"],
        common=tuple(data["common"]),
        real=tuple(data["real"]),
        generic=frozenset(data["generic"]),
        least_label=data["least_label"],
        least_typo=data["least_typo"],
        least_han=least["han"],
        least_latin=least["latin"],
    )


def skeleton(text: str) -> str:
    """What a text looks like: two texts with the same skeleton can be taken for each other (UTS 39 section 4)."""
    plain = unicodedata.normalize("NFD", simplified(unicodedata.normalize("NFKC", text)).casefold())
    looks = "".join(c for c in plain if not unicodedata.combining(c)).translate(shapes().letters)
    for pair, letter in shapes().pairs.items():
        looks = looks.replace(pair.translate(shapes().letters), letter)
    return looks


@cache
def _looks(text: str) -> str:
    """The skeleton of what is known: made once."""
    return skeleton(text)


def _readable(domain: str) -> str:
    """A domain as a mail program shows it: labels of IDNA in their own letters."""
    labels = []
    for label in domain.split("."):
        try:
            labels.append(label.encode("ascii").decode("idna") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def mixed(text: str) -> bool:
    """Whether a word mixes letters of alphabets that look alike: no language does."""
    for word in _WORD.findall(text):
        names = {unicodedata.name(letter, "").split(" ")[0] for letter in word}
        if len(names.intersection(_ALPHABETS)) > 1:
            return True
    return False


def within(domain: str, known: str) -> bool:
    """Whether it is that domain, or lies below it."""
    return domain == known or domain.endswith("." + known)


@lru_cache(maxsize=1024)  # most mail comes from few domains
def like_domain(domain: str, known: tuple[str, ...]) -> str:
    """The domain that `domain` only looks like, or ''. `known`: those of the office and of the providers.

    Domains at which everybody may have an address are told alike, but for those under another suffix, which exist.
    """
    real, shown = dns_name(domain), _readable(dns_name(domain))
    ours = tuple(dict.fromkeys(known))
    copied = (*ours, *shapes().common)
    if not real or any(within(real, each) for each in (*copied, *shapes().real)):
        return ""
    for test, over in ((_same_looks, copied), (_named_within, copied), (_other_suffix, ours), (_mistyped, copied)):
        if found := next((each for each in over if test(shown, each)), ""):
            return found
    return ""


def like_further(domain: str, further: Mapping[str, str]) -> str:
    """The same for domains by their looks: one that looks the same, or all of it with something else beside it."""
    real, shown = dns_name(domain), _readable(dns_name(domain))
    labels = real.split(".")
    above = (".".join(labels[i:]) for i in range(len(labels)))
    if not real or any(further.get(skeleton(each)) == each for each in above):
        return ""
    looks = skeleton(shown)
    for parts in (looks.split("."), _TOKENS.split(looks)):
        for start in range(len(parts)):
            for end in range(start + 2, len(parts) + 1):
                found = further.get(".".join(parts[start:end]), "")
                telling = end - start > 2 or len(parts[start]) >= shapes().least_label
                if found and (telling or end == len(parts)):
                    return found
    return ""


def _same_looks(shown: str, known: str) -> bool:
    """ca1is.edu.cn, mail.саlis.edu.cn: it, or a domain above it, looks the same."""
    labels, looks = shown.split("."), _looks(known)
    length = known.count(".") + 1
    return len(labels) >= length and skeleton(".".join(labels[-length:])) == looks


def _named_within(shown: str, known: str) -> bool:
    """calis.edu.cn.evil.example, calis-edu-cn.com: all of it is there, and something else with it."""
    looks, wanted = skeleton(shown), _looks(known).split(".")
    telling = len(wanted) > 2 or len(wanted[0]) >= shapes().least_label
    return _holds(looks.split("."), wanted) or (telling and _holds(_TOKENS.split(looks), wanted))


def _holds(parts: list[str], wanted: list[str]) -> bool:
    return any(parts[i : i + len(wanted)] == wanted for i in range(len(parts) - len(wanted) + 1))


def _label(domain: str) -> tuple[str, str]:
    """(the label that an organisation registered, the suffix it stands under)."""
    label, _, suffix = organisational(domain).partition(".")
    return label, suffix


def _other_suffix(shown: str, known: str) -> bool:
    """calis.com, calis-edu.com: the same name under another suffix."""
    (label, suffix), (own, real) = _label(shown), _label(known)
    if suffix == real or len(own) < shapes().least_label or not own.isalpha() or own in shapes().generic:
        return False
    return _TOKENS.split(skeleton(label))[0] == _looks(own)


def _mistyped(shown: str, known: str) -> bool:
    """callis.edu.cn, gmial.com: one letter more, less, other or two changed about, under the same suffix."""
    (label, suffix), (own, real) = _label(shown), _label(known)
    if suffix != real or len(own) < shapes().least_typo or not own.isalpha():
        return False
    return label != own and _one_off(label, own)


def _one_off(one: str, other: str) -> bool:
    """Damerau-Levenshtein distance 1."""
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        changed = one[at + 1 :] == other[at + 1 :]
        turned = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
        return changed or turned
    return len(other) - len(one) == 1 and one[at:] == other[at + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom we know by name: names as shown → the domains from which they write; `domains`: all that may be copied.

    further  domains of institutions, by what they look like: so many that they are looked up, not tried in turn
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    domains: tuple[str, ...] = ()
    further: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def lookalike(author: Address, known: Known) -> Iterator[str]:
    """What about the author only looks like somebody we know, each in words."""
    domain = dns_name(author.domain)
    copied = like_domain(author.domain, known.domains) or like_further(author.domain, known.further)
    if copied:
        yield SAY("domain_looks_like", domain=domain, known=copied)
    elif mixed(_readable(domain)):
        yield SAY("domain_mixed", domain=domain)
    name = author.name[:MOST_NAME]
    yield from _shown_addresses(name, author, domain)
    looks = skeleton(name)
    letters = _letters(looks)
    held = (each for each in known.names if (own := _known_letters(each)) and own in letters)
    alike = (each for each in held if _bears(looks, each))
    borrowed = next((each for each in alike if _foreign(domain, known.names[each])), "")
    if borrowed:
        yield SAY("name_of_other", name=borrowed, address=author.address)
    elif mixed(unicodedata.normalize("NFKC", name)):
        yield SAY("name_mixed")


def _shown_addresses(name: str, author: Address, domain: str) -> Iterator[str]:
    """A name that shows an address is read as the address (RFC 5322 lets a name be anything)."""
    for found in _SHOWN.finditer(unicodedata.normalize("NFKC", name)):
        other = dns_name(found[1])
        if other and found[0].lower() != author.address and organisational(other) != organisational(domain):
            yield SAY("name_shows_address", shown=found[0].lower(), address=author.address)
            return


def _bears(looks: str, known: str) -> bool:
    """Whether a display name (by its looks) is a known one, or holds one that is long enough to be no chance."""
    letters, own = _letters(looks), _known_letters(known)
    if letters == own:
        return True
    if own.isascii():
        return len(own) >= shapes().least_latin and _holds(_PARTS.findall(looks), _PARTS.findall(_looks(known)))
    return len(own) >= shapes().least_han


@cache
def _known_letters(known: str) -> str:
    return _letters(_looks(known))


@lru_cache(maxsize=64)
def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _foreign(domain: str, own: Iterable[str]) -> bool:
    return not any(within(domain, each) for each in own)
