"""Options from file, environment, secret files and systemd credentials."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import pytest

from maild.config import UNSET, Secret, Settings, facts
from maild.settings import SettingsError, load, load_settings
from maild.settings.checks import value_faults
from maild.settings.schema import Option, sections
from tests.cases import each


def _file(folder: Path, text: str) -> Path:
    path = folder / "maild.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _private(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No ./maild.toml lies about."""
    monkeypatch.chdir(tmp_path)


def test_nothing_at_all_gives_the_defaults() -> None:
    """explain works with no file and no variable."""
    found = load(None, {})
    assert found.settings == Settings()
    assert found.file is None
    assert found.warnings == ()


def test_default_file_in_the_working_folder(tmp_path: Path) -> None:
    """./maild.toml is found without --config."""
    _file(tmp_path, '[smtp]\nhost = "here.example"\n')
    assert load_settings(None, {}).smtp.host == "here.example"


def test_a_file_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    """--config NAME never falls back to another file."""
    _file(tmp_path, "")
    with pytest.raises(SettingsError, match="cannot read the configuration"):
        load_settings(tmp_path / "other.toml", {})


SPECIAL = {
    "office.address": "a@x.example", "office.system_address": "b@x.example", "office.timezone": "UTC",
    "store.url": "sqlite:///x.db", "authentication.nameservers": "192.0.2.1,2001:db8::1",
    "notices.templates": "/", "rules.folder": "/", "notices.quiet_hours": "22:00-07:00",
    "notices.daily_at": "7:15", "staff.digest_at": "7:15",
    "webhook.url": "https://x.example/hook", "traces.endpoint": "http://127.0.0.1:4318/v1/traces",
    "webhook.secret": "whsec_MDEyMzQ1Njc4OWFiMDEyMzQ1Njc4OWFi",
    **{f"alarm.{road}": "https://x.example/robot?key=k" for road in ("wecom", "dingtalk", "feishu", "webhook", "heartbeat")},
    "smtp.sent_mailbox": "office", "ldap.url": "ldaps://x.example",
    "smtp.bounce": "office+{token}@x.example",
    "oauth.token_url": "https://x.example/token", "oauth.device_url": "https://x.example/device",
    "metrics.listen": "127.0.0.1:9830", "metrics.console_listen": "[::1]:9831",
    "console.listen": "127.0.0.1:9000", "console.public_url": "https://x.example/ill", "console.session_hours": "24",
    "console.trusted_proxies": "127.0.0.1", "oidc.issuer": "https://x.example",
}  # fmt: skip


def _other_than_default(option: Option) -> str:
    """A text that sets the option to something else than its default."""
    if option.path in SPECIAL:
        return SPECIAL[option.path]
    if choices := option.meta.get("choices"):
        return next(choice for choice in choices if choice != option.default)
    if option.kind is bool:
        return str(not option.default)
    if option.kind in (int, float):
        low = option.meta.get("minimum", 0)
        return str(low if low != option.default else low + 1)
    return {str: "x.example", Path: "/srv/x", Secret: "x" * 40, tuple: "a, b"}[option.kind]


@each("option", [o for s in sections().values() for o in s.options.values()], ids=lambda o: o.path)
def test_every_option_can_come_from_the_environment(option: Option) -> None:
    """MAILD_SECTION__NAME sets each option of each section, in its type."""
    environ = {"MAILD_SMTP__DKIM_DOMAIN": "y.example", "MAILD_SMTP__DKIM_KEY_FILE": "/k"}
    if option.section == "console":  # what some of its options cannot be without
        environ |= {"MAILD_CONSOLE__TRUSTED_PROXIES": "127.0.0.2", "MAILD_OIDC__ISSUER": "https://x.example"}
    if option.section in ("console", "oidc"):
        environ |= {"MAILD_OIDC__CLIENT_ID": "us"}
    if option.section == "ldap":
        environ |= {"MAILD_LDAP__BASE": "dc=example"}
    environ[f"MAILD_{option.section}__{option.name}".upper()] = _other_than_default(option)
    found = getattr(load_settings(None, environ), option.section)
    value = getattr(found[0] if isinstance(found, tuple) else found, option.name)
    assert value != option.default
    assert isinstance(value, option.kind)


def test_environment_beats_file(tmp_path: Path) -> None:
    """The file's value gives way, its neighbours stay."""
    path = _file(tmp_path, '[smtp]\nhost = "file.example"\nport = 25\n')
    smtp = load_settings(path, {"MAILD_SMTP__HOST": "environment.example"}).smtp
    assert (smtp.host, smtp.port) == ("environment.example", 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("INBOX", ("INBOX",)), ("a, b/c ,", ("a", "b/c")), ('["a,b", "收件箱"]', ("a,b", "收件箱"))],
)
def test_lists_from_the_environment(text: str, expected: tuple[str, ...]) -> None:
    """Words between commas, or JSON where a comma belongs to a value."""
    assert load_settings(None, {"MAILD_MAILBOX__FOLDERS": text}).mailbox[0].folders == expected


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("ON", True), ("no", False), ("False", False)])
def test_booleans_from_the_environment(text: str, expected: bool) -> None:
    """The usual words, in any case."""
    assert load_settings(None, {"MAILD_SMTP__ARMED": text}).smtp.armed is expected


