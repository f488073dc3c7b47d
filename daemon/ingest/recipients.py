"""Which addresses are ours (S1.5): the mailboxes of the plan, their plus-addresses, and postmaster (RFC 5321 4.5.1)."""

from collections.abc import Sequence

from daemon.model.plan import MailboxPolicy


def mailbox_of(address: str, mailboxes: Sequence[MailboxPolicy]) -> str | None:
    """Return the name of the mailbox that a recipient address reaches, or None where it is not ours.

    Letters are compared without regard to case, in ASCII only: `support+anything@` reaches `support@`; `postmaster@`
    of one of our domains, or alone, reaches the first mailbox of that domain.
    """
    if not address.isascii():
        return None
    local, at, domain = address.lower().rpartition("@") if "@" in address else (address.lower(), "", "")
    base = f"{local.partition('+')[0]}@{domain}"
    for mailbox in mailboxes:
        if mailbox.address in (base, f"{local}@{domain}"):
            return mailbox.name
    if local != "postmaster":
        return None
    return next((mailbox.name for mailbox in mailboxes if not at or mailbox.address.endswith(f"@{domain}")), None)
