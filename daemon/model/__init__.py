"""The nouns of the desk: frozen values without I/O."""
