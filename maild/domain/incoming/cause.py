"""Why a mail waits for staff: a leaf of the domain, which lists of the queue can load alone."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why a mail waits for staff; the review queue is sorted by it."""

    NONE = ""
    NO_NUMBER = "no_number"
    UNKNOWN_NUMBER = "unknown_number"
    SEVERAL_CANDIDATES = "several_candidates"
    SENDER_MISFIT = "sender_misfit"
    UNKNOWN_SENDER = "unknown_sender"
    UNAUTHENTICATED = "unauthenticated"
    NOT_BINDING = "not_binding"
    ILLEGAL_MOVE = "illegal_move"
    NO_USABLE_FILE = "no_usable_file"
    OTHER_DOCUMENT = "other_document"
    PAYMENT_PROOF = "payment_proof"
    AMOUNT_DIFFERS = "amount_differs"
    FEE_UNKNOWN = "fee_unknown"
    NO_ADDRESS = "no_address"
    SEEN_BEFORE = "seen_before"
    NOT_PAID_TO_US = "not_paid_to_us"
    OVERPAID = "overpaid"
    PAID_BY_OTHER = "paid_by_other"
    ALREADY_PAID = "already_paid"
    CLAIM_UNCONFIRMED = "claim_unconfirmed"
    UNCLAIMED_MONEY = "unclaimed_money"
    MONEY_OUT = "money_out"
    INVOICE = "invoice"
    REFUND = "refund"
    DEPOSIT = "deposit"
    BOUNCE = "bounce"
    QUESTION = "question"
    UNREADABLE = "unreadable"
    OVERSIZE = "oversize"
    SHUNTED = "shunted"
    SEND_FAILED = "send_failed"
    IN_DOUBT = "in_doubt"  # a notice that may have arrived
    LINE_DOWN = "line_down"  # the submission server takes nothing
    REGISTRATION = "registration"
    PERMISSION = "permission"
    NOT_RECEIVED = "not_received"
    SILENT = "silent"
    DRIFT = "drift"
    RESTORED = "restored"
    BYTES_MISSING = "bytes_missing"
    COMPLAINT = "complaint"
    ADVERTISING = "advertising"  # probably: the low heap
