"""The alarm of S3.3: so many automatic answers within an hour that somebody should look.  It stops nothing."""

import structlog

from daemon.supervisor.checks import answers_trouble

log = structlog.get_logger()


class AnswersAlarm:
    """Rings once when the bound is passed, and again only after the hour's answers were fewer."""

    def __init__(self) -> None:
        self._rings = False

    def trouble(self, answers: int, bound: int) -> str:
        """Return what is to be looked at, or the empty string; a new alarm is logged."""
        rings, rang = answers >= bound, self._rings
        self._rings = rings
        if rings and not rang:
            log.warning("answers.alarmed", answers=answers, bound=bound)
        return answers_trouble(answers, bound)
