"""A throwaway Dovecot on loopback: up in a quarter of a second, as root or not, gone by its process group.

    with Dovecot() as server:
        server.deliver(b"Subject: hello\r\n\r\n…")
        IMAPClient(server.host, server.imaps_port, …)   # server.ca_file, server.user, server.password

Needs the Debian packages dovecot-imapd and dovecot-lmtpd (2.4), and openssl.
"""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from imapclient import imap_utf7

from tests.servers.ports import free_port

CONFIG = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/dovecot.log
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_server_cert_file = {d}/cert.pem
ssl_server_key_file = {d}/key.pem
auth_allow_cleartext = yes
mail_driver = maildir
mail_home = {d}/mail/%{{user}}
mail_path = ~/Maildir
mail_utf8_extensions = no
auth_failure_delay = 0
mailbox_idle_check_interval = 1s
mail_max_userip_connections = 100
mail_fsync = never
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
}}
passdb passwd-file {{
  passwd_file_path = {d}/users
}}
userdb static {{
}}
{extra}
"""


class Missing(RuntimeError):
    """A program the tests need is not installed; the message names the Debian package."""


def make_certificate(folder: Path, name: str = "cert", host: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate and its key for `host` and 127.0.0.1, as PEM files in `folder`."""
    cert, key = folder / f"{name}.pem", folder / f"{name.replace('cert', 'key')}.pem"
    names = f"subjectAltName=DNS:{host},IP:127.0.0.1" if host == "localhost" else f"subjectAltName=DNS:{host}"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += [
        "-keyout",
        str(key),
        "-out",
        str(cert),
        "-days",
        "2",
        "-subj",
        f"/CN={host}",
        "-addext",
        names,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=20)
    except FileNotFoundError as error:
        raise Missing("openssl is not installed: apt-get install openssl") from error
    return cert, key


