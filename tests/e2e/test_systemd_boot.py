"""The shipped unit under a really booted systemd: first its promises, told by a probe; then maild itself."""

from __future__ import annotations

import json
import re
import sys
import sysconfig
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.servers.booted import boot
from tests.servers.enclosed import PASSWORD

pytestmark = [pytest.mark.integration, pytest.mark.boot, pytest.mark.timeout(300), pytest.mark.long]

PROBE = """
import ctypes, json, os, signal, sys, time
sys.path.insert(0, "/opt/maild")
from maild.daemon.notify import Notifier
def fork_confined():
    pid = os.fork()
    if not pid:
        libc = ctypes.CDLL(None, use_errno=True)
        os._exit(0 if libc.unshare(0x50000000) == 0 else ctypes.get_errno())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
def writable(path):
    try:
        open(path, "w").close()
        return True
    except OSError:
        return False
folder = os.environ["CREDENTIALS_DIRECTORY"]
said = {
    "credentials": {name: open(f"{folder}/{name}").read().strip() for name in sorted(os.listdir(folder))},
    "unshare": fork_confined(), "root": os.getuid() == 0,
    "state": writable("/var/lib/maild/x"), "etc": writable("/etc/maild/x"), "home": os.path.exists("/root/.profile"),
    "watchdog": Notifier.from_environment(os.environ, os.getpid()).watchdog_seconds,
}
hup, term = [], []
signal.signal(signal.SIGHUP, lambda *_: hup.append(1))
signal.signal(signal.SIGTERM, lambda *_: term.append(1))
notifier = Notifier.from_environment(os.environ, os.getpid())
notifier.ready()
while not term:
    time.sleep(0.05)
    said["reloads"] = len(hup)
notifier.stopping()
json.dump(said, open("/var/lib/maild/said.json", "w"))
"""

# The probe runs on the system's own Python: it needs the standard library only.
PREPARE_PROBE = r"""
mkdir -p "$U"/maild.service.d "$R"/opt/maild
printf '[Service]\nExecStart=\nExecStart=/usr/bin/python3 /opt/probe.py\n' > "$U"/maild.service.d/probe.conf
cp "$WORK"/probe.py "$R"/opt/; cp -r "$REPOSITORY"/maild "$R"/opt/maild/
printf secret-1 > "$R"/etc/credstore/maild.smtp.password
printf secret-2 > "$R"/etc/credstore/maild.mailbox.office.password
"""

TEST_PROBE = """
systemctl start maild.service; echo "start $?" >> /out/log
systemctl is-active maild.service >> /out/log
systemctl reload maild.service; sleep 0.3
systemctl stop maild.service; echo "stop $?" >> /out/log
systemctl show maild.service -p Result --value >> /out/log
cp /var/lib/maild/said.json /out/
"""


def test_unit_in_a_booted_systemd(tmp_path: Path) -> None:
    """Ready by notification, confined as promised, secrets under the options' names, reload and stop in order."""
    assert Path("/usr/bin/python3").exists(), "/usr/bin/python3 is missing: apt-get install python3"
    (tmp_path / "probe.py").write_text(PROBE)
    log = boot(tmp_path, prepare=PREPARE_PROBE, test=TEST_PROBE)
    assert log.split("\n")[:4] == ["start 0", "active", "stop 0", "success"], log
    said = json.loads((tmp_path / "out" / "said.json").read_text())
    assert said == {
        "credentials": {"mailbox.office.password": "secret-2", "smtp.password": "secret-1"},
        "unshare": 0, "root": False, "state": True, "etc": False, "home": False, "watchdog": 60.0, "reloads": 1,
    }  # fmt: skip


