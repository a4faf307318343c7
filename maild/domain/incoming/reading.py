"""Everything that reading a mail yields: a pure function of its bytes, the rules and DNS answers."""

from __future__ import annotations

from dataclasses import dataclass

from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.document import DocumentReport
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.ruling import Classification
from maild.domain.incoming.trust import AuthReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds, wall clock, of the stages of a reading."""

    parse: float = 0.0
    authenticate: float = 0.0
    classify: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """parse → authenticate → classify → extract, in one value.

    documents  a report for each attachment of a mail that claims to supply something, by sha256
    receipts   payment proofs among its attachments; put in by the pipeline, from a worker of their own
    seconds    what the reading took, wall clock; spent: stage by stage
    """

    mail: ParsedMail
    auth: AuthReport
    classification: Classification
    documents: tuple[DocumentReport, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    seconds: float = 0.0
    spent: Spent = Spent()
