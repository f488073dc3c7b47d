"""What every test may ask for: the neighbours; their order; a log that no test before it has turned down."""

import pytest
import structlog

pytest_plugins = ("tests.servers.fixtures", "tests.servers.order")


@pytest.fixture(autouse=True)
def _fresh_log() -> None:
    """A command that ran in this process lets errors through alone; who listens for a warning would hear nothing."""
    structlog.reset_defaults()
