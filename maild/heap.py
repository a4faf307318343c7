"""What glibc's allocator keeps of memory that was given back to it."""

from __future__ import annotations

from contextlib import suppress

# malloc.h
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
LARGE = 256 << 10  # bytes: larger pieces are the system's again as soon as they are free
LEFT = 4 << 20  # bytes that may stay free at the end of the heap
ARENAS = 2


def give_back() -> None:
    """For a process that lives long and meets large mails: free memory goes back to the system.

    glibc raises both bounds to tens of MB of its own accord once a large piece was freed, and gives threads up to eight
    heaps a core, each with holes of its own (decision 0137). Elsewhere than on glibc this does nothing.
    """
    import ctypes

    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in ((_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, LEFT), (_ARENA_MAX, ARENAS)):
            mallopt(option, value)
