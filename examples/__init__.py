"""Things to run and look at: `make demo`, `python -m examples.send_mail`."""
