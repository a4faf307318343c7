"""The engine: trust, order, overriding, forwarded mail, machines, explanations, examples."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from maild.classify.rules.load import load
from maild.domain.errors import NotFound
from maild.domain.incoming.mail import Address, Automatic, Bounce, BounceRecipient
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.parse import parse_mail
from tests.timing import quickest
from tests.unit.classify.classify_mails import CALIS, NUMBER, PATRON, mail, proven, ruled, rules

N = "2026112400017"
SHIPPED = f"事务号：{N}\n状态：已寄送"


def test_shipped_examples_hold() -> None:
    """Every example of every shipped rule is read as it says."""
    failed = [(r.rule, r.mail, r.problems) for r in rules().test(parse_mail) if not r.passed]
    assert failed == []


def test_each_rule_has_two_examples() -> None:
    """The pack's own promise; the general rule's examples are its test table."""
    few = [r.name for r in rules().rules if len(r.examples) < 2]
    assert few == []


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.NONE, Verdict.TEMPORARY])
def test_unproven_sender_is_untrusted(verdict: Verdict) -> None:
    """What claims to be a provider is read, but may not act."""
    parsed = mail("文献已寄送", SHIPPED, sender=CALIS)
    main = ruled(parsed, AuthReport(verdict=verdict, address=CALIS)).main
    assert (main.kind, main.trusted, main.provider) == ("shipped", False, "calis")
    assert any("sender" in reason for reason in main.reasons)


def test_proof_of_another_address_is_none() -> None:
    """A report that speaks of somebody else proves nothing here."""
    parsed = mail("", SHIPPED, sender=CALIS)
    other = AuthReport(verdict=Verdict.PASS, address="x@evil.example", domain="evil.example")
    assert not ruled(parsed, other).main.trusted


def test_look_alike_domain_is_no_provider() -> None:
    """calis.edu.cn.evil.example and notcalis.edu.cn are nobody's; mail.calis.edu.cn is CALIS."""
    for sender in ("ill@calis.edu.cn.evil.example", "ill@notcalis.edu.cn"):
        assert ruled(mail("", SHIPPED, sender=sender)).main.party == "patron"
    assert ruled(mail("", SHIPPED, sender="ill@mail.calis.edu.cn")).main.provider == "calis"


def test_forwarded_provider_mail_is_untrusted() -> None:
    """A patron forwards the provider's mail: read, named, and proving nothing."""
    inner = mail("文献已寄送", SHIPPED, sender=CALIS)
    outer = mail("Fw: 文献已寄送", "", sender=PATRON, forwarded=(inner,))
    main = ruled(outer).main
    assert (main.kind, main.party, main.provider, main.trusted) == ("shipped", "provider", "calis", False)
    asked = ruled(mail("Fw: 文献已寄送", "链接打不开，请重发", sender=PATRON, forwarded=(inner,)))
    assert asked.kinds == ("not_received", "shipped")
    assert not asked.rulings[1].trusted


def test_never_empty() -> None:
    """Nothing at all is unknown; a person's mail is patron_other; a provider's provider_other."""
    nobody = mail("", "").__class__(sha256="0", size=0)
    assert ruled(nobody).main.kind == "unknown"
    assert ruled(mail("", "", sender=PATRON)).main.kind == "patron_other"
    assert ruled(mail("", "", sender=CALIS)).main.kind == "provider_other"
    assert ruled(mail("", "x", sender="robot@x.example", automatic=Automatic.AUTO_GENERATED)).main.kind == "unknown"


def test_own_mail() -> None:
    """The caller's word is enough."""
    assert ruled(mail("", SHIPPED, sender=CALIS), own=True).main.kind == "own"


def test_bounce_before_all() -> None:
    """A provider's mail server bounces our mail: no provider's news."""
    report = Bounce(recipients=(BounceRecipient(address="a@calis.edu.cn", status="5.1.1", permanent=True),))
    parsed = mail("Undelivered", SHIPPED, sender=CALIS, automatic=Automatic.BOUNCE, bounce=report)
    assert ruled(parsed).main.kind == "bounce"


def test_automatic_provider_mail_is_read() -> None:
    """Providers are automatic senders."""
    for automatic in (Automatic.AUTO_GENERATED, Automatic.BULK, Automatic.AUTO_REPLIED):
        assert ruled(mail("", SHIPPED, sender=CALIS, automatic=automatic)).main.kind == "shipped"


def test_newsletter_is_no_transaction() -> None:
    """A provider's newsletter speaks of supplied requests and moves none."""
    text = "全年已寄送文献20万件，已满足申请95%。\n联系电话：010-62751051\nISSN 1000-1234"
    assert ruled(mail("CALIS工作简报 第12期", text, sender="news@calis.edu.cn")).main.kind == "bulk"


