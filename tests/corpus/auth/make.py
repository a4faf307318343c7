"""Writes the mails, dns.json and expected.json of this folder: python -m tests.corpus.auth.make"""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.authenticate.maker import HEADERS, make_mail, record, sign

FOLDER = Path(__file__).parent
CALIS = "calis.edu.cn"
US = "mx.lib.example"
REJECT = ["v=DMARC1; p=reject"]
DNS: dict[str, list[str] | None] = {
    "s1._domainkey.calis.edu.cn": [record("rsa2048")],
    "ed._domainkey.calis.edu.cn": [record("ed25519")],
    "weak._domainkey.calis.edu.cn": [record("rsa768")],
    "gone._domainkey.calis.edu.cn": ["v=DKIM1; p="],
    "strict._domainkey.calis.edu.cn": [record("rsa2048", "t=s; ")],
    "split._domainkey.calis.edu.cn": [record("rsa2048")[:200], record("rsa2048")[200:]],
    "test._domainkey.calis.edu.cn": [record("rsa2048", "t=y; ")],
    "s1._domainkey.mail.calis.edu.cn": [record("rsa2048")],
    "s1._domainkey.evil.example": [record("rsa2048")],
    "slow._domainkey.calis.edu.cn": None,
    "_dmarc.calis.edu.cn": REJECT,
    "s1._domainkey.lax.example": [record("rsa2048")],
    "_dmarc.lax.example": ["v=DMARC1; p=none"],
    "s1._domainkey.news.stern.example": [record("rsa2048")],
    "_dmarc.stern.example": ["v=DMARC1; p=quarantine; adkim=s"],
}


def _results(text: str, host: str = US) -> str:
    return f"Authentication-Results: {host};\r\n\t{text}\r\n"


def _plain(sender: str = "ill@calis.edu.cn") -> bytes:
    return make_mail(sender)


def _signed(domain: str = CALIS, **how: object) -> bytes:
    return sign(make_mail(), domain, **how)  # type: ignore[arg-type]


