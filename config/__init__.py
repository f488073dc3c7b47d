"""The example company, shipped inside the package as `daemon._config`."""
