"""The annotated file and the generated page."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

from maild.config import Mailbox, Secret, Settings
from maild.settings import annotated_toml, load, options_markdown
from maild.settings.schema import sections

ROOT = Path(__file__).parents[3]


def test_annotated_file_of_the_defaults_changes_nothing(tmp_path: Path) -> None:
    """All is commented out; what is commented out says the defaults, so uncommenting changes nothing either."""
    path = tmp_path / "maild.toml"
    path.write_text(annotated_toml(), encoding="utf-8")
    assert load(path, {}).settings == Settings()
    open_text = re.sub(r"^# (\w+ = .*)$", r"\1", annotated_toml(), flags=re.MULTILINE)
    secrets = [
        option.name for section in sections().values() for option in section.options.values() if option.is_secret
    ]
    path.write_text(
        re.sub(rf"^(?:{'|'.join(secrets)})_file = .*$", "", open_text, flags=re.M)
    )  # there are no such files
    found = load(path, {}).settings
    assert found.store == Settings().store
    assert replace(found.mailbox[0], ca_file="") == Settings().mailbox[0]
    assert found.matching == Settings().matching


def test_annotated_file_keeps_what_was_set(tmp_path: Path) -> None:
    """Values survive the way through TOML; secrets are named, never written."""
    box = Mailbox(name="b", host="imap.lib.example", folders=("收件箱", 'a"b'), password=Secret("geheim"), armed=True)
    plain = Settings()
    settings = replace(
        plain,
        mailbox=(plain.mailbox[0], box),
        matching=replace(plain.matching, transaction_number=r"\d{4}'\d+"),
        smtp=replace(plain.smtp, retry_base_seconds=0.25, password=Secret("geheim")),
    )
    text = annotated_toml(settings, {"mailbox.b.password": "pw"})
    assert "geheim" not in text
    assert tomllib.loads(text)["mailbox"][1]["password_file"] == "pw"
    (tmp_path / "pw").write_text("geheim\n")
    path = tmp_path / "maild.toml"
    path.write_text(text, encoding="utf-8")
    assert load(path, {}).settings == replace(settings, smtp=replace(settings.smtp, password=Secret("")))


def test_every_option_is_explained() -> None:
    """Each has a help text, in the annotated file and on the page."""
    toml, page = annotated_toml(), options_markdown()
    for section in sections().values():
        for option in section.options.values():
            assert len(option.help) > 3, option.path
            assert option.help in toml, option.path
            assert f"`{option.name}`" in page, option.path


def test_page_is_current() -> None:
    """docs/configuration.md is what the code says: run `make docs`."""
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == options_markdown()
