"""Who is told late: those whom a window that was told of already reaches only now (R11.1, R11.2, S3.4).

A contact or a customer who came since, somebody else because the mail of the first one bounced: they hear the step that
was told last, once, as the others did.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.model.charter import Charter
from daemon.rules.maintenance.contacts import contacts_with
from daemon.rules.maintenance.known import ANNOUNCED, END, knowing
from daemon.rules.maintenance.steps import Reach, Standing, Step, Task, steps_of


def step_told(standing: Standing, now: datetime, zone: ZoneInfo) -> Step | None:
    """Return the step that people know of a window; None: it is over, or nobody was to be told anything yet."""
    window = standing.window
    if window.is_cancelled or window.end <= now:
        return None
    done = {step.step: step.at for step in standing.done}
    steps = (step for step in steps_of(window, zone) if step.at <= now and step.name != END)
    told = [step for step in steps if step.name in done and done[step.name] >= step.at]
    if not told and any(one.step == ANNOUNCED for one in standing.told):
        return Step(ANNOUNCED, now)
    return told[-1] if told else None


def late_task_of(standing: Standing, now: datetime, reach: Reach, charter: Charter) -> Task | None:
    """Return what is to be told to those who come late; None: everybody knows."""
    step, known = step_told(standing, now, charter.plan.zone), knowing(standing.told)
    contacts = contacts_with(standing.window.work.products, charter.directory, reach.bounced)
    if step is None or all(mpoc.email in known for mpoc in contacts):
        return None
    return Task(standing=standing, step=step, ended=(), at=now, knowing=known)
