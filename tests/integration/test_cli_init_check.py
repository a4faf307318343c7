"""maild init and maild check against real servers, and the way from nothing to a settled mail."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.config import Settings, facts
from maild.doctor import Level, examine
from maild.doctor.model import Check
from maild.settings import Loaded, load
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.integration
Cli = Callable[..., tuple[int, str, str]]
ADDRESS, PASSWORD = "office@lib.example", "a secret, with blanks"


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs a command in this process, in an empty folder: (exit code, output, error output)."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)

    def call(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = run([str(arg) for arg in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Dovecot, SmtpServer]]:
    """IMAP with a password, SMTP without."""
    with Dovecot({ADDRESS: PASSWORD}) as imap, SmtpServer() as smtp:
        yield imap, smtp


def _answers(tmp_path: Path, imap: Dovecot, smtp: SmtpServer, password: str = PASSWORD) -> list[object]:
    """The options that answer init's questions."""
    file = tmp_path / "typed"
    file.write_text(password + "\n")
    return [
        "--non-interactive", "--dir", tmp_path / "etc", "--state", tmp_path / "var", "--address", ADDRESS,
        "--imap-host", "127.0.0.1", "--imap-port", imap.imaps_port, "--imap-password-file", file,
        "--imap-ca-file", imap.ca_file, "--smtp-host", smtp.host, "--smtp-port", smtp.port,
        "--smtp-security", "none", "--smtp-user", "", "--authserv-id", "mx.lib.example",
    ]  # fmt: skip


def test_init_writes_what_run_needs(cli: Cli, servers: tuple[Dovecot, SmtpServer], tmp_path: Path) -> None:
    """File and secrets of mode 0600, logins tried, complete for `run`, no password in the file; never replaced."""
    answers = _answers(tmp_path, *servers)
    code, out, err = cli("init", *answers)
    assert code == 0, err
    assert "IMAP: login works" in err
    assert "SMTP: login works" in err
    target = tmp_path / "etc/maild.toml"
    assert str(target) in out
    for path in (target, *(tmp_path / "etc/secrets").iterdir()):
        assert path.stat().st_mode & 0o777 == 0o600, path
    assert PASSWORD not in target.read_text()
    found = load(target, {})
    (warning,) = found.warnings  # the address is this office's, and nothing else is said yet
    assert "bank_account" in warning.what
    assert "bank_account" in out
    shipped = facts()["office"]
    own = asdict(found.settings.office)
    assert {name for name, value in shipped.items() if value and own[name] == value} == {
        "system_address", "timezone", "transfer_item"
    }  # fmt: skip
    assert found.settings.mailbox[0].password.reveal() == PASSWORD
    assert len(found.settings.matching.token_key.reveal()) == 64
    assert found.settings.authentication.authserv_id == "mx.lib.example"

    before = {path: path.read_bytes() for path in (tmp_path / "etc").rglob("*") if path.is_file()}
    code, _, err = cli("init", *answers)
    assert code == 2
    assert "--force" in err
    assert before == {path: path.read_bytes() for path in (tmp_path / "etc").rglob("*") if path.is_file()}
    key = (tmp_path / "etc/secrets/matching.token_key").read_bytes()
    assert cli("init", *answers, "--force")[0] == 0
    assert (tmp_path / "etc/secrets/matching.token_key").read_bytes() == key, "tokens that are out stay good"


