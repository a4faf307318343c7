"""The labelled mails of patrons that the second reader learns from, by hand (whoever wrote them).

All of tests/corpus/patrons, the patrons' mails of tests/corpus/heldout and tests/corpus/settle/open_patrons_*.jsonl; for
what has to be read first (`held`) the latter and false friends. What a colleague might label otherwise is left unknown. Quoted history and signatures are cut as maild cuts them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from maild.classify.learned.agreement import kinds_read
from maild.classify.learned.letting import PERSON
from maild.classify.learned.second import THANKS
from maild.cli.reading.labelled import read_office
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.ruling import Party
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.linear.training import Example
from maild.match.pieces import CLAUSE, LEAST_TITLE, MASK, folded, without
from maild.parse import parse_mail
from tests.corpus.heldout.mails import Store
from tests.corpus.patrons.mails import PARTS, rules

HERE = Path(__file__).parent
KINDS = (
    "payment_proof", "status_query", "not_received", "invoice_request", "deposit", "fee_question", "pickup_question",
    "permission_problem", "cancel_request", "renew_request", "refund_request", "registration_question",
    "address_change", "consent", "thanks", "patron_other",
)  # fmt: skip
HANDS = {"open": "first", "closed": "first", "late": "first", "second": "second", "plain": "plain"}
HANDS_OF_COLLEAGUES = ("settle/open_patrons_*.jsonl",)
WORDS_ALONE = ("settle/words_*.jsonl",)  # mails of nobody in particular: kinds and what a colleague would do, no office
FALSE_FRIENDS = tuple(
    f"false_friends/{name}.jsonl" for name in ("acts", "patrons", "wishes", "own_request", "looks_everyday")
)
SAME_HAND = {"patrons": "open_patrons_wa"}
# Hands whose thanks tell stories: by their clauses whatever is told would be thanks, 'the spine came off' among it.
STORIES = ("words_", "open_patrons_x", "open_patrons_wp")
LEAST_CLAUSE = 16  # characters: what is polite and shorter is in every mail, and no sign of another matter
_POLITE = re.compile(
    r"谢|辛苦|您好|你好|老师|祝|此致|敬礼|麻烦|打扰|than[kx]|hello|dear|regards|cheers|appreciat|grateful"
)
_FILE = re.compile(r" \+\w+:\S+$")
# Sets that know no 'consent' call it so; in these mails a fee is accepted.
_MAYBE_CONSENT = frozenset({"patron_other", "fee_question"})
CONSENTS = frozenset({"o289", "o290", "p120", "p258", "s139", "e-fee-04", "z-fee-04"})


def examples() -> list[Example]:
    """Every labelled mail, in a fixed order."""
    return [*_patrons(), *_heldout(), *settled()]


def _patrons() -> Iterator[Example]:
    for part in PARTS:
        for row in _toml(HERE / "patrons" / f"{part}.toml")["mail"]:
            others = frozenset(kind for kinds in row.get("alternatives", ()) for kind in kinds)
            yield _example(row["id"], row["subject"], row["text"], row["kinds"], others, HANDS[part], old=True)


def _heldout() -> Iterator[Example]:
    store = Store()
    titles = titles_in(store.requests)
    for name in ("patron_zh", "patron_en", "later", "latest"):
        for ident, sender, subject, text, said, *_ in _toml(HERE / "heldout" / f"{name}.toml")["mails"]:
            first, *others = said.split("|")
            if first not in KINDS or not set(others) <= set(KINDS) or sender.partition(":")[0] in store.senders:
                continue
            title, said_text = store.fill(subject.partition("+")[0]), store.fill(_FILE.sub("", text))
            hand = "heldout" if name.startswith("patron") else name
            yield _masked(_example(ident, title, said_text, [first], frozenset(others), hand, old=True), titles)


def settle() -> Iterator[Example]:
    """Those by writers who had seen neither rules nor each other, where it is certain what they are."""
    return (example for example, _ in _rows(HANDS_OF_COLLEAGUES + WORDS_ALONE) if example.kinds)


@cache
def settled() -> tuple[Example, ...]:
    """The same, read once."""
    return tuple(settle())


def held() -> list[Example]:
    """Mails of which a label says what a careful colleague would do: PERSON, where he would read it first."""
    labelled = _rows(HANDS_OF_COLLEAGUES + WORDS_ALONE + FALSE_FRIENDS)
    return [
        replace(example, kinds=frozenset({PERSON} if row["colleague"] == "hold" else ()), maybe=frozenset())
        for example, row in labelled
    ]


def _rows(patterns: tuple[str, ...]) -> Iterator[tuple[Example, dict[str, Any]]]:
    for path in (path for pattern in patterns for path in sorted(HERE.glob(pattern))):
        office = read_office(office_of(path))
        titles = titles_in(office.requests)
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            maybe = frozenset(row.get("maybe", ()))
            kinds = [kind for kind in row["kinds"] if kind not in maybe]
            if not set(kinds) <= set(KINDS):
                continue  # a library's
            group = SAME_HAND.get(path.stem, path.stem)
            example = _example(row["id"], office.fill(row["subject"]), office.fill(row["text"]), kinds, maybe, group)
            yield _masked(example, titles), row


def _example(
    ident: str, subject: str, text: str, kinds: list[str], others: frozenset[str], hand: str, *, old: bool = False
) -> Example:
    said = frozenset({"consent"} if ident in CONSENTS else kinds)
    doubtful = (others | (said if others else frozenset())) - frozenset(kinds[:1])
    if old and said & _MAYBE_CONSENT and ident not in CONSENTS:
        doubtful |= {"consent"}
    return Example(
        subject=" ".join(subject.split()), text=new_words(subject, text), kinds=said, maybe=doubtful, group=hand
    )


def office_of(path: Path) -> Path:
    """The office whose patrons write these mails: the file of the same name, or that of tests/corpus/heldout."""
    own = path.with_suffix(".toml")
    return own if own.exists() else HERE / "heldout" / "store.toml"


def titles_in(requests: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The titles of an office's requests, folded, the longest first."""
    titles = {folded(row[3]) for row in requests.values() if len(row[3]) >= LEAST_TITLE}
    return tuple(sorted(titles, key=lambda one: (-len(one), one)))


