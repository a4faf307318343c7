"""Seccomp: the system calls a reader needs, and no others. A filter of our own, for x86-64 and arm64.

An allow-list: sockets, execve, ptrace, mount, io_uring, signals to others … are refused by not being on
it, with EPERM, so that a library that tries fails in an ordinary way. Calls that C libraries probe for
are refused with ENOSYS, which they take for an old kernel.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

# name: (x86-64, arm64); None where the architecture does not have it
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "open": (2, None),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "ioctl": (16, 29),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, None),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "getcwd": (79, 17),
    "readlink": (89, None),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "sigaltstack": (131, 132),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "get_robust_list": (274, 100),
    "dup3": (292, 24),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "statx": (332, 291),
    "rseq": (334, 293),
    "faccessat2": (439, 439),
    "gettimeofday": (96, 169),
    "getcpu": (309, 168),
    "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120),
    "mincore": (27, 232),
}
_PROBED = {"clone3": 435, "openat2": 437, "close_range": 436}
_CLONE = (56, 220)
_PRLIMIT = (302, 261)
_CLONE_THREAD = 0x00010000
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_GREATER, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction of classic BPF; jumps are counted in instructions that are skipped."""
    return struct.pack("=HBBI", code, then, otherwise, value)


def program(machine: str, *, threads: bool) -> list[bytes]:
    """The filter for an architecture. Raises KeyError on one that is not known."""
    column, architecture = _MACHINES[machine]
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        steps += [_step(_JUMP_GREATER, _X32, 0, 1), _step(_RETURN, _KILL)]
    for number in sorted(number for both in _ALLOWED.values() if (number := both[column]) is not None):
        steps += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _ALLOW)]
    for number in _PROBED.values():
        steps += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _ERRNO | errno.ENOSYS)]
    # prlimit64 on oneself only: its first argument, a process id, must be 0
    steps += [
        _step(_JUMP_EQUAL, _PRLIMIT[column], 0, 3),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_JUMP_EQUAL, 0, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_LOAD, _NUMBER),
    ]
    if threads:
        steps += [
            _step(_JUMP_EQUAL, _CLONE[column], 0, 3),
            _step(_LOAD, _FIRST_ARGUMENT),
            _step(_JUMP_SET, _CLONE_THREAD, 0, 1),
            _step(_RETURN, _ALLOW),
        ]
    return [*steps, _step(_RETURN, _ERRNO | errno.EPERM)]


def restrict_calls(*, threads: bool) -> str:
    """Put the filter in force (needs no_new_privs). '' or why it is not."""
    machine = platform.machine()
    if machine not in _MACHINES:
        return f"no filter for {machine}"
    steps = b"".join(program(machine, threads=threads))
    code = ctypes.create_string_buffer(steps, len(steps))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    filled = Program(len(steps) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(filled), 0, 0):
        return os.strerror(ctypes.get_errno())
    return ""
