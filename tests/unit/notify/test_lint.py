"""The linter finds each fault it is there for: one good mail, spoilt in one way at a time."""

from __future__ import annotations

from maild.notify.editing.lint import lint
from tests.cases import each

GOOD = (
    b"From: =?utf-8?B?5Zu+5Lmm6aaG?= <office@lib.example>\r\nTo: reader@patron.example\r\n"
    b"Subject: =?utf-8?B?5L2g5aW9?=\r\n"
    b"Date: Tue, 24 Nov 2026 17:00:00 +0800\r\nMessage-ID: <n1@lib.example>\r\nAuto-Submitted: auto-generated\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="=_b"\r\n\r\n'
    b'--=_b\r\nContent-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n5L2g5aW9\r\n'
    b'--=_b\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    b"<p>=E4=BD=A0</p>\r\n--=_b--\r\n"
)


def test_a_good_mail_passes() -> None:
    """Nothing to say."""
    assert lint(GOOD) == []


@each(
    ("old", "new", "fault"),
    [
        (b"Subject: ", b"Subject:\n ", "bare LF"),
        (b"<p>", b"<p>\r", "bare CR"),
        (b"5L2g5aW9\r\n--", b"A" * 1000 + b"\r\n--", "998"),
        (b"<p>", b"<p>\0", "NUL"),
        (b"Subject: =?utf-8?B?5L2g5aW9?=", "Subject: 你".encode(), "8-bit"),
        (b"Subject: =?utf-8?B?5L2g5aW9?=\r\n", b"", "0 subject"),
        (b"Subject:", b"Subject: x\r\nSubject:", "2 subject"),
        (b"=?utf-8?B?5L2g5aW9?=", b"=?utf-8?B?" + b"5L2g" * 17 + b"?=", "75 is the most"),
        (b"=?utf-8?B?5L2g5aW9?=", b"=?utf-8?B?5L2g5a?=", "does not decode"),
        (b"=?utf-8?B?5L2g5aW9?=", b"=?utf-8?B?5L0=?=", "does not decode"),
        (b"=?utf-8?B?5L2g5aW9?=", b"=?utf-8?B?DQo=?=", "control character inside"),
        (b"=?utf-8?B?5L2g5aW9?=", b"=?utf-8?X?5L2g?=", "encoding 'X'"),
        (b"=?utf-8?B?5L2g5aW9?=", b"x" * 60 + b" =?utf-8?B?5L2g5aW9?=", "76 is the most"),
        (b"<n1@lib.example>", b"n1@lib.example", "not a Message-ID"),
        (b"Tue, 24 Nov 2026", b"Tomorrow", "not a date"),
        (b"reader@patron.example", b"reader", "to is not one valid mailbox"),
        (b"reader@patron.example", b"a@b.example, c@d.example", "to is not one valid mailbox"),
        (b"auto-generated", b"no", "Auto-Submitted"),
        (b"auto-generated", b"auto-replied", "In-Reply-To is missing"),
        (b"Auto-Submitted: auto-generated\r\n", b"", "0 auto-submitted"),
        (b"Date:", b"List-Unsubscribe: <x:y>\r\nDate:", "no list mail"),
        (b"Date:", b"Precedence: bulk\r\nDate:", "no list mail"),
        (b"Date:", b"References: junk\r\nDate:", "references"),
        (b"--=_b--", b"--=_c--", "closing boundary"),
        (b'boundary="=_b"', b"boundary=", "not a boundary"),
        (b"5L2g5aW9\r\n--", b"5L2g5aW\r\n--", "base64 is broken"),
        (b"5L2g5aW9\r\n--", b"ICA=\r\n--", "no text/plain"),
        (b"<p>=E4=BD=A0</p>", b"<p></p>", "no text/html"),
        (b"=E4=BD=A0", b"=E4=BD", "not in its charset"),
        (b"=E4=BD=A0", b"=e4=BD", "quoted-printable is broken"),
        (b"=E4=BD=A0", "你".encode(), "quoted-printable is broken"),
        (b"=E4=BD=A0", b"x" * 77, "76"),
        (b"<p>=E4", b'<img src=3D"cid:a@b"><p>=E4', "not in the mail"),
        (b"<p>=E4", b'<img src=3D"https://x.example/a.png"><p>=E4', "fetches"),
        (b"Content-Type: text/plain;", b"Content-ID: <a@b>\r\nContent-Type: text/plain;", "not shown"),
        (b"Content-Type: text/plain;", b"Content-ID: a\r\nContent-Type: text/plain;", "not a Content-ID"),
        (b"Encoding: base64", b"Encoding: 8bit", "the way may not carry"),
        (b'plain; charset="utf-8"', b'plain; charset="x-no"', "charset"),
        (b"MIME-Version: 1.0", b"MIME-Version: 2.0", "MIME-Version"),
        (b"Date:", b"This is no field\r\nDate:", "no header field"),
        (b"Date:", b"X-A: b\r\n \r\nDate:", "white space only"),
    ],
)
def test_each_fault_is_found(old: bytes, new: bytes, fault: str) -> None:
    """One change to the good mail, one fault named."""
    assert old in GOOD
    spoilt = GOOD.replace(old, new) if old == b"--=_b--" else GOOD.replace(old, new, 1)
    assert any(fault in said for said in lint(spoilt)), lint(spoilt)


def test_file_names_must_be_whole() -> None:
    """RFC 2231: a missing piece or an unencoded character is found."""
    part = (
        b"--=_b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; %s\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--=_b--"
    )
    for parameter, fault in (
        (b"filename*0*=utf-8''a; filename*2*=b", "pieces"),
        (b"filename*=utf-8''%4", "not encoded"),
        (b"x=y", "without a file name"),
        (b"filename*0*=utf-8''%E4%BD%A0; filename*1*=a.pdf", ""),
        (b'filename="a b.pdf"', ""),
    ):
        said = lint(GOOD.replace(b"--=_b--", part % parameter))
        assert any(fault in each for each in said) if fault else said == []
