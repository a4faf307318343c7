"""systemd really booted in a container: on an overlay of this machine's root, seen by nobody else.

    log = boot(tmp_path, prepare="cp …; install …", test="systemctl start …; echo … >> /out/log")

Needs root with mount namespaces, and the Debian package systemd-container. Two to five seconds a boot.
`python -m tests.servers.booted` says what is in the way, if anything is: `make test` asks it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PROGRAMS = {"systemd-nspawn": "systemd-container", "unshare": "util-linux", "systemd-sysusers": "systemd"}

# $R is the container's root, $T a scratch folder in memory, $U where units go; all vanish with the namespace.
BOOT = r"""
set -eu
T=$(mktemp -d); mount -t tmpfs none "$T"; mkdir "$T"/u "$T"/w "$T"/r
mount -t overlay none -o lowerdir=/,upperdir="$T"/u,workdir="$T"/w "$T"/r
R="$T"/r; U="$R"/etc/systemd/system
mkdir -p "$U" "$R"/etc/credstore "$R"/out "$R"/usr/lib/sysusers.d "$R"/usr/lib/tmpfiles.d
for s in systemd-networkd systemd-timesyncd systemd-resolved; do ln -sf /dev/null "$U"/$s.service; done
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=test.service\n' > "$U"/mini.target
printf '[Unit]\nAfter=basic.target\n[Service]\nType=oneshot\nExecStart=/bin/bash /opt/test.sh\n' > "$U"/test.service
cp "$WORK"/test.sh "$R"/opt/
cp "$REPOSITORY"/systemd/maild.service "$U"/
cp "$REPOSITORY"/systemd/maild.sysusers.conf "$R"/usr/lib/sysusers.d/maild.conf
cp "$REPOSITORY"/systemd/maild.tmpfiles.conf "$R"/usr/lib/tmpfiles.d/maild.conf
systemd-sysusers --root="$R" maild.conf
BINDS=()
. "$WORK"/prepare.sh
umount -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup
exec systemd-nspawn -q -D "$R" -b --register=no --keep-unit --private-network --bind="$WORK"/out:/out "${BINDS[@]}" \
  --link-journal=no --console=pipe systemd.unit=mini.target </dev/null
"""

TEST = """
( {test} ) 2>> /out/errors
journalctl --no-pager -u maild.service > /out/journal
journalctl --no-pager > /out/whole-journal
systemctl poweroff --force
"""


def obstacle() -> str:
    """Why this machine, whatever is installed on it, cannot boot a container; '' if it can. One line."""
    if os.geteuid() != 0:
        return "booting systemd needs root and mount namespaces"
    trial = "mount -t tmpfs none /mnt && umount -l /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup"
    tried = _bash(["unshare", "-m", "--propagation", "private"], trial, {}, 20)
    said = " ".join(tried.stderr.split())
    return f"booting systemd needs mount namespaces and cgroup2, refused here: {said}" if tried.returncode else ""


def boot(work: Path, *, prepare: str, test: str, environ: Mapping[str, str] | None = None, seconds: int = 90) -> str:
    """Boot, run `test` (bash) inside, switch off. Returns /out/log; all of /out is in work/'out'.

    There are also errors (of the script), journal (of maild) and whole-journal, however the script ended.

    prepare  bash, run outside before the boot: fills $R and $U, may add nspawn options to BINDS; sees `environ`
    """
    for program, package in PROGRAMS.items():
        assert shutil.which(program), f"{program} is missing: apt-get install {package}"
    if no := obstacle():
        pytest.fail(f"{no} (leave these tests out with -m 'not boot')", pytrace=False)
    (work / "out").mkdir()
    (work / "prepare.sh").write_text(prepare)
    (work / "test.sh").write_text(TEST.format(test=test))
    command = ["timeout", "-k", "3", str(seconds), "unshare", "-m", "--propagation", "private"]
    given = {"WORK": str(work), "REPOSITORY": str(REPOSITORY), **(environ or {})}
    run = _bash(command, BOOT, given, seconds + 10)
    log = work / "out" / "log"
    assert log.exists(), f"it did not boot: {run.stdout[-1500:]} {run.stderr[-1500:]}"
    assert run.returncode == 0, f"not done in {seconds} s: {log.read_text()[-3000:]} {run.stderr[-500:]}"
    return log.read_text()


def _bash(
    before: list[str], script: str, environ: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, "bash", "-c", script], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environ},
        capture_output=True, text=True, errors="replace", timeout=seconds, check=False,
    )  # fmt: skip


if __name__ == "__main__":
    print(obstacle())
