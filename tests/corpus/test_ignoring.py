"""Ignoring is an act: what becomes of letters, advertising and machines, decided with the shipped rules."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pytest

from tests.corpus.ignoring import DATE, OFFICE, Decided, Mail, Office, of_machines, of_written, office, table
from tests.corpus.written_mails import WrittenMail, written_mails
from tests.share import at_most

pytestmark = pytest.mark.long

HERE = Path(__file__).resolve().parent
HANDS = {
    "letters": ("open", "sealed", "third", "fourth", "fifth"),
    "advertising": ("open", "third", "fourth"),
    "false_friends": ("open",),
}
MOST = 60  # mails of a hand
LEAST_OUT_OF_THE_WAY = 0.90  # of advertising: ignored, or in the low heap


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    """One office for all."""
    with office() as made:
        yield made


@cache
def decided(desk: Office, name: str) -> list[Decided]:
    """The mails of a written set, decided: of each hand so many at most."""
    return list(desk.decide(of_written(mail) for mail in written(name)))


def written(name: str) -> Iterator[WrittenMail]:
    """A fair share of each hand; all with WHOLE=1."""
    for hand in HANDS[name]:
        yield from at_most(list(written_mails(name, hand)), MOST)


@pytest.mark.parametrize("name", ["letters", "false_friends"])
def test_no_letter_of_a_person_is_ignored(desk: Office, name: str) -> None:
    """Whatever words stand in it; and what advertising it resembles, it waits in the queue itself."""
    found = decided(desk, name)
    assert not [each.line() for each in found if each.outcome == "ignored"]
    assert sum(each.outcome == "low" for each in found) <= len(found) / 100, table({name: found})


def test_advertising_is_out_of_the_way(desk: Office) -> None:
    """Most of it is ignored or in the low heap, and none of it is answered."""
    found = decided(desk, "advertising")
    away = sum(each.outcome in ("ignored", "low") for each in found)
    assert away >= LEAST_OUT_OF_THE_WAY * len(found), table({"advertising": found})
    assert not [each.line() for each in found if each.decision and each.decision.notices]


def test_machines_and_people_beside_them(desk: Office) -> None:
    """Each becomes what is right for it: reports of failures reach staff, pleas too, plain absences do not."""
    found = list(desk.decide(of_machines(HERE / "machines" / "open.toml")))
    assert len(found) >= 35
    assert not [each.line() for each in found if each.outcome not in each.mail.may]


def test_nothing_ignored_rests_on_words_alone(desk: Office) -> None:
    """The advertising that was ignored, without its headers, is ignored no more."""
    ignored = {each.mail.key for each in decided(desk, "advertising") if each.outcome == "ignored"}
    assert ignored
    bare = [of_written(mail, bare=True) for mail in written("advertising") if mail.key in ignored]
    assert not [each.line() for each in desk.decide(bare) if each.outcome == "ignored"]


ASKED = (
    "请问文献传递怎么缴费？",
    "能不能给我开发票？抬头浙江大学。",
    "How do I pay the fee?",
    "请问窗口几点下班，到哪里取书？",
)
SELLING = ("论文马上要发表。", "不要贷款广告，已点击取消订阅。", "Unsubscribe here, I clicked. ")


def test_a_patron_s_mail_in_words_of_advertising_waits_as_any_other(desk: Office) -> None:
    """With the kind and the draft that it has without them: the rule that calls it bulk only proposes."""
    for n, (asked, selling) in enumerate((asked, selling) for asked in ASKED for selling in SELLING):
        plain, called = desk.decide(_patron(f"{n}{at}", said) for at, said in (("a", asked), ("b", selling + asked)))
        assert plain.decision
        assert called.decision
        assert called.outcome == "queue", called.line()
        assert called.decision.about.kind == plain.decision.about.kind, called.line()
        assert [d.kind for d in called.decision.drafts] == [d.kind for d in plain.decision.drafts] != [], called.line()


def _patron(key: str, text: str) -> Mail:
    """A mail from an address that is on file."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"p{key}@patron.example", OFFICE, "您好"
    made["Message-ID"], made["Date"] = f"<{key}@patron.example>", DATE
    made.set_content(text + "\n")
    return Mail(key=key, raw=made.as_bytes(), sender=f"p{key}@patron.example", known=True)
