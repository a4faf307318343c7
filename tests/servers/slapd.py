"""A throwaway OpenLDAP directory on loopback: ldap:// with StartTLS and ldaps://, one base, one account that may read.

Needs the Debian packages slapd and ldap-utils, and openssl.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.servers.dovecot import Missing, make_certificate
from tests.servers.ports import free_port

SLAPD = "/usr/sbin/slapd"
SUFFIX = "dc=lib,dc=example"
PEOPLE = f"ou=people,{SUFFIX}"
READER, PASSWORD = f"cn=maild,{SUFFIX}", "an invented secret"
LIMITS = "sizelimit size.soft=3 size.hard=3 size.pr=unlimited size.prtotal=unlimited"
CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {d}/more.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {d}/pid
{limits}
TLSCertificateFile {d}/cert.pem
TLSCertificateKeyFile {d}/key.pem
database mdb
suffix "{suffix}"
directory {d}/data
rootdn "cn=root,{suffix}"
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by anonymous auth by * none
"""


class Slapd:
    """One directory; `ldif` holds its people. schema: attributes and classes beyond inetOrgPerson; limits: sizelimit."""

    host = "localhost"

    def __init__(self, ldif: str, *, schema: str = "", limits: str = LIMITS) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix="slapd-"))
        self.port, self.tls_port = free_port(), free_port()
        self._ldif, self._schema, self._limits = ldif, schema, limits
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ca_file(self) -> str:
        return str(self.dir / "cert.pem")

    def __enter__(self) -> Slapd:
        if not shutil.which(SLAPD) or not shutil.which("ldapsearch"):
            raise Missing("slapd or ldapsearch is not installed: apt-get install slapd ldap-utils")
        make_certificate(self.dir)
        (self.dir / "data").mkdir()
        (self.dir / "more.schema").write_text(self._schema, "utf-8")
        config = CONFIG.format(d=self.dir, suffix=SUFFIX, reader=READER, limits=self._limits)
        (self.dir / "slapd.conf").write_text(config, "utf-8")
        top = f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: lib\no: Library\n\n"
        top += f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n\n"
        top += f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: maild\n"
        top += f"userPassword: {PASSWORD}\n\n"
        subprocess.run(["/usr/sbin/slapadd", "-q", "-f", str(self.dir / "slapd.conf")], input=(top + self._ldif).encode(),
                       check=True, capture_output=True, timeout=30)  # fmt: skip
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self) -> None:
        """Start, or start again on the same ports."""
        places = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        command = [SLAPD, "-h", places, "-f", str(self.dir / "slapd.conf"), "-d", "0"]
        with (self.dir / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 20
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.tls_port), timeout=2):
                return
            time.sleep(0.02)
        raise RuntimeError(f"slapd does not start:\n{(self.dir / 'log').read_text()}")

    def stop(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)
            self._process = None


def person(uid: str, name: str, *mails: str, **more: str) -> str:
    """An entry of LDIF; what is not ASCII is left to `slapadd`, which takes it in base64."""
    import base64

    def said(attribute: str, value: str) -> str:
        plain = value.isascii() and not value.startswith((" ", ":", "<"))
        return f"{attribute}: {value}" if plain else f"{attribute}:: {base64.b64encode(value.encode()).decode()}"

    lines = [
        f"dn: uid={uid},{PEOPLE}",
        "objectClass: inetOrgPerson",
        said("uid", uid),
        said("cn", name),
        said("sn", name),
    ]
    lines += [said("mail", mail) for mail in mails] + [said(key, value) for key, value in more.items()]
    return "\n".join(lines) + "\n\n"
