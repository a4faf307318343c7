"""What becomes of supplied documents: mails by class, read and decided as they come; and how often titles deceive."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from functools import cache

import pytest

from maild.domain.incoming.decision import Action, Decision
from maild.domain.requests.patron import Document, Transaction
from maild.match.document import Verdict, compare, too_short
from maild.spine.policy import Policy
from maild.spine.reading.read import LocalReader, ReadSettings
from tests.deciding import decide
from tests.supplies.bibliography import pages, request, work
from tests.supplies.mails import NUMBER, OURS, Case, cases
from tests.unit.spine.deciding import facts

PAIRS = 600


@cache
def reader() -> LocalReader:
    return LocalReader(
        ReadSettings(transaction_number=r"\b20\d{11}\b", authserv_id=OURS, own_address="office@lib.example")
    )


def decided(case: Case, *, vouched: bool = False) -> Decision:
    """The mail read, and decided about a request that stands as the case says."""
    real = Transaction(number=NUMBER, patron_id="p1", title=case.title, literature=case.literature, state=case.state)
    had = {"url": case.had} if isinstance(case.had, str) else {"sha256": hashlib.sha256(case.had).hexdigest()}
    known = {NUMBER: (Document(number=NUMBER, **had),) if case.had else ()}
    return decide(reader().read(case.raw, {}), facts(transaction=real, documents=known, vouched=vouched), Policy())


def test_what_becomes_of_each_class() -> None:
    """Right ones go out, those that were had are old news, everything else waits: nothing broken is ever ignored."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    strays = []
    found = cases()
    for case in found:
        decision = decided(case)
        table[case.name][f"{decision.action} {decision.cause}".strip()] += 1
        if (decision.action, decision.cause) != (case.action, case.cause):
            strays.append((case.name, case.state, case.title, decision.action, decision.cause, decision.reasons[:2]))
    print(*(f"{name:26} {dict(counts)}" for name, counts in table.items()), sep="\n")
    assert len(found) >= 100
    assert strays == []


def test_a_person_vouches_for_the_document() -> None:
    """Assigned by a librarian, another title or a second file goes out; what is broken does not."""
    for case in cases():
        if case.name in ("wrong document", "another file", "broken: cut"):
            decision = decided(case, vouched=True)
            assert (decision.action is Action.APPLY) is (case.name != "broken: cut"), (case, decision.reasons)
            assert bool(decision.of(Document)) is (case.name != "broken: cut")


def figures(seed: int) -> tuple[Counter[Verdict], Counter[Verdict]]:
    """Verdicts of requests with their own documents, and with each other's."""
    rng = random.Random(seed)
    works = [work(rng) for _ in range(PAIRS)]
    right: Counter[Verdict] = Counter()
    shuffled: Counter[Verdict] = Counter()
    for one, other in zip(works, works[7:] + works[:7], strict=True):
        asked = request(rng, one)
        right[compare(asked, one.form, pages(rng, one)).verdict] += 1
        if one.title != other.title:
            shuffled[compare(asked, one.form, pages(rng, other)).verdict] += 1
    return right, shuffled


def test_shuffled_documents_are_caught_and_right_ones_go_out() -> None:
    """Of 600 requests: at most 0.5 % of the right documents stopped, at least 95 % of the shuffled ones."""
    right, shuffled = figures(2026)
    print("right", dict(right), "shuffled", dict(shuffled))
    assert right[Verdict.OTHER] <= PAIRS * 0.005
    assert shuffled[Verdict.OTHER] >= sum(shuffled.values()) * 0.95
    assert right[Verdict.SAME] >= PAIRS * 0.95, "silence is no comparison"


_TEXT = (
    "the results of measurements in the basin are given and discussed with respect to earlier surveys while samples "
    "were taken during summer and methods follow standard practice for water chemistry and grain size "
)
_ZH = "本文通过对样品的分析，讨论了不同条件下的变化规律，结果表明其具有明显的差异，并在此基础上提出了相应的建议与对策。"