def test_enter_takes_nobody_elses_office(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is offered is no other office's; without a person what is lacking is asked for by its option."""
    offered: dict[str, object] = {}

    def prompt(question: str, default: object = None, **more: object) -> object:
        offered[question] = default
        return ADDRESS if "address" in question else "mail.lib.example" if default is None else default

    monkeypatch.setattr("typer.prompt", prompt)
    code, _, err = cli("init", "--no-test", "--dir", tmp_path / "etc", "--state", tmp_path / "var")
    assert code == 0, err
    assert [question for question, default in offered.items() if default is None] == [
        "The office's mail address", "IMAP server", "SMTP server"
    ]  # fmt: skip
    assert not [default for default in offered.values() if "zju" in str(default)]
    made = load(tmp_path / "etc/maild.toml", {}).settings
    assert (made.mailbox[0].host, made.mailbox[0].user) == ("mail.lib.example", ADDRESS)
    folder = ["--no-test", "--non-interactive", "--dir", tmp_path / "new", "--state", tmp_path / "var"]
    for said, lacking in (([], "--address"), (["--address", ADDRESS], "--imap-host")):
        code, _, err = cli("init", *folder, *said)
        assert (code, lacking in err) == (2, True), err
    code, _, err = cli("--config", tmp_path / "a.toml", "init", *folder, "--address", ADDRESS)
    assert code == 2
    assert "--dir" in err
    assert not (tmp_path / "new").exists()


def test_init_with_a_wrong_password_writes_nothing(
    cli: Cli, servers: tuple[Dovecot, SmtpServer], tmp_path: Path
) -> None:
    """The server's no is told, and does not lie about as a half-made configuration."""
    code, _, err = cli("init", *_answers(tmp_path, *servers, password="wrong"))
    assert code == 1
    assert "IMAP" in err
    assert "wrong" not in err
    assert not (tmp_path / "etc").exists()


def test_check_of_a_fresh_office(
    cli: Cli, servers: tuple[Dovecot, SmtpServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line has a level and, unless ok, a remedy; a fresh office has no error. init made its folders."""
    imap, smtp = servers
    assert cli("init", *_answers(tmp_path, imap, smtp))[0] == 0
    # No DNS here: a server that does not answer is a warning, not an error.
    monkeypatch.setenv("MAILD_AUTHENTICATION__NAMESERVERS", "127.0.0.1:9")
    monkeypatch.setenv("MAILD_AUTHENTICATION__DNS_TIMEOUT_SECONDS", "0.2")
    imap.doveadm("mailbox", "create", "-u", ADDRESS, "Sent")
    monkeypatch.setenv("MAILD_SMTP__SENT_FOLDER", "Sent")
    code, out, err = cli("check", "--json", "--config", tmp_path / "etc/maild.toml")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0, (rows, err)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row)
        assert row["level"] == "ok" or row["remedy"], row
    assert {"settings", "configuration", "database", "blobs", "disk", "rules", "templates", "clock", "imap office",
            "sent folder", "smtp", "dkim", "spf", "dmarc"} <= set(by_name)  # fmt: skip
    assert "TLS" in by_name["imap office"][0]["detail"]
    assert by_name["spf"][0]["level"] == "warning"
    assert by_name["requests"][0]["level"] == "warning", "no provider has a contact yet"
    assert not (tmp_path / "var/maild.db").exists(), "check changes nothing"
    assert cli("check", "--config", tmp_path / "etc/maild.toml", "--offline")[0] == 0


def test_check_without_a_configuration(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It names `maild init`; what keeps many checks from being made is told a person once, a program for each."""
    monkeypatch.setenv("MAILD_STORE__URL", f"sqlite:///{tmp_path}/none/maild.db")
    code, out, _ = cli("check", "--json", "--offline")
    rows = [json.loads(line) for line in out.splitlines()]
    faults = [row["detail"] for row in rows if row["level"] == "error"]
    assert code == 1
    assert len(faults) > len(set(faults)) > 1
    code, out, _ = cli("check", "--offline")
    assert code == 1
    assert [sum(f" {fault}\n" in line for line in out.splitlines(keepends=True)) for fault in set(faults)] == [1] * len(
        set(faults)
    )
    monkeypatch.delenv("MAILD_STORE__URL")
    found = next(iter(examine(Loaded(settings=Settings()), Services(Settings()), network=False)))
    assert (found.name, found.level, "maild init" in found.remedy) == ("settings", Level.WARNING, True)


def test_check_tells_a_dead_server(
    cli: Cli, servers: tuple[Dovecot, SmtpServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 1; the other checks are made all the same, so that of a folder for copies which no server marks."""
    monkeypatch.setenv("MAILD_SMTP__SENT_FOLDER", "auto")
    imap, smtp = servers
    (tmp_path / "var").mkdir()
    answers = [*_answers(tmp_path, imap, smtp), "--no-test", "--smtp-port", 9]
    assert cli("init", *answers)[0] == 0
    code, out, _ = cli("check", "--json", "--config", tmp_path / "etc/maild.toml")
    found = [(row["name"], row["level"]) for row in map(json.loads, out.splitlines())]
    assert code == 1
    assert ("smtp", "error") in found
    assert ("sent folder", "error") in found
    assert ("imap office", "ok") in found
    assert ("imap office", "warning") in found, "the test server's certificate ends in two days"


class _Zone:
    """Answers for the doctor's questions."""

    def __init__(self, **answers: tuple[str, ...] | None) -> None:
        self.answers = {name.replace("__", "."): value for name, value in answers.items()}

    def txt(self, names: Any) -> dict[str, tuple[str, ...] | None]:
        return {name: self.answers.get(name, ()) for name in names}


def _dns(settings: Settings, zone: dict[str, tuple[str, ...] | None]) -> dict[str, Check]:
    made = Services(settings, resolver=_Zone(**{name.replace(".", "__"): v for name, v in zone.items()}))
    loaded = Loaded(settings=settings, file=None, warnings=())
    try:
        return {check.name: check for check in examine(loaded, made)}
    finally:
        made.close()


def test_check_of_dns(tmp_path: Path) -> None:
    """Our own key, another key, two SPF records: told apart."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = tmp_path / "dkim.pem"
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(*form))
    base = Settings()
    settings = replace(
        base,
        office=replace(base.office, address=ADDRESS),
        smtp=replace(base.smtp, user="u", dkim_domain="lib.example", dkim_key_file=str(key)),
        store=replace(base.store, url=f"sqlite:///{tmp_path}/maild.db", blobs=tmp_path / "blobs"),
    )
    signer = Services(settings).signer
    assert signer is not None
    name, record = signer.dns_record()
    good = _dns(
        settings, {name: (record,), "lib.example": ("v=spf1 -all",), "_dmarc.lib.example": ("v=DMARC1; p=none",)}
    )
    assert {good[n].level for n in ("dkim", "spf", "dmarc")} == {Level.OK}

    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(*form))
    bad = _dns(settings, {name: (record,), "lib.example": ("v=spf1 -all", "v=spf1 mx -all")})
    assert bad["dkim"].level is Level.ERROR
    assert "p=" in bad["dkim"].remedy, "the record to publish is told"
    assert bad["spf"].level is Level.ERROR
    assert bad["dmarc"].level is Level.WARNING
    gone = _dns(settings, {name: None, "lib.example": None, "_dmarc.lib.example": None})
    assert {gone[n].level for n in ("dkim", "spf", "dmarc")} == {Level.WARNING}, "not known now is not wrong"


def test_init_takes_the_servers_of_a_known_host(cli: Cli, tmp_path: Path) -> None:
    """By name, or by the address; it says what to log in with. Where passwords are not taken, none is asked for."""
    folder = ["--non-interactive", "--no-test", "--state", tmp_path / "var"]
    code, _, err = cli("init", *folder, "--dir", tmp_path / "a", "--address", ADDRESS, "--mail-host", "qiye-163")
    assert code == 0, err
    assert "客户端授权码" in err
    found = load(tmp_path / "a/maild.toml", {}).settings
    assert (found.mailbox[0].host, found.smtp.host, found.smtp.port) == ("imap.qiye.163.com", "smtp.qiye.163.com", 994)
    code, _, err = cli("init", *folder, "--dir", tmp_path / "b", "--address", "office@139.com")
    assert code == 0, err
    assert load(tmp_path / "b/maild.toml", {}).settings.mailbox[0].host == "imap.139.com"
    code, _, err = cli("init", *folder, "--dir", tmp_path / "c", "--address", ADDRESS, "--mail-host", "microsoft")
    assert code == 0, err
    made = load(tmp_path / "c/maild.toml", {}).settings
    assert (made.mailbox[0].login, made.smtp.login, made.smtp.security) == ("oauth", "oauth", "starttls")
    code, _, err = cli("init", *folder, "--dir", tmp_path / "d", "--address", ADDRESS, "--mail-host", "nowhere")
    assert code == 2
    assert "exmail" in err
