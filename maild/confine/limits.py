"""What a worker gives up before it reads its first byte. Linux; each measure stands by itself.

A measure the system does not grant (no user namespaces inside a hardened unit, no landlock in an old
kernel) is reported and the others still hold: `confine` says which are in force.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maild.confine import landlock, seccomp

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_MB = 1 << 20
_HARMLESS_FILES = ("/etc/localtime", "/etc/mime.types", "/etc/ssl/openssl.cnf")  # libraries look at these
_HEADROOM_MB = 64  # the least a worker may grow above its own size, whatever memory_mb says


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """memory_mb: address space; cpu_seconds: a call's CPU time; threads: whether it may start threads.

    readable  further folders it may read, beside Python's own and maild's code
    """

    memory_mb: int = 1024
    cpu_seconds: float = 20.0
    files: int = 64
    threads: bool = False
    readable: tuple[str, ...] = ()


def confine(limits: Limits, network: str | None = None) -> dict[str, str]:
    """Give everything up, for good. Returns measure → '' where in force, else why it is not.

    network  what `leave_network` said, where the worker called it before it loaded anything
    """
    os.chdir("/")
    os.umask(0o077)
    report = {"rlimits": "", "no_new_privileges": ""}
    report["network_namespace"] = leave_network() if network is None else network
    _set_rlimits(limits)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        report["no_new_privileges"] = os.strerror(ctypes.get_errno())
    report["landlock"] = landlock.restrict_reading([*_code_paths(), *limits.readable])
    report["seccomp"] = seccomp.restrict_calls(threads=limits.threads)
    return report


# A system without user namespaces has no network namespace to give; seccomp refuses sockets all the same.
_INSTEAD = {"network_namespace": "seccomp"}


def missing(report: Mapping[str, str]) -> list[str]:
    """What of a report of `confine` is not in force, and no other measure makes up for: each as "measure (why)"."""
    return [
        f"{measure} ({why})"
        for measure, why in report.items()
        if why and report.get(_INSTEAD.get(measure, measure), why)
    ]


def renew_cpu(seconds: float) -> None:
    """Allow `seconds` more CPU time, counted from now; past that the kernel ends the process (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, resource.RLIM_INFINITY))


def _set_rlimits(limits: Limits) -> None:
    memory = max(limits.memory_mb, _own_size_mb() + _HEADROOM_MB) * _MB
    wanted = [
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, limits.files),
    ]
    if not limits.threads:
        wanted.append((resource.RLIMIT_NPROC, 0))
    for kind, value in wanted:
        hard = resource.getrlimit(kind)[1]
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (limit, limit))


def _own_size_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize() // _MB


def leave_network() -> str:
    """A network namespace of its own holds no interface that is up, so nothing can be reached.

    Without privileges this needs a process of one thread (unshare(2)): before a library starts others.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return ""
    return os.strerror(ctypes.get_errno())


def _code_paths() -> list[str]:
    """Where Python, its packages and maild's code lie: modules are still imported at need."""
    paths = {*_HARMLESS_FILES, "/usr", "/lib", "/lib64", str(Path(__file__).resolve().parent.parent)}
    paths.update(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    paths.update(entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    paths.add(str(Path(sys.base_prefix) / "lib"))
    return sorted(path for path in paths if Path(path).exists())