# As docs/operations.md installs it: an environment in /opt/maild, whose interpreter and packages are this one's,
# with maild laid in as its wheel does it. The unit is as shipped but for a short watchdog and one credential
# that comes by LoadCredential=.
PREPARE_MAILD = r"""
E="$R"/opt/maild; S="$E"/lib/$PYTHON/site-packages
mkdir -p "$E"/bin "$S" "$R"/opt/python "$T"/site "$T"/up "$T"/wk
printf 'home = /opt/python/bin\ninclude-system-site-packages = false\n' > "$E"/pyvenv.cfg
ln -s /opt/python/bin/$PYTHON "$E"/bin/python
# A path to libpython that was compiled in may lie in somebody's home, which the unit does not see.
echo /opt/python/lib > "$R"/etc/ld.so.conf.d/00-python.conf
mount -t overlay none -o lowerdir="$SITE",upperdir="$T"/up,workdir="$T"/wk "$T"/site
rm -rf "$T"/site/*maild*.pth "$T"/site/maild
cp -a "$REPOSITORY"/maild "$T"/site/; mkdir "$T"/site/maild/_data
cp -a "$REPOSITORY"/rules "$REPOSITORY"/templates "$T"/site/maild/_data/
BINDS=(--bind-ro="$BASE":/opt/python --bind="$T"/site:/opt/maild/lib/$PYTHON/site-packages)
printf '#!/opt/maild/bin/python\nimport sys\nfrom maild.__main__ import main\nsys.exit(main())\n' > "$E"/bin/maild
chmod 755 "$E"/bin/maild; ln -s /opt/maild/bin/maild "$R"/usr/bin/maild

mkdir -p "$U"/maild.service.d "$R"/opt/office/tests/servers "$R"/etc/maild/secrets
cp "$REPOSITORY"/tests/servers/dns.py "$REPOSITORY"/tests/servers/enclosed.py "$R"/opt/office/tests/servers/
printf '[Service]\nType=notify\nWorkingDirectory=/opt/office\nExecStart=/opt/maild/bin/python -m tests.servers.enclosed serve\n' \
  > "$U"/office.service
printf '[Service]\nWatchdogSec=10\nLoadCredential=mailbox.office.password:/etc/maild/secrets/office\n' \
  > "$U"/maild.service.d/test.conf
printf '%s\n' "$PASSWORD" > "$R"/etc/maild/secrets/office; chmod 600 "$R"/etc/maild/secrets/office
printf '%064d\n' 7 > "$R"/etc/credstore/maild.matching.token_key; chmod 600 "$R"/etc/credstore/*
"""

IMPORTED = ", ".join(
    f"maild.{name}" for name in ("cli.app", "daemon", "mailbox", "courier", "store.migrate", "spine.process",
                                 "notify.sending.relay", "notify.rendering.render", "confine.reading", "authenticate.resolver")
)  # fmt: skip
# Each step tells its exit code; the first that is not 0 ends the test.
TEST_MAILD = r"""
step() { name=$1; shift; "$@"; code=$?; echo "$name $code" >> /out/log; [ $code = 0 ] || exit 1; }
soon() { for _ in $(seq 300); do "$@" && return; sleep 0.1; done; return 1; }
logged() { [ "$(journalctl -u maild.service -o cat --no-pager | grep -c -- "$1")" -ge "$2" ]; }
not() { ! "$@"; }
grave() { journalctl -u maild.service -p err -o cat --no-pager | grep -q -- "$1"; }  # by the priority of its line
has() { grep -qs "$1" /out/sent/*.eml; }  # notices of the clock go out beside
main() { systemctl show maild.service -p MainPID --value; }
again() { [ "$(systemctl show maild.service -p NRestarts --value)" = 1 ] && systemctl -q is-active maild.service; }
as_maild() { (cd /opt/office; runuser -u maild -- "$@"); }
with_secrets() {
  systemd-run -q --pipe --wait -p User=maild -p LoadCredential=mailbox.office.password:/etc/maild/secrets/office "$@"
}
look() {  # at main process and readers, as the kernel sees them
  mkdir /out/proc; main > /out/main; systemctl show maild.service -p StatusText --value > /out/status
  for pid in $(cat /sys/fs/cgroup/system.slice/maild.service/cgroup.procs); do
    { tr '\0' ' ' < /proc/$pid/cmdline; echo; cat /proc/$pid/status /proc/$pid/limits
      echo "net: $(readlink /proc/$pid/ns/net)"; } > /out/proc/$pid
  done
}

step ldconfig ldconfig
step compiled /opt/maild/bin/python -c "import $IMPORTED"  # as pip does; not everybody's environment is
step tmpfiles systemd-tmpfiles --create maild.conf
step office systemctl start office.service
step fill as_maild /opt/maild/bin/python -m tests.servers.enclosed fill
step start systemctl start maild.service
step active systemctl is-active maild.service
step sent soon has 2026112000101.pdf
step recorded soon logged event=record 4
step look look
step reload systemctl reload maild.service
step reloaded soon logged 'event=reload ok$' 1
cp /etc/maild/maild.toml /etc/maild/before
sed -i 's/^\[smtp\]/[smtp]\nmax_attempts = 3/' /etc/maild/maild.toml
step refused not systemctl reload maild.service
step still systemctl is-active maild.service
step named grave 'smtp.max_attempts changed, which needs a restart'
cp /etc/maild/before /etc/maild/maild.toml
step taken systemctl reload maild.service
kill -STOP "$(main)"
step again soon again
step deliver systemctl kill -s USR1 office.service
step sent-again soon has 2026112000103.pdf
started=$(date +%s)
step stop systemctl stop maild.service
echo $(($(date +%s) - started)) > /out/seconds
systemctl show maild.service -p Result -p ExecMainStatus --value | tr '\n' ' ' > /out/result
step balance with_secrets maild balance > /out/balance
"""


