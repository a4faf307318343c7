"""From a mail that waits to a rule that is saved: drafted, tried, exampled, kept by version, restored, reloaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.benches import bench, rule_acts, rule_maker
from maild.classify.drafting.draft import DraftFault, Pick, Place, Wish
from maild.classify.rules.load import load
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.backtest import Finding
from maild.office.workshop.backtest import backtest
from maild.office.workshop.candidate import staged
from maild.office.workshop.rule_acts import RuleActs
from maild.office.workshop.rule_maker import Made, RuleMaker
from maild.parse import parse_mail
from tests.console.world import NOW, World, fill, world
from tests.servers.clock import MovedClock

NUMBERS = ("2026112000101", "2026112000102", "2026112000103")
TEXT = """老师：

读者李珺（demo-lijun@zju.edu.cn）所需材料已上路，单据 {number}，
请在 2026年12月24日 前取走。
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, object]:
    """The demo's office, its mails decided."""
    folder = tmp_path_factory.mktemp("office")
    return folder, fill(folder, MovedClock(NOW))


@pytest.fixture
def house(filled: tuple[Path, object], tmp_path: Path) -> Iterator[World]:
    """A copy with a rules folder of its own, and three mails that no rule knows."""
    rules = tmp_path / "rules"
    rules.mkdir()
    from maild.config import Rules

    with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW), rules=Rules(folder=str(rules))) as made:  # type: ignore[arg-type]
        made.receive(
            *(
                made.mail(subject="馆际材料上路通知", text=TEXT.format(number=n), attach=[f"pdf:{n}.pdf"])
                for n in NUMBERS
            )
        )
        yield made


def _waiting(house: World) -> list[int]:
    """The mails that no rule knew, oldest first."""
    with house.services.store.read() as uow:
        return sorted(i.mail_id for i in uow.reviews.find(limit=500) if i.subject == "馆际材料上路通知" and i.mail_id)


def _wish(maker: RuleMaker, mail_id: int, **fields: str) -> Wish:
    """Picks of these words in the text; before a '|' stands what comes before them."""
    view = maker.drafter.view(maker.told(mail_id), Kind.SHIPPED)
    picks = []
    for name, told in fields.items():
        before, _, words = told.rpartition("|")
        at = view.text.index(before + words) + len(before)
        picks.append(Pick(field=name, place=Place.TEXT, start=at, end=at + len(words)))
    return Wish(kind=Kind.SHIPPED, picks=tuple(picks))


def _made(house: World) -> tuple[RuleMaker, RuleActs, int, Made]:
    maker, acts = rule_maker(house.services), rule_acts(house.services)
    mail = _waiting(house)[0]
    made = maker.draft(mail, _wish(maker, mail, transaction=NUMBERS[0], expires="2026年12月24日", patron_name="李珺"))
    return maker, acts, mail, made


def test_a_mail_becomes_a_rule_that_takes_the_others(house: World) -> None:
    """Picked in one mail, drafted, back-tested, saved: the rule finds the same in the next ones, and they wait no more."""
    maker, acts, mail, made = _made(house)
    assert made.problems == ()
    assert dict(made.draft.expected) == {"transaction": NUMBERS[0], "expires": "2026-12-24", "patron_name": "李珺"}
    assert NUMBERS[0] not in made.draft.text
    assert "李珺" not in made.draft.text
    assert made.draft.rule.provider == "calis"
    whole = maker.with_example(mail, made)
    folder = house.services.settings.rules.folder
    with staged(folder, whole.files) as candidate, bench(house.services, str(candidate)) as tools:
        report = backtest(tools, NOW.replace(year=2025))
    assert {row.after.transactions for row in report.of(Finding.NEW) if row.after} == {(n,) for n in NUMBERS}
    assert not report.of(Finding.CONFLICT)
    assert not report.of(Finding.FAILED)

    said = acts.save(made.draft.name, whole.files, actor="li", note="they write otherwise now")
    assert "reload" in said.done
    assert (Path(folder) / f"{made.draft.name}.toml").stat().st_mode & 0o777 == 0o640
    house.services.reload()
    results = house.services.rules.test(parse_mail)
    assert [r for r in results if not r.passed] == []
    assert made.draft.name in {r.rule for r in results}
    house.receive(house.mail(subject="馆际材料上路通知", text=TEXT.format(number="2026112000104")))
    with house.services.store.read() as uow:
        (latest,) = uow.mails.find(limit=1)
    assert (latest.kind, latest.rule) == ("shipped", made.draft.name)


def test_the_example_names_nobody(house: World) -> None:
    """Persons, addresses and links of the mail are not in the example that is kept in the rules folder."""
    maker, _, mail, made = _made(house)
    whole = maker.with_example(mail, made)
    (raw,) = [content for name, content in whole.files.items() if name.endswith(".eml")]
    parsed = parse_mail(raw)
    assert "李珺" not in parsed.text
    assert "demo-lijun" not in parsed.text + str(parsed.headers)
    assert NUMBERS[0] in parsed.text
    assert parsed.attachments[0].filename == f"{NUMBERS[0]}.pdf"
    assert whole.draft.rule.examples[0].fields["patron_name"] == "张三"


