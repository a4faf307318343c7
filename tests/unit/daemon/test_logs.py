"""Logs: three shapes, one content, and never a secret or a body."""

from __future__ import annotations

import io
import json
import logging
import os
from pathlib import Path

import pytest

from maild.config import Secret, Smtp
from maild.daemon import logs
from maild.parse import parse_mail

SECRET, BODY = "hunter2-hunter2", "Dear librarian, my password is swordfish"


@pytest.mark.parametrize("shape", ["console", "keyvalue", "json", "auto"])
def test_secrets_and_bodies_never_show(shape: str) -> None:
    """By type, by name, nested, as bytes: struck out in every shape."""
    out = io.StringIO()
    logs.configure(shape, "debug", out)
    logs.get().info(
        "relay", mail=7, password=SECRET, smtp_password=SECRET, key=Secret(SECRET), reply_token=SECRET,
        settings={"api_key": SECRET, "user": "bot"}, options=[Secret(SECRET)], raw=BODY.encode(), body=BODY,
        smtp=Smtp(password=Secret(SECRET)),
    )  # fmt: skip
    text = out.getvalue()
    assert "relay" in text
    assert "7" in text
    assert "bot" in text
    assert SECRET not in text
    assert "swordfish" not in text


def test_json_is_one_object_a_line_in_utf8() -> None:
    """Chinese stays readable, a traceback stays in its line."""
    out = io.StringIO()
    logs.configure("json", "info", out)
    try:
        raise ValueError("坏了")
    except ValueError as error:
        logs.get().error("trouble", where="process", exc_info=error)
    logs.get().debug("not shown")
    (line,) = out.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["where"]) == ("trouble", "error", "process")
    assert "坏了" in said["exception"]
    assert "坏了" in line


def test_standard_logging_takes_the_same_way() -> None:
    """Libraries' warnings come out in our shape; the chatty ones stay quiet even at debug, a reader of bounces too."""
    out = io.StringIO()
    logs.configure("json", "debug", out)
    logging.getLogger("some.library").warning("careful %s", "now")
    logging.getLogger("imapclient").debug("LOGIN bot %s", SECRET)
    parse_mail(b"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\nIt went wrong.\r\n")
    (line,) = out.getvalue().splitlines()
    assert json.loads(line)["event"] == "careful now"


@pytest.mark.parametrize("shape", ["console", "keyvalue", "json"])
def test_multi_line_values_cannot_forge_a_line(shape: str) -> None:
    """A subject with a line feed stays inside its value."""
    out = io.StringIO()
    logs.configure(shape, "info", out)
    logs.get().info("receive", subject="x\nevent=forged level=error")
    assert len(out.getvalue().splitlines()) == 1


def test_lines_to_the_journal_carry_their_priority(tmp_path: Path) -> None:
    """Where the stream is the one that systemd names, each line of a record has its priority; elsewhere none."""
    path = tmp_path / "journal"
    with path.open("w+", encoding="utf-8") as out:
        stat = os.fstat(out.fileno())
        logs.configure("keyvalue", "debug", out, journal_stream=f"{stat.st_dev}:{stat.st_ino}")
        for level in ("debug", "info", "warning", "error"):
            getattr(logs.get(), level)("relay", n=level)
        logging.getLogger("some.library").critical("two\nlines")
        out.flush()
        said = path.read_text("utf-8").splitlines()
    assert [line[:3] for line in said] == ["<7>", "<6>", "<4>", "<3>", "<2>", *["<2>"] * (len(said) - 5)]
    elsewhere = io.StringIO()
    logs.configure("keyvalue", "info", elsewhere, journal_stream=f"{stat.st_dev}:{stat.st_ino}")
    logs.get().error("relay")
    assert not elsewhere.getvalue().startswith("<")
