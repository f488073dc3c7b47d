"""How the threads of this process share the interpreter."""

import sys

LONGEST_TURN_SECONDS = 0.0005


def take_short_turns() -> None:
    """Have a thread that waits for the interpreter get it soon.

    The intake waits for it after each answer of the database, several times a commit, and every client waits for the
    intake; by default each of these waits is up to 5 ms while the listener is busy.
    """
    sys.setswitchinterval(LONGEST_TURN_SECONDS)