class Dovecot:
    """One server; `users` maps names to passwords. `extra` is appended to its configuration."""

    host = "localhost"

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        *,
        separator: str = "/",
        extra: str = "",
    ) -> None:
        self.users = dict(users or {"office@lib.example": "secret"})
        self.user, self.password = next(iter(self.users.items()))
        self.separator = separator
        self.extra = extra
        self.imap_port = self.imaps_port = self.lmtp_port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self.dir = Path()

    @property
    def ca_file(self) -> str:
        """The certificate to trust."""
        return str(self.dir / "cert.pem")

    def __enter__(self) -> Dovecot:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop(remove=True)

    # -- life -------------------------------------------------------------------------------------

    def start(self, seconds: float = 10.0) -> None:
        """Start, or start again with the same ports, certificate and mail after `stop()`."""
        if not shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            raise Missing("dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd")
        for attempt in range(3):
            if self.dir == Path():
                self._prepare()
            self._process = self._spawn()
            if self._answers(seconds):
                return
            self.stop(remove=attempt == 2)
            self.imap_port = 0  # somebody took a port in between
            self._write_config()
        raise RuntimeError(f"dovecot does not start:\n{self.log()}")

    def stop(self, *, remove: bool = False) -> None:
        """Kill the process group; keep the mail unless `remove`."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)
            self._process = None
            for pid_file in (self.dir / "run").glob("*.pid"):
                pid_file.unlink()
        if remove and self.dir != Path():
            shutil.rmtree(self.dir, ignore_errors=True)

    def _prepare(self) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.dir.chmod(0o755)
        for name in ("run", "state", "mail"):
            (self.dir / name).mkdir()
        make_certificate(self.dir)
        (self.dir / "users").write_text("".join(f"{u}:{{PLAIN}}{p}\n" for u, p in self.users.items()), "utf-8")
        self._write_config()
        self._chown(self.dir)

    def _write_config(self) -> None:
        if not self.imap_port:
            self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        owner, group = self._owner()
        text = CONFIG.format(
            d=self.dir, owner=owner, group=group, imap=self.imap_port, imaps=self.imaps_port, lmtp=self.lmtp_port,
            separator=self.separator, extra=self.extra,
        )  # fmt: skip
        (self.dir / "dovecot.conf").write_text(text, "utf-8")

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(self.dir / "dovecot.conf")]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        return subprocess.Popen(command, **quiet, **self._identity())  # type: ignore[call-overload,no-any-return]

    def _identity(self) -> dict[str, object]:
        """Keywords for subprocess: become the owner when we are root."""
        if os.geteuid() != 0:
            return {}
        owner, group = self._owner()
        return {"user": owner, "group": group, "extra_groups": []}

    def _answers(self, seconds: float) -> bool:
        assert self._process is not None
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.imap_port), timeout=2) as probe:
                    if probe.recv(4) == b"* OK":
                        return True
            except OSError:
                pass
            time.sleep(0.02)
        return False

    @staticmethod
    def _owner() -> tuple[str, str]:
        """Who the server runs as: nobody when we are root (Dovecot refuses to serve root's mail)."""
        entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name

    def _chown(self, top: Path) -> None:
        if os.geteuid() != 0:
            return
        entry = pwd.getpwnam("nobody")
        for path in (top, *top.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def log(self) -> str:
        """What the server wrote into its log."""
        path = self.dir / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else "(no log)"

    # -- levers -----------------------------------------------------------------------------------

    def deliver(self, *mails: bytes, user: str = "", sender: str = "ill@calis.example") -> None:
        """Hand mails over by LMTP, one session; some 6 ms each."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as session:
            for raw in mails:
                session.sendmail(sender, [user or self.user], raw)

    def fill(self, mails: Iterable[bytes], *, user: str = "", folder: str = "INBOX") -> None:
        """Write mails straight into the Maildir: thousands in a moment. Order is that of the names."""
        top = self.maildir(user or self.user, folder)
        for name in ("cur", "new", "tmp"):
            (top / name).mkdir(parents=True, exist_ok=True)
        base = int(time.time())
        for raw in mails:
            number = next(self._names)
            (top / "new" / f"{base}.M{number:09d}P1.host,S={len(raw)},W={len(raw)}").write_bytes(raw)
        self._chown(self.dir / "mail")

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """The Maildir++ folder on disk."""
        top = self.dir / "mail" / user / "Maildir"
        if folder == "INBOX":
            return top
        return top / ("." + imap_utf7.encode(folder.replace(self.separator, ".")).decode())

    def doveadm(self, *arguments: str) -> str:
        """Run doveadm; returns what it printed, raises RuntimeError with its stderr otherwise."""
        command = [
            shutil.which("doveadm") or "/usr/bin/doveadm",
            "-c",
            str(self.dir / "dovecot.conf"),
            *arguments,
        ]
        done = subprocess.run(command, check=False, capture_output=True, timeout=20, text=True, **self._identity())  # type: ignore[call-overload]
        if done.returncode != 0:
            raise RuntimeError(f"doveadm {' '.join(arguments)}: {done.stderr.strip()}")
        return str(done.stdout)

    def set_uidvalidity(self, value: int, *, user: str = "", folder: str = "INBOX") -> None:
        """Change a folder's UIDVALIDITY, as after a restored backup."""
        self.doveadm("mailbox", "update", "-u", user or self.user, "--uid-validity", str(value), folder)

    def kick(self, user: str = "") -> None:
        """Throw the user's connections out."""
        self.doveadm("kick", user or self.user)

    def folders(self, user: str = "") -> list[str]:
        """Names of the user's folders, in Unicode."""
        return self.doveadm("mailbox", "list", "-u", user or self.user).split("\n")[:-1]

    def messages(self, folder: str = "INBOX", user: str = "") -> list[bytes]:
        """The raw mails that lie in a folder, by UID, as the server's own tool tells."""
        text = self.doveadm("-f", "tab", "fetch", "-u", user or self.user, "uid", "mailbox", folder, "all")
        top = self.maildir(user or self.user, folder)
        count = len(text.strip().split("\n")) - 1
        files = sorted([*(top / "cur").glob("*"), *(top / "new").glob("*")], key=lambda path: path.name)
        assert len(files) == count, f"{folder}: {len(files)} files, {count} messages"
        return [path.read_bytes() for path in files]

    def exists(self, folder: str = "INBOX", user: str = "") -> int:
        """How many mails lie in a folder."""
        text = self.doveadm("-f", "tab", "mailbox", "status", "-u", user or self.user, "messages", folder)
        return int(text.strip().split("\n")[-1].split("\t")[-1])
