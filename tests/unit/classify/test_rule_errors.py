"""Broken rule files: each names file, line where possible, field, reason and a remedy."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from maild.classify.reading.row_words import LISTS as ROW_LISTS
from maild.classify.rules.load import load, load_words
from maild.classify.rules.suppliers import tree_of
from maild.domain.errors import ConfigError, RuleError
from maild.resources import data_folder
from tests.unit.classify.classify_mails import NUMBER

GOOD = """title = "Ours"
party = "patron"
kind = "thanks"

[when]
text = ['danke']
"""
LARGE = r"(?:\pL{1000}|x)\pL{900}\pL{999}\pL{999}"  # it can be parsed, but not compiled
BROKEN = [
    ("99-x.toml", GOOD + "\n[[[", r"99-x\.toml:\d+: not TOML"),
    ("99-x.toml", GOOD + "colour = 1\n", r"when\.colour: unknown key"),
    ("99-x.toml", "colour = 1\n" + GOOD, r"99-x\.toml:1: colour: unknown key"),
    ("99-x.toml", GOOD.replace("danke", "(danke"), r"99-x\.toml:6: when\.text: not an RE2 pattern"),
    ("99-x.toml", GOOD.replace("danke", "(?<=a)b"), r"not an RE2 pattern.*\(\?<"),
    ("99-x.toml", GOOD.replace("danke", r"\Wok"), r"takes Chinese characters"),
    ("99-x.toml", GOOD.replace("danke", LARGE), r"99-x\.toml:6: when\.text: not an RE2 pattern.*too large"),
    ("99-x.toml", GOOD.replace("text", "says").replace("danke", LARGE), r"when\.says: not an RE2 pattern.*too large"),
    ("99-x.toml", GOOD.replace("'danke'", "'@nothing.here'"), r"no word list @nothing\.here"),
    ("99-x.toml", GOOD.replace("['danke']", "'danke'"), r"when\.text: must be a list"),
    ("99-x.toml", GOOD.replace("['danke']", "['']"), r"none of them empty"),
    ("99-x.toml", GOOD.replace('"thanks"', '"gratitude"'), r"99-x\.toml:3: kind: unknown value 'gratitude'"),
    ("99-x.toml", GOOD.replace('"patron"', '"reader"'), r"99-x\.toml:2: party: unknown value"),
    ("99-x.toml", GOOD.replace('title = "Ours"\n', ""), r"title: missing"),
    ("99-x.toml", GOOD.replace('kind = "thanks"\n', ""), r"kind: a rule needs exactly one"),
    ("99-x.toml", GOOD.replace('kind = "thanks"', 'kind = "thanks"\nreader = "status"'), r"exactly one"),
    ("99-x.toml", GOOD.replace('kind = "thanks"', 'reader = "tea-leaves"'), r"unknown reader 'tea-leaves'"),
    ("99-x.toml", GOOD.replace('"patron"', '"provider"\nprovider = "nowhere"'), r"unknown provider 'nowhere'"),
    ("99-x.toml", GOOD.replace('"patron"', '"provider"'), r"provider: must be a string"),
    ("99-x.toml", GOOD.replace('"patron"', '"patron"\nprovider = "calis"'), r"of party patron has no provider"),
    ("99-x.toml", GOOD.replace('"thanks"', '"shipped"\nevent = "unfilled"'), r"event: .*not what happened"),
    ("99-x.toml", GOOD.replace('"thanks"', '"thanks"\nstop = "no"'), r"stop: must be true or false"),
    ("99-x.toml", GOOD + '\n[who]\nunauthenticated = "maybe"\n', r"99-x\.toml:9: who\.unauthenticated"),
    ("99-x.toml", GOOD + "\n[fields.x]\n", r"fields\.x: needs a label, pattern, css, link or values"),
    ("99-x.toml", GOOD + "\n[fields.x]\nlabel = ['a']\ntype = 'colour'\n", r"99-x\.toml:10: fields\.x\.type"),
    ("99-x.toml", GOOD + "\n[fields.x]\nlabel = ['a']\nwhere = 'sky'\n", r"fields\.x\.where: 'sky'"),
    ("99-x.toml", GOOD + "\n[fields.x]\ncss = ['td[']\n", r"not a CSS selector"),
    (
        "99-x.toml",
        GOOD + '\n[[examples]]\nmail = "no.eml"\nkind = "thanks"\n',
        r"99-x\.toml:9: .*no mail examples/no\.eml",
    ),
    ("99-x.toml", GOOD.replace('kind = "thanks"', '[kind_from]\nfield = "s"\nwords = "status"'), r"has no field 's'"),
    ("my-rule.toml", GOOD, r"not a rule file by its name"),
    ("99-x.toml", b'title = "\xc4\xe3"\n', r"not UTF-8"),
    ("words/mine.toml", "list = ['(']\n", r"mine\.toml:1: list: not an RE2 pattern"),
    ("words/mine.toml", f"list = ['{LARGE}']\n", r"mine\.toml:1: list: not an RE2 pattern.*too large"),
    ("words/mine.toml", "list = 'a'\n", r"list: must be a list of patterns"),
    ("words/mine.toml", "a = ['@mine.b']\nb = ['@mine.a']\n", r"refers to itself"),
    ("words/hedges.toml", "negation = ['no']\n", r"hedges\.toml: missing: .*question"),
    ("words/status.toml", "shiped = ['x']\n", r"shiped"),
    ("providers.toml", "[x]\nname_en = 'X'\n", r"neither domains nor addresses"),
    ("providers.toml", "[x]\ndomains = ['x@y.z']\n", r"is no domain"),
    ("providers.toml", "[x]\ndomain = ['y.z']\n", r"providers\.toml:2: x\.domain: unknown key"),
    ("providers.toml", "[x]\ndomains = ['calis.edu.cn']\n", r"belongs to both"),
]


@pytest.mark.parametrize(("name", "text", "message"), BROKEN, ids=range(len(BROKEN)))
def test_broken_file(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    """The start stops, and the message leads to the fault."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RuleError, match=message) as caught:
        load(tmp_path, NUMBER)
    assert caught.value.remedy


