"""What a mail names that can be looked up, and the query that candidates are weighed by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from maild.domain.incoming import token
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.matching import Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party, Ruling
from maild.domain.requests.lifecycle import Event
from maild.match.score import MOST_OF_TITLE
from maild.match.title_words import title_words
from maild.match.titled import bare, called
from maild.match.words import fold, latin_words
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.looking.lookups import Lookups
from maild.spine.looking.named import another_house, may_be_ours, named_otherwise, of_requests
from maild.spine.looking.speaking import LETTERS_COUNT
from maild.traditional import simplified

MOST_WORDS = 4000  # characters of a patron's own words in which titles are looked for
_HEAD = 4  # characters
_LEAST_WHOLE = 6  # characters of a folded title that no other words are by chance
LEAST_LONGER = 2  # signs by which a system's own number is longer than ours
_LABELLED = re.compile(r"\s*[^\s\d:：][^\d:：\n]{0,19}?(?:\s*[:：]\s*|\s{2,})([0-9A-Za-z_-]{6,40})\s*")
_GREETING_LINES = 3  # of a letter
_GREETED = re.compile(r"[^:：,，。;；\n]{2,40}[:：,，]|致\w{2,30}$")
# To whom a form says that it goes: '接收馆:浙江理工大学图书馆'.
_RECEIVER = re.compile(r"(?:接收|收件|借入)(?:人|馆|单位|方)\s*[:：][^\n]{2,40}")
_ENDS = re.compile(r"[，。；;]")  # of a name, where a form goes on in the same line
_CAME = re.compile(r"[转轉](?:来|來|介|过来|過來)")  # by whom a request came is no greeting
_MARKED = re.compile(r"[《〈「『“\"]")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
# A house that is greeted, or whose reader it is, is no patron's name.
_HOUSE = re.compile(
    r"图书馆|圖書館|资料室|情报|馆际|文献传递|信息中心|(?:大学|学院|馆)$|\b(?:librar|universit|college|office|ill\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a mail names that can be looked up, as in matching.Query; `messages` it answers, `author` if a person.

    joined    what its figures may be together; alike: with figures for the letters in it
    tokens    words of a reply token's shape, anywhere in the mail; own_tokens: in what is new in it
    bearers   who may hold one: the writer, and of whom a delivery report speaks
    marks     of its seal: by what it is known where it comes again
    """

    numbers: tuple[str, ...]
    tokens: tuple[str, ...]
    own_tokens: tuple[str, ...]
    bearers: tuple[str, ...]
    quoted: tuple[str, ...]
    messages: tuple[str, ...]
    author: str
    marks: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


def said(reading: Reading, lookup: LookupSettings) -> Said:
    """Read out of a mail what the look-ups need."""
    mail, ruling = reading.mail, reading.classification.main
    numbers = tuple(n for n in ruling.value("transaction").split("\n") if n)
    own_words = not numbers or ruling.party is not Party.PROVIDER
    if own_words:
        own = f"{mail.subject}\n{mail.reply_text}"
        found = of_requests(own, lookup) if ruling.party is Party.PROVIDER else lookup.numbers.find(own)
        numbers = tuple(dict.fromkeys([*numbers, *found]))
    return Said(
        numbers=numbers,
        tokens=tuple(token.words(f"{mail.subject}\n{mail.text}")),
        own_tokens=tuple(token.words(f"{mail.subject}\n{mail.reply_text}")) if own_words else (),
        bearers=(mail.author.address, *(r.address for r in (mail.bounce.recipients if mail.bounce else ()))),
        quoted=tuple(n for n in lookup.numbers.find(_history(mail)) if n not in numbers),
        messages=tuple(dict.fromkeys([*mail.in_reply_to, *mail.references[-20:]])),
        author=mail.author.address if ruling.party is not Party.PROVIDER else "",
        marks=tuple(reading.auth.seal.marks) if reading.auth.seal else (),
        joined=_lines(ruling.value("transaction_joined")),
        alike=_lines(ruling.value("transaction_alike")),
    )


