"""How soon all goes on once a neighbour is back: within 15 s, whatever the outage lasted (S1.6)."""

import pytest

from daemon.outbound import pause
from daemon.reader import process
from daemon.supervisor import courier, workshop

SPREAD = 1.2  # by so much of a pause a watch is late


@pytest.mark.parametrize(
    ("neighbour", "longest"),
    [
        pytest.param("IMAP", workshop.RETRIES[-1] * SPREAD, id="imap"),
        pytest.param("SMTP", pause.LONGEST.total_seconds(), id="smtp"),
        pytest.param("database, delivery", courier.LONGEST_PAUSE, id="database for delivery"),
        pytest.param("database, readers", process.LONGEST_PAUSE, id="database for readers"),
    ],
)
def test_s1_6_no_pause_outlasts_the_return_of_a_neighbour(neighbour: str, longest: float) -> None:
    """S1.6: a pause that has just begun when the neighbour comes back leaves some of the 15 s for the work."""
    assert longest <= 12, neighbour
