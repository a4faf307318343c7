"""Every example mail of every provider's rule becomes a valid ISO 18626 message, and comes back as what it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from xml.etree import ElementTree

import pytest

from maild.classify.rules.load import load
from maild.classify.rules.ruleset import RuleSet
from maild.domain.incoming.peer import OUTSIDE, Status, SupplierNews, Why, said_by
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.parse import parse_mail
from maild.peers.message import canonical, from_bytes, message, to_json, to_xml
from maild.peers.schema import faults, ordered
from maild.peers.xml import BadXml
from maild.resources import data_folder

NOW = datetime(2026, 11, 24, 1, 12, 33, tzinfo=UTC)
PATTERN = r"(?:[A-Z]{2,8}[-_]?)?\d{4}[-_]?\d{4,12}(?:[-_]\d{1,6})?"
NS = "{http://illtransactions.org/2013/iso18626}"

# The standard's data dictionary, read by hand once more: what may follow what, '?' where it may be left out.
ORDER = {
    "ISO18626Message": "supplyingAgencyMessage",
    "supplyingAgencyMessage": "header messageInfo statusInfo deliveryInfo? returnInfo?",
    "header": "supplyingAgencyId requestingAgencyId multipleItemRequestId timestamp requestingAgencyRequestId "
    "supplyingAgencyRequestId? requestingAgencyAuthentication?",
    "supplyingAgencyId": "agencyIdType agencyIdValue",
    "requestingAgencyId": "agencyIdType agencyIdValue",
    "messageInfo": "reasonForMessage answerYesNo? note? reasonUnfilled? reasonRetry? offeredCosts? retryAfter? retryBefore?",
    "offeredCosts": "currencyCode monetaryValue",
    "deliveryCosts": "currencyCode monetaryValue",
    "statusInfo": "status expectedDeliveryDate? dueDate? lastChange",
    "deliveryInfo": "dateSent itemId? sentVia? sentToPatron? loanCondition? deliveredFormat? deliveryCosts?",
}
TIMES = {"timestamp", "lastChange", "dueDate", "dateSent"}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    """The shipped rules."""
    return load(None, PATTERN)


def _examples(rules: RuleSet) -> Iterator[tuple[str, SupplierNews | None, Kind]]:
    for rule in rules.rules:
        for example in rule.examples:
            mail = parse_mail((data_folder("rules") / "examples" / example.mail).read_bytes())
            auth = AuthReport(verdict=Verdict.PASS, address=mail.author.address, domain=mail.author.domain)
            main = rules.classify(mail, auth).main
            if main.party is Party.PROVIDER:
                number = main.value("transaction").split("\n")[0] or "N0"  # some name a number of their own only
                yield example.mail, said_by(main, number, None, (), NOW), main.kind


def check(element: ElementTree.Element) -> None:
    """Names, order and number of the elements, by the table above."""
    name = element.tag.removeprefix(NS)
    assert element.tag.startswith(NS)
    inside = [child.tag.removeprefix(NS) for child in element]
    if name not in ORDER:
        assert not inside, name
        return
    pattern = "".join(rf"(?:{word.rstrip('?')} ){'?' if word.endswith('?') else ''}" for word in ORDER[name].split())
    assert re.fullmatch(pattern, "".join(f"{one} " for one in inside)), (name, inside)
    for child in element:
        check(child)


def test_every_example_is_a_valid_message_and_comes_back(rules: RuleSet) -> None:
    """Structure, order and closed values by hand; read again by our own reader it is the same kind of news."""
    seen = 0
    for mail, news, kind in _examples(rules):
        if kind in OUTSIDE:
            assert news is None
            continue
        assert news is not None, mail
        tree = message(news, "ISIL:XX-ZJU")
        text = to_xml([tree])
        root = ElementTree.fromstring(text)
        assert root.get("version") == "1.2"
        check(root)
        for element in root.iter():
            if element.tag.removeprefix(NS) in TIMES:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.text or "")
        assert root.findtext(f".//{NS}status") in set(Status)
        assert root.findtext(f".//{NS}reasonForMessage") in set(Why)
        assert list(faults(tree)) == [], mail
        for written in (text, to_json([tree])):
            (found,) = from_bytes(written.encode())
            assert canonical(found.tree) == canonical(tree), mail
        seen += 1
    assert seen > 150


def test_several_messages_in_one_file() -> None:
    """XML puts them under a cover, JSON a line each; both come back in order."""
    trees = [message(_news(f"N{n}"), "office@x.example") for n in range(3)]
    for written in (to_xml(trees), to_json(trees), json.dumps([{"supplyingAgencyMessage": t} for t in trees])):
        found = from_bytes(written.encode())
        assert [one.tree["header"]["requestingAgencyRequestId"] for one in found] == ["N0", "N1", "N2"]


def test_what_a_text_may_hold() -> None:
    """Marks of XML, other scripts and characters that XML cannot write change nothing but themselves."""
    nasty = "a<b>&\"'\u0001]]>\ud800湖\U0001f600\ufffe"
    (found,) = from_bytes(to_xml([message(_news("N1", note=nasty), "x")]).encode())
    assert found.tree["messageInfo"]["note"] == "a<b>&\"']]>湖\U0001f600"


def test_faults_name_the_place() -> None:
    """What is missing, doubled, or of no list is said with its path; later versions' elements are no fault."""
    tree = message(_news("N1"), "x")
    tree["statusInfo"] = {"status": "Done", "lastChange": "yesterday", "dueDate": ["2026-12-01", "2026-12-02"]}
    tree["messageInfo"] = "text"
    tree["shippingInfo"] = {"trackingId": "1"}
    del tree["header"]["requestingAgencyRequestId"]
    said = "\n".join(faults(tree))
    for place in (
        "header/requestingAgencyRequestId: is missing",
        "messageInfo: holds text",
        "statusInfo/status: 'Done' is none of",
        "statusInfo/dueDate: stands 2 times",
        "statusInfo/lastChange: 'yesterday' is no time",
    ):
        assert place in said
    assert "shippingInfo" not in said
    assert "shippingInfo" not in ordered(tree)


def _news(number: str, note: str = "") -> SupplierNews:
    return SupplierNews(
        number=number, supplier="bl", status=Status.WILL_SUPPLY, why=Why.STATUS_CHANGE, moment=NOW, note=note
    )


def test_mangled_messages_are_refused_and_nothing_else_happens() -> None:
    """Bytes and values changed at random: BadXml, faults with a place, or a message that can be written again."""
    random = Random(11)
    tree = message(_news("2026112400017", note="注"), "ISIL:XX-US")
    wholes = [to_xml([tree]).encode(), to_json([tree]).encode()]
    odd: list[object] = [None, [], {}, "", 7, True, ["a", "b"], [{"x": "y"}], {"status": {}}, "\ud800", [[]]]
    refused = read = 0
    for n in range(600):
        data = bytearray(wholes[n % 2])
        if n % 3:
            for _ in range(random.randint(1, 4)):
                data[random.randrange(len(data))] = random.randrange(256)
        else:
            broken = json.loads(wholes[1])
            place = random.choice(
                [broken, broken["supplyingAgencyMessage"], *broken["supplyingAgencyMessage"].values()]
            )
            place[random.choice(list(place))] = random.choice(odd)
            data = bytearray(json.dumps(broken).encode())
        try:
            found = from_bytes(bytes(data))
        except BadXml:
            refused += 1
            continue
        for one in found:
            if not list(faults(one.tree)):
                read += 1
                assert list(faults(from_bytes(canonical(ordered(one.tree)))[0].tree)) == []
    assert refused > 50
    assert read > 20
