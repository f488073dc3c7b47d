"""Words of every mail, shipped inside the package as `daemon._templates`."""