def look_ahead(lookups: Lookups, mails: Iterable[Said]) -> None:
    """Read what these mails name in a handful of statements."""
    mails = tuple(mails)
    threads = lookups.threads(m for mail in mails for m in mail.messages)
    tokens = [token.claimed(word) for mail in mails for word in mail.tokens]
    numbers = (n for m in mails for n in (*m.numbers, *m.quoted, *m.joined, *m.alike))
    named = lookups.transactions([*threads, *tokens, *numbers])
    lookups.patrons(t.patron_id for t in named)
    lookups.writers(mail.author for mail in mails)
    lookups.ignored(mail.author for mail in mails)
    lookups.written(mail.author for mail in mails)
    lookups.documents(t.number for t in named)
    lookups.borne(mark for mail in mails for mark in mail.marks)


def ask(reading: Reading, lookup: LookupSettings, words: Said, lookups: Lookups, now: datetime) -> Query:
    """Turn a reading into what candidates are weighed by."""
    mail, ruling = reading.mail, reading.classification.main
    provider = ruling.provider if ruling.party is Party.PROVIDER and ruling.trusted else ""
    held = held_tokens(words, lookup, lookups, now.date())
    told, own = _said_by_provider(reading) if provider else "", f"{mail.subject}\n{mail.reply_text}"[:MOST_WORDS]
    joined = _pieced(words, lookups)
    by_letter = "@" in provider
    letters = _by_letter(mail, lookups, now) if by_letter else ()
    unproven = [number for word in words.own_tokens if (number := token.claimed(word)) not in held]
    numbers, foreign = _ours(mail, words, lookup, lookups) if provider else (words.numbers, ())
    query = Query(
        numbers=tuple(dict.fromkeys([*numbers, *unproven])),
        foreign=foreign,
        tokens=held,
        quoted=words.quoted,
        answered=letters if by_letter else _answered(mail, lookup) if provider else (),
        by_letter=by_letter,
        joined=joined,
        alike=() if joined else tuple(t.number for t in lookups.transactions(words.alike)),
        threads=tuple(lookups.threads(words.messages)),
        sender=mail.author.address if reading.auth.passed and not provider else "",
        emails=_lines(ruling.value("patron_email").lower()),
        names=tuple(_names(_lines(ruling.value("patron_name")), lookup)),
        logins=_lines(ruling.value("login").lower()),
        title=ruling.value("title"),
        words="" if provider else fold(own),
        said=fold(bare(told)),
        told=own if provider else "",
        latin=frozenset(latin_words(bare(told))),
        works="《" in told,
        amount=_amount(ruling.value("payable") or ruling.value("amount")),
        provider=provider,
        provider_names=lookup.providers.of(provider),
        other_providers=lookup.others(provider),
        system=provider in lookup.providers.systems,
        institution=ruling.institution,
        shown=ruling.shown,
        unchecked=provider in lookup.providers.unchecked,
        entitled=_entitled(ruling.value("title"), own, numbers, lookups, row=_is_row(ruling)) if provider else "",
        spoken_of=_spoken_of(ruling, mail, lookup, lookups) if provider else "",
        networks=lookup.providers.nets(provider),
        passing_on=lookup.providers.passing_on,
    )
    if provider:
        to = (_greeting(mail.reply_text) if ruling.institution else "", *_RECEIVER.findall(own))
        passed_on = ruling.event is Event.FORWARDED
        query = replace(query, addressed=another_house("\n".join(to), query, lookup, passed_on=passed_on))
    numbered = query.tokens or query.threads or words.alike or lookups.transactions(numbers)
    if provider and not numbered:
        query = named_otherwise(query, own, ruling, lookup, lookups)
    if ruling.value("unread") or ruling.value("heard"):
        house = another_house(own, query, lookup)
        known = any(len(name) > 1 and name in fold(house) for name in query.provider_names)  # '港大图书馆' of 港大
        query = replace(query, house="" if known else house)
    return replace(query, numbers=tuple(n for n in query.numbers if not query.is_piece(n))) if joined else query


