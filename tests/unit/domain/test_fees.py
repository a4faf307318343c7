"""Tariffs: every shape that a price list may have, and quotes that explain themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.accounting.fees import NoTariff, Quote, Request, Role, Tariff, Usage
from maild.domain.accounting.pricing import quote
from maild.domain.errors import RuleError
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import PatronKind
from maild.office.payments.tariffs import load_tariffs, tariffs_in_force

TODAY = date(2026, 11, 24)
SHIPPED = tariffs_in_force()
HEAD = 'role = "requester"\nversion = "1"\nvalid_from = 2026-01-01\nzh = "标准"\nen = "Tariff"\n'
PAGE = '[[charge]]\nname = "copying"\nzh = "复制费"\nen = "Copying"\nper = "page"\namount = "1.00"\n'
SUBSIDY = '[[subsidy]]\nname = "s"\nzh = "补贴"\nen = "Subsidy"\n'


def tariff(tmp_path: Path, text: str, name: str = "t.toml") -> tuple[Tariff, ...]:
    """The tariffs of a folder with that one file."""
    folder = tmp_path / "fees"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return load_tariffs([tmp_path])


def sums(found: Quote) -> tuple[str, str, str]:
    """(total, subsidy, payable) as text."""
    return tuple(f"{money.amount:.2f}" for money in (found.total, found.subsidy, found.payable))  # type: ignore[return-value]


KNOWN = [
    (Request(source="calis", pages=12, patron=PatronKind.EXTERNAL), ("5.60", "0.00", "5.60")),
    (Request(source="calis", pages=12, rush=True, patron=PatronKind.EXTERNAL), ("15.60", "0.00", "15.60")),
    (Request(source="CASHL", pages=12, rush=True), ("15.60", "15.60", "0.00")),
    (Request(source="cashl", pages=10, patron=PatronKind.EXTERNAL), ("5.00", "0.00", "5.00")),
    (
        Request(source="calis", literature="学位论文", costs={"owner": Money.of(30)}, patron=PatronKind.EXTERNAL),
        ("32.00", "0.00", "32.00"),
    ),
    (
        Request(source="bl", costs={"supplier": Money.of(55), "postage": Money.of("7.5")}, patron=PatronKind.EXTERNAL),
        ("72.50", "0.00", "72.50"),
    ),
    (Request(source="nstl", costs={"supplier": Money.of(3)}, patron=PatronKind.EXTERNAL), ("8.00", "0.00", "8.00")),
    (Request(service=Service.LOAN, source="nlc", volumes=2, patron=PatronKind.EXTERNAL), ("84.00", "0.00", "84.00")),
    (Request(service=Service.LOAN, source="shanghai", patron=PatronKind.EXTERNAL), ("23.00", "0.00", "23.00")),
]


@pytest.mark.parametrize(("request_", "expected"), KNOWN, ids=range(len(KNOWN)))
def test_known_charges(request_: Request, expected: tuple[str, str, str]) -> None:
    """The office's public prices, from the shipped tariff."""
    found = quote(SHIPPED, request_, TODAY)
    assert sums(found) == expected
    assert found.missing == ()
    assert (found.tariff, found.version) == ("zju-2026", "2026-1")


def test_the_office_as_supplier() -> None:
    """Scanning 1.00 a page, paper 0.50; service 5.00, abroad 10.00."""
    assert sums(quote(SHIPPED, Request(source="nlc", pages=8), TODAY, role=Role.SUPPLIER))[0] == "13.00"
    paper = Request(source="bl", pages=8, delivery="paper", costs={"postage": Money.of(6)})
    assert sums(quote(SHIPPED, paper, TODAY, role=Role.SUPPLIER))[0] == "20.00"


def test_placeholders_are_named() -> None:
    """What is not the office's own is marked, in the tariff and in every quote that it touches."""
    (own,) = [one for one in SHIPPED if one.role is Role.REQUESTER]
    named = list(own.placeholders())
    assert "charge 'loan' for loan, nlc" in named
    assert any("subsidy 'source'" in name and "calis" in name for name in named)
    assert quote(SHIPPED, Request(source="calis", pages=1), TODAY).placeholders == ("source",)
    assert quote(SHIPPED, Request(source="cashl", pages=1), TODAY).placeholders == ()


@pytest.mark.parametrize(
    ("request_", "missing"),
    [
        (Request(source="calis"), ("pages",)),
        (Request(source="bl"), ("supplier",)),
        (Request(source="calis", literature="thesis"), ("owner",)),
        (Request(source="somewhere", pages=3), ("region", "supplier")),
        (Request(source="bl", costs={"supplier": Money.of(5, "GBP")}), ("supplier in CNY",)),
    ],
)
def test_what_must_be_known_first(request_: Request, missing: tuple[str, ...]) -> None:
    """A quote that lacks something says what, instead of guessing."""
    assert quote(SHIPPED, request_, TODAY).missing == missing


