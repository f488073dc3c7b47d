"""`python -m examples.demo`: exit status 0 only if the whole week came out right."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from daemon.clock import system_clock
from examples.demo.chapters import CHAPTERS
from examples.demo.company import CommandFailed, Company, found_company
from examples.demo.many_chapters import put_invoices
from examples.demo.past import OLD, RECENT, make_past
from examples.demo.postbox import Postbox
from examples.demo.service import DaemonFailed, running
from examples.demo.stage import Stage
from examples.demo.week import Week, play

INTERRUPTED = 130  # as shells say it


def main() -> int:
    """Play the week in a folder of its own, which is removed afterwards."""
    parser = argparse.ArgumentParser(prog="examples.demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the folder with the company, its mail and its log")
    keep = parser.parse_args().keep
    stage, folder = Stage(), Path(tempfile.mkdtemp(prefix="supportd-demo-"))
    try:
        return show(stage, folder)
    except (CommandFailed, DaemonFailed, TimeoutError) as failure:
        stage.say(str(failure))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        if keep:
            stage.say(f"Kept: {folder}   (supportd --config {folder / 'config'} case list)")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def show(stage: Stage, folder: Path) -> int:
    """Play everything; returns the exit status."""
    stage.chapter("A desk's week")
    stage.say("The example company, in a folder of its own. Two cases of the past are made first.")
    company = found_company(folder)
    week = begin(company, stage)
    stage.say(f"supportd run: SMTP on 127.0.0.1:{company.smtp_port}, outgoing mail in a Maildir.")
    with running(company):
        play(week, CHAPTERS)
        week.check("      everybody got the mails above, and not one more", week.nothing_unexpected())
        stage.chapter("The cases as they stand")
        stage.cases(company.ask("case", "list"))
    week.check("      the daemon stopped in order", came_out=True)
    return conclude(week)


def begin(company: Company, stage: Stage) -> Week:
    """Make the past, while the daemon is stopped."""
    postbox = Postbox(company, lambda mail: stage.mail(mail, mail.get_content(), by_desk=False))
    now = system_clock()
    old, recent = (make_past(company, postbox, past, now=now) for past in (OLD, RECENT))
    week = Week(company, postbox, stage, old_subject=OLD.subject, recent=recent, old=old)
    for mail in postbox.fetch_all():
        week.remember(mail)
    put_invoices(company, now=now)
    return week


def conclude(week: Week) -> int:
    """Say what came out right and what did not; returns the exit status."""
    failed = [verdict for verdict in week.verdicts if not verdict[1]]
    week.stage.chapter("What had to come out right")
    week.stage.verdicts(week.verdicts)
    week.stage.say(f"{len(week.verdicts) - len(failed)} of {len(week.verdicts)} promises were kept.")
    return 1 if failed or not week.verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
