"""`make torture SEED=1 MAILS=10000 KILLS=200 [NODES=3]`: a run at length; status 1 where anything is wrong."""

import argparse
import math
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults import small_disk
from tests.faults.stage import Neighbours
from tests.faults.torture import Plan, Result, mixed, torture
from tests.servers import certificate, dovecot, postgresql


def main() -> int:
    """Run as asked for; one line a fault, and the figures."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--others", type=int, default=1, help="further faults, for each kill")
    parser.add_argument("--daemons", type=int, default=2, help="daemons of one machine on one PostgreSQL")
    parser.add_argument("--nodes", type=int, default=0, help="machines instead, with a daemon each; PostgreSQL alone")
    parser.add_argument("--minutes", type=float, default=math.inf, help="for each database; then what is begun ends")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = parser.parse_args()
    faults = mixed(chosen.kills, others=chosen.others)
    plan = Plan(chosen.seed, chosen.mails, faults, tell=tell, minutes=chosen.minutes)
    if chosen.nodes:
        return int(_one("postgresql", plan, Crew(chosen.nodes, machines=True)))
    names = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    crews = {"sqlite": Crew(1, machines=False), "postgresql": Crew(chosen.daemons, machines=False)}
    return int(sum(_one(name, plan, crews[name]) for name in names) > 0)


@dataclass(frozen=True, slots=True)
class Crew:
    """How many daemons share the database, and whether each is on a machine of its own."""

    daemons: int
    machines: bool


def _one(database: str, plan: Plan, crew: Crew) -> bool:
    """Run on one database; tells whether anything is wrong."""
    tell(f"== {database}, {crew.daemons} daemons: seed {plan.seed}, {plan.mails} mails, {len(plan.faults)} faults")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="supportd-torture-")))
        folder.chmod(0o755)
        mailbox = _mailbox(stack, folder)
        neighbours = Neighbours(folder, mailbox=mailbox, daemons=crew.daemons, machines=crew.machines)
        if database == "postgresql":
            server = postgresql.PostgresqlServer(folder / "postgresql")
            server.start()
            stack.callback(server.kill)
            neighbours = replace(neighbours, postgresql=server, disk=_disk(stack, folder, server))
        result = torture(neighbours, plan)
    return told(result)


def _disk(stack: ExitStack, folder: Path, server: postgresql.PostgresqlServer) -> small_disk.SmallDisk | None:
    if reason := small_disk.why_missing():
        tell(f"no disk that can be filled: {reason}")
        return None
    return stack.enter_context(small_disk.small_disk(folder / "disk", server))


def _mailbox(stack: ExitStack, folder: Path) -> dovecot.Mailbox | None:
    if reason := certificate.why_missing() or dovecot.why_missing():
        tell(f"no mailbox: {reason}")
        return None
    server = dovecot.DovecotServer(folder / "dovecot", certificate.make_certificate(folder))
    server.start()
    stack.callback(server.kill)
    return dovecot.Mailbox(server, user="support@test.example")


def told(result: Result) -> bool:
    """Print a result; tells whether anything is wrong."""
    for name, value in result.figures.items():
        tell(f"{name}: {value}")
    for violation in result.violations:
        tell(f"WRONG: {violation}")
    tell(f"violations: {len(result.violations)}")
    return bool(result.violations)


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
