"""The packaged templates, compiled once for every test of a process."""

from daemon.outbound.templates import Templates

TEMPLATES = Templates(None)