def test_two_from_addresses_take_the_first() -> None:
    """A patron who adds a provider's address to From is still the patron."""
    parsed = mail("", SHIPPED, sender=PATRON)
    two = parsed.__class__(
        **{n: getattr(parsed, n) for n in parsed.__slots__}
        | {"from_": (Address(address=PATRON), Address(address=CALIS))}
    )
    assert ruled(two).main.party == "patron"


def test_override_and_disable(tmp_path: Path) -> None:
    """A file of the same name takes the place of the shipped one; disabled = true removes it."""
    for name in ("96-patron-thanks", "96-patron-thanks-told"):
        (tmp_path / f"{name}.toml").write_text('disabled = true\ntitle = "x"\nparty = "patron"\nkind = "thanks"\n')
    (tmp_path / "30-calis-shipped.toml").write_text(
        'title = "Ours"\nparty = "provider"\nprovider = "calis"\nkind = "closed"\n[when]\nany = ["已寄送"]\n', "utf-8"
    )
    (tmp_path / "providers.toml").write_text('[mylib]\ndomains = ["lib.example"]\n')
    mine = load(tmp_path, NUMBER)
    thanks, shipped = mail("", "谢谢！", sender=PATRON), mail("", "已寄送", sender=CALIS)
    assert mine.classify(thanks, proven(thanks)).main.kind == "patron_other"
    assert mine.classify(shipped, proven(shipped)).main.kind == "closed"
    theirs = mail("", SHIPPED, sender="a@lib.example")
    assert mine.classify(theirs, proven(theirs)).main.provider == "mylib"


def test_unauthenticated_skip_and_accept(tmp_path: Path) -> None:
    """skip: the rule does not fire unproven; accept: it fires trusted."""
    for how in ("skip", "accept"):
        (tmp_path / "01-x.toml").write_text(
            f'title = "x"\nparty = "patron"\nkind = "thanks"\n[who]\nunauthenticated = "{how}"\n[when]\nany = ["zz"]\n'
        )
        parsed = mail("", "zz", sender=PATRON)
        main = load(tmp_path, NUMBER).classify(parsed, AuthReport(verdict=Verdict.NONE)).main
        assert (main.kind, main.trusted) == {"skip": ("patron_other", False), "accept": ("thanks", True)}[how]


def test_fields_by_css_link_and_pattern(tmp_path: Path) -> None:
    """HTML is searched where labels and patterns give nothing; the placeholder is the office's pattern."""
    (tmp_path / "01-x.toml").write_text(
        """title = "x"
party = "provider"
provider = "calis"
kind = "shipped"
event = "shipped"
[fields.transaction]
pattern = ['单子[:：]\\s*({transaction_number})']
type = "transaction"
required = true
[fields.title]
css = ["td.t"]
[fields.url]
link = ["下载"]
type = "url"
""",
        "utf-8",
    )
    html = '<table><tr><td class="t">某 书</td></tr></table><a href="https://x.example/帮助">帮助</a><a href="https://x.example/1">点击下载</a>'
    parsed = mail("", f"单子：{N}", sender=CALIS, html=html)
    main = load(tmp_path, NUMBER).classify(parsed, proven(parsed)).main
    assert {k: v.value for k, v in main.fields.items()} == {
        "transaction": N,
        "title": "某 书",
        "url": "https://x.example/1",
    }
    longer = mail("", f"单子：{N}99999999", sender=CALIS, html=html)
    assert load(tmp_path, NUMBER).classify(longer, proven(longer)).main.kind == "provider_other"


def test_explain_says_why() -> None:
    """Each demand held or failed, and what a doubt was about."""
    parsed = mail("文献尚未寄送", f"事务号：{N}", sender=CALIS)
    lines = rules().explain("30-calis-shipped", parsed, proven(parsed))
    assert lines[0].startswith("held: sender")
    assert any(line.startswith("failed: headline") for line in lines)
    assert lines[-1] == "does not fire"
    with pytest.raises(NotFound):
        rules().explain("99-none", parsed, proven(parsed))


def test_wrapped_lines_are_one_sentence() -> None:
    """Mail programs wrap lines; a denial on the line above still denies."""
    text = f"Dear colleagues, with regard to your request {N}, we regret that it has not\nyet been shipped to you."
    assert ruled(mail("", text)).main.kind == "provider_other"


def test_hostile_text_stays_quick() -> None:
    """A megabyte of repetition costs no more than a moment."""
    for piece in ("如果已寄送，", "状态：", "事务号：2026112400017 ", "a" * 50 + " ", "(", "has been not "):
        hostile = mail(piece * 3, piece * (1_000_000 // len(piece)))
        assert quickest(partial(ruled, hostile), 5) < 5
