"""The words of both languages: every member of what is shown has them, and they keep the house's typography."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

from maild.classify.vocabulary.model import FieldType
from maild.domain.accounting.allocation import Fit
from maild.domain.accounting.invoice import InvoiceState
from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.accounting.payment import Sameness
from maild.domain.accounting.receipt import Ground, Purpose, Receipt, ReceiptKind
from maild.domain.accounting.taxpayer import TaxDoubt
from maild.domain.desk.access import Role, Scope
from maild.domain.desk.yearly import Deed, Direction, Section
from maild.domain.incoming.decision import Action, Cause
from maild.domain.incoming.document import DocumentFault
from maild.domain.incoming.mail import Automatic, Origin
from maild.domain.incoming.matching import Signal
from maild.domain.incoming.registering import Problem, RegistrationEvent
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.incoming.trust import Verdict
from maild.domain.outgoing import reply
from maild.domain.outgoing.event import EventKind, EventState
from maild.domain.outgoing.notice import Alert, NoticeKind, OutboxState, SendVerdict
from maild.domain.outgoing.reach import Heard
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.requests.asking import Asking
from maild.domain.requests.expectation import Awaited, Whose
from maild.domain.requests.lifecycle import Event, Move, PaymentEvent, PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Delivery, Honorific, Language, PatronKind, RegistrationStep
from maild.domain.wording import (
    words,
    words_mail,
    words_money,
    words_notice,
    words_queue,
    words_reading,
    words_receipt,
    words_staff,
    words_year,
)
from maild.domain.wording.words import Word
from maild.match.reconcile import Trait
from maild.office.payments.payment_policy import Link, Payee, Payer, Sender, StandingKind, Then
from tests.cases import each

CODE = Path(__file__).parents[3] / "maild"
MODULES = (words, words_mail, words_money, words_notice, words_queue, words_reading, words_receipt, words_staff,
           words_year)  # fmt: skip
TABLES = [
    (Kind, words_mail.KINDS), (Party, words_mail.PARTIES), (Action, words_mail.ACTIONS),
    (MailStatus, words_mail.MAIL_STATUSES), (Verdict, words_mail.VERDICTS), (Automatic, words_mail.AUTOMATIC),
    (Origin, words_reading.ATTACHED_AS), (DocumentFault, words_reading.DOCUMENT_FAULTS),
    (FieldType, words_reading.FIELD_TYPES), (Event, words_mail.EVENTS),
    (PaymentEvent, words_mail.PAYMENT_EVENTS), (RegistrationEvent, words_mail.REGISTRATION_EVENTS),
    (Move, words_mail.MOVES), (Signal, words_mail.SIGNALS), (Heard, words_mail.HEARD), (Asking, words_mail.ASKING),
    (Awaited, words_mail.AWAITED), (Whose, words_mail.WHOSE), (NoticeKind, words_notice.NOTICES),
    (OutboxState, words_notice.OUTBOX_STATES), (SendVerdict, words_notice.SEND_VERDICTS),
    (EventKind, words_notice.EVENT_KINDS), (EventState, words_notice.EVENT_STATES),
    (ReceiptKind, words_receipt.RECEIPTS), (Ground, words_receipt.GROUNDS), (Purpose, words_receipt.PURPOSES), (Sameness, words_receipt.SAMENESS),
    (Fit, words_receipt.FITS), (Link, words_receipt.LINKS), (Sender, words_receipt.SENDERS),
    (Payee, words_receipt.PAYEES), (Payer, words_receipt.PAYERS), (StandingKind, words_receipt.STANDINGS),
    (Then, words_receipt.THEN), (Trait, words_receipt.TRAITS), (Role, words_staff.ROLES), (Scope, words_staff.SCOPES),
    (ReviewState, words_staff.REVIEW_STATES), (PatronKind, words_staff.PATRON_KINDS),
    (Language, words_staff.LANGUAGES), (Honorific, words_staff.HONORIFICS), (Delivery, words_staff.DELIVERIES),
    (Problem, words_staff.REGISTRATION_PROBLEMS), (InvoiceState, words_staff.INVOICE_STATES),
    (TaxDoubt, words_staff.TAX_DOUBTS), (State, words.STATES), (PaymentState, words.PAYMENTS),
    (Service, words.SERVICES), (Alert, words.ALERTS), (RegistrationStep, words.REGISTRATION_STEPS),
    (RegistrationState, words.REGISTRATION_STATES), (Cause, words_queue.CAUSES), (Cause, words_queue.ADVICE),
    (Book, words_money.BOOKS), (EntryKind, words_money.ENTRIES), (Section, words_year.YEAR_SECTIONS),
    (Direction, words_year.DIRECTIONS), (Deed, words_year.DEEDS),
]  # fmt: skip
UNSAID = frozenset({Cause.NONE, DocumentFault.NONE})  # nothing is to be said of them
ALL = [
    (f"{module.__name__.rpartition('.')[2]}.{name}", value)
    for module in MODULES
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, Mapping)
]
# As notices are written: a space between Chinese and what is Latin or a digit, full-width marks after Chinese.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,.:;?!()]|[,:;?!()][\u4e00-\u9fff]")
TIGHT = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


def test_every_table_of_words_is_read_here() -> None:
    """A module of words that is not in the list would be held to nothing."""
    there = {path.stem for path in (CODE / "domain").rglob("words*.py")}
    assert there == {module.__name__.rpartition(".")[2] for module in MODULES}


@each(("members", "table"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_member_has_words(members: type[Enum], table: Mapping[str, Word]) -> None:
    """A new state, kind or cause without words is found here."""
    assert not [m for m in members if m not in UNSAID and str(m.value).lower() not in table]


def test_fields_of_a_receipt_have_words() -> None:
    """Every value that is read from a proof can be named on screen."""
    inner = {"sha256", "seconds", "marks", "frame"}
    assert set(Receipt.__dataclass_fields__) - inner == set(words_receipt.RECEIPT_FIELDS)


@each(("name", "table"), ALL, ids=[name for name, _ in ALL])
def test_typography(name: str, table: Mapping[str, Word]) -> None:
    """Both languages are there, and the Chinese is set as in the notices."""
    for key, word in table.items():
        assert all((word.zh.strip(), word.en.strip())), (name, key)
        assert not HALF_WIDTH.search(word.zh), (name, key, word.zh)
        assert not TIGHT.search(word.zh), (name, key, word.zh)
        assert not re.search(
            r"[\u4e00-\u9fff]", word.en.replace("抬头", "").replace("税号", "").replace("文献传递费", "")
        ), (name, key, word.en)


def test_tables_have_names_of_their_own() -> None:
    """The pages have all tables side by side: two of one name would hide one another."""
    names = [name.partition(".")[2] for name, _ in ALL]
    assert len(names) == len(set(names))


def test_fields_of_rules_have_words() -> None:
    """Every value that a shipped rule reads can be named on screen."""
    texts = [path.read_text("utf-8") for path in (CODE.parent / "rules").glob("*.toml")]
    names = {name for text in texts for name in re.findall(r"^\[fields\.([a-z_]+)\]", text, re.MULTILINE)}
    assert len(names) > 30
    assert not names - set(words_reading.FIELDS)


def test_codes_of_refusals_and_repairs_have_words() -> None:
    """The stable words that the parser and the judge of replies use."""
    refusals = {saying.reason for saying in reply.SAYINGS}
    parse = "\n".join(path.read_text("utf-8") for path in (CODE / "parse").rglob("*.py"))
    repairs = set(re.findall(r"""\.add\("([a-z0-9-]+)\"""", parse))
    assert len(repairs) > 50
    assert not refusals - set(words_reading.REFUSALS)
    assert not repairs - set(words_reading.DEFECTS)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """NAME = "text", and NAME, OTHER = "text", "other", at the top of a module."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield name.id, value.value


def test_lines_of_history_have_words() -> None:
    """Each `what` that a JournalEntry is made with, found in the code."""
    trees = {text: ast.parse(text) for text in {path.read_text("utf-8") for path in CODE.rglob("*.py")}}
    anywhere = {name: value for tree in trees.values() for name, value in _constants(tree)}
    said = set()
    for text, tree in trees.items():
        if "JournalEntry" not in text:
            continue
        here = anywhere | dict(_constants(tree))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "JournalEntry":
                values = [inner for word in call.keywords if word.arg == "what" for inner in ast.walk(word.value)]
                said |= {value.value for value in values if isinstance(value, ast.Constant)}
                said |= {here[value.id] for value in values if isinstance(value, ast.Name) and value.id.isupper()}
    assert len(said) > 15
    assert not {word for word in said if word not in words_staff.JOURNAL}
