"""The mails that the reader of advertising learns from, by hand (whoever wrote them).

Advertising: tests/corpus/advertising. Everything else: letters, false friends, patrons' labelled mails, providers' mails
of tests/corpus/heldout and the examples of the rules. Of patrons' mails that no matter fits some sell something: of
those nothing is learned.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from maild.linear.training import Example
from maild.office.ignoring.selling import KIND
from maild.parse import parse_mail
from tests.corpus import second
from tests.corpus.heldout.mails import PROVIDER_FILES, Store
from tests.corpus.written_mails import WrittenMail, written_mails

HERE = Path(__file__).parent
RULES = HERE.parent.parent / "rules" / "examples"
# File → who wrote it: two halves by one writer are one hand.
HANDS = {"open": "written", "sealed": "written", "third": "third", "fourth": "fourth", "fifth": "fifth"}
KINDS = (KIND,)
OTHER = frozenset({"other"})


def examples() -> list[Example]:
    """Every mail, in a fixed order."""
    return [*(example(mail, hand) for mail, hand in written()), *_patrons(), *_providers(), *_of_rules()]


def example(mail: WrittenMail, hand: str) -> Example:
    """A written mail as it is read."""
    kinds = frozenset({KIND}) if mail.set == "advertising" else OTHER
    return Example(
        subject=" ".join(mail.subject.split()), text=second.new_words(mail.subject, mail.body), kinds=kinds, group=hand
    )


def written() -> Iterator[tuple[WrittenMail, str]]:
    """The mails of letters/, advertising/ and false_friends/ with their hands."""
    for half, hand in HANDS.items():
        for name in ("advertising", "letters"):
            yield from ((mail, hand) for mail in written_mails(name, half))
    for half in ("open", "sealed"):
        yield from ((mail, HANDS[half]) for mail in written_mails("false_friends", half))


def _patrons() -> Iterator[Example]:
    for one in second.examples():
        if one.text.strip():
            unknown = frozenset({KIND}) if one.kinds == {"patron_other"} else frozenset()
            yield Example(subject=one.subject, text=one.text, kinds=OTHER, maybe=unknown, group=one.group)


def _providers() -> Iterator[Example]:
    store = Store()
    for name in PROVIDER_FILES:
        for row in tomllib.loads((HERE / "heldout" / f"{name}.toml").read_text(encoding="utf-8"))["mail"]:
            if row.get("text"):
                subject, text = store.fill(row["subject"]), store.fill(row["text"])
                yield Example(subject=subject, text=second.new_words(subject, text), kinds=OTHER, group="heldout")


def _of_rules() -> Iterator[Example]:
    for path in sorted(RULES.rglob("*.eml")):
        mail = parse_mail(path.read_bytes())
        if path.parent.name != "machine" and mail.reply_text.strip():
            yield Example(subject=mail.subject, text=mail.reply_text, kinds=OTHER, group="rules")