def test_lines_explain(tmp_path: Path) -> None:
    """Each line says in both languages how it came about; the fee notice gets those that make the total."""
    found = quote(SHIPPED, Request(source="calis", pages=12), TODAY)
    first = found.lines[0]
    assert (first.why_zh, first.why_en) == ("12 页 × 0.30 元", "12 pages × 0.30")
    assert found.fee_lines() == (
        {"label_zh": "复制费（12 页 × 0.30 元）", "label_en": "Copying (12 pages × 0.30)", "amount": "3.60"},
        {"label_zh": "手续费", "label_en": "Handling", "amount": "2.00"},
    )
    assert found.lines[-1].subsidy
    assert found.lines[-1].why_en == "50% subsidised"


TIERS = 'tiers = [{ up_to = "20", share = 100 }, { up_to = "40", amount = "20" }, { share = 50 }]\n'


@pytest.mark.parametrize(
    ("pages", "subsidy"), [(19, "19.00"), (20, "20.00"), (21, "20.00"), (40, "20.00"), (41, "20.50"), (100, "50.00")]
)
def test_tiers(tmp_path: Path, pages: int, subsidy: str) -> None:
    """≤ 20 free, 21–40 less 20, > 40 half."""
    found = quote(tariff(tmp_path, HEAD + PAGE + SUBSIDY + TIERS), Request(pages=pages), TODAY)
    assert sums(found)[1] == subsidy


SHAPES = [
    ('share = 50\ncap_item = "30"\n', Request(pages=100), "30.00", "at most 30 an item"),
    ('share = 100\ncap_year = "500"\n', Request(pages=100, used=Usage(subsidy=Decimal(450))), "50.00", "50 left"),
    ('share = 100\ncap_year = "500"\n', Request(pages=9, used=Usage(subsidy=Decimal(501))), "0.00", "0 left"),
    ("free_pages = 50\n", Request(pages=30, used=Usage(pages=30)), "20.00", "20 of them here"),
    ("free_pages = 50\n", Request(pages=30, used=Usage(pages=60)), "0.00", "0 of them here"),
    ('amount = "8"\nwhen = { patrons = ["internal"] }\n', Request(pages=5), "5.00", "less 8"),
    ('share = 100\nwhen = { patrons = ["internal"] }\n', Request(pages=5, patron=PatronKind.EXTERNAL), "0.00", ""),
    ('share = 33\nwhen = { readers = ["student"] }\n', Request(pages=5, reader="Student"), "1.65", "33%"),
    ('share = 33\nwhen = { readers = ["student"] }\n', Request(pages=5, reader="staff"), "0.00", ""),
    ('tiers = [{ up_to = "10", share = 100 }]\n', Request(pages=11), "0.00", "beyond the subsidised range"),
]


@pytest.mark.parametrize(("way", "request_", "subsidy", "why"), SHAPES, ids=range(len(SHAPES)))
def test_shapes_of_subsidies(tmp_path: Path, way: str, request_: Request, subsidy: str, why: str) -> None:
    """Caps an item, caps a person and year, free pages a year, fixed amounts, by kind of patron and reader."""
    found = quote(tariff(tmp_path, HEAD + PAGE + SUBSIDY + way), request_, TODAY)
    assert sums(found)[1] == subsidy
    assert not why or why in found.lines[-1].why_en


def test_caps_need_the_years_use(tmp_path: Path) -> None:
    """Without what a person had this year no capped subsidy is a fact."""
    tariffs = tariff(tmp_path, HEAD + PAGE + SUBSIDY + 'share = 100\ncap_year = "500"\n')
    assert quote(tariffs, Request(pages=3), TODAY).missing == ("used",)


def test_limits_and_free_pages_of_a_charge(tmp_path: Path) -> None:
    """Free first pages, a least and a most for the line."""
    more = 'free = 3\nat_least = "2.00"\nat_most = "10.00"\n'
    tariffs = tariff(tmp_path, HEAD + PAGE + more)
    assert [sums(quote(tariffs, Request(pages=n), TODAY))[0] for n in (1, 4, 8, 50)] == [
        "2.00",
        "2.00",
        "5.00",
        "10.00",
    ]
    assert "first 3 free, at most 10.00" in quote(tariffs, Request(pages=50), TODAY).lines[0].why_en


def test_subsidies_follow_one_another(tmp_path: Path) -> None:
    """Each takes from what is left; one that names its charges takes from them alone."""
    post = '[[charge]]\nname = "postage"\nzh = "邮"\nen = "Postage"\nper = "cost"\ncost = "postage"\n'
    first = '[[subsidy]]\nname = "a"\nzh = "甲"\nen = "A"\nshare = 100\nof = ["copying"]\n'
    second = '[[subsidy]]\nname = "b"\nzh = "乙"\nen = "B"\nshare = 50\n'
    tariffs = tariff(tmp_path, HEAD + PAGE + post + first + second)
    found = quote(tariffs, Request(pages=10, costs={"postage": Money.of(8)}), TODAY)
    assert sums(found) == ("18.00", "14.00", "4.00")


