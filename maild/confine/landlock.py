"""Landlock (Linux 5.13 and later): the file system shrinks to the folders that may be read."""

from __future__ import annotations

import ctypes
import os
import stat
import struct

from maild.confine import SAY

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION = 1  # flag of landlock_create_ruleset: tell the ABI
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_NEWEST_FILES = (1 << 16) - 1  # from ABI 5: ioctl on devices
_TCP = 0b11  # from ABI 4: bind, connect
_SCOPES = 0b11  # from ABI 6: abstract sockets, signals to outside
_DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")


def restrict_reading(paths: list[str]) -> str:
    """Allow reading the files and folders of `paths`, and nothing else at all. '' or why not in force."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    abi = libc.syscall(_CREATE, None, 0, _VERSION)
    if abi < 1:
        return SAY("no_landlock", why=os.strerror(ctypes.get_errno()))
    handled = struct.pack("=Q", _ALL_FILES.get(abi, _NEWEST_FILES))
    if abi >= 4:
        handled += struct.pack("=Q", _TCP)
    if abi >= 6:
        handled += struct.pack("=Q", _SCOPES)
    ruleset = libc.syscall(_CREATE, handled, len(handled), 0)
    if ruleset < 0:
        return os.strerror(ctypes.get_errno())
    try:
        for path in (*paths, *_DEVICES):
            _allow(libc, ruleset, path)
        if libc.syscall(_RESTRICT, ruleset, 0):
            return os.strerror(ctypes.get_errno())
    finally:
        os.close(ruleset)
    return ""


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    """Add one rule for reading; a path that does not exist grants nothing."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access = _READ_FILE | _READ_DIR if stat.S_ISDIR(os.fstat(fd).st_mode) else _READ_FILE
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", access, fd), 0)
    finally:
        os.close(fd)
