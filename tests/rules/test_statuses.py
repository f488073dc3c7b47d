"""R4.9: the table of allowed changes, whole."""

import pytest

from daemon.model.case import Status
from daemon.rules.statuses import may_become
from tests.rules.making import a_case

ORDER = (
    Status.NEW,
    Status.IN_PROGRESS,
    Status.DUPLICATE,
    Status.ON_HOLD,
    Status.SHIPPING,
    Status.RESOLVED,
    Status.REOPENED,
    Status.CLOSED_NO_RESPONSE,
    Status.CLOSED,
)
#                            to: new  progr  dupl  hold  ship  reslv  reopn  no-r  closed
TABLE = {
    Status.NEW:                  "-    yes    yes   yes   yes   yes    -      -     yes",
    Status.IN_PROGRESS:          "-    -      yes   yes   yes   yes    -      yes   yes",
    Status.DUPLICATE:            "-    yes    -     -     -     -      -      -     -",
    Status.ON_HOLD:              "-    yes    yes   date  yes   yes    -      yes   yes",
    Status.SHIPPING:             "-    yes    yes   yes   date  yes    -      yes   yes",
    Status.RESOLVED:             "-    yes    yes   -     -     -      -      -     yes",
    Status.REOPENED:             "-    yes    yes   yes   yes   yes    -      yes   yes",
    Status.CLOSED_NO_RESPONSE:   "-    -      -     -     -     -      -      -     -",
    Status.CLOSED:               "-    -      -     -     -     -      yes    -     -",
}  # fmt: skip
CELLS = [(start, end, word) for start, row in TABLE.items() for end, word in zip(ORDER, row.split(), strict=True)]


@pytest.mark.parametrize(("start", "end", "word"), CELLS, ids=[f"{a}-{b}" for a, b, _ in CELLS])
def test_a_change_is_allowed_as_the_table_says(start: Status, end: Status, word: str) -> None:
    """R4.9, cell by cell; `date`: the same status with another date is a change."""
    assert may_become(a_case(status=start), end) is (word != "-")


def test_the_table_is_whole() -> None:
    """R4: nine statuses, eighty-one cells."""
    assert set(ORDER) == set(Status)
    assert len(CELLS) == 81
