"""Adding a kind of mail: what CONTRIBUTING shows is done here, word for word, in a copy of maild."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adding.laying import copied, run, tried

pytestmark = pytest.mark.integration

SERVER = "mx.library.example"
PROVEN = f"Authentication-Results: {SERVER}; dkim=pass header.d=zadl.zj.edu.cn\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """maild with the kind of mail that is shown."""
    root = copied("Adding a kind of mail", tmp_path_factory.mktemp("copy"))
    (root / "maild.toml").write_text(f'[authentication]\nauthserv_id = "{SERVER}"\n', "utf-8")
    return root


def test_every_rule_still_finds_its_own(copy: Path) -> None:
    """The new one its two examples; it takes no other rule's."""
    assert " 0 failed" in run(copy, "-m", "maild", "rules", "test")


def test_its_handler_decides_it(copy: Path) -> None:
    """A provider's mail of the kind, from reading to the decision; one whose sender is not proven is another's matter."""
    for language in ("en", "zh"):
        mail = (copy / f"rules/examples/general/closed-{language}.eml").read_text("utf-8")
        (copy / f"{language}.eml").write_text(PROVEN + mail, "utf-8")
        (copy / f"bare-{language}.eml").write_text(mail, "utf-8")
    mails = [f"{beginning}{language}.eml" for language in ("en", "zh") for beginning in ("", "bare-")]
    said = run(copy, "-m", "maild", "--config", "maild.toml", "--json", "explain", "--dns", "none", *mails)
    rows = {row["source"]: row for row in map(json.loads, said.splitlines())}
    for language, day in (("en", "2027-01-08"), ("zh", "2027-02-20")):
        proven, bare = rows[f"{language}.eml"], rows[f"bare-{language}.eml"]
        assert (proven["kind"], proven["decision"]["cause"]) == ("provider_closed", "question")
        assert f"the provider is closed until {day}" in proven["decision"]["reasons"][0]
        assert (bare["kind"], bare["decision"]["cause"]) == ("provider_closed", "unauthenticated")


def test_the_laws_of_the_order_hold_of_it(copy: Path) -> None:
    """Its needs are those that it names; its kind has words in both languages."""
    tried(copy, "tests/unit/domain/test_words.py", "tests/unit/office/test_order.py")
