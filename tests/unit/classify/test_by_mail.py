"""What a mail tells as a whole counts where its words tell nothing that is known, and nothing in it speaks against it."""

from __future__ import annotations

from maild.domain.incoming.ruling import Ruling
from tests.cases import each
from tests.unit.classify.classify_mails import attachment, mail, ruled

N = "2026112400017"
TOLD = [
    (f"{N} the whole paper, straight from the bound volume, with our compliments.", True, "shipped"),
    (f"{N} Our shelves draw a blank on this one. Sorry!", False, "unfilled"),
]
# The same words, and something that takes them back, asks, or is of two.
OTHERWISE = [
    (f"{N} the whole paper, straight from the bound volume? Or the preprint, with our compliments?", True),
    (f"{N} and 2026112400018: the whole paper, straight from the bound volume, with our compliments.", True),
    (f"{N} Our shelves draw a blank on this one, but the annexe may have it; I shall ask.", False),
    ("公告：自2027年1月起本馆早年剔旧图书不再提供，劳各馆问问别家。", False),
]


def read(text: str, *, file: bool) -> Ruling:
    brought = (attachment("scan.pdf", "application/pdf"),) if file else ()
    return ruled(mail("", text, sender="ill@ynu.edu.cn", attachments=brought)).main


@each(("text", "file", "kind"), TOLD, ids=range(len(TOLD)))
def test_a_mail_in_new_words_is_heard_as_a_whole(text: str, file: bool, kind: str) -> None:
    ruling = read(text, file=file)
    assert (ruling.kind.value, bool(ruling.value("by_mail"))) == (kind, True)


@each(("text", "file"), OTHERWISE, ids=range(len(OTHERWISE)))
def test_what_speaks_against_it_is_a_persons(text: str, file: bool) -> None:
    assert read(text, file=file).event is None
