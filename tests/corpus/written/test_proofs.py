"""What is written beside a payment proof: the document goes out only where all of it is understood as harmless."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.errors import RuleError
from maild.office.payments.beside_proof import load_beside, shipped
from maild.office.payments.decide_payment import HELD
from maild.parse import parse_mail
from tests.cases import each
from tests.corpus.written.office import Letter
from tests.unit.classify.classify_mails import PATRON, ruled

pytestmark = pytest.mark.long

FILE = tomllib.loads((Path(__file__).parent / "proofs.toml").read_text("utf-8"))
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def holds(said: str) -> bool:
    """Whether a mail with a proof and these words keeps its document waiting for a person."""
    subject, _, text = said.rpartition("//")
    letter = Letter(id="x", sender=PATRON, subject=subject, text=text, names=("img.jpg",))
    found = ruled(parse_mail(letter.raw(NOW)))
    return any(kind in HELD for kind in found.kinds) or bool(shipped().doubt(found.rest, found.kinds))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_may_take_a_proof_back_holds_the_document(lang: str) -> None:
    """Time ahead, conditions, others, mistakes, doubts of a bank, wishes: in words that no list was made for."""
    said = FILE["waits"][lang]
    assert len(said) >= 60
    # The sum says by itself what is paid in part: the fit of the amount holds it.
    assert [one for one in said if not holds(one) and not one.startswith("Paid 20 of the 35")] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plain_letter_lets_the_document_go(lang: str) -> None:
    """The law does not hold everything: of plain letters 95 in a hundred release."""
    said = FILE["releases"][lang]
    assert len(said) >= 60
    held = [one for one in said if holds(one)]
    assert len(held) <= 0.05 * len(said), held


@each(
    ("clause", "harmless"),
    [("知识产权组", True), ("Suresh Venkatraman", True), ("Department of Energy Engineering", True), ("回单合并_11月.zip", True),
     ("款悬着", False), ("names differ", False), ("Booked for 3 December", False), ("我在外地", False), ("(hidden text)", False),
     ("处理中", False), ("系统显示已关闭", False), ("申诉中", False), ("仅供娱乐", False), ("AI生成", False), ("打水漂", False),
     ("在途", False), ("审核着", False), ("网图", False), ("悬而未决", False), ("王建国课题组", True),
     ("机械工程学院李明", True), ("22号楼", True), ("生命科学学院2024级", True), ("欧阳澈", True), ("物理所 陈晓", True),
     ("(attachment a.jpg)", True), ("Re: 请缴费", True), ("Re: 退款", False), ("银行来过电话", False), ("tomorrow", False)],
)  # fmt: skip
def test_a_rest_passes_as_a_name_only(clause: str, harmless: bool) -> None:
    """A unit, a person, a file; not a sentence, nor what speaks of money in unknown words."""
    assert (shipped().doubt((clause,)) == "") is harmless


def test_a_broken_list_stops_the_start(tmp_path: Path) -> None:
    """Unknown keys, kinds and patterns are named."""
    text = (Path(__file__).parents[3] / "rules" / "beside.toml").read_text("utf-8")
    for old, new, said in (
        ("told = [", "tell = [", "tell: unknown key"),
        ("doubts = [", "doubts = ['(',", "doubts"),
        ("invoice_request =", "invoices =", "unknown value 'invoices'"),
        ("matter = [", "matter = [1,", "matter"),
    ):
        (tmp_path / "beside.toml").write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(RuleError, match=said):
            load_beside(str(tmp_path))
