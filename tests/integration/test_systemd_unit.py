"""The unit files as systemd sees them: silent verification, hardening score, and promises kept to the daemon."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from maild.config import Daemon

FOLDER = Path(__file__).parents[2] / "systemd"
UNIT = FOLDER / "maild.service"
UNITS = (UNIT, FOLDER / "maild-console.service")
BACKUP = FOLDER / "maild-backup.service"
PATRONS = FOLDER / "maild-patrons.service"
UPGRADE = FOLDER / "maild-upgrade.service"


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze; without it the test fails and says what to install."""
    assert shutil.which("systemd-analyze"), "systemd-analyze is missing: apt-get install systemd"
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(params=(*UNITS, BACKUP, PATRONS, UPGRADE), ids=lambda path: path.stem)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit with a program that exists here in place of /usr/bin/maild."""
    original: Path = request.param
    copy = tmp_path / original.name
    text = original.read_text()
    assert "ExecStart=/usr/bin/maild " in text
    copy.write_text(text.replace("=/usr/bin/maild ", f"={shutil.which('true')} "))
    return copy


def options(unit: Path = UNIT) -> dict[str, list[str]]:
    """A unit's assignments, by name."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        if match := re.fullmatch(r"([A-Z][A-Za-z]+)=(.*)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


def test_verify_is_silent(unit: Path) -> None:
    """systemd knows every key (an unknown one exits 0 and only says so)."""
    run = analyze("verify", str(unit))
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_verify_would_speak(unit: Path) -> None:
    """The silence means something: a misspelt key is told."""
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHomes="))
    assert "ProtectHomes" in analyze("verify", str(unit)).stderr


def test_hardened(unit: Path) -> None:
    """Exposure at most 2.0."""
    run = analyze("security", "--offline=true", "--threshold=20", "--no-pager", str(unit))
    assert run.returncode == 0, run.stdout[-400:]


def test_promises_between_unit_and_daemon() -> None:
    """Time to drain, a watchdog slower than its feeding, reload by SIGHUP, no restart on a wrong configuration."""
    said = options()
    assert said["Type"] == ["notify-reload"]
    assert float(said["TimeoutStopSec"][0]) > Daemon().drain_seconds + 5
    assert float(said["WatchdogSec"][0]) >= 4 * 5.0
    assert said["ExecReload"] == ["/usr/bin/maild --config /etc/maild/maild.toml reload --sent"]
    assert said["RestartPreventExitStatus"] == ["2"]
    assert said["StateDirectory"] == ["maild"]


def test_the_backup_has_two_secrets_and_a_timer(tmp_path: Path) -> None:
    """It is given the passwords of database and store alone, may open no namespace, and runs each night, made up where it was missed."""
    said = options(BACKUP)
    assert said["ImportCredential"] == [
        "maild.store.password:store.password",
        "maild.backup.s3_secret_key:backup.s3_secret_key",
    ]
    assert (said["RestrictNamespaces"], said["Type"]) == (["yes"], ["oneshot"])
    assert [line.rpartition("maild.toml ")[2] for line in said["ExecStart"]] == ["backup"]
    # However it went: bytes that are lost for good make each backup say so, and what is old has to go all the same.
    assert [line.rpartition("maild.toml ")[2] for line in said["ExecStopPost"]] == ["backup --prune"]
    timer = options(FOLDER / "maild-backup.timer")
    assert (timer["OnCalendar"], timer["Persistent"]) == (["*-*-* 02:30"], ["true"])
    run = analyze("calendar", timer["OnCalendar"][0])
    assert run.returncode == 0, run.stderr


def test_the_directory_is_asked_once_a_day_and_gets_no_other_secret() -> None:
    """The passwords of database and directory alone; at an hour that systemd understands, made up where it was missed."""
    said, timer = options(PATRONS), options(FOLDER / "maild-patrons.timer")
    assert said["ImportCredential"] == ["maild.store.password:store.password", "maild.ldap.password:ldap.password"]
    assert [line.rpartition("maild.toml ")[2] for line in said["ExecStart"]] == ["import patrons --ldap"]
    assert timer["Persistent"] == ["true"]
    assert analyze("calendar", timer["OnCalendar"][0]).returncode == 0


def test_the_console_has_no_mailbox_password() -> None:
    """It reads no mailbox: it is not given what it does not need."""
    given = options(UNITS[1])["ImportCredential"]
    assert not any("mailbox" in value or "webhook" in value for value in given)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_workers_may_confine_themselves(path: Path) -> None:
    """The namespaces and calls that the reader workers use to lock themselves in are left to them."""
    said = options(path)
    assert set(said["RestrictNamespaces"][0].split()) == {"user", "net"}
    allowed = said["SystemCallFilter"][0].split()
    assert {"@system-service", "@sandbox", "unshare"} <= set(allowed)
    assert said["SystemCallErrorNumber"] == ["EPERM"]


def test_credentials_are_the_secret_options() -> None:
    """Every secret option can come as a credential of a unit that needs it, and every credential is an option."""
    from dataclasses import fields

    from maild.config import Settings

    imported = {
        value.partition(":")[2] for unit in (*UNITS, BACKUP, PATRONS) for value in options(unit)["ImportCredential"]
    }
    secrets = set()
    for section in fields(Settings):
        kind = "Mailbox" if section.name == "mailbox" else section.name.capitalize()
        from maild import config

        for option in fields(getattr(config, kind)):
            if option.metadata.get("secret_file"):
                secrets.add("mailbox." if section.name == "mailbox" else f"{section.name}.{option.name}")
    # Restoring is done by hand: no unit is able to read the backups.
    assert imported == secrets - {"backup.secret_key"}


def test_sysusers_and_tmpfiles(tmp_path: Path) -> None:
    """Both files are understood by their programs, in an empty root."""
    for folder in ("etc", "usr/lib", "var/lib", "run"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for program, file in (("systemd-sysusers", "maild.sysusers.conf"), ("systemd-tmpfiles", "maild.tmpfiles.conf")):
        assert shutil.which(program), f"{program} is missing: apt-get install systemd"
        create = ["--create"] if program == "systemd-tmpfiles" else []
        command = [program, *create, f"--root={tmp_path}", str(FOLDER / file)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert run.returncode == 0, run.stderr
    assert "maild:" in (tmp_path / "etc/passwd").read_text()
    assert (tmp_path / "var/lib/maild").stat().st_mode & 0o777 == 0o700
