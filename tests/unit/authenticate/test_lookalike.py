"""Domains and names that only look like somebody we know; and the many that do not."""

from __future__ import annotations

import pytest

from maild.authenticate.lookalike import Known, like_domain, lookalike, mixed, skeleton
from maild.domain.incoming.mail import Address
from tests.cases import each

OURS = ("zju.edu.cn", "calis.edu.cn", "cashl.edu.cn", "nstl.gov.cn", "nlc.cn", "library.sh.cn", "oclc.org", "bl.uk",
        "subito-doc.de", "rapidill.org")  # fmt: skip
KNOWN = Known(domains=OURS, names={
    "浙江大学图书馆馆际互借与文献传递": ("zju.edu.cn",), "CALIS": ("calis.edu.cn", "zju.edu.cn"),
    "中国国家图书馆": ("nlc.cn",), "British Library On Demand": ("bl.uk",), "BL": ("bl.uk",),
})  # fmt: skip


@each(("domain", "copied"), [
    ("ca1is.edu.cn", "calis.edu.cn"), ("caIis.edu.cn", "calis.edu.cn"), ("саlis.edu.cn", "calis.edu.cn"),
    ("xn--clis-53d.edu.cn", "calis.edu.cn"), ("mail.ca1is.edu.cn", "calis.edu.cn"), ("cälis.edu.cn", "calis.edu.cn"),
    ("calis.edu.cn.evil.example", "calis.edu.cn"), ("calis-edu-cn.com", "calis.edu.cn"), ("calis-edu.cn", "calis.edu.cn"),
    ("calis.com", "calis.edu.cn"), ("calis.org.cn", "calis.edu.cn"), ("callis.edu.cn", "calis.edu.cn"),
    ("cails.edu.cn", "calis.edu.cn"), ("cali.edu.cn", "calis.edu.cn"), ("login-calis.edu.cn", "calis.edu.cn"),
    ("zju.edu.cn.co", "zju.edu.cn"), ("zju-edu-cn.net", "zju.edu.cn"), ("0clc.org", "oclc.org"), ("oc1c.org", "oclc.org"),
    ("rapidi11.org", "rapidill.org"), ("nlc.cn.example", "nlc.cn"), ("l63.com", "163.com"), ("1б3.com", "163.com"),
    ("gmai1.com", "gmail.com"), ("grnail.com", "gmail.com"), ("hotrnail.com", "hotmail.com"), ("gmial.com", "gmail.com"),
    ("outl0ok.com", "outlook.com"), ("qq.com.evil.example", "qq.com"), ("foxrnail.com", "foxmail.com"),
])  # fmt: skip
def test_a_domain_that_looks_like_another(domain: str, copied: str) -> None:
    """Digits, other alphabets, IDNA, accents, subdomains, hyphens, suffixes, slips of the hand; what it looks like is named."""
    assert like_domain(domain, OURS) == copied


@each("domain", [
    "calis.edu.cn", "mail.calis.edu.cn", "zju.edu.cn", "lib.zju.edu.cn", "163.com", "vip.163.com", "qq.com", "vip.qq.com",
    "pku.edu.cn", "lib.pku.edu.cn", "fudan.edu.cn", "sjtu.edu.cn", "zjut.edu.cn", "zju-i.edu.cn", "tsinghua.edu.cn",
    "ruc.edu.cn", "las.ac.cn", "nlc.gov.cn", "nlc.org", "bluk.com", "bl.org", "126.com", "136.com", "yahoo.co.jp",
    "yahoo.com.cn", "hotmail.co.uk", "live.cn", "outlook.fr", "mail.ru", "proton.me", "me.com", "googlemail.com",
    "furniture-lib.example", "library.example", "a-b-c.com", "springer.com", "elsevier.com", "cnki.net", "wanfangdata.com.cn",
    "xn--fiqs8s.cn", "sina.com.cn", "mail.com", "ymail.com", "email.com", "qq.com.cn", "126.net", "", "localhost", "münchen.de",
])  # fmt: skip
def test_a_domain_that_does_not(domain: str) -> None:
    """Real neighbours, the same mail service in other countries, honest IDNA: nothing is said."""
    assert like_domain(domain, OURS) == ""


@pytest.mark.parametrize(("name", "address", "words"), [
    ("CALIS", "x@evil.example", "that of CALIS"), ("СALIS", "x@evil.example", "that of CALIS"),
    ("ＣＡＬＩＳ 服务中心", "x@evil.example", "that of CALIS"), ("C A L I S", "x@evil.example", "that of CALIS"),
    ("ca1is", "x@evil.example", "that of CALIS"), ("中國國家圖書館", "x@evil.example", "that of 中国国家图书馆"),
    ("淅江大学图书馆馆际互借与文献传递", "x@evil.example", "that of 浙江大学"), ("BL", "x@evil.example", "that of BL"),
    ("British Library On Demand (reply)", "x@evil.example", "that of British"),
    ("ill@calis.edu.cn", "x@evil.example", "shows ill@calis.edu.cn"),
    ("CALIS <ill@calis.edu.cn>", "x@evil.example", "shows ill@calis.edu.cn"),
    ("馆员（dean＠zju.edu.cn）", "x@evil.example", "shows dean@zju.edu.cn"),
    ("Pаul Smith", "x@evil.example", "several alphabets"),
    ("李珺", "x@раypal.example", "several alphabets"),
])  # fmt: skip
def test_a_name_that_is_anothers(name: str, address: str, words: str) -> None:
    """A name of ours or a provider's on a foreign address, an address shown as a name, mixed alphabets."""
    assert words in " | ".join(lookalike(Address(name=name, address=address), KNOWN))


@pytest.mark.parametrize(("name", "address"), [
    ("CALIS", "ill@calis.edu.cn"), ("CALIS", "li@lib.zju.edu.cn"), ("张三", "zhang@163.com"), ("Calista Wong", "cw@a.example"),
    ("Bill Lee", "bl@a.example"), ("国家", "x@a.example"), ("图书馆 李老师", "li@other.example"), ("", "x@a.example"),
    ("Иван Петров", "ivan@mail.ru"), ("Ελένη", "eleni@a.example"), ("li@patron.example", "li@patron.example"),
    ("li@lib.patron.example", "li@patron.example"), ("Müller, Jürgen", "jm@a.example"), ("山田太郎", "yamada@a.example"),
])  # fmt: skip
def test_a_name_that_is_ones_own(name: str, address: str) -> None:
    """Own names in every alphabet, our own people, short names within others."""
    assert list(lookalike(Address(name=name, address=address), KNOWN)) == []


def test_skeletons_meet_what_a_person_confuses() -> None:
    """Width, case, accents, alphabets, digits, pairs of letters; what looks different stays different."""
    for one, other in (
        ("CALIS", "саlis"),
        ("ＺＪＵ", "zju"),
        ("rnail", "mail"),
        ("vvw", "ww"),
        ("0clc", "oclc"),
        ("圖書館", "图书馆"),
    ):
        assert skeleton(one) == skeleton(other), (one, other)
    for one, other in (("calis", "cashl"), ("zju", "zjv"), ("nlc", "nstl"), ("未央", "中央")):
        assert skeleton(one) != skeleton(other), (one, other)
    assert mixed("pаypal")
    assert not mixed("Иван Smith 李")
