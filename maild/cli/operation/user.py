"""maild user: who may sign in to the console, as what; and the keys of its HTTP API (maild user token)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import acting, actor, services, settings
from maild.cli.made import noun
from maild.domain.desk.access import Account, ApiToken, Role, Scope, Session, account_name
from maild.domain.errors import NotFound, Permanent

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.console.access.staff import Staff
    from maild.store.uow import UnitOfWork

app = typer.Typer(help="Accounts of the console.", no_args_is_help=True, cls=noun("user"))
token = typer.Typer(help="Keys of the HTTP API.", no_args_is_help=True)
app.add_typer(token, name="token")

Name = Annotated[str, typer.Argument(help="Account name.")]
By = Annotated[str, typer.Option("--by", help="Who does it; your account if left out.")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", metavar="FILE", help="File that holds the password alone.")
]
Generate = Annotated[bool, typer.Option("--generate", help="Make one, and show it once.")]
MustChange = Annotated[
    bool | None,
    typer.Option(
        "--must-change/--may-stay",
        help="Whether it has to be changed at the first sign-in; if left out, one that was generated has to.",
    ),
]


@contextmanager
def staff() -> Iterator[tuple[Services, Staff]]:
    """The acts on accounts, for one command: a person before a shell is the first, on whatever schema there is."""
    from maild.console.access.staff import make_staff

    with acting() as made:
        yield made, make_staff(made)


def row(account: Account, now: datetime, sessions: int = 0) -> dict[str, Any]:
    """An account as it is listed; of its password only that there is one."""
    ways = [*(["password"] if account.password else []), *(["single sign-on"] if account.subject else [])]
    return {
        "name": account.name,
        "display": account.display,
        "role": str(account.role),
        "state": "closed" if account.disabled else "open",
        "signs_in_by": ways,
        "password_to_be_changed": account.provisional,
        "locale": account.locale,
        "created": _moment(account.created),
        "seen": _moment(account.seen),
        "sessions": sessions,
        "version": account.version,
    }


def key_row(kept: ApiToken, now: datetime) -> dict[str, Any]:
    """A key as it is listed."""
    ended = kept.expires is not None and kept.expires <= now
    return {
        "id": kept.id,
        "account": kept.account,
        "label": kept.label,
        "scopes": [str(scope) for scope in kept.scopes],
        "state": "revoked" if kept.revoked else "run out" if ended else "in use",
        "created": _moment(kept.created),
        "expires": _moment(kept.expires),
        "seen": _moment(kept.seen),
    }


def session_row(one: Session) -> dict[str, Any]:
    """A signed-in browser as it is listed; its token is not."""
    from maild.console.serving.agents import told

    return {
        "id": one.id,
        "since": _moment(one.created),
        "seen": _moment(one.seen),
        "ends": _moment(one.ends),
        "origin": one.origin,
        "browser": told(one.agent),
        "agent": one.agent,
        "way": one.way,
    }


def _open(made: Services, uow: UnitOfWork, account: Account) -> list[Session]:
    from maild.console.access.sessions import Sessions

    return Sessions(made.store, made.clock, made.settings.console).of(uow, account)


def _known(uow: UnitOfWork, name: str) -> Account:
    account = uow.accounts.get(account_name(name) or name)
    if account is None:
        raise NotFound(f"there is no account {name}", remedy="maild user list")
    return account


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the account may do.")] = Role.VIEWER,
    display: Annotated[str, typer.Option(help="The person's name, as pages show it.")] = "",
    locale: Annotated[str, typer.Option(help="zh-CN or en; '' leaves it to the browser.")] = "",
    external: Annotated[bool, typer.Option("--external", help="No password: single sign-on or a proxy.")] = False,
    password_file: PasswordFile = None,
    generate: Generate = False,
    must_change: MustChange = None,
    by: By = "",
) -> None:
    """Make an account. The password is asked for, unseen, unless it comes otherwise."""
    _one_way(external=external, generate=generate, file=password_file is not None)
    settings()  # before a person types what then goes nowhere
    word = "" if external else _password(password_file, generate)
    with staff() as (_, acts):
        account = acts.add(
            name,
            role,
            actor=actor(by),
            display=display,
            password=word,
            locale=locale,
            provisional=generate if must_change is None else must_change,
        )
    _told(account, f"{account.name}: {account.role}", word if generate else "", role=str(account.role))


@app.command("list")
def list_() -> None:
    """List accounts."""
    with services() as made, made.store.read() as uow:
        now = made.clock.now()
        found = [row(one, now, len(_open(made, uow, one))) for one in uow.accounts.all()]
    show.table(
        found,
        ("name", "display", "role", "state", "signs_in_by", "seen"),
        empty="no accounts: maild user add NAME --role administrator",
    )


@app.command("show")
def show_(name: Name) -> None:
    """Show an account with its sessions and keys."""
    with services() as made, made.store.read() as uow:
        now, account = made.clock.now(), _known(uow, name)
        open_ = [session_row(one) for one in _open(made, uow, account)]
        keys = [key_row(kept, now) for kept in uow.api_tokens.of_account(account.name)]
    lines = [*(["", "signed in"] if open_ else [])]
    lines += [f"  {one['id']}  {one['seen']}  {one['origin'] or '-':<24}  {one['browser']}" for one in open_]
    lines += [*(["", "keys"] if keys else [])]
    lines += [f"  {one['id']:<5} {one['state']:<8} {','.join(one['scopes']):<17} {one['label']}" for one in keys]
    show.one({**row(account, now, len(open_)), "subject": account.subject, "sessions": open_, "keys": keys}, lines)


@app.command()
def password(
    name: Name,
    none: Annotated[bool, typer.Option("--none", help="Take it away: single sign-on or a proxy.")] = False,
    password_file: PasswordFile = None,
    generate: Generate = False,
    must_change: MustChange = None,
    by: By = "",
) -> None:
    """Set a new password, or none; all sessions of the account end."""
    _one_way(none=none, generate=generate, file=password_file is not None)
    settings()
    word = "" if none else _password(password_file, generate)
    with staff() as (_, acts):
        account = acts.set_password(
            name, word, actor=actor(by), provisional=generate if must_change is None else must_change
        )
    said = "has no password any more" if none else "has a new password"
    _told(account, f"{account.name} {said}", word if generate else "")


@app.command()
def sessions(
    name: Name,
    end: Annotated[list[str] | None, typer.Option(metavar="ID", help="Sign out of that one; may be repeated.")] = None,
    by: By = "",
) -> None:
    """List the browsers that an account is signed in at, or sign it out of some of them (remove-sessions: of all)."""
    if end:
        with staff() as (_, acts):
            ended = [session_row(acts.end_session(name, one, actor=actor(by))) for one in end]
        words = "\n".join(f"{name}: signed out of {one['browser']}" for one in ended)
        show.done(words, name=name, ended=ended)
        return
    with services() as made, made.store.read() as uow:
        found = [session_row(one) for one in _open(made, uow, _known(uow, name))]
    show.table(found, ("id", "since", "seen", "origin", "browser"), empty="not signed in anywhere")


# --- keys


@token.command("add")
def token_add(
    name: Name,
    scope: Annotated[list[Scope], typer.Option(help="What it may be used for; may be repeated.")],
    label: Annotated[str, typer.Option(help="What it is for, as the list shows it.")] = "",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="How long it is good for; else no end.")] = None,
    by: By = "",
) -> None:
    """Make a key for an account's name. It is shown once."""
    with staff() as (made, acts):
        expires = made.clock.now() + timedelta(days=days) if days else None
        new = acts.add_key(name, label, scope, actor=actor(by), expires=expires)
        shown = key_row(new.kept, made.clock.now())
    show.one({"key": new.key, **shown}, ["", "The key is shown only now: only its fingerprint is kept."])


