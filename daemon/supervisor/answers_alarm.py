"""The alarm of S3.3: so many automatic answers within an hour that somebody should look.  It stops nothing."""

from typing import Any

from daemon.supervisor.checks import answers_trouble


class AnswersAlarm:
    """Rings once when the bound is passed, and again only after the hour's answers were fewer."""

    def __init__(self, log: Any) -> None:
        """Ring on this log (structlog's)."""
        self._log = log
        self._rings = False

    def trouble(self, answers: int, bound: int) -> str:
        """Return what is to be looked at, or the empty string; a new alarm is logged."""
        rings, rang = answers >= bound, self._rings
        self._rings = rings
        if rings and not rang:
            self._log.warning("answers.alarmed", answers=answers, bound=bound)
        return answers_trouble(answers, bound)
