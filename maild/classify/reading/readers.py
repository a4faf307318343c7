"""Readers: where conditions and patterns are not enough, a rule names one of these (`reader = "status"`)."""

from __future__ import annotations

from maild.classify.vocabulary.lexicon import Words
from maild.classify.vocabulary.model import Reader
from maild.domain.incoming.ruling import Kind


def build_reader(name: str, words: Words, own: str = "") -> Reader | None:
    """The reader of that name, or None. `own`: the word file of one provider's own wordings (rule key `words`).

    Raises ValueError where a list of that file is nothing the reader knows.
    """
    if name == "status":
        from maild.classify.reading.status import StatusReader

        return StatusReader(words, words[own] if own else {})
    if name == "topic":
        from maild.classify.reading.invoice import InvoiceReader
        from maild.classify.reading.topics import TopicReader

        return TopicReader(words["topics"], {Kind.INVOICE_REQUEST: InvoiceReader(words["invoice"]).about})
    if name == "invoice":
        from maild.classify.reading.invoice import InvoiceReader

        return InvoiceReader(words["invoice"])
    if name == "renewal":
        from maild.classify.reading.renewal import RenewalReader

        return RenewalReader(words)
    if name == "consent":
        from maild.classify.reading.consent import ConsentReader

        return ConsentReader(words)
    if name == "iso18626":
        from maild.classify.reading.iso18626 import read_message

        return read_message
    return None
