"""The shape of each configuration file: one pydantic model a file, every field described."""
