"""Notices that may leave beside a queue item, held against mails that only sound like their occasion."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind
from maild.office.notices.leaving import shipped
from maild.parse import parse_mail
from tests.corpus.written.office import Letter
from tests.unit.classify.classify_mails import PATRON, ruled

pytestmark = pytest.mark.long

FILE = tomllib.loads((Path(__file__).parent / "beside.toml").read_text("utf-8"))
READ = frozenset({"proof_received", "amount_differs", "proof_seen_before"})  # a proof was read in the file
ATTACHED = READ | {"proof_unreadable"}
TABLES = [*FILE, *sorted(READ - set(FILE))]
PROOF = Receipt(kind=ReceiptKind.BANK_APP, source="img.jpg")
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def against(notice: str, said: str) -> str:
    """Why the notice may not leave beside the mail; '' where it may."""
    subject, _, text = said.rpartition("//")
    letter = Letter(id="x", sender=PATRON, subject=subject, text=text, names=("img.jpg",) if notice in ATTACHED else ())
    mail = parse_mail(letter.raw(NOW))
    proofs = (PROOF,) if notice in READ else ()
    reading = Reading(mail=mail, auth=AuthReport(verdict=Verdict.PASS), classification=ruled(mail), receipts=proofs)
    return shipped().against(NoticeKind(notice), reading)


def table(notice: str) -> dict[str, list[str]]:
    """The mails of a notice; what is told of a proof that was read has one table."""
    return FILE["proof_received" if notice in READ else notice]  # type: ignore[no-any-return]


@pytest.mark.parametrize("notice", TABLES)
def test_what_only_sounds_like_it_waits(notice: str) -> None:
    """Ten false friends or more in each language: none of them lets the notice leave."""
    mails = table(notice)
    assert min(len(mails["zh"]), len(mails["en"])) >= 10
    assert [said for said in (*mails["zh"], *mails["en"]) if not against(notice, said)] == []


@pytest.mark.parametrize("notice", TABLES)
def test_what_is_plain_leaves(notice: str) -> None:
    """The law does not queue everything: plain mails bring their notice."""
    assert [(said, why) for said in table(notice)["honest"] if (why := against(notice, said))] == []