@pytest.mark.parametrize(
    ("title", "page", "verdict"),
    [
        ("Diatoms of Lake Taihu", "D I A T O M S  O F\nL A K E  T A I H U\n" + _TEXT, Verdict.SAME),
        ("Efficient flame retardants", "Eﬃcient ﬂame retar-\ndants\n" + _TEXT, Verdict.SAME),
        ("β-Catenin and TGF-α in hepatoma", "beta-catenin and TGF-alpha in hepatoma\n" + _TEXT, Verdict.SAME),
        ("Über die Größe der Körper", "Uber die Grosse der Korper\n" + _TEXT, Verdict.SAME),
        ("浙江方志研究综述", "浙 江 方 志\n研 究 综 述\n" + _ZH, Verdict.SAME),
        ("臺灣海峽沉積", "台湾海峡沉积\n" + _ZH, Verdict.SAME),
        ("Deep earth", "GB/T 1234-2001\n" + _TEXT, Verdict.OTHER),
        ("GB/T 1234-2001 水质 采样", "GB/T 1234—2001\nWater quality\n" + _TEXT, Verdict.SAME),
        ("Quite another matter altogether. doi:10.1000/xyz-123", "https://doi.org/10.1000/XYZ-\n123\n" + _TEXT, Verdict.SAME),
        ("Editorial", _TEXT, Verdict.SILENT),
        ("见附件", _ZH, Verdict.SILENT),
        ("", _TEXT, Verdict.SILENT),
        ("[Sediments of the southern lakes] (in Japanese)", _ZH, Verdict.SILENT),
        ("Sediments of the southern lakes", "", Verdict.SILENT),
        ("Sediments of the southern lakes", "Page 1 of 9", Verdict.SILENT),
        ("Sediments of the southern lakes", "xqzt wvbn " * 60, Verdict.SILENT),
        ("太湖沉积物的年代", _TEXT, Verdict.OTHER),
        ("Zhang W. Lake cores. J. Geol. 2015; 52(3): 436-44", "Kerne aus Seen, Band 52, Seiten 436-444\n" + _TEXT, Verdict.SAME),
    ],
)  # fmt: skip
def test_forms_that_deceive(title: str, page: str, verdict: Verdict) -> None:
    """Spaced out, broken, joined, transliterated, translated, scanned, unreadable: each as a person would judge it."""
    found = compare(title, "article", [page])
    assert found.verdict is verdict, found


def test_a_cover_sheet_is_not_the_document() -> None:
    """The title that a provider copies onto its own sheet says nothing of what lies behind it."""
    sheet = "The British Library\nOn Demand\nTITLE: Sediments of the southern lakes\nOrder number: 17\nFor personal use only."
    assert compare("Sediments of the southern lakes", "", [sheet, _TEXT]).verdict is Verdict.OTHER
    assert compare("Sediments of the southern lakes", "", [sheet, ""]).verdict is Verdict.SILENT


@pytest.mark.parametrize(
    ("title", "pages_of_file", "short"),
    [("A title. Nature 2015, 521(7553): 436-444", 9, False), ("A title. Nature 2015, 521(7553): 436-444", 5, False),
     ("A title. Nature 2015, 521(7553): 436-44", 2, True), ("A title, pp. 12-40", 3, True),
     ("A title of 1914-1918", 1, False), ("A title", 1, False)],
)  # fmt: skip
def test_fewer_pages_than_were_asked_for(title: str, pages_of_file: int, short: bool) -> None:
    """A spread scanned as one page is no fault; a file of a fifth of the pages is."""
    assert bool(too_short(title, "", pages_of_file)) is short


def test_comparing_costs_little() -> None:
    """A page of one letter and a title of a thousand words end soon."""
    import time

    start = time.process_time()
    compare("aaaaaaaa " * 1000, "", ["a" * 20_000] * 5)
    compare(" ".join(f"word{n}" for n in range(3000)), "", [" ".join(f"word{n}" for n in range(900))] * 5)
    assert time.process_time() - start < 2
