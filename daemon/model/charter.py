"""What the rules go by: the plan's figures, and whom the desk knows."""

from dataclasses import dataclass

from daemon.model.people import Directory
from daemon.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Charter:
    """The plan and the directory of one loaded configuration."""

    plan: Plan
    directory: Directory
