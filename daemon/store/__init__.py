"""All SQL of the program, for SQLite and PostgreSQL alike."""
