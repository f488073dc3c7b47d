"""How senders prove who they are, told for people: what each mailbox's policy comes to (S2.2, S2.3, S2.8)."""

from dataclasses import dataclass

from daemon.model.plan import MailboxPolicy, Unauthenticated
from daemon.model.setup import Config, Settings


@dataclass(frozen=True, slots=True)
class Proof:
    """What holds for mail to one mailbox."""

    mailbox: str
    address: str
    senders: str
    agents: str


_UNPROVEN = {
    Unauthenticated.ACCEPT: "without proof an MPOC's address is believed (anybody can write it)",
    Unauthenticated.QUARANTINE: "without proof an MPOC's mail is quarantined",
}


def proofs_of(config: Config) -> tuple[Proof, ...]:
    """Return what holds for each mailbox, in the order of the configuration."""
    sources = _sources(config.settings)
    return tuple(
        Proof(policy.name, policy.address, f"{sources}; {_UNPROVEN[policy.unauthenticated]}.", _agents(policy, config))
        for policy in config.plan.mailboxes
    )


def _sources(settings: Settings) -> str:
    if not settings.authserv_ids:
        return "Senders are authenticated by answers to signed mail only: no authserv-id is configured"
    relays = ", ".join(relay.name for relay in settings.trusted_relays)
    through = f", as written by {relays}" if relays else ""
    return f"Senders are authenticated by Authentication-Results of {', '.join(settings.authserv_ids)}{through}"


def _agents(policy: MailboxPolicy, config: Config) -> str:
    if policy.require_authentication:
        return "An agent must be authenticated; an answer to a signed mail proves none (require_authentication, S2.8)."
    days = config.plan.proof_days
    return (
        f"An agent is proven by authentication, or by an answer within {days} days to a mail signed for them (S2.8): "
        "who reads an agent's mail can command in their name."
    )
