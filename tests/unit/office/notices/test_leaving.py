"""What leaves beside a queue item: one law, one file, and docs that say the same."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.errors import RuleError
from maild.domain.incoming.decision import About, Action, Cause, Decision
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.office.notices.leaving import LEAVING, lawful, shipped
from maild.tables import read_toml
from tests.cases import each

CODE = Path(__file__).resolve().parents[4]
DOCS = CODE / "docs"
RULING = Ruling(kind=Kind.PAYMENT_PROOF, rule="r", party=Party.PATRON)
MAIL = ParsedMail(sha256="b" * 64, size=1, from_=(Address(address="li@patron.example"),), reply_text="已付款")
READING = Reading(mail=MAIL, auth=AuthReport(verdict=Verdict.PASS), classification=Classification(rulings=(RULING,)))


def written() -> set[NoticeKind]:
    """Every kind of notice that code reachable from the deciding order names."""
    todo, seen, kinds = ["maild.office.order"], set[str](), set[NoticeKind]()
    while todo:
        name = todo.pop()
        if name in seen or not (file := CODE / f"{name.replace('.', '/')}.py").is_file():
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            if isinstance(node, ast.ImportFrom) and module.startswith(("maild.spine", "maild.office")):
                todo += [module, *(f"{module}.{alias.name}" for alias in node.names)]
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "NoticeKind":
                kinds.add(NoticeKind[node.attr])
    return kinds


def told() -> dict[str, set[str]]:
    """docs/notices.md, 'Beside a queue item': notice → its bases ('never' for those that wait)."""
    text = (DOCS / "notices.md").read_text("utf-8").partition("## Beside a queue item")[2].partition("\n## ")[0]
    found: dict[str, set[str]] = {}
    for row in re.findall(
        r"^\| ([a-z_, ]+) \| (news|proof|words|whole|matter|learned|facts|never) \|", text, re.MULTILINE
    ):
        for name in row[0].split(", "):
            found.setdefault(name, set()).add(row[1])
    return found


def beside(*kinds: NoticeKind, cause: Cause = Cause.QUESTION) -> Decision:
    """A decision with these notices, waiting for a person unless its cause is none."""
    notices = tuple(NoticeRequest(kind=kind, subject="1", recipient="li@patron.example") for kind in kinds)
    return Decision(action=Action.APPLY, cause=cause, about=About(kind=Kind.PAYMENT_PROOF), effects=notices)


def test_docs_list_every_notice_that_a_decision_writes() -> None:
    """Derived from the code: each kind has a row, with the bases of rules/leaving.toml, or 'never'."""
    bases = {kind: {entry.basis.value for entry in entries} for kind, entries in shipped().evidence.items()}
    assert told() == {kind.value: bases.get(kind, {"never"}) for kind in written() | set(bases)}


@each("kind", list(NoticeKind))
def test_nothing_leaves_beside_a_queue_item_without_evidence(kind: NoticeKind) -> None:
    """A mail of which clauses are left that ask and deny, without a proof or a provider: every kind waits."""
    doubtful = replace(READING, classification=Classification(rulings=(RULING,), rest=("不要发", "为什么")))
    decided = lawful(beside(kind), doubtful, shipped())
    assert decided.notices == ()
    assert [draft.kind for draft in decided.drafts] == [kind]
    assert f"{kind} waits as a draft" in decided.reasons[-1]
    assert lawful(beside(kind, cause=Cause.NONE), doubtful, shipped()).notices


def test_a_proof_that_was_read_is_evidence() -> None:
    """The proof is told; the document stays where the mail says anything of where it should go."""
    proof = Receipt(kind=ReceiptKind.BANK_APP, source="a.jpg")
    mail = replace(READING, receipts=(proof,), classification=Classification(rulings=(RULING,), rest=("为什么",)))
    both = beside(NoticeKind.PROOF_RECEIVED, NoticeKind.DOCUMENT_DELIVERED)
    assert lawful(both, mail, shipped()).notices == both.notices
    elsewhere = replace(mail, mail=replace(MAIL, reply_text="已付款，文献请发到我导师邮箱"))
    assert [n.kind for n in lawful(both, elsewhere, shipped()).notices] == [NoticeKind.PROOF_RECEIVED]
    nothing = replace(mail, receipts=(replace(proof, kind=ReceiptKind.NOT_A_RECEIPT),))
    assert lawful(both, nothing, shipped()).notices == ()


def test_a_trusted_provider_is_evidence() -> None:
    """Of several requests in a provider's mail one waits: the others' patrons are told, if it is the provider."""
    ruling = replace(RULING, party=Party.PROVIDER, kind=Kind.UNFILLED)
    news = replace(READING, classification=Classification(rulings=(ruling,)))
    assert lawful(beside(NoticeKind.UNFILLED), news, shipped()).notices
    forged = replace(news, classification=Classification(rulings=(replace(ruling, trusted=False),)))
    assert not lawful(beside(NoticeKind.UNFILLED), forged, shipped()).notices


@pytest.mark.parametrize(("text", "why"), [
    ("doubts = ['x']", "beside"), ("[[beside]]\nnotice = ['no_such']\nbasis = 'news'", "no_such"),
    ("[[beside]]\nnotice = ['pick_up']\nbasis = 'luck'", "luck"), ("[[beside]]\nnotice = ['pick_up']\nsay = ['x']", "say"),
    ("[[beside]]\nnotice = ['pick_up']\nbasis = 'words'\nsays = ['(']", "says"),
])  # fmt: skip
def test_a_slip_in_the_file_is_named(tmp_path: Path, text: str, why: str) -> None:
    """It stops the start with file and entry."""
    (tmp_path / "leaving.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError) as refused:
        LEAVING.read(read_toml(tmp_path / "leaving.toml"))
    assert "leaving.toml" in refused.value.what
    assert why in refused.value.what
