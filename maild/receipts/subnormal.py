"""Subnormal numbers taken for 0 while a model runs.

What lies between 0 and the least number of full precision (IEEE 754, section 3.4) takes many processors a hundred
times as long, and on paper without print most of what the detector multiplies is such. ONNX Runtime has an option for
it, but it changes for good the thread that makes a process's first session: all floats computed there, and in no
other thread. So the state of the thread's own arithmetic (fenv(3)) is changed around each run.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_SIZE = 64  # bytes of a fenv_t at most: 32 on x86-64, 8 on AArch64
# Where the word stands in it that governs arithmetic, and its bits: flush results to 0, take operands for 0.
_WORDS = {"x86_64": (28, 0x8040), "aarch64": (0, 1 << 24)}  # as uname(2) of Linux names them


@contextmanager
def flushed() -> Iterator[None]:
    """Within, this thread takes subnormal numbers for 0 where the processor's way is known, else as ever."""
    known = _library()
    if known is None:
        yield
        return
    library, place, bits = known
    before = ctypes.create_string_buffer(_SIZE)
    library.fegetenv(before)
    within = ctypes.create_string_buffer(before.raw, _SIZE)
    word = ctypes.c_uint32.from_buffer(within, place)
    word.value |= bits
    library.fesetenv(within)
    try:
        yield
    finally:
        library.fesetenv(before)


@cache
def _library() -> tuple[Any, int, int] | None:
    """C's library of mathematics, and the word's place and bits."""
    if platform.system() != "Linux" or platform.machine() not in _WORDS:
        return None
    try:
        library = ctypes.CDLL("libm.so.6")
    except OSError:  # another C library: its fenv_t may be another
        return None
    return (library, *_WORDS[platform.machine()])
