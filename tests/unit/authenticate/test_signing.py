"""Our own signatures, verified by dkimpy."""

from __future__ import annotations

import random
from base64 import encodebytes
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from maild.authenticate.signing import OVERSIGNED, Signer, load_signer
from maild.domain.errors import ConfigError
from tests.unit.authenticate import maker


def verified(raw: bytes, signer: Signer) -> bool:
    """dkimpy's verdict, with the record that the signer itself says must be published."""
    name, text = signer.dns_record()

    def dns(asked: bytes, timeout: int = 5) -> bytes:
        return text.encode() if asked.decode() == name + "." else b""

    return bool(dkim.verify(raw, dnsfunc=dns))


@pytest.mark.parametrize("key", ["rsa2048", "rsa1024", "ed25519"])
def test_dkimpy_verifies_what_we_sign(key: str) -> None:
    """Over many odd mails; and any change to body or signed header breaks it."""
    signer = Signer("lib.example", "maild", maker.pem(key))
    rng = random.Random(key)
    for _ in range(40):
        raw = maker.random_mail(rng)
        signed = signer.sign(raw)
        assert signed.endswith(raw)
        assert verified(signed, signer), signed
        assert not verified(signed + b"more\r\n", signer)
        assert not verified(signed.replace(b"To: ", b"To: x@evil.example, ", 1), signer)


@pytest.mark.parametrize("name", OVERSIGNED)
def test_no_signed_field_can_be_added(name: bytes) -> None:
    """Each is signed once more than it occurs (RFC 6376 section 8.15)."""
    signer = Signer("lib.example", "maild", maker.pem("rsa2048"))
    signed = signer.sign(maker.make_mail(Reply_To="zjuill@zju.edu.cn", References="<1@x> <2@x>"))
    assert verified(signed, signer)
    assert not verified(name.title() + b": added\r\n" + signed, signer)


def test_one_key_signs_for_several_domains() -> None:
    """For another domain by the same key, without its being read again; the first one's signatures stay its own."""
    first = Signer("lib.example", "maild", maker.pem("rsa2048"))
    other = first.of("press.example")
    assert (first.domain, other.domain) == ("lib.example", "press.example")
    assert all(verified(signer.sign(maker.make_mail()), signer) for signer in (other, first))
    assert b"d=press.example;" in other.sign(maker.make_mail())
    with pytest.raises(ConfigError, match=r"smtp\.dkim_domain"):
        first.of("no domain")


def test_lines_stay_short_and_ascii() -> None:
    """RFC 5322 section 2.1.1: 78 characters, so that no relay folds anew; LF input is signed as CRLF."""
    signer = Signer("lib.example", "maild", maker.pem("rsa2048"))
    signed = signer.sign(maker.make_mail().replace(b"\r\n", b"\n"))
    head = signed.partition(b"From:")[0]
    assert all(len(line) <= 100 for line in head.split(b"\r\n"))
    assert head.isascii()
    assert b"\n" not in signed.replace(b"\r\n", b"")
    assert verified(signed, signer)


def test_a_mail_without_from_cannot_be_signed() -> None:
    """RFC 6376 section 5.4: From must be signed."""
    with pytest.raises(ValueError, match="From"):
        Signer("lib.example", "maild", maker.pem("rsa2048")).sign(b"Subject: x\r\n\r\n")


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _encrypted() -> bytes:
    key = serialization.load_pem_private_key(maker.pem("rsa2048"), None)
    locked = serialization.BestAvailableEncryption(b"secret")
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def _mixed() -> bytes:
    """A key with the public number of one and the private ones of another."""
    ours = rsa.generate_private_key(65537, 2048).private_numbers()
    other = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    numbers = (0, other.n, 65537, ours.d, ours.p, ours.q, ours.dmp1, ours.dmq1, ours.iqmp)
    parts = b"".join(_field(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers)
    name = b"RSA PRIVATE KEY"
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (name, encodebytes(_field(0x30, parts)), name)


def _field(tag: int, content: bytes) -> bytes:
    """DER."""
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, *([0x80 | len(size)] if len(content) > 127 else []), *size]) + content


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (_mixed(), "do not fit"),
        (b"", "no private key"),
        (b"rubbish", "no private key"),
        (maker.pem("rsa2048")[:800], "no private key"),
        (maker.pem("rsa768"), "too few"),
        (_encrypted(), "encrypted"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor Ed25519"),
    ],
)
def test_a_broken_key_is_named(pem: bytes, words: str) -> None:
    """The message names the option, the fault and the remedy."""
    with pytest.raises(ConfigError, match=r"smtp\.dkim_key_file") as caught:
        Signer("lib.example", "maild", pem)
    assert words in caught.value.what
    assert caught.value.remedy


def test_broken_names_and_files_are_named(tmp_path: Path) -> None:
    """dkim_domain, dkim_selector, and a key file that is not there."""
    for domain, selector, option in (
        ("lib example", "maild", "smtp.dkim_domain"),
        ("lib.example", "", "smtp.dkim_selector"),
    ):
        with pytest.raises(ConfigError, match=option):
            Signer(domain, selector, maker.pem("rsa2048"))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_signer("lib.example", "maild", tmp_path / "none.pem")
    path = tmp_path / "key.pem"
    path.write_bytes(maker.pem("ed25519"))
    assert load_signer("lib.example", "maild", path).dns_record()[0] == "maild._domainkey.lib.example"
