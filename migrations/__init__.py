"""Migrations, shipped inside the package as `daemon._migrations`."""
