"""Inside Roundup's environment: its mail gateway in processes that stay, fed mail by mail from a spool each.

`python -m benchmarks.peers.roundup_worker TRACKER SPOOL ...`; `… TRACKER` makes the tracker's database and users.
"""

import io
import sys
from functools import partial
from pathlib import Path

import roundup.instance
from roundup.mailgw import MailGW
from roundup.password import Password
from roundup.scripts.roundup_mailgw import parse_arguments

from benchmarks.peers.spool import mails, read_all


def work(home: str, spool: Path) -> None:
    """Take every mail of the spool as `roundup-mailgw` takes one from a pipe, for ever."""
    tracker = roundup.instance.open(home, optimize=1)  # the schema is read once, as Roundup's servers do
    gateway = MailGW(tracker, parse_arguments([home])[1])
    for octets in mails(spool):
        gateway.main(io.BytesIO(octets))


def found(home: str) -> None:
    """Make the tracker's database and, from stdin, a user for each address."""
    tracker = roundup.instance.open(home)
    tracker.init(Password("none", config=tracker.config), tx_Source="cli")
    database = tracker.open("admin")
    for address in sys.stdin.read().split():
        database.user.create(username=address, address=address, roles="User")
    database.commit()
    database.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        read_all(sys.argv[2:], partial(work, sys.argv[1]))
    else:
        found(sys.argv[1])
