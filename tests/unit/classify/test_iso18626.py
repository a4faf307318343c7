"""ISO 18626 messages: what each status means, and XML that is out to do harm."""

from __future__ import annotations

import pytest

from maild.classify.reading.iso18626 import BadXml, elements
from tests.unit.classify.classify_mails import attachment, mail, ruled

N = "2026112400017"
OCLC = "messages@oclc.org"


def _xml(status: str, reason: str = "StatusChange", extra: str = "", prefix: str = "", number: str = N) -> str:
    p = f"{prefix}:" if prefix else ""
    xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
    return (
        f'<{p}ISO18626Message {xmlns}="http://illtransactions.org/2013/iso18626"><{p}supplyingAgencyMessage>'
        f"<{p}header><{p}requestingAgencyRequestId>{number}</{p}requestingAgencyRequestId></{p}header>"
        f"<{p}messageInfo><{p}reasonForMessage>{reason}</{p}reasonForMessage>{extra}</{p}messageInfo>"
        f"<{p}statusInfo><{p}status>{status}</{p}status></{p}statusInfo>"
        f"</{p}supplyingAgencyMessage></{p}ISO18626Message>"
    )


@pytest.mark.parametrize(
    ("status", "reason", "extra", "kind", "event"),
    [
        ("RequestReceived", "RequestResponse", "", "request_submitted", "submitted"),
        ("ExpectToSupply", "RequestResponse", "", "request_accepted", "accepted"),
        ("WillSupply", "StatusChange", "", "request_accepted", "accepted"),
        ("Loaned", "StatusChange", "", "shipped", "shipped"),
        ("CopyCompleted", "StatusChange", "", "shipped", "shipped"),
        ("Overdue", "StatusChange", "", "loan_overdue", "overdue"),
        ("LoanCompleted", "StatusChange", "", "loan_returned", "returned"),
        ("Unfilled", "StatusChange", "<reasonUnfilled>NotHeld</reasonUnfilled>", "unfilled", "unfilled"),
        ("Cancelled", "CancelResponse", "<answerYesNo>Y</answerYesNo>", "cancelled", "cancelled"),
        ("WillSupply", "CancelResponse", "<answerYesNo>N</answerYesNo>", "provider_other", None),
        ("Loaned", "RenewResponse", "<answerYesNo>Y</answerYesNo>", "provider_other", None),
        ("RetryPossible", "RequestResponse", "<reasonRetry>CostExceedsMaxCost</reasonRetry>", "fee_quoted", "fee_quoted"),
        ("RetryPossible", "RequestResponse", "<reasonRetry>OnLoan</reasonRetry>", "provider_other", None),
        ("Loaned", "Notification", "", "provider_other", None),
        ("Recalled", "StatusChange", "", "provider_other", None),
        ("Nonsense", "StatusChange", "", "provider_other", None),
    ],
)  # fmt: skip
def test_statuses(status: str, reason: str, extra: str, kind: str, event: str | None) -> None:
    """Status, reason for the message and the answer together decide."""
    data = _xml(status, reason, extra).encode()
    main = ruled(mail("", "see attachment", sender=OCLC, attachments=(attachment("m.xml", "text/xml", data),))).main
    assert (main.kind, main.event, main.value("transaction"), main.provider) == (kind, event, N, "oclc")


def test_in_the_body_with_prefix() -> None:
    """A namespace prefix and a message in the body make no difference."""
    assert ruled(mail("", "Message:\n" + _xml("Loaned", prefix="ill"), sender=OCLC)).main.kind == "shipped"


def test_of_a_stranger_is_nothing() -> None:
    """XML from nobody we trust is not read as a provider's."""
    parsed = mail(
        "", "x", sender="a@evil.example", attachments=(attachment("m.xml", "text/xml", _xml("Loaned").encode()),)
    )
    assert ruled(parsed).main.party != "provider"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "<a>" * 1000,
        "<a>" + "<b/>" * 10_000 + "</a>",
        "<a>",
        "",
        '<?xml version="1.0" encoding="x-nonsense"?><a/>',
        "<a>" + "x" * 1_100_000 + "</a>",
    ],
    ids=range(9),
)
def test_harmful_xml_is_refused(data: str) -> None:
    """No document type, no entities, bounded size, depth and number: anything else is BadXml, never another error."""
    with pytest.raises(BadXml):
        elements(data.encode())


def test_harmful_xml_leaves_the_mail_to_others() -> None:
    """The rule does not fire; the mail is the provider's all the same."""
    parsed = mail("", "x", sender=OCLC, attachments=(attachment("m.xml", "application/xml", BOMB.encode()),))
    assert ruled(parsed).main.kind == "provider_other"
