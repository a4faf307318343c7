"""The shipped unit under a really booted systemd: its sandbox, credentials, notification, reload and stop.

What runs inside is a probe in place of maild, on the host's own Python: it needs the standard library only.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

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

TEST = """
systemctl start maild.service; echo "start $?" >> /out/log
systemctl is-active maild.service >> /out/log
systemctl reload maild.service; sleep 0.3
systemctl stop maild.service; echo "stop $?" >> /out/log
systemctl show maild.service -p Result --value >> /out/log
cp /var/lib/maild/said.json /out/ || journalctl -u maild.service --no-pager >> /out/log
systemctl poweroff --force
"""

BOOT = r"""
set -e
T=$(mktemp -d); mount -t tmpfs none "$T"; mkdir "$T"/u "$T"/w "$T"/r
mount -t overlay none -o lowerdir=/,upperdir="$T"/u,workdir="$T"/w "$T"/r
R="$T"/r; U="$R"/etc/systemd/system
mkdir -p "$U" "$R"/etc/credstore "$R"/etc/maild "$R"/opt/maild "$R"/usr/lib/sysusers.d "$R"/out
cp "$WORK"/maild.service "$U"/; cp "$WORK"/mini.target "$WORK"/test.service "$U"/
cp "$WORK"/probe.py "$WORK"/test.sh "$R"/opt/; cp -r "$REPOSITORY"/maild "$R"/opt/maild/
cp "$REPOSITORY"/systemd/maild.sysusers.conf "$R"/usr/lib/sysusers.d/maild.conf
systemd-sysusers --root="$R" maild.conf
printf secret-1 > "$R"/etc/credstore/maild.smtp.password
printf secret-2 > "$R"/etc/credstore/maild.mailbox.office.password
for s in systemd-networkd systemd-timesyncd systemd-resolved; do ln -sf /dev/null "$U"/$s.service; done
umount -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup
exec systemd-nspawn -q -D "$R" -b --register=no --keep-unit --private-network --bind="$WORK"/out:/out \
  --link-journal=no --console=pipe systemd.unit=mini.target </dev/null
"""


def test_unit_in_a_booted_systemd(tmp_path: Path) -> None:
    """Ready by notification, confined as promised, secrets under the options' names, reload and stop in order."""
    for program, package in (("systemd-nspawn", "systemd-container"), ("unshare", "util-linux")):
        assert shutil.which(program), f"{program} is missing: apt-get install {package}"
    python = "/usr/bin/python3"
    assert Path(python).exists(), "/usr/bin/python3 is missing: apt-get install python3"
    unit = (REPOSITORY / "systemd" / "maild.service").read_text()
    command = "ExecStart=/usr/bin/maild --config /etc/maild/maild.toml run"
    assert command in unit
    (tmp_path / "maild.service").write_text(unit.replace(command, f"ExecStart={python} /opt/probe.py"))
    (tmp_path / "mini.target").write_text("[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=test.service\n")
    (tmp_path / "test.service").write_text(
        "[Unit]\nAfter=basic.target\n[Service]\nType=oneshot\nExecStart=/bin/bash /opt/test.sh\n"
    )
    (tmp_path / "probe.py").write_text(PROBE)
    (tmp_path / "test.sh").write_text(TEST)
    (tmp_path / "out").mkdir()
    run = subprocess.run(
        ["timeout", "-k", "3", "90", "unshare", "-m", "--propagation", "private", "bash", "-c", BOOT],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "WORK": str(tmp_path), "REPOSITORY": str(REPOSITORY)},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    log = tmp_path / "out" / "log"
    assert log.exists(), f"it did not boot: {run.stdout[-1500:]} {run.stderr[-1500:]}"
    assert log.read_text().split("\n")[:4] == ["start 0", "active", "stop 0", "success"], log.read_text()
    said = json.loads((tmp_path / "out" / "said.json").read_text())
    assert said == {
        "credentials": {"mailbox.office.password": "secret-2", "smtp.password": "secret-1"},
        "unshare": 0, "root": False, "state": True, "etc": False, "home": False, "watchdog": 60.0, "reloads": 1,
    }  # fmt: skip