@token.command("list")
def token_list(name: Annotated[str, typer.Argument(help="Of one account only.")] = "") -> None:
    """List keys."""
    with services() as made, made.store.read() as uow:
        now = made.clock.now()
        kept = uow.api_tokens.of_account(account_name(name) or name) if name else uow.api_tokens.all()
    show.table(
        (key_row(one, now) for one in kept),
        ("id", "account", "label", "scopes", "state", "expires", "seen"),
        empty="no keys",
    )


@token.command("revoke")
def token_revoke(
    key_id: Annotated[int, typer.Argument(metavar="ID", help="See maild user token list.")], by: By = ""
) -> None:
    """End a key."""
    with staff() as (_, acts):
        kept = acts.revoke_key(key_id, actor=actor(by))
    show.done(f"key {kept.id} of {kept.account}: ended", id=kept.id, account=kept.account)


# --- passwords


def _one_way(**given: bool) -> None:
    if sum(given.values()) > 1:
        raise Permanent("give one of " + ", ".join(f"--{name}" for name in given))


def _password(file: Path | None, generate: bool) -> str:
    """The new password: made, from a file, or typed twice, unseen."""
    if generate:
        from maild.console.access.passwords import generated

        return generated()
    if file is not None:
        from maild.settings.secret import read
        from maild.settings.values import ValueFault

        try:
            return read(file)[0].reveal()
        except ValueFault as fault:
            raise Permanent(fault.what, remedy=fault.remedy) from fault
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Again"))


def _told(account: Account, what: str, word: str, **data: Any) -> None:
    said = [
        what,
        *([f"password: {word}", "It is shown only now."] if word else []),
        *(["It has to be changed at the first sign-in."] if account.provisional else []),
    ]
    show.done(
        "\n".join(said),
        name=account.name,
        **data,
        password_to_be_changed=account.provisional,
        **({"password": word} if word else {}),
    )