def cases() -> dict[str, tuple[bytes, str, str, str, str]]:
    """Name → (mail, verdict, domain, how, words of a reason)."""
    good = _signed()
    top = lambda text, host=US: _results(text, host).encode() + _plain()  # noqa: E731
    from_field = b"From: CALIS <ill@calis.edu.cn>\r\n"
    passed = (CALIS, "dkim")
    return {
        "dkim-pass": (good, "pass", *passed, "proves the From domain"),
        "dkim-ed25519": (_signed(selector="ed", key="ed25519"), "pass", *passed, "proves"),
        "dkim-simple": (_signed(c="simple/simple"), "pass", *passed, "proves"),
        "dkim-lf-lines": (good.replace(b"\r\n", b"\n"), "pass", *passed, "proves"),
        "dkim-key-in-two-strings": (_signed(selector="split"), "pass", *passed, "proves"),
        "dkim-subdomain": (_signed("mail.calis.edu.cn"), "pass", "mail.calis.edu.cn", "dkim", "proves"),
        "dkim-second-signature": (sign(good, "relay.example"), "pass", *passed, "proves"),
        "dkim-body-changed": (good.replace(b"was shipped", b"was lost"), "fail", "", "", "body was changed"),
        "dkim-subject-changed": (good.replace(b"Subject: R", b"Subject: r"), "fail", "", "", "header was changed"),
        "dkim-foreign-domain": (_signed("evil.example"), "none", "", "", "says nothing of calis.edu.cn"),
        "dkim-no-key": (_signed(selector="nokey"), "none", "", "", "there is no key"),
        "dkim-key-withdrawn": (_signed(selector="gone"), "none", "", "", "withdrawn"),
        "dkim-key-not-known-now": (_signed(selector="slow"), "temporary", "", "", "could not be looked up now"),
        "dkim-short-key": (_signed(selector="weak", key="rsa768"), "fail", "", "", "bits is too short"),
        "dkim-sha1": (_signed(algorithm="rsa-sha1"), "fail", "", "", "rsa-sha1"),
        "dkim-sha1-key-not-known": (_signed(selector="slow", algorithm="rsa-sha1"), "none", "", "", "rsa-sha1"),
        "dkim-expired": (_signed(tags=(("t", "1700000000"), ("x", "1700600000"))), "fail", "", "", "expired"),
        "dkim-not-yet-expired": (_signed(tags=(("x", "4000000000"),)), "pass", *passed, "proves"),
        "dkim-identity-outside": (_signed(tags=(("i", "@evil.example"),)), "fail", "", "", "i= of the signature"),
        "dkim-identity-below": (_signed(tags=(("i", "@sub.calis.edu.cn"),)), "pass", *passed, "proves"),
        "dkim-identity-strict": (_signed(selector="strict", tags=(("i", "@sub.calis.edu.cn"),)), "fail", "", "",
                                 "t=s"),
        "dkim-from-not-signed": (_signed(headers=HEADERS[1:]), "fail", "", "", "does not cover the From"),
        "dkim-length-whole": (_signed(length=-1), "pass", *passed, "proves"),
        "dkim-length-appended": (_signed(length=-1) + b"Pay here instead.\r\n", "fail", "", "", "appended"),
        "dkim-second-from": (b"From: Dean <dean@zju.edu.cn>\r\n" + good, "none", "", "", "From fields"),
        "dkim-second-subject": (b"Subject: pay now\r\n" + good, "fail", "", "", "Subject field occurs 2 times"),
        "dkim-second-content-type": (b"Content-Type: text/html\r\n" + good, "fail", "", "", "Content-Type"),
        "dkim-oversigned": (_signed(headers=HEADERS * 2), "pass", *passed, "proves"),
        "dkim-oversigned-second-date": (b"Date: now\r\n" + _signed(headers=HEADERS * 2), "fail", "", "",
                                        "header was changed"),
        "dkim-testing-key-fails": (_signed(selector="test") + b"more\r\n", "none", "", "", "body was changed"),
        "dkim-broken-header-line": (b"this is no header\r\n" + good, "none", "", "", "no header field"),
        "dkim-tags-missing": (b"DKIM-Signature: v=1; d=calis.edu.cn; s=s1\r\n" + _plain(), "none", "", "", "lacks"),
        "dkim-tags-twice": (b"DKIM-Signature: v=1; v=1\r\n" + _plain(), "none", "", "", "not a tag list"),
        "dmarc-none-changed": (
            sign(make_mail("a@lax.example"), "lax.example") + b"more\r\n", "none", "", "", "body was changed"),
        "dmarc-strict-subdomain": (
            sign(make_mail("a@stern.example"), "news.stern.example"), "none", "", "", "Nothing proves"),
        "display-name-lies": (
            good.replace(from_field, b'From: "ill@calis.edu.cn" <x@evil.example>\r\n'), "none", "", "", "Nothing"),
        "several-authors": (
            sign(make_mail().replace(from_field, b"From: <x@evil.example>, <ill@calis.edu.cn>\r\n"), "evil.example"),
            "none", "", "", "several domains"),
        "no-signature": (_plain(), "none", "", "", "no DKIM signature"),
        "no-from": (b"Subject: x\r\n\r\ntext\r\n", "none", "", "", "names no address"),
        "ar-dkim-pass": (top(f"dkim=pass header.d={CALIS} header.s=s1 header.b=abc/d+e="), "pass", CALIS,
                         "authentication-results", "dkim=pass"),
        "ar-identity": (top(f"dkim=pass (2048-bit key; secure) header.i=@{CALIS}"), "pass", CALIS,
                        "authentication-results", "dkim=pass"),
        "ar-spf-aligned": (top(f"spf=pass smtp.mailfrom=bounce@mail.{CALIS}"), "pass", f"mail.{CALIS}",
                           "authentication-results", "spf=pass"),
        "ar-spf-not-aligned": (top("spf=pass smtp.mailfrom=x@evil.example"), "none", "", "", "no proof"),
        "ar-dmarc-pass": (top(f'dmarc=pass (p=reject; x) reason="ok; dkim=fail" header.from={CALIS}'), "pass", CALIS,
                          "authentication-results", "dmarc=pass"),
        "ar-dmarc-of-another": (top("dmarc=pass header.from=evil.example"), "none", "", "", "no proof"),
        "ar-dmarc-fail": (top(f"spf=pass smtp.mailfrom=x@evil.example; dmarc=fail header.from={CALIS}"), "fail", "",
                          "", "dmarc=fail"),
        "ar-temperror": (top(f"dkim=temperror header.d={CALIS}"), "temporary", "", "", "temperror"),
        "ar-none": (top("none"), "none", "", "", "made no check"),
        "ar-versions-and-comments": (
            _results(f'dkim/1 (a (nested) comment;) = pass\r\n\t header.d = "{CALIS}"', f"(x) {US.upper()} 1").encode()
            + _plain(), "pass", CALIS, "authentication-results", "dkim=pass"),
        "ar-unknown-version": (
            _results(f"dkim=pass header.d={CALIS}", f"{US} 2").encode() + _plain(), "none", "", "", "Nothing"),
        "ar-foreign-server": (top(f"dkim=pass header.d={CALIS}", "mx.evil.example"), "none", "", "", "Nothing"),
        "ar-server-name-below-ours": (top(f"dkim=pass header.d={CALIS}", f"x.{US}"), "none", "", "", "Nothing"),
        "ar-forged-below-ours": (
            (_results(f"dkim=fail header.d={CALIS}") + _results(f"dkim=pass header.d={CALIS}")).encode() + _plain(),
            "none", "", "", "no proof"),
        "ar-ours-unreadable-above-forged": (
            (_results("dkim=pass (open comment") + _results(f"dkim=pass header.d={CALIS}")).encode() + _plain(),
            "none", "", "", "Nothing"),
        "ar-in-a-comment": (top(f"none (dkim=pass header.d={CALIS})"), "none", "", "", "made no check"),
        "ar-in-a-quoted-string": (
            top(f'spf=fail smtp.mailfrom="x; dkim=pass header.d={CALIS}"@evil.example'), "none", "", "", "no proof"),
        "ar-pass-though-body-changed": (
            _results(f"dkim=pass header.d={CALIS}").encode() + good + b"Footer of a list.\r\n", "pass", CALIS,
            "authentication-results", "dkim=pass"),
        "ar-fail-though-signature-holds": (
            _results(f"dmarc=fail header.from={CALIS}").encode() + good, "pass", CALIS, "dkim", "proves"),
        "arc-present": (b"ARC-Seal: i=1; cv=none\r\n" + _plain(), "none", "", "", "ARC chain"),
    }  # fmt: skip


def main() -> None:
    """Write everything; the signatures change with each run, as nothing else does."""
    expected = {}
    for name, (raw, verdict, domain, how, words) in cases().items():
        (FOLDER / f"{name}.eml").write_bytes(raw)
        expected[name] = {"verdict": verdict, "domain": domain, "how": how, "reason": words}
    for name, value in (("dns", DNS), ("expected", expected)):
        text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
