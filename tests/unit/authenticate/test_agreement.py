"""Our own DKIM check against dkimpy, the oracle: hundreds of signed mails, whole and changed."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import dkim
import pytest

from maild.authenticate import authenticate, signature
from maild.authenticate.headers import split
from maild.authenticate.keys import load_key
from maild.authenticate.signature import BodyHashes, read_signature
from maild.domain.incoming.mail import Address
from maild.domain.incoming.trust import Verdict
from tests.unit.authenticate import maker

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
AUTHOR = Address(address="ill@calis.edu.cn")
CANONICAL = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple", "relaxed", "simple")


def oracle(raw: bytes, record: str, index: int = 0) -> bool:
    """dkimpy's verdict; whatever it raises means no."""
    try:
        return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=lambda _name, timeout=5: record.encode()))
    except (dkim.DKIMException, ValueError):
        return False


def fast(raw: bytes, record: str, index: int = 0) -> bool:
    """Our own check of hash and signature alone, without the second opinion."""
    message = split(raw)
    field = message.named(b"dkim-signature")[index]
    try:
        read = read_signature(field, index)
    except signature.Unreadable:
        return False
    return not signature._crypto_fault(message, read, BodyHashes(message.body), load_key(record))


@pytest.mark.parametrize("key", ["rsa2048", "rsa1024", "ed25519"])
@pytest.mark.parametrize("c", CANONICAL)
def test_the_fast_path_agrees_with_dkimpy(key: str, c: str) -> None:
    """Same verdict on 45 mails for each key and canonicalisation (810 in all), a third of them false."""
    rng = random.Random(f"{key} {c}")
    record = maker.record(key)
    verdicts = []
    for _ in range(45):
        raw = maker.mutate(maker.sign(maker.random_mail(rng), "calis.edu.cn", key=key, c=c), rng)
        expected = oracle(raw, record)
        assert fast(raw, record) is expected, raw
        verdicts.append(expected)
    assert 5 < sum(verdicts) < 45


def test_both_of_two_signatures_agree() -> None:
    """Each signature is checked by its own index and tags."""
    rng = random.Random(7)
    record = maker.record("rsa2048")
    seen = set()
    for _ in range(60):
        raw = maker.sign(maker.random_mail(rng), "relay.example", c=rng.choice(CANONICAL))
        raw = maker.mutate(maker.sign(raw, "calis.edu.cn", c=rng.choice(CANONICAL)), rng)
        for index in (0, 1):
            assert fast(raw, record, index) is oracle(raw, record, index), raw
            seen.add((index, oracle(raw, record, index)))
    assert len(seen) == 4


def test_whole_length_agrees_and_appended_text_does_not_pass() -> None:
    """l= over the whole body is as good as none; dkimpy takes what is appended behind it, we do not."""
    rng = random.Random(9)
    record = maker.record("rsa2048")
    for _ in range(30):
        raw = maker.sign(maker.random_mail(rng) + b"end\r\n", "calis.edu.cn", length=-1, c="relaxed/simple")
        assert fast(raw, record)
        assert oracle(raw, record)
        longer = raw + b"You have won.\r\n"
        assert oracle(longer, record)
        assert not fast(longer, record)


def test_a_second_opinion_saves_what_only_dkimpy_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before an aligned signature is called false, dkimpy is asked."""
    raw = maker.sign(maker.make_mail(), "calis.edu.cn")
    answers = {"s1._domainkey.calis.edu.cn": (maker.record("rsa2048"),)}
    monkeypatch.setattr(signature, "verify_bytes", lambda *_: False)
    report = authenticate(raw, AUTHOR, 1, answers, authserv_id="", now=NOW)
    assert report.verdict is Verdict.PASS
    changed = raw.replace(b"shipped", b"stopped")
    assert authenticate(changed, AUTHOR, 1, answers, authserv_id="", now=NOW).verdict is Verdict.NONE
