"""The clock of the machine is set while mail waits to be sent: delivery goes on by the new time (S1.6)."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.stage import Neighbours, staged
from tests.servers.running_daemon import a_request

HOUR = timedelta(hours=1).total_seconds()


@pytest.mark.slow
@pytest.mark.parametrize("by", [-HOUR, HOUR], ids=["an hour back", "an hour forward"])
def test_s1_6_a_clock_that_is_set_does_not_hold_mail_up(tmp_path: Path, by: float) -> None:
    """S1.6: mail that waited for its server leaves within 15 s of the server's return, whatever the clock did."""
    with staged(Neighbours(tmp_path), seed=1) as stage:
        stage.sink.stop()
        (daemon,) = stage.daemons
        daemon.send(a_request("while nobody takes our mail"))
        daemon.wait_until(lambda: daemon.events("delivery.server_away"), seconds=30, what="the server is missed")

        stage.set_clock_ahead(by)
        stage.sink.start()

        stage.sink.wait_for(1, seconds=15)
