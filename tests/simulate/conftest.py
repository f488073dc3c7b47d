"""The command line of the example company, as tests/cli has it."""

from tests.cli.conftest import shell

__all__ = ["shell"]