def test_maild_in_a_booted_systemd(tmp_path: Path) -> None:
    """The daemon in its sandbox: mail in, confined reading, notice out; reload, watchdog, stop; no traceback."""
    log = boot(
        tmp_path, prepare=PREPARE_MAILD, test=f"IMPORTED={IMPORTED!r}{TEST_MAILD}", seconds=150,
        environ={"BASE": sys.base_prefix, "SITE": sysconfig.get_path("purelib"), "PASSWORD": PASSWORD,
                 "PYTHON": f"python{sys.version_info.major}.{sys.version_info.minor}"},
    )  # fmt: skip
    out = tmp_path / "out"
    journal = (out / "journal").read_text(errors="replace")
    assert log.split()[-2:] == ["balance", "0"], f"{log}{(out / 'errors').read_text()[-3000:]}{journal[-5000:]}"
    _notices_went_out(out, journal)
    _readers_are_confined(out, journal)
    assert "Watchdog timeout" in journal
    assert (out / "status").read_text().startswith("运行正常：已处理邮件 ")
    assert (out / "result").read_text().split() == ["success", "0"]
    assert int((out / "seconds").read_text()) < 40  # TimeoutStopSec
    assert "Traceback" not in journal
    assert PASSWORD not in (out / "whole-journal").read_text(errors="replace")


def _notices_went_out(out: Path, journal: str) -> None:
    """Both documents reached their patrons, and no mail made a reader stumble."""
    sent = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (out / "sent").glob("*.eml")]
    documents = {part.get_filename() for mail in sent for part in mail.iter_attachments()}
    assert {"2026112000101.pdf", "2026112000103.pdf"} <= documents
    assert len(re.findall("event=record", journal)) == 6, journal
    assert not re.findall("event=(?:shunt|trouble|put back|stalled)|action=shunt", journal), journal


def _readers_are_confined(out: Path, journal: str) -> None:
    """Every measure is in force inside the unit's own sandbox, told by the daemon and by the kernel."""
    assert not re.search(r"event=confine .*missing=", journal)
    for measure in ("rlimits", "no_new_privileges", "network_namespace", "landlock", "seccomp"):
        assert re.search(rf"event=confine in_force=.*{measure}", journal), journal
    main = (out / "main").read_text().strip()
    seen = {path.name: path.read_text() for path in (out / "proc").iterdir()}
    daemon, readers = seen.pop(main), [text for text in seen.values() if "maild.confine.worker" in text]
    assert readers, list(seen)
    for reader in readers:
        assert _number(r"Seccomp_filters:\s+(\d+)", reader) == _number(r"Seccomp_filters:\s+(\d+)", daemon) + 1
        assert _number(r"Max address space\s+(\d+)", reader) <= 2 << 30
        assert _number(r"Max file size\s+(\d+)", reader) == 0
        assert _number(r"net: net:\[(\d+)", reader) != _number(r"net: net:\[(\d+)", daemon)


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found, f"{pattern} in {text}"
    return int(found[1])


PREPARE_PACKAGE = r"""
printf '#!/bin/sh\n{ echo "$*"; id -un; cat "$CREDENTIALS_DIRECTORY"/store.password 2>/dev/null; env; } >> /var/lib/maild/asked\nexit $(cat /etc/maild/code)\n' \
  > "$R"/usr/bin/maild
chmod 755 "$R"/usr/bin/maild
printf secret-of-postgresql > "$R"/etc/credstore/maild.store.password; chmod 600 "$R"/etc/credstore/*
mkdir -p "$R"/etc/maild "$R"/opt/package; echo 0 > "$R"/etc/maild/code; : > "$R"/etc/maild/maild.toml
cp "$REPOSITORY"/packaging/debian/postinst "$R"/opt/package/
cp "$REPOSITORY"/systemd/maild-upgrade.service "$U"/
"""
TEST_PACKAGE = r"""
/opt/package/postinst configure 0.0.9 > /out/first 2>&1; echo "postinst $?" >> /out/log
cp /var/lib/maild/asked /out/; rm -f /etc/credstore/*
/opt/package/postinst configure 0.0.9 > /out/second 2>&1; echo "without $?" >> /out/log
echo 1 > /etc/maild/code
/opt/package/postinst configure 0.0.9 > /out/refused 2>&1; echo "refused $?" >> /out/log
cat /out/refused >> /out/log
"""


def test_the_package_upgrades_with_the_password_of_the_database(tmp_path: Path) -> None:
    """The credential reaches `maild db upgrade`, run as the service's account; none is no fault; a refusal is told."""
    log = boot(tmp_path, prepare=PREPARE_PACKAGE, test=TEST_PACKAGE)
    assert log.split("\n")[:3] == ["postinst 0", "without 0", "refused 0"], log
    asked = (tmp_path / "out" / "asked").read_text()
    assert asked.startswith("--config /etc/maild/maild.toml db upgrade\nmaild\nsecret-of-postgresql")
    assert "secret-of-postgresql" not in asked.replace("\nsecret-of-postgresql", "", 1)
    assert "the database was not upgraded" in log
