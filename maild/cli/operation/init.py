"""maild init: ask, try the logins, write the configuration and its secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer

from maild.cli import show
from maild.cli.context import CALL
from maild.domain.errors import ConfigError, MaildError, Permanent

if TYPE_CHECKING:
    from maild.config import Mailbox, Office, Settings, Smtp

FOLDER = Path("/etc/maild")
IMAPS, SUBMISSIONS = 993, 465  # RFC 8314
SECURITY = ("tls", "starttls", "none")


Server = TypeVar("Server", "Mailbox", "Smtp")


class _Given(NamedTuple):
    """What the options say of a server; None: they say nothing."""

    host: str | None
    port: int | None
    security: str | None
    user: str | None
    password_file: Path | None
    ca_file: str | None


@dataclass(slots=True)
class _Answers:
    """Values given by option, else asked for, else the default."""

    ask: bool

    def text(self, given: Any, question: str, default: Any, option: str = "") -> Any:
        """Without a default there is no other answer than a person's, or that of the option."""
        if given is not None:
            return given
        if default is None and not self.ask:
            raise ConfigError(f"{option} is missing", remedy="with --non-interactive, say it: no other is its default")
        answer = typer.prompt(question, default=default, type=type(default or "")) if self.ask else default
        return "" if answer == "''" else answer  # an empty line means the default

    def password(self, file: Path | None, question: str) -> str:
        """From a file (its last line end dropped), or typed unseen."""
        if file is not None:
            try:
                return file.read_text("utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"{file} cannot be read: {error}", remedy="give a file with the password") from error
        return str(typer.prompt(question, hide_input=True, default="", show_default=False)) if self.ask else ""


def init(
    folder: Annotated[
        Path | None, typer.Option("--dir", help=f"Where maild.toml and secrets/ go; default: {FOLDER}.")
    ] = None,
    state: Annotated[Path, typer.Option(help="Where database and mails are kept.")] = Path("/var/lib/maild"),
    non_interactive: Annotated[bool, typer.Option("--non-interactive", help="Ask nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration that is there.")] = False,
    no_test: Annotated[bool, typer.Option("--no-test", help="Do not try the logins.")] = False,
    address: Annotated[str | None, typer.Option(help="The office's mail address.")] = None,
    mail_host: Annotated[
        str | None, typer.Option(help="A known host, whose servers are then the defaults; ? lists them.")
    ] = None,
    imap_host: Annotated[str | None, typer.Option(help="IMAP server.")] = None,
    imap_port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    imap_security: Annotated[str | None, typer.Option(help=", ".join(SECURITY))] = None,
    imap_user: Annotated[str | None, typer.Option(help="Login name; default: the address.")] = None,
    imap_password_file: Annotated[Path | None, typer.Option(help="File with the password.")] = None,
    imap_ca_file: Annotated[str | None, typer.Option(help="Certificate authority; default: the system's.")] = None,
    smtp_host: Annotated[str | None, typer.Option(help="SMTP server.")] = None,
    smtp_port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    smtp_security: Annotated[str | None, typer.Option(help=", ".join(SECURITY))] = None,
    smtp_user: Annotated[str | None, typer.Option(help="Login name; default: that of IMAP.")] = None,
    smtp_password_file: Annotated[Path | None, typer.Option(help="File with it; default: that of IMAP.")] = None,
    smtp_ca_file: Annotated[str | None, typer.Option(help="Certificate authority; default: the system's.")] = None,
    authserv_id: Annotated[str | None, typer.Option(help="authserv-id of the office's receiving server.")] = None,
) -> None:
    """Write a first configuration: maild.toml with every option explained, and secrets in files of mode 0600."""
    if CALL.config and folder:
        raise ConfigError("both --config and --dir say where the file goes", remedy="give one of them")
    target = CALL.config or (folder or FOLDER) / "maild.toml"
    if target.exists() and not force:
        raise ConfigError(f"{target} is there already", remedy="edit it, or replace it with --force")
    answers = _Answers(ask=not non_interactive)
    address = answers.text(address, "The office's mail address", None, "--address")
    plain = _plain(address)
    imap = _Given(imap_host, imap_port, imap_security, imap_user, imap_password_file, imap_ca_file)
    submission = _Given(smtp_host, smtp_port, smtp_security, smtp_user, smtp_password_file, smtp_ca_file)
    box, smtp = _servers(_hosted(plain, mail_host, address, answers), address, imap, submission, answers)
    settings = replace(
        plain,
        office=_named(plain.office, answers),
        mailbox=(box,),
        smtp=smtp,
        store=replace(plain.store, url=f"sqlite:///{state.absolute()}/maild.db", blobs=state.absolute() / "blobs"),
        authentication=replace(
            plain.authentication,
            authserv_id=answers.text(authserv_id, "authserv-id of your receiving server ('' if not known)", ""),
        ),
    )
    _check(settings)
    if not no_test:
        _try_logins(settings, answers)
    written = write(settings, target)
    _state_folder(state)
    _told(target, written, settings.office, owner=_given(written, state))


def _told(target: Path, written: list[Path], office: Office, *, owner: bool) -> None:
    """What was written, what has to be said first, and what comes next."""
    from maild.settings.checks import unsaid_facts

    service = "\nthen: systemctl enable --now maild" if owner else ""
    unsaid = list(unsaid_facts(office))
    first = f"\nfirst: say in [office] of {target}: {', '.join(unsaid)}" if unsaid else ""
    show.done(
        f"written: {', '.join(map(str, written))}{first}\nnext: maild --config {target} check{service}",
        files=list(map(str, written)),
        unsaid=unsaid,
    )


def _servers(
    known: tuple[Mailbox, Smtp], address: str, imap: _Given, submission: _Given, answers: _Answers
) -> tuple[Mailbox, Smtp]:
    """Both servers as the options and answers say; one password serves both where no other is given."""
    from maild.config import Secret

    box = _server(known[0], "IMAP", imap, "IMAP login", address, answers)
    word = answers.password(imap.password_file, "IMAP password") if box.login == "password" else ""
    box = replace(box, password=Secret(word))
    smtp = _server(known[1], "SMTP", submission, "SMTP login ('' for none)", box.user, answers)
    wanted = smtp.user and smtp.login == "password"
    own = answers.password(submission.password_file, "SMTP password (empty: that of IMAP)") if wanted else ""
    return box, replace(smtp, password=Secret(own or (box.password.reveal() if smtp.user else "")))


def _server(known: Server, name: str, given: _Given, login: str, user: str, answers: _Answers) -> Server:
    return replace(
        known,
        host=answers.text(given.host, f"{name} server", known.host or None, f"--{name.lower()}-host"),
        port=answers.text(given.port, f"{name} port", known.port),
        security=answers.text(given.security, f"{name} security (tls, starttls, none)", known.security),
        user=answers.text(given.user, login, user),
        ca_file=_absolute(given.ca_file),
    )


def _plain(address: str) -> Settings:
    """The settings to begin with. Of the shipped office's facts and servers nothing is another office's."""
    from maild.config import Settings, facts
    from maild.settings.checks import another_office

    plain = Settings()
    if address.lower() == facts()["office"]["address"]:
        return plain
    box, smtp = plain.mailbox[0], plain.smtp
    return replace(
        plain,
        office=another_office(address),
        mailbox=(replace(box, host="", port=IMAPS),),
        smtp=replace(smtp, host="", port=SUBMISSIONS),
    )


def _named(office: Office, answers: _Answers) -> Office:
    """What the office calls itself, and its phone; an empty answer leaves it unset."""
    from maild.config import UNSET

    questions = {"name_zh": "The office's name in Chinese", "name_en": "The same in English", "phones": "Its phone"}
    if not answers.ask or office.name_zh != UNSET:
        return office
    said = {name: answers.text(None, f"{question} ('' to say it later)", "''") for name, question in questions.items()}
    phone = said.pop("phones")
    named = {name: text for name, text in said.items() if text}
    return replace(office, **named, phones=(phone,) if phone else office.phones)


def _hosted(plain: Settings, mail_host: str | None, address: str, answers: _Answers) -> tuple[Mailbox, Smtp]:
    """Defaults of a known host, which also says what to log in with; else those of `plain`."""
    from maild.doctor.hosts import by_address, by_name, known_hosts

    box, smtp, found = plain.mailbox[0], plain.smtp, by_address(address)
    names = ", ".join(one.name for one in known_hosts())
    asked = f"Mail host, if it is one of {names} ('' for another)"
    name = answers.text(mail_host, asked, found.name if found else "''")
    if name in ("", "''"):
        return box, smtp
    host = by_name(name)
    if host is None:
        raise ConfigError(f"--mail-host: {name!r} is not known", remedy=f"one of {names}; or leave it out")
    print(f"maild: {host.title['zh']} / {host.title['en']}", file=sys.stderr)  # noqa: T201
    for said in (host.how, host.limits):
        for text in (said.get("zh"), said.get("en")):
            if text:
                print(f"maild: {text}", file=sys.stderr)  # noqa: T201
    at = {which: host.server(which, address) for which in ("imap", "smtp")}
    login = "oauth" if host.by_token else "password"
    return (
        replace(box, host=at["imap"].host, port=at["imap"].port, security=at["imap"].security, login=login),
        replace(smtp, host=at["smtp"].host, port=at["smtp"].port, security=at["smtp"].security, login=login),
    )


def _absolute(path: str | None) -> str:
    return str(Path(path).absolute()) if path else ""


def _check(settings: Settings) -> None:
    """What the loader would refuse is refused before it is written."""
    import tomllib

    from maild.settings import annotated_toml, check_values

    tomllib.loads(annotated_toml(settings))
    for name, security in (("imap", settings.mailbox[0].security), ("smtp", settings.smtp.security)):
        if security not in SECURITY:
            raise ConfigError(f"--{name}-security: {security!r} is not known", remedy=f"one of {', '.join(SECURITY)}")
    check_values(settings)


def _try_logins(settings: Settings, answers: _Answers) -> None:
    """Try both servers. A failure asks whether to go on; without a person it stops (exit 1)."""
    import asyncio

    from maild.courier.probe import probe as probe_smtp
    from maild.mailbox import probe as probe_imap

    tries: list[tuple[str, Callable[[], object]]] = []
    if settings.mailbox[0].login == "password":  # a token there is only once [oauth] is filled in
        tries.append(("IMAP", lambda: probe_imap(settings.mailbox[0])))
    if settings.smtp.login == "password":
        tries.append(("SMTP", lambda: asyncio.run(probe_smtp(settings.smtp))))
    failed = []
    for name, attempt in tries:
        try:
            attempt()
        except MaildError as error:
            print(f"maild: {name}: {error}", file=sys.stderr)  # noqa: T201
            failed.append(name)
        else:
            print(f"maild: {name}: login works", file=sys.stderr)  # noqa: T201
    if failed and not (answers.ask and typer.confirm("Write the configuration all the same?", default=False)):
        raise Permanent(
            f"nothing is written: {' and '.join(failed)} did not work",
            remedy="correct the answers, or write the configuration untried with --no-test",
        )


def _state_folder(folder: Path) -> None:
    """Where database and mails will lie; closed to others. systemd makes its own (StateDirectory)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot make {folder}: {error.strerror}", remedy="choose another one with --state"
        ) from error


def _given(written: list[Path], state: Path) -> bool:
    """Root's files are given to whom the state folder belongs: the service's account has to read them."""
    owner = state.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return False
    for path in {*written, *(path.parent for path in written[1:])}:
        os.chown(path, owner.st_uid, owner.st_gid)
    return True


def write(settings: Settings, target: Path) -> list[Path]:
    """Write secrets, then the file that names them; all 0600 from their first byte. Returns the paths."""
    import secrets

    from maild.settings import annotated_toml

    box = settings.mailbox[0]
    values = {
        f"mailbox.{box.name}.password": box.password.reveal(),
        "smtp.password": settings.smtp.password.reveal(),
        "oauth.client_secret": settings.oauth.client_secret.reveal(),
        "oauth.refresh_token": settings.oauth.refresh_token.reveal(),
        "webhook.secret": settings.webhook.secret.reveal(),
        "oidc.client_secret": settings.oidc.client_secret.reveal(),
        "backup.secret_key": settings.backup.secret_key.reveal(),
        "matching.former_token_key": settings.matching.former_token_key.reveal(),
        "matching.token_key": secrets.token_hex(32),
    }
    folder = target.absolute().parent / "secrets"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = {}
        for name, value in values.items():
            path = folder / name
            # The token key vouches for notices that are out: a new one would make them worthless.
            if value and not (name == "matching.token_key" and path.exists()):
                _private(path, value + "\n")
            if path.exists():
                files[name] = f"secrets/{name}"
        _private(target, annotated_toml(settings, files))
    except OSError as error:
        raise ConfigError(
            f"cannot write {error.filename}: {error.strerror}", remedy="choose another folder with --dir"
        ) from error
    return [target, *(folder / name for name in files)]


def _private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else can read it at any moment."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