def test_good_file(tmp_path: Path) -> None:
    """The file that the broken ones derive from loads."""
    (tmp_path / "99-x.toml").write_text(GOOD, "utf-8")
    assert load(tmp_path, NUMBER).rules[-1].name == "99-x"


def test_missing_folder(tmp_path: Path) -> None:
    """A configured folder that is not there is an error, not an empty folder."""
    with pytest.raises(ConfigError, match=r"rules\.folder"):
        load(tmp_path / "none", NUMBER)


def test_bad_transaction_number() -> None:
    """The office's own pattern is checked too."""
    with pytest.raises(ConfigError, match=r"matching\.transaction_number"):
        load(None, "(?=x)")


@pytest.mark.parametrize("name", ROW_LISTS)
def test_each_list_about_rows_is_looked_at(tmp_path: Path, name: str) -> None:
    """A list that is missing, none, or no pattern stops the start, with its file, line and name."""
    shipped = (data_folder("rules") / "words" / "rows.toml").read_text("utf-8")
    lists = tomllib.loads(shipped)
    own = tmp_path / "words" / "rows.toml"
    own.parent.mkdir()
    for value, message in (
        (None, rf"rows\.toml: missing: {name}"),
        ("x", "must be a list"),
        (["x", "(x"], "not an RE2"),
    ):
        lists[name] = value
        said = [f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in lists.items() if each is not None]
        own.write_text("\n".join(said), "utf-8")
        where = "" if value is None else rf"rows\.toml:{[*lists].index(name) + 1}: {name}: "
        with pytest.raises(RuleError, match=where + ".*" + message):
            load_words(tree_of(tmp_path))


def test_no_list_about_rows_is_unknown() -> None:
    """The engine asks for each list that is shipped, or another list is made of it."""
    lists = tomllib.loads((data_folder("rules") / "words" / "rows.toml").read_text("utf-8"))
    parts = {entry.removeprefix("@rows.") for entries in lists.values() for entry in entries if entry[0] == "@"}
    assert {*lists} == {*ROW_LISTS} | parts
