"""What a hole in a parser would do: put on PYTHONPATH, this makes certain mails end or stall whoever reads them.

No mail is known that does this to our parser; the day somebody finds one, the daemon must live.  Every Python process
that is started with this folder on its path imports this file; the daemon itself has no hook for it.
"""

import os
import signal
import time

from daemon.ingest import parse
from daemon.ingest.authentication import Trust
from daemon.model.mail import Envelope, InboundMail

_read_mail = parse.read_mail


def _read_hostile(raw: bytes, envelope: Envelope, trust: Trust) -> InboundMail:
    head = raw[:2000]
    if b"X-Deed: die" in head:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"X-Deed: stall" in head:
        while True:
            time.sleep(1)
    if b"X-Deed: eat" in head:
        hoard = [bytearray(2**24) for _ in range(100)]
        raise AssertionError(f"nothing stopped {len(hoard)} pieces of 16 MiB")
    if b"X-Deed: fail" in head:
        raise KeyError("a defect of ours")
    if b"X-Deed: slow" in head:
        time.sleep(4)  # over the limit of an ordinary reader, under that of the slow lane
    if b"X-Deed: dawdle" in head:
        time.sleep(1.2)  # under both
    return _read_mail(raw, envelope, trust)


parse.read_mail = _read_hostile
