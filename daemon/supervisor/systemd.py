"""Telling systemd how it goes, by datagrams to the socket that $NOTIFY_SOCKET names (sd_notify(3))."""

import os
import socket
import time
from collections.abc import Mapping


def notify(environment: Mapping[str, str], *lines: str) -> None:
    """Send state such as `READY=1`; trouble with systemd's socket is not ours to die of."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.settimeout(1)
        try:
            channel.sendto("\n".join(lines).encode(), name)
        except OSError:
            return


def reloading(environment: Mapping[str, str]) -> None:
    """Say that a reload has begun; `READY=1` ends it."""
    notify(environment, "RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """Return how often systemd wants to hear of us (half its limit), or None where it does not watch."""
    limit, watched = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not limit.isdigit() or (watched and watched != str(os.getpid())):
        return None
    return int(limit) / 2_000_000
