"""What every test may ask for: the neighbours."""

pytest_plugins = ("tests.servers.fixtures",)