def _entitled(title: str, told: str, numbers: tuple[str, ...], lookups: Lookups, *, row: bool = False) -> str:
    """The number of another request whose whole title is said beside numbers whose own titles are not; '' for none.

    title: what a form calls so: a paper's sequel is called nearly as it is; told: all that the mail says; row: of a
    table or list
    """
    known, form = lookups.transactions(numbers), fold(simplified(title))
    titles = [fold(simplified(each.title)) for each in known]
    if not titles or form in titles:
        return ""
    if any(each and (form in each or each in form) for each in titles if form):
        return next((each.number for each in lookups.running() if fold(simplified(each.title)) == form), "")
    said = fold(bare(simplified(told)))
    if any(each[:MOST_OF_TITLE] in said for each in titles if each):
        return ""
    if row and any(whole and whole in said for whole in (fold(bare(simplified(each.title))) for each in known)):
        return ""
    marked = [fold(hit[1]) for hit in title_words().marked.finditer(simplified(told))] if row else []
    if sister := next((each for each in marked if _head(each) in {_head(title) for title in titles}), ""):
        return "" if any(sister in title or title in sister for title in titles) else sister
    if row:  # each row has its own: in a table no title stands between marks
        others = (
            (each, fold(bare(simplified(each.title)))) for each in lookups.running() if each.number not in numbers
        )
        return next((each.number for each, title in others if len(title) >= _LEAST_WHOLE and title in said), "")
    # Where a form calls another title so, it need not stand between marks: the sister of ours, under our number.
    if not (form or _MARKED.search(told)):
        heads = {_head(each) for each in titles}
        if any(head and head in said for head in heads):
            others = (
                (each, fold(bare(simplified(each.title)))) for each in lookups.running() if each.number not in numbers
            )
            return next((each.number for each, title in others if _head(title) in heads and title in said), "")
    other = called(told, lookups.running())
    return other.number if other and other.number not in numbers else ""


def _spoken_of(ruling: Ruling, mail: ParsedMail, lookup: LookupSettings, lookups: Lookups) -> str:
    """The first number of ours in a text that says none of ours which the subject says; '' for none."""
    number = ruling.fields.get("transaction")
    headed = _lines(number.value) if number and number.source == "subject" else ()
    told = lookup.numbers.find(mail.reply_text[:MOST_WORDS])
    if not (lookups.transactions(headed) and set(told).isdisjoint(headed)):
        return ""
    return next((each.number for each in lookups.transactions(told)), "")


def _is_row(ruling: Ruling) -> bool:
    """Whether a ruling is of a row of a divided mail."""
    number = ruling.fields.get("transaction")
    return number is not None and number.source == "row"


def _head(title: str) -> str:
    """How a folded title begins: sisters begin alike."""
    return title[:_HEAD]


def _names(said: Iterable[str], lookup: LookupSettings) -> Iterator[str]:
    """Readers' names, without a department in brackets: no house's, and not our own in its domain's letters ('ZJU')."""
    own = lookup.own_address.rpartition("@")[2].lower().split(".")
    for name in said:
        bare = _ENDS.split(_BRACKETS.sub("", name), maxsplit=1)[0].strip()
        if bare and not _HOUSE.search(bare) and bare.lower() not in own and not any(map(str.isdigit, bare)):
            yield bare


