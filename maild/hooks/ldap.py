"""A directory asked for its people: one search by OpenLDAP's own ldapsearch, all of its answer or nothing.

The one library of Python's that is alive (bonsai) has no wheels and would make every installation compile against
libldap; what libldap's own program prints is LDIF (RFC 2849), and its exit code the result code of RFC 4511.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from maild.config_ldap import Ldap
from maild.domain.errors import ConfigError, MaildError, Permanent, Temporary
from maild.hooks import SAY

PROGRAM = "ldapsearch"
PAGE = 500  # entries asked for at a time (RFC 2696): directories hand out no more than some hundreds at once
MOST_BYTES = 500_000_000
SYSTEM_CA = "/etc/ssl/certs/ca-certificates.crt"
DN = "dn"
SIZE_LIMIT, OPERATIONS_ERROR = 4, 1
# Result codes (RFC 4511 appendix A.1) that somebody has to do something about, and the code of what.
LASTING: Mapping[int, str] = {
    SIZE_LIMIT: "ldap_narrow_filter",
    10: "ldap_another_server",
    7: "ldap_no_such_way",
    8: "ldap_encrypt_or_sign_in",
    13: "ldap_starttls",
    17: "ldap_attributes",
    18: "ldap_filter_unfit",
    21: "ldap_filter_or_base",
    32: "ldap_no_entry",
    34: "ldap_no_name",
    48: "ldap_needs_password",
    49: "ldap_unknown_user",
    50: "ldap_no_rights",
    53: "ldap_refuses",
    87: "ldap_filter_syntax",
    249: "ldap_filter_syntax",  # -7: libldap has not even sent it
}
Entry = Mapping[str, Sequence[str]]


def search(settings: Ldap, attributes: Sequence[str], *, most: int = 0) -> list[Entry]:
    """The entries: attribute in lower case → values; their names under 'dn'. most: as many at most, 0 all.

    Raises Temporary where it may pass, and then nothing of what came is of use; Permanent or ConfigError where somebody
    has to mend something.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise ConfigError(f"the program {PROGRAM} is not installed", remedy="apt-get install ldap-utils")
    done = _run([program, *_options(settings, most)], settings, attributes)
    code = done.returncode
    if code and not (most and code == SIZE_LIMIT):
        raise _failure(settings, code, done.stderr.decode("utf-8", "replace"))
    return list(entries(done.stdout))


def _options(settings: Ldap, most: int) -> list[str]:
    paged = [] if most else ["-E", f"pr={PAGE}/noprompt"]
    limits = ["-l", str(int(settings.timeout_seconds)), "-o", f"nettimeout={int(settings.timeout_seconds)}"]
    encrypted = ["-ZZ"] if settings.starttls else []
    said = ["-LLL", "-x", "-o", "ldif_wrap=no", "-H", settings.url, "-b", settings.base, "-s", "sub"]
    return [*said, *limits, *encrypted, *paged, *(["-z", str(most)] if most else [])]


def _run(command: list[str], settings: Ldap, attributes: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """The password travels through a pipe: command lines and environments can be read by others."""
    receiving, giving = os.pipe()
    try:
        os.write(giving, settings.password.reveal().encode())
        os.close(giving)
        login = ["-D", settings.bind_dn, "-y", f"/dev/fd/{receiving}"] if settings.bind_dn else []
        return subprocess.run(
            [*command, *login, settings.filter, *attributes],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=(receiving,),
            env=_environment(settings),
            cwd="/",
            timeout=settings.timeout_seconds + 10,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Temporary(SAY("ldap_slow", url=settings.url)) from error
    finally:
        os.close(receiving)


def _environment(settings: Ldap) -> dict[str, str]:
    """Nothing of the machine's or the account's own ldap.conf decides whom we trust (ldap.conf(5))."""
    trusted = settings.ca_file or SYSTEM_CA
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LDAPCONF": "/dev/null",
        "LC_ALL": "C.UTF-8",
        "LDAPTLS_REQCERT": "demand",
        "LDAPTLS_CACERT": str(Path(trusted).absolute()),
    }


def _failure(settings: Ldap, code: int, said: str) -> MaildError:
    """What an exit code means: what is not known to last may pass."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    what = SAY("ldap_says", url=settings.url, reply="; ".join(lines[:3])[:500] or f"result {code}")
    if code in LASTING:
        return Permanent(what, remedy=SAY(LASTING[code]))
    if code == OPERATIONS_ERROR and "bind" in said:  # Active Directory's word to who has not signed in
        return Permanent(what, remedy=SAY(LASTING[48]))
    return Temporary(what, remedy=SAY("ldap_check"))


def entries(ldif: bytes) -> Iterator[Entry]:
    """The entries of LDIF (RFC 2849). Raises Temporary where it is none."""
    if len(ldif) > MOST_BYTES:
        raise ConfigError("the directory sends more than is taken", remedy="narrow ldap.filter")
    entry: dict[str, list[str]] = {}
    for line in [*_unfolded(ldif.decode("utf-8", "replace")), ""]:
        if not line:
            if entry.get(DN):
                yield entry
            entry = {}
        elif not line.startswith("#"):
            name, value = _value(line)
            entry.setdefault(name, []).append(value)


def _unfolded(text: str) -> list[str]:
    """Lines; one that begins with a space goes on with the one before."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(" ") and lines:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def _value(line: str) -> tuple[str, str]:
    """'name: text', 'name:: base64', or 'name:< URL', which is never fetched."""
    name, colon, rest = line.partition(":")
    if not colon:
        raise Temporary(SAY("no_ldif", line=repr(line[:80])))
    if rest.startswith(":"):
        try:
            return name.lower(), base64.b64decode(rest[1:].strip(), validate=True).decode("utf-8", "replace")
        except ValueError as error:
            raise Temporary(SAY("no_ldif", line=repr(line[:80]))) from error
    return name.lower(), "" if rest.startswith("<") else rest.strip()
