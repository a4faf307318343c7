"""No table and no class is forgotten; what is struck out is the person's, and nobody else's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.errors import RuleError
from maild.domain.records.privacy import Person, Sort, keyed, pattern, pseudonym, scrubbed
from maild.domain.records.retention import Class
from maild.office.privacy.erasing import from_lines, to_line
from maild.office.privacy.retention import load_retention
from maild.store.records.wiping import LAW
from maild.store.schema.whole import metadata

DOCS = Path(__file__).parents[2] / "docs"
KEY = "ab" * 32


def test_of_every_table_it_is_said_what_becomes_of_it() -> None:
    """A new table needs a word in maild/store/records/wiping.py: whose it is, and what an erasure does with it."""
    assert set(LAW) == set(metadata.tables)


@pytest.mark.parametrize("page", ["privacy.md", "privacy.zh.md"])
def test_both_pages_say_the_periods_of_the_table(page: str) -> None:
    """Every class with its days as rules/retention.toml has them."""
    said = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) \|", (DOCS / page).read_text("utf-8"), re.MULTILINE))
    table = load_retention()
    assert said == {**{str(one): str(table.keeping[one].days) for one in Class}, "ledger": str(table.ledger.days)}


def test_only_what_means_the_person_is_sought_everywhere() -> None:
    """A short id, a name of two characters or one that others have is not: it stands in other people's rows."""
    li = Person(patron_id="p1", name="李珺", login="li", phone="1", addresses=("li@a.example",), name_is_unique=True)
    assert li.sought() == ("li@a.example",)
    zhao = Person(patron_id="20260001", name="赵启明", login="zhaoqm", name_is_unique=True)
    assert set(zhao.sought()) == {"20260001", "zhaoqm", "赵启明"}
    assert "赵启明" not in Person(name="赵启明", addresses=("z@a.example",)).sought()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from Li@A.example, twice: li@a.example", "from X, twice: X"),
        ("oli@a.example and li@a.example.org", "oli@a.example and li@a.example.org"),
        ("20260001 wrote; not 202600015", "X wrote; not 202600015"),
    ],
)
def test_a_part_of_another_word_is_not_the_person(text: str, left: str) -> None:
    """Addresses and numbers stand by themselves, in any case."""
    found = pattern(["li@a.example", "20260001"])
    assert found
    assert found.sub("X", text) == left


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.text("abc_", min_size=1), inner), max_leaves=30))  # fmt: skip
def test_scrubbed_data_keep_their_shape(data: object) -> None:
    """Lists stay as long, codes stay, sentences go; doing it twice is doing it once."""
    once = scrubbed(data)
    assert scrubbed(once) == once
    assert json.dumps(once)
    if isinstance(data, list):
        assert isinstance(once, list)
        assert len(once) == len(data)


def test_what_was_written_by_a_person_goes_and_codes_stay() -> None:
    """As in a decision's body or a notice's data."""
    body = {"event": "shipped", "reasons": ["王老师说可以"], "title": "茶", "amount": ["38.00", "CNY"], "at": "2026-11-24T10:00:00Z",
            "login": "wang", "fields": {"number": "2026112000114", "payer_account": "62220202"}}  # fmt: skip
    assert scrubbed(body, ["wang"]) == {
        "event": "shipped", "reasons": [""], "title": "", "amount": ["38.00", "CNY"], "at": "2026-11-24T10:00:00Z",
        "login": "", "fields": {"number": "2026112000114", "payer_account": ""},
    }  # fmt: skip


def test_hashes_need_their_key_and_do_not_mix() -> None:
    """The same value of another sort, or under another key, is another hash; case and blanks do not count."""
    assert keyed(KEY, Sort.ADDRESS, " Li@A.example ") == keyed(KEY, Sort.ADDRESS, "li@a.example")
    assert len({keyed(KEY, Sort.ADDRESS, "x"), keyed(KEY, Sort.PATRON, "x"), keyed("cd" * 32, Sort.PATRON, "x")}) == 3
    assert pseudonym(KEY, "p1") == pseudonym(KEY, "p1") != pseudonym(KEY, "p2")


def test_the_list_beside_the_blobs_is_read_as_it_was_written() -> None:
    """A line that cannot be read stops a restore: whom it names would come back."""
    line = to_line(from_lines([f'{{"at":"2026-11-24T10:00:00+00:00","key":"{KEY}","mail":["aa"]}}'])[0])
    [read] = from_lines([line, ""])
    assert (read.secret, read.digests[Sort.MAIL], read.digests[Sort.PATRON]) == (KEY, ("aa",), ())
    for broken in ("{", "[]", '{"at":"x","key":"ab"}', f'{{"at":"2026-11-24","key":"{KEY}","mail":"aa"}}'):
        with pytest.raises(Exception, match="cannot be read"):
            from_lines([broken])


@pytest.mark.parametrize("text", ["[mail]\ndays = -1\n", "[mial]\ndays = 1\n", "[ledger]\ndays = 9\n", 'run = "yes"\n',
                                  "[mail]\ndays = true\n", '[mail]\nwhy = ["one"]\n', "[mail]\nyears = 3\n"])  # fmt: skip
def test_a_broken_table_says_where(text: str, tmp_path: Path) -> None:
    """File, line and key; no period is guessed."""
    (tmp_path / "retention.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=r"retention\.toml:\d"):
        load_retention(str(tmp_path))
