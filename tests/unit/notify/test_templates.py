"""Templates: an operator's own replace the shipped ones, and a slip in one stops the start."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Notices, Office
from maild.domain.errors import ConfigError, TemplateFault
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.rendering import samples, templates
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import NUMBER, sample_parts
from maild.resources import data_folder

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def own(tmp_path: Path, name: str, text: str) -> Renderer:
    """A renderer with one overriding template."""
    (tmp_path / name).write_text(text, "utf-8")
    return Renderer(Office(), Notices(templates=str(tmp_path)), KEY)


def test_an_own_template_overrides_one_file(tmp_path: Path) -> None:
    """File by file: the rest stays as shipped."""
    renderer = own(tmp_path, "cancelled.en.txt.j2", "Off: {{ number }}\n")
    message = renderer.render(sample_parts(NoticeKind.CANCELLED, "en"), message_id="<n@maild.example>", date=NOW)
    mail = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = (part.get_content() for part in mail.iter_parts())
    assert f"Off: {NUMBER}" in text
    assert "Your request is cancelled" in html


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "cancelled.en.txt.j2",
            "one\n{{ nmber }}\n",
            r"cancelled\.en\.txt\.j2:2: .*'nmber'[\s\S]*remedy: use one of: .*number",
        ),
        ("cancelled.en.txt.j2", "{% if x %}\n", r"cancelled\.en\.txt\.j2:\d: "),
        ("cancelled.en.html.j2", "{{ rows }}", r"'rows'"),
        ("_frame.en.txt.j2", "{{ number }}", r"'number'"),
        ("canceled.en.txt.j2", "x", r"overrides nothing"),
    ],
)
def test_a_slip_in_an_own_template_stops_the_start(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Named by file, line, variable and remedy, before any notice is due."""
    with pytest.raises(TemplateFault, match=said):
        own(tmp_path, name, text)


def test_a_slip_in_an_attribute_is_found_by_the_check(tmp_path: Path) -> None:
    """What only writing can show is shown by check(), with file and line."""
    renderer = own(tmp_path, "cancelled.en.txt.j2", "one\n{{ office.fax }}\n")
    with pytest.raises(TemplateFault, match=r"cancelled\.en\.txt\.j2:2: .*fax"):
        renderer.check(date=NOW)


def test_a_missing_shipped_template_stops_the_start(tmp_path: Path) -> None:
    """An incomplete installation is said as such."""
    for file in (data_folder("templates") / "notice").glob("*.j2"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "unfilled.en.html.j2").unlink()
    with pytest.raises(TemplateFault, match=r"unfilled\.en\.html\.j2: no such template"):
        Renderer(Office(), Notices(), KEY, templates=tmp_path)


def test_a_missing_own_folder_stops_the_start() -> None:
    """The option is named."""
    with pytest.raises(TemplateFault, match=r"notices\.templates"):
        Renderer(Office(), Notices(templates="/nonexistent/folder"), KEY)


def test_a_new_kind_is_told_where_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its variables or its sample a kind of notice names the file to complete, and stops the start."""
    monkeypatch.setattr(templates, "CONTEXT", {})
    with pytest.raises(TemplateFault, match=r"maild/notify/writing/compose\.py"):
        Renderer(Office(), Notices(), KEY)
    monkeypatch.setattr(samples, "_DATA", {})
    with pytest.raises(ConfigError, match=r"notice pick_up: .*maild/notify/rendering/samples\.py"):
        sample_parts(NoticeKind.PICK_UP)
