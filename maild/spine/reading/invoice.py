"""What a request for an invoice says in its attachments: text copied from the company, Word, Excel, a PDF."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.incoming.mail import Attachment, Origin
from maild.domain.incoming.ruling import Classification, Field, Kind, Ruling
from maild.spine import SAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maild.classify.rules.ruleset import RuleSet

MOST_FILES = 5
WANTED = ("invoice_title", "tax_number")


def files_for_invoice(classification: Classification, files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files that may say what a request for an invoice does not say itself."""
    asked = _asked(classification)
    if asked is None or all(asked.value(name) for name in WANTED):
        return ()
    return tuple([f for f in files if f.origin is not Origin.INLINE][:MOST_FILES])


def with_files(
    classification: Classification, files: Sequence[Attachment], rules: RuleSet, texts: Mapping[str, str]
) -> Classification:
    """The classification with what files say of title, number and address, where the mail itself does not.

    texts  of the files that were opened, by hash
    """
    asked, reader = _asked(classification), rules.invoices
    if asked is None or reader is None:
        return classification
    found: dict[str, Field] = {}
    for file in files_for_invoice(classification, files):
        if text := texts.get(file.sha256, ""):
            said = reader.read(text, source=SAY("file", name=file.filename))
            if any(name in said for name in WANTED):
                found = {**said, **found}
    if not found:
        return classification
    fuller = replace(asked, fields=MappingProxyType({**found, **asked.fields}))
    return replace(classification, rulings=tuple(_swap(classification.rulings, asked, fuller)))


def _asked(classification: Classification) -> Ruling | None:
    return next((r for r in classification.rulings if r.kind is Kind.INVOICE_REQUEST), None)


def _swap(rulings: Sequence[Ruling], old: Ruling, new: Ruling) -> list[Ruling]:
    return [new if ruling is old else ruling for ruling in rulings]