def _masked(example: Example, titles: tuple[str, ...]) -> Example:
    """Without titles, as the learned models read it."""
    return replace(example, subject=without(example.subject, titles), text=without(example.text, titles))


def clauses() -> list[Example]:
    """Clauses that are nothing but thanks (of mails that are), and every second one of those that are more."""
    thanks: list[Example] = []
    more: list[Example] = []
    for mail in (one for one in examples() if not one.group.startswith(STORIES)):
        over = mail.kinds == {THANKS}
        if not over and THANKS in mail.kinds | mail.maybe:
            continue
        for said in map(str.strip, CLAUSE.split(folded(f"{mail.subject}\n{mail.text}"))):
            if len(said) > 1 and (over or len(said) >= LEAST_CLAUSE or not _POLITE.search(said)):
                kinds = frozenset({THANKS} if over else ())
                (thanks if over else more).append(replace(mail, subject="", text=said, kinds=kinds, maybe=frozenset()))
    return [*thanks, *more[::2]]


def new_words(subject: str, text: str) -> str:
    """The text without quoted history and signature, as a mail of its own is cut."""
    return _mail(subject, text).reply_text


def by_rules(example: Example) -> tuple[str, ...]:
    """The kinds that the shipped rules read in it, as of a proven patron; what they leave to a person is none."""
    # A title stands for itself where rules read: MASK is a sign of their own.
    mail = _mail(example.subject.replace(MASK, "…"), example.text.replace(MASK, "…"))
    proven = AuthReport(verdict=Verdict.PASS, address=mail.author.address, domain=mail.author.domain, how="dkim")
    rulings = [one for one in rules().classify(mail, proven).rulings if one.party is Party.PATRON]
    return kinds_read(rulings)


def _mail(subject: str, text: str) -> ParsedMail:
    message = EmailMessage()
    message["From"] = "reader@patron.example"
    message["Subject"] = " ".join(subject.split())
    message.set_content(text.lstrip("\n") + "\n")
    return parse_mail(message.as_bytes())


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
