"""`supportd doctor`: everything the daemon depends on, tried for real, with what to mend."""

import click

from daemon.cli.commands import DeskCommand
from daemon.cli.failures import FAILED
from daemon.cli.opening import load_config
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document


@click.command(cls=DeskCommand, example="supportd --config /etc/supportd doctor")
def doctor() -> None:
    """Try every mailbox, the delivery server, the alarm's server and the database for real.

    Says what fails and how to mend it, how senders are authenticated, and what proves an agent (S2.8).  Nothing is
    fetched, sent or changed.
    """
    from daemon.cli.examination import examine
    from daemon.cli.proofs import proofs_of

    config = load_config(choices())
    findings = tuple(examine(config))
    proofs = proofs_of(config)
    if choices().json:
        print_document({"findings": findings, "senders": proofs, "warnings": config.warnings})
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.part}: {finding.detail}")
            if finding.mend:
                click.echo(f"      mend: {finding.mend}")
        for proof in proofs:
            click.echo(f"\nMailbox {proof.mailbox} <{proof.address}>")
            for line in (proof.senders, proof.unproven, proof.agents, proof.meaning):
                click.echo(f"  {line}")
        for warning in config.warnings:
            note(warning)
    if not all(finding.ok for finding in findings):
        click.get_current_context().exit(FAILED)
