"""How this process gets and gives back memory: large mails come and go, and what they took must go back (S1.5).

By default glibc learns from the first large block that was freed to keep blocks of up to 32 MiB for itself, and each
thread has a heap of its own: after a few mails of 25 MB hundreds of megabytes stay taken.
"""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # malloc.h
OPTIONS = ((M_MMAP_THRESHOLD, 48 * 2**10), (M_TRIM_THRESHOLD, 128 * 2**10), (M_ARENA_MAX, 2))
"""Pieces of mail as they are read (64 KiB) are mapped one by one, and given back one by one."""


def give_memory_back() -> None:
    """Have what is freed go back to the system; nothing happens where the C library knows no such options."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in OPTIONS:
            mallopt(option, value)
