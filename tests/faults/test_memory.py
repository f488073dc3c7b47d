"""Memory stays bounded whatever is offered at once; clients past the bound are told to come again (S1.5)."""

from pathlib import Path

import pytest

from tests.faults.measures import many_large_mails


@pytest.mark.slow
def test_s1_5_many_large_mails_at_once_need_bounded_memory(tmp_path: Path) -> None:
    """S1.5: 16 clients with 25 MB each: under 700 MB in all, some hear 451 or 452, and each is a case in the end."""
    highest, first, line = many_large_mails(tmp_path / "site", 16)

    assert highest < 700, line
    assert set(first) <= {250, 451, 452}, line
    assert first.keys() - {250}, line
    assert "16 cases" in line
