"""Sent mails are kept small, and come back byte for byte."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maild.domain.errors import Damaged
from maild.domain.records.copies import LEAST, MAGIC, joined, taken_apart

PAPER = hashlib.sha256(b"noise").digest() * 3000


def letter(text: str, *files: bytes, eol: str = "\r\n") -> bytes:
    """A mail as the relay sends it, with files."""
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "文献已送达", "li@patron.example"
    mail.set_content(text * 50)
    mail.add_alternative(f"<p>{text}</p>" * 50, subtype="html")
    for number, data in enumerate(files):
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", eol.encode())


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_file_that_many_mails_attach_is_kept_once(eol: str) -> None:
    """Ten mails with one paper take its bytes once, and a tenth of the rest."""
    mails = [letter(f"第 {n} 位读者，您好：", PAPER, eol=eol) for n in range(10)]
    copies = [taken_apart(raw) for raw in mails]
    assert {name for copy in copies for name in copy.parts} == {hashlib.sha256(PAPER).hexdigest()}
    assert sum(len(copy.whole) for copy in copies) < sum(map(len, mails)) / 100
    for raw, copy in zip(mails, copies, strict=True):
        assert joined(copy.whole, copy.parts.__getitem__) == raw


@given(st.binary(max_size=3 * LEAST), st.text(max_size=200), st.sampled_from(["\n", "\r\n"]))
def test_every_mail_comes_back(data: bytes, text: str, eol: str) -> None:
    """Whatever is attached, of whatever length; a mail of before is a whole one."""
    raw = letter(text.replace("\r", ""), data, eol=eol)
    copy = taken_apart(raw)
    assert joined(copy.whole, copy.parts.__getitem__) == raw
    assert joined(raw, copy.parts.__getitem__) == raw


@given(st.binary(max_size=4000))
@example(MAGIC)
@example(MAGIC + b"[[5]]\n")
def test_bytes_that_are_no_mail_come_back(raw: bytes) -> None:
    """Nothing is lost where nothing is understood."""
    copy = taken_apart(raw)
    assert joined(copy.whole, copy.parts.__getitem__) == raw


def test_odd_base64_stays_as_it_is() -> None:
    """Lines that our programs would not write are kept with their oddities."""
    raw = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\nREVG\r\n" + b"x" * 500
    copy = taken_apart(raw)
    assert joined(copy.whole, copy.parts.__getitem__) == raw


def test_words_that_look_like_a_part_are_words() -> None:
    """Somebody's own words in a notice may be anything: also the header of a part, with what is no base64 behind it."""
    raw = b"Content-Type: text/plain\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\nABCDE\r\n" + b"words\r\n" * 200
    copy = taken_apart(raw)
    assert copy.whole.startswith(MAGIC)
    assert joined(copy.whole, copy.parts.__getitem__) == raw


def test_a_damaged_list_is_said() -> None:
    """No half mail is shown as a whole one."""
    copy = taken_apart(letter("您好", PAPER))
    with pytest.raises(Damaged):
        joined(MAGIC + b"[[1]]\nnoise", copy.parts.__getitem__)