def _ours(
    mail: ParsedMail, words: Said, lookup: LookupSettings, lookups: Lookups
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What may be a number of ours, and what is somebody else's: written otherwise than one beside it that we know.

    Where what the mail calls its number is none that we know, the only one that it says anywhere is meant: systems put
    their own in front, and ours behind whatever they call it.
    """
    known = lookups.transactions(words.numbers)
    if words.numbers and not known:
        known = lookups.transactions(lookup.numbers.find(f"{mail.subject}\n{mail.reply_text}"))
        known = known if len(known) == 1 else []
    if not known:
        return words.numbers, ()
    ours = [one.number for one in known]
    others = [n for n in words.numbers if n not in ours]
    foreign = tuple(n for n in others if not may_be_ours([n], ours[0]) or _is_longer(n, ours, mail))
    return tuple(dict.fromkeys([*(n for n in words.numbers if n not in foreign), *ours])), foreign


def _is_longer(number: str, ours: Sequence[str], mail: ParsedMail) -> bool:
    """Whether a number that begins as ours do is a system's own all the same: it begins with the day, too, is longer
    than a slip makes one, and the only one of ours is all that stands behind a label ('用户备注: 2026112100388').
    """
    if len(ours) != 1 or len(number) - len(ours[0]) < LEAST_LONGER or number.startswith(ours[0]):
        return False
    text = mail.reply_text or mail.text
    return any(hit[1] == ours[0] for hit in map(_LABELLED.fullmatch, text[:MOST_WORDS].split("\n")) if hit)


def _greeting(text: str) -> str:
    """Who a letter is written to: what stands ahead of a colon or a comma where one of its first lines begins."""
    lines = [line.strip() for line in text[:MOST_WORDS].split("\n") if line.strip()][:_GREETING_LINES]
    hits = (hit.group() for line in lines if (hit := _GREETED.match(line)))
    return "\n".join(said for said in hits if not _CAME.search(said))


def _answered(mail: ParsedMail, lookup: LookupSettings) -> tuple[str, ...]:
    """The number in a letter of ours that the mail quotes: whom we asked is expected to answer. One, or none."""
    quoted = mail.quoted_text.lower()
    numbers = lookup.numbers.find(mail.quoted_text) if any(a and a in quoted for a in lookup.ours.addresses) else ()
    return numbers if len(numbers) == 1 else ()


def _by_letter(mail: ParsedMail, lookups: Lookups, now: datetime) -> tuple[str, ...]:
    """What a librarian wrote about to the author, in the letters that this mail answers."""
    messages = list(dict.fromkeys([*mail.in_reply_to, *mail.references[-20:]]))
    return tuple(lookups.uow.letters.about(mail.author.address, messages, now - LETTERS_COUNT))


def _pieced(words: Said, lookups: Lookups) -> tuple[str, ...]:
    """Numbers of ours that the mail's figures are together, where it says none of ours in one piece."""
    if not words.joined or lookups.transactions(words.numbers):
        return ()
    return tuple(t.number for t in lookups.transactions(words.joined))


def _said_by_provider(reading: Reading) -> str:
    """What a provider's mail says, what it quotes, and how the documents it supplies are called."""
    mail = reading.mail
    files = [a.filename for a in mail.attachments] if reading.documents else []
    fronts = [page[:MOST_WORDS] for report in reading.documents if report.usable for page in report.front[:2]]
    text = f"{mail.subject}\n{mail.text}\n{mail.quoted_text}"[:MOST_WORDS]
    return simplified("\n".join([text, *files, *fronts]))


def _lines(value: str) -> tuple[str, ...]:
    return tuple(line for line in value.split("\n") if line)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def held_tokens(words: Said, lookup: LookupSettings, lookups: Lookups, today: date) -> tuple[str, ...]:
    """Numbers that a genuine token vouches for which was written to the mail's bearers or the request's own patron."""
    claimed = {word: token.claimed(word) for word in words.tokens}
    owners = {t.number: t.patron_id for t in lookups.transactions(claimed.values())}
    known = {p.patron_id: [e.address for e in p.emails] for p in lookups.patrons(owners.values())}
    found: dict[str, None] = {}
    for word, number in claimed.items():
        to = (*words.bearers, *known.get(owners.get(number, ""), ()))
        if token.verify(lookup.token_keys, word, to, today=today, days=lookup.token_days):
            found[number] = None
    return tuple(found)


def _history(mail: ParsedMail) -> str:
    """What the mail quotes or forwards."""
    return "\n".join([mail.quoted_text, *(f"{inner.subject}\n{inner.text}" for inner in mail.forwarded[:3])])
