"""The daemon as a process of its own: started, waited for, and always stopped."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from examples.demo.company import HOST, SUPPORTD, Company
from examples.demo.waiting import wait_for

START_SECONDS = 30
STOP_SECONDS = 30
SHOWN_LINES = 20


class DaemonFailed(Exception):
    """The daemon did not start or did not stop in order; the text ends with the last lines of its log."""


@contextmanager
def running(company: Company) -> Iterator[int]:
    """Run `supportd run` for the time of the block; SIGTERM ends it, and it must end in order.  Gives its process id.

    Raises:
        DaemonFailed: it ended too early, never became ready, or did not exit with 0.
    """
    with company.log.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command, without a shell
            [*SUPPORTD, "--config", str(company.config), "run"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        wait_for(lambda: _is_ready(process, company), seconds=START_SECONDS, what="a healthy daemon")
        yield process.pid
        process.terminate()
        status = process.wait(STOP_SECONDS)
    finally:
        process.kill()
        process.wait()
    if status:
        raise DaemonFailed(f"supportd run ended with status {status}\n{_last_lines(company)}")


def _is_ready(process: "subprocess.Popen[bytes]", company: Company) -> bool:
    if process.poll() is not None:
        raise DaemonFailed(f"supportd run ended at once, with status {process.returncode}\n{_last_lines(company)}")
    try:
        with urllib.request.urlopen(f"http://{HOST}:{company.health_port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _last_lines(company: Company) -> str:
    return "\n".join(company.log.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:])