def test_what_is_no_such_value_is_refused(house: World) -> None:
    """A name is no number: said with the remedy, before anything is drafted."""
    maker = rule_maker(house.services)
    mail = _waiting(house)[0]
    with pytest.raises(DraftFault, match="pages"):
        maker.draft(mail, _wish(maker, mail, pages="李珺"))
    with pytest.raises(DraftFault, match="no field is called"):
        maker.draft(mail, _wish(maker, mail, colour="12"))


def test_saving_keeps_the_earlier_version_and_restores_it(house: World) -> None:
    """Both versions are in the journal with who did it; the restored text is in force again."""
    maker, acts, mail, made = _made(house)
    whole = maker.with_example(mail, made)
    acts.save(made.draft.name, whole.files, actor="li")
    rule = f"{made.draft.name}.toml"
    other = whole.files[rule].replace(b"title = ", b"# second\ntitle = ")
    acts.save(made.draft.name, {**whole.files, rule: other}, actor="wang")
    (kept,) = acts.versions(made.draft.name)
    assert kept.text.encode() == whole.files[rule]
    acts.restore(made.draft.name, kept.id, actor="li", note="the first was better")
    path = Path(house.services.settings.rules.folder) / rule
    assert path.read_bytes() == whole.files[rule]
    assert len(acts.versions(made.draft.name)) == 2
    with pytest.raises(NotFound):
        acts.restore(made.draft.name, "20000101T000000000000Z", actor="li")
    assert not list(path.parent.glob("*.tmp"))


def test_what_would_break_is_not_written(house: World) -> None:
    """A file that does not load, a failing example, a shipped name, a file from elsewhere: refused, nothing changed."""
    maker, acts, mail, made = _made(house)
    whole = maker.with_example(mail, made)
    name, rule = made.draft.name, f"{made.draft.name}.toml"
    folder = Path(house.services.settings.rules.folder)

    def refused(match: str, name: str = name, **files: bytes) -> None:
        with pytest.raises(Permanent, match=match):
            acts.save(name, {**whole.files, **files}, actor="li")
        assert not list(folder.rglob("*.toml"))

    refused("would not load", **{rule: whole.files[rule].replace(b'kind = "shipped"', b'kind = "shiped"')})
    refused(
        "fails: expires is .2026-12-24., expected .2026-12-25.",
        **{rule: whole.files[rule].replace(b'expires = "2026-12-24"', b'expires = "2026-12-25"')},
    )
    refused("a shipped rule is named", name="30-calis-shipped", **{"30-calis-shipped.toml": whole.files[rule]})
    refused("does not belong", **{"../elsewhere.toml": b""})
    refused("has no example", **{rule: whole.files[rule].split(b"[[examples]]")[0]})
    acts = RuleActs(house.services.store, house.services.clock, "", "x", lambda folder: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(Permanent, match="no rules folder is configured"):
        acts.save(name, whole.files, actor="li")


def test_a_rule_is_taken_out_of_force(house: World) -> None:
    """Disabled by a file of the office's own; undone by restoring nothing but the version before."""
    _, acts, _, _ = _made(house)
    acts.disable("30-calis-shipped", actor="li", note="they stopped it")
    number = house.services.settings.matching.transaction_number
    rules = load(house.services.settings.rules.folder, number)
    assert "30-calis-shipped" not in {rule.name for rule in rules.rules}
    with pytest.raises(NotFound):
        acts.disable("99-nothing", actor="li", note="")


def test_an_unknown_sender_becomes_a_provider_only_by_name_and_proof(house: World) -> None:
    """Its own address, never its whole domain; an unproven sender is refused."""
    house.receive(
        house.mail(**{"from": "Neue Bibliothek <ill@neue.example>", "subject": "Sendung unterwegs",
                      "text": f"Ihre Bestellung {NUMBERS[1]} wurde heute versandt.\n"}),
        house.mail(**{"from": "X <x@unproven.example>", "subject": "Sendung unterwegs", "sign": False,
                      "text": f"Ihre Bestellung {NUMBERS[1]} wurde heute versandt.\n"}),
    )  # fmt: skip
    maker = rule_maker(house.services)
    with house.services.store.read() as uow:
        unproven, proven = (mail.id for mail in uow.mails.find(limit=2))
    wish = _wish(maker, proven, transaction=NUMBERS[1])
    with pytest.raises(DraftFault, match="no provider that is trusted"):
        maker.draft(proven, wish)
    made = maker.draft(proven, replace(wish, new_provider="neue"))
    assert made.problems == ()
    assert (
        b'addresses = ["ill@neue.example"]' in made.files["providers.toml"] if made.files else maker.files(made.draft)
    )
    with pytest.raises(DraftFault, match="nothing proved"):
        maker.draft(unproven, replace(wish, new_provider="neue"))
