"""What a clause tells in words that no list knows: the model in plain Python, and where it counts."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from maild.classify.learned import clauses
from maild.domain.errors import ConfigError
from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.ruling import Kind, Party
from maild.linear import weights
from maild.resources import data_folder
from tests.corpus.clauses import KINDS, examples
from tests.unit.classify.classify_mails import mail, ruled

N = "2026112400017"
HERE, ABROAD = "ill@lib.pku.edu.cn", "ill@library.illinois.edu"
PDF = Attachment(filename="scan.pdf", media_type="application/pdf", content=b"%PDF-1.4", sha256="a" * 64)
WEIGHTS = data_folder("rules") / "news" / "clauses.npz"
BOOK = "茶经校注"

HEARD = [
    ("shipped", HERE, "兹将全文奉上。", (PDF,)),
    ("shipped", HERE, "檔案附於本郵件。", (PDF,)),
    ("shipped", ABROAD, "PFA the article requested by you.", (PDF,)),
    ("shipped", HERE, "今早寄的圆通。", ()),
    ("request_accepted", ABROAD, "Our colleague is digitising the chapter at present.", ()),
    ("request_forwarded", ABROAD, "Referred on: the request is now with the National Library.", ()),
]
# What looks like that and is not: its words hang on something, are of another thing, a part, another day or place.
SILENT = [
    (HERE, "书已在去装订厂的路上，开春见。", ()),
    (HERE, "书已在去杭州师范大学的路上了。", ()),
    (HERE, "所求之文已奉呈作者过目，他点头即可放行。", (PDF,)),
    (HERE, "若走加急，合计52元。", ()),
    (HERE, "万一古籍部不肯免，拍摄费一共100元。", ()),
    (HERE, "还回的书已点收上架，夹在里面的借书证和一千块钱怎么处理", ()),
    (ABROAD, "The book is now travelling with the bookmobile.", ()),
    (ABROAD, "The invoice has been posted.", ()),
    (ABROAD, "Our payment is overdue.", ()),
    (ABROAD, "The invoice has been cancelled.", ()),
    (ABROAD, "I have forwarded your question to our accounts department.", ()),
    (ABROAD, "As far as I recall.", ()),
    (HERE, "本周培训已取消。", ()),
    (HERE, "已將收據寄出。", ()),
    (HERE, "书明天寄出。", ()),
    (ABROAD, "Attached is your original request.", (PDF,)),
    (HERE, "款已收到，26元。", ()),
    (ABROAD, "PFA the article requested by you." + "\nIt is a pleasure." * 65 + "\nThe loan came home safely.", (PDF,)),
]


def test_plain_python_says_what_numpy_says() -> None:
    """The process that reads mail has no numpy; the file is the same."""
    whole, plain = weights.load(WEIGHTS), clauses.load(WEIGHTS)
    assert plain.kinds == whole.kinds
    for example in list(examples())[::97]:
        said = plain.tells(example.text)
        assert all(abs(said[kind] - sure) < 2e-4 for kind, sure in whole.opinion("", example.text).kinds), example.text


def test_what_was_taught_is_known() -> None:
    """Each kind, and far fewer of what only looks like one: the file belongs to the clauses beside it."""
    model, taken, told, right = clauses.shipped(), 0, 0, 0
    found = list(examples())[::7]
    for example in found:
        kind, sure = max(model.tells(example.text).items(), key=lambda each: each[1])
        taken += sure >= 0.8 and not example.kinds
        told += bool(example.kinds)
        right += sure >= 0.8 and kind in example.kinds
    assert right > 0.6 * told
    assert taken < 0.05 * (len(found) - told)
    assert {KINDS.get(kind, kind) for kind in ("shipped_file", "unfilled", "overdue")} <= set(model.kinds)


@pytest.mark.parametrize(
    "content", [b"", b"PK", WEIGHTS.read_bytes()[:2000], WEIGHTS.read_bytes().replace(b"bias", b"bios")]
)
def test_a_broken_file_says_so(tmp_path: Path, content: bytes) -> None:
    """… with its name."""
    file = tmp_path / "clauses.npz"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"clauses\.npz"):
        clauses.load(file)


def test_no_damage_is_anything_else(tmp_path: Path) -> None:
    """A byte turned anywhere: the file is refused by its name, or is whole all the same."""
    content, file = WEIGHTS.read_bytes(), tmp_path / "clauses.npz"
    for at in range(0, len(content), len(content) // 60):
        file.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        with contextlib.suppress(ConfigError):
            assert clauses.load(file).tells("全文随信附上")


@pytest.mark.parametrize(("kind", "sender", "text", "files"), HEARD)
def test_a_clause_is_heard(kind: str, sender: str, text: str, files: tuple[Attachment, ...]) -> None:
    """One clause tells it, and nothing bends it."""
    main = ruled(mail(f"{N} {BOOK}", f"《{BOOK}》\n{text}", sender=sender, attachments=files)).main
    assert (main.party, main.kind) == (Party.PROVIDER, Kind(kind)), main.reasons


@pytest.mark.parametrize(("sender", "text", "files"), SILENT)
def test_what_only_sounds_like_it_moves_nothing(sender: str, text: str, files: tuple[Attachment, ...]) -> None:
    """A person reads it."""
    main = ruled(mail(f"{N} {BOOK}", f"《{BOOK}》\n{text}", sender=sender, attachments=files)).main
    assert main.event is None, (main.kind, main.reasons)


def test_conditional_without_a_price_is_none() -> None:
    """A supplier's condition may be a better citation."""
    text = f"Request: {N}\nLender: ORU\nResponse: CONDITIONAL\nReason: Not found as cited. Please check the citation."
    assert ruled(mail("Conditional response", text, sender="noreply@oclc.org")).main.event is None
    priced = f"Request: {N}\nLender: ORU\nResponse: CONDITIONAL\nReason: Cost exceeds limit. Lender charge: USD 25.00"
    assert ruled(mail("Conditional response", priced, sender="noreply@oclc.org")).main.kind is Kind.FEE_QUOTED


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Please find attached the article requested. Regards, Document Supply", True),
        ("已传，见附件。", True),
        ("已传，见附件。第3页请勿外传，读者看后请删。", False),
        ("Please find attached the article requested. The plates are still with our bindery.", False),
    ],
)
def test_a_mail_of_few_words_is_plain(text: str, plain: bool) -> None:
    """Where every clause is known, to lists or to the model: the models of mails, which know none so short, are not asked."""
    main = ruled(mail(f"Re: {N}", text, sender=HERE, attachments=(PDF,))).main
    assert bool(main.value("plain")) is plain, main.reasons
