"""The configuration folder: read, checked whole, turned into a Config (S4.6, architecture 4)."""

from daemon.settings.example import write_example
from daemon.settings.fingerprint import fingerprint
from daemon.settings.loading import load
from daemon.settings.schema import schemas

__all__ = ["fingerprint", "load", "schemas", "write_example"]