def test_versions_follow_one_another(tmp_path: Path) -> None:
    """The tariff of the day counts; none is an error with a remedy; two at once are refused."""
    old = HEAD.replace("zh =", "valid_until = 2026-06-30\nzh =")
    tariff(tmp_path, old + PAGE, "old.toml")
    new = HEAD.replace("2026-01-01", "2026-07-01").replace('"1"', '"2"') + PAGE.replace("1.00", "2.00")
    tariffs = tariff(tmp_path, new, "new.toml")
    assert quote(tariffs, Request(pages=1), date(2026, 6, 30)).version == "1"
    assert quote(tariffs, Request(pages=1), date(2026, 7, 1)).version == "2"
    with pytest.raises(NoTariff, match="2025-12-31"):
        quote(tariffs, Request(pages=1), date(2025, 12, 31))
    with pytest.raises(RuleError, match="at the same time as"):
        tariff(tmp_path, HEAD + PAGE, "old.toml")


BROKEN = [
    (HEAD.replace("requester", "lender") + PAGE, r"t\.toml:1: role: unknown value 'lender'"),
    (HEAD + "colour = 1\n" + PAGE, r"t\.toml:6: colour: unknown key"),
    (HEAD + PAGE.replace('"1.00"', "1.0"), r"t\.toml:11: charge\[0\]\.amount: must be a string"),
    (HEAD + PAGE.replace('"1.00"', '"-1"'), r"t\.toml:11: .*a negative one"),
    (HEAD + PAGE.replace('"page"', '"sheet"'), r"t\.toml:10: charge\[0\]\.per: unknown value 'sheet'"),
    (HEAD + PAGE + PAGE.replace("1.00", "x").replace("copying", "more"), r"t\.toml:17: charge\[1\]\.amount"),
    (HEAD + PAGE.replace('"page"', '"cost"'), r"t\.toml:10: .*needs cost"),
    (HEAD + PAGE + 'when = { regions = ["mars"] }\n', r"when\.regions: 'mars' is not in \[regions\]"),
    (
        HEAD + PAGE + 'when = { service = ["copy"] }\n',
        r"charge\[0\]\.when\.service: unknown key \(did you mean 'services'",
    ),
    (HEAD + PAGE + 'when = { services = ["gift"] }\n', "'gift' is not one of"),
    (HEAD + PAGE + SUBSIDY, "needs exactly one of share"),
    (HEAD + PAGE + SUBSIDY + 'share = 50\namount = "1"\n', "needs exactly one of share"),
    (HEAD + PAGE + SUBSIDY + "share = 150\n", "share: must be a whole number from 0 to 100"),
    (HEAD + PAGE + SUBSIDY + 'share = 50\nof = ["postage"]\n', "there is no charge 'postage'"),
    (HEAD + PAGE + SUBSIDY + 'tiers = [{ share = 1 }, { up_to = "5", share = 2 }]\n', "limits must rise"),
    (HEAD, "charge: is missing"),
    (HEAD + PAGE + '[literature]\na = ["x"]\nb = ["x"]\n', "'x' is named twice"),
    (HEAD.replace("2026-01-01", '"2026-01-01"') + PAGE, r"t\.toml:3: valid_from: must be a day"),
    (HEAD.replace("zh =", "valid_until = 2025-01-01\nzh =") + PAGE, "is before valid_from"),
    ("role = \n", r"t\.toml:1: not TOML"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=range(len(BROKEN)))
def test_broken_files_say_where(tmp_path: Path, text: str, said: str) -> None:
    """File, line, field and reason."""
    with pytest.raises(RuleError, match=said):
        tariff(tmp_path, text)


def test_an_offices_file_replaces_the_shipped(tmp_path: Path) -> None:
    """A file of the same name in the office's folder counts instead."""
    (tmp_path / "fees").mkdir()
    (tmp_path / "fees" / "zju-2026.toml").write_text(HEAD + PAGE, encoding="utf-8")
    assert quote(tariffs_in_force(str(tmp_path)), Request(pages=2), TODAY).total == Money.of(2)


requests = st.builds(
    Request, service=st.sampled_from(Service), patron=st.sampled_from(PatronKind), rush=st.booleans(),
    literature=st.sampled_from(["", "article", "学位论文", "专利"]), pages=st.none() | st.integers(0, 10_000),
    source=st.sampled_from(["calis", "cashl", "nstl", "bl", "nlc", "", "?"]), volumes=st.integers(1, 50),
    costs=st.dictionaries(st.sampled_from(["postage", "owner", "supplier"]),
                          st.integers(0, 10**6).map(lambda c: Money(Decimal(c).scaleb(-2)))),
)  # fmt: skip


@given(requests)
def test_every_quote_adds_up(request_: Request) -> None:
    """total − subsidy = payable, no part negative, lines sum to the payable, and the same question has one answer."""
    found = quote(SHIPPED, request_, TODAY)
    assert found.total - found.subsidy == found.payable
    assert min(found.total.amount, found.subsidy.amount, found.payable.amount) >= 0
    assert sum((line.amount for line in found.lines), Money.of(0)) == found.payable
    assert sum((line.amount for line in found.charges), Money.of(0)) == found.total
    assert request_.patron is PatronKind.INTERNAL or not found.subsidy
    assert found == quote(SHIPPED, request_, TODAY)
