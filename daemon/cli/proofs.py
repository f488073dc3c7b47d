"""How senders prove who they are, told for people: what each mailbox's settings come to (S2.2, S2.3, S2.8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.model.plan import MailboxPolicy, Unauthenticated
from daemon.model.setup import Config, Settings
from daemon.settings import is_loopback


@dataclass(frozen=True, slots=True)
class Proof:
    """What holds for mail to one mailbox."""

    mailbox: str
    address: str
    policy: str  # what an MPOC's mail gets without proof: challenge, quarantine or accept
    authserv_ids: tuple[str, ...]
    own_checks: bool  # whether any mail comes to be checked by ourselves
    reply_proves_agent: bool
    senders: str
    unproven: str
    agents: str
    meaning: str


def proofs_of(config: Config) -> tuple[Proof, ...]:
    """Return what holds for each mailbox, in the order of the configuration."""
    return tuple(_proof(policy, config) for policy in config.plan.mailboxes)


def sees_mail_itself(settings: Settings) -> bool:
    """Tell whether our own check has mail to look at: what other machines hand to a listener."""
    return settings.authentication.own_checks and bool(_open_protocols(settings))


def _open_protocols(settings: Settings) -> frozenset[str]:
    """Return by what protocols other machines hand mail in."""
    return frozenset(listener.protocol for listener in settings.listeners if not is_loopback(listener.host))


def _believes_hosts(settings: Settings) -> bool:
    """Tell whether SPF is asked about who connects."""
    return settings.authentication.spf and "smtp" in _open_protocols(settings)


def _proof(policy: MailboxPolicy, config: Config) -> Proof:
    settings = config.settings
    return Proof(
        mailbox=policy.name,
        address=policy.address,
        policy=policy.unauthenticated.value,
        authserv_ids=settings.authserv_ids,
        own_checks=sees_mail_itself(settings),
        reply_proves_agent=not policy.require_authentication,
        senders=f"Senders are authenticated by {'; by '.join(_ways(policy, config))}.{_remark(settings)}",
        unproven=_unproven(policy, config),
        agents=_agents(policy, config),
        meaning=_meaning(policy, settings),
    )


def _ways(policy: MailboxPolicy, config: Config) -> Iterator[str]:
    settings = config.settings
    if settings.authserv_ids:
        relays = ", ".join(("this host", *(relay.name for relay in settings.trusted_relays)))
        places = [f"in mail from {relays}"] if settings.listeners else []
        if any(imap.mailbox == policy.name for imap in settings.imap):
            places.append("by IMAP")
        yield f"Authentication-Results of {', '.join(settings.authserv_ids)} ({' and '.join(places) or 'nowhere'})"
    if sees_mail_itself(settings):
        forwarders = ", ".join(settings.authentication.trusted_forwarders)
        sealed = f", and of mail that {forwarders} sealed (ARC)" if forwarders else ""
        methods = "DKIM, SPF and DMARC" if _believes_hosts(settings) else "DKIM and DMARC"
        yield f"our own {methods} check of mail that other servers hand to a listener{sealed}"
    yield f"an answer within {config.plan.proof_days} days to a mail that was signed for its writer"


def _remark(settings: Settings) -> str:
    """Return why our own check has nothing to look at, or what SPF asks of the operator, as a sentence, or nothing."""
    if sees_mail_itself(settings):
        relays = "no server passes others' mail on to the listener, save this host and those in `trusted_relays`"
        return f" SPF holds only where {relays}." if _believes_hosts(settings) else ""
    why = "the listener takes mail of this host alone" if settings.listeners else "there is no listener"
    if not settings.authentication.own_checks:
        why = "`own_checks` is off"
    return f" Our own check of senders sees no mail: {why}."


def _unproven(policy: MailboxPolicy, config: Config) -> str:
    match policy.unauthenticated:
        case Unauthenticated.ACCEPT:
            return "Without proof an MPOC's address is believed (accept): anybody can write it."
        case Unauthenticated.QUARANTINE:
            return "Without proof an MPOC's mail is quarantined: agents decide on it (quarantine)."
        case Unauthenticated.CHALLENGE:
            days = config.plan.challenge_days
            return (
                f"Without proof an MPOC's mail waits: the address on file is asked by mail, and its answer within "
                f"{days} days lets it through (challenge)."
            )


def _agents(policy: MailboxPolicy, config: Config) -> str:
    if policy.require_authentication:
        return "An agent must be authenticated; an answer to a signed mail proves none (require_authentication, S2.8)."
    days = config.plan.proof_days
    return (
        f"An agent is proven by authentication, or by an answer within {days} days to a mail signed for them (S2.8): "
        "who reads an agent's mail can command in their name."
    )


def _meaning(policy: MailboxPolicy, settings: Settings) -> str:
    """Return what it comes to, in plain words."""
    can_check = bool(settings.authserv_ids) or sees_mail_itself(settings)
    if policy.unauthenticated is Unauthenticated.ACCEPT:
        return "This means: ANYBODY who reaches this mailbox can write as a customer's contact. For trying out only."
    fate = "asked" if policy.unauthenticated is Unauthenticated.CHALLENGE else "quarantined"
    if not can_check:
        return (
            f"This means: nobody's first mail can be authenticated; each is {fate}. Name your mail server in "
            "`authserv_ids`, or have mail come to a listener."
        )
    return (
        "This means: whoever forges a contact's address gets nothing done; "
        f"a contact whose domain proves nothing is {fate}."
    )