def test_mailboxes_by_index(tmp_path: Path) -> None:
    """Without an index the first is meant; an index one past the end adds a mailbox."""
    path = _file(tmp_path, '[[mailbox]]\nname = "one"\n[[mailbox]]\nname = "two"\n')
    boxes = load_settings(path, {
        "MAILD_MAILBOX__HOST": "a.example", "MAILD_MAILBOX__1__HOST": "b.example", "MAILD_MAILBOX__2__NAME": "three",
    }).mailbox  # fmt: skip
    assert [(box.name, box.host) for box in boxes] == [
        ("one", "a.example"),
        ("two", "b.example"),
        ("three", Settings().mailbox[0].host),
    ]


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    """Wherever maild is started."""
    folder = tmp_path / "etc"
    (folder / "rules").mkdir(parents=True)
    _private(folder / "pw", "secret")
    text = '[rules]\nfolder = "rules"\n[store]\nblobs = "blobs"\npassword_file = "pw"\n[smtp]\nca_file = "/abs.pem"\n'
    found = load_settings(_file(folder, text), {})
    assert found.rules.folder == str(folder / "rules")
    assert found.store.blobs == folder / "blobs"
    assert found.store.password.reveal() == "secret"
    assert found.smtp.ca_file == "/abs.pem"


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_secret_file_without_its_line_end(tmp_path: Path, ending: str) -> None:
    """The line end is the editor's, spaces are the password's."""
    _private(tmp_path / "pw", " pass word " + ending)
    found = load(None, {"MAILD_SMTP__PASSWORD_FILE": str(tmp_path / "pw")})
    assert found.settings.smtp.password.reveal() == " pass word "
    assert found.warnings == ()


def test_secret_file_open_to_others_is_warned_of(tmp_path: Path) -> None:
    """Mode 0640 works, and says so."""
    _private(tmp_path / "pw", "secret").chmod(0o640)
    (warning,) = load(None, {"MAILD_SMTP__PASSWORD_FILE": str(tmp_path / "pw")}).warnings
    assert "can be read by others" in warning.what
    assert "chmod 600" in warning.remedy


def test_secret_in_the_file_is_warned_of_and_not_shown(tmp_path: Path) -> None:
    """It works; the warning names the line, not the value."""
    found = load(_file(tmp_path, '[smtp]\npassword = "geheim"\n'), {})
    assert found.settings.smtp.password.reveal() == "geheim"
    (warning,) = found.warnings
    assert warning.source.endswith("maild.toml:2")
    assert "geheim" not in str(warning) + repr(found) + f"{found.settings.smtp.password}"


def test_systemd_credentials(tmp_path: Path) -> None:
    """section.option for all, mailbox.NAME.option for each mailbox; the file and the environment are stronger."""
    for name, text in {"smtp.password": "s", "mailbox.office.password": "a", "mailbox.second.password": "b",
                       "matching.token_key": "k" * 40, "store.password": "weak"}.items():  # fmt: skip
        (tmp_path / name).write_text(text + "\n")
    path = _file(tmp_path, '[[mailbox]]\n[[mailbox]]\nname = "second"\n')
    found = load_settings(path, {"CREDENTIALS_DIRECTORY": str(tmp_path), "MAILD_STORE__PASSWORD": "strong"})
    assert [box.password.reveal() for box in found.mailbox] == ["a", "b"]
    assert found.smtp.password.reveal() == "s"
    assert found.store.password.reveal() == "strong"


def test_an_endless_secret_file_ends() -> None:
    """/dev/zero is refused after a few bytes."""
    with pytest.raises(SettingsError, match="more than 65536 bytes"):
        load_settings(None, {"MAILD_SMTP__PASSWORD_FILE": "/dev/zero"})


@each("name", [name for name in facts()["office"] if name not in ("address", "timezone")])
def test_sending_waits_for_every_fact_of_the_office(name: str) -> None:
    """None may reach a reader as not set; that there is none is said by nothing."""
    unset, none = (UNSET,) if name == "phones" else UNSET, () if name == "phones" else ""
    armed = replace(Settings().smtp, armed=True)
    for value, faults in ((unset, 1), (none, 0), (facts()["office"][name], 0)):
        office = replace(Settings().office, **{name: value})
        found = [
            one.what for one in value_faults(replace(Settings(), office=office, smtp=armed)) if "armed" in one.option
        ]
        assert len(found) == faults, value
        assert all(name in what for what in found)


def test_all_faults_at_once(tmp_path: Path) -> None:
    """One look at the message mends everything."""
    path = _file(tmp_path, '[smtp]\nport = 0\nnonsense = 1\n[dameon]\nworkers = 2\n[office]\ntimezone = "X/Y"\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {"MAILD_DAEMON__WORKERS": "many"})
    assert {fault.option for fault in caught.value.faults} == {
        "smtp.port",
        "smtp.nonsense",
        "dameon",
        "office.timezone",
        "daemon.workers",
    }


def test_wrong_secret_is_not_quoted(tmp_path: Path) -> None:
    """A password that is a number is a type fault; the number is not repeated."""
    with pytest.raises(SettingsError) as caught:
        load_settings(_file(tmp_path, "[smtp]\npassword = 31337\n"), {})
    assert "31337" not in str(caught.value)


def test_variables_that_are_not_ours() -> None:
    """MAILD_ without a double underscore is left alone, unless an option was evidently meant."""
    assert load_settings(None, {"MAILD_TEST_IMAGE": "x"}) == Settings()
    with pytest.raises(SettingsError, match="MAILD_STORE__URL"):
        load_settings(None, {"MAILD_STORE_URL": "sqlite:///x.db"})


def test_sections_are_the_fields_of_settings() -> None:
    """Nothing in Settings is out of the loader's reach."""
    assert list(sections()) == [field.name for field in dataclasses.fields(Settings)]
