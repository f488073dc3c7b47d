"""The configuration folder: read, checked whole, turned into a Config (S4.6, architecture 4)."""

from daemon.settings.check_installation import is_loopback
from daemon.settings.example import write_example
from daemon.settings.fingerprint import fingerprint
from daemon.settings.loading import load
from daemon.settings.schema import schemas

__all__ = ["fingerprint", "is_loopback", "load", "schemas", "write_example"]
