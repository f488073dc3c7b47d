"""The part `policies` of supportd.yaml: figures of the plan and bounds on automatic answers."""

from pydantic import Field

from daemon.settings.forms.base import Form
from daemon.settings.kinds import Identifier, Text


class GovernorForm(Form):
    """Bounds on automatic answers to incoming mail (S3.3)."""

    address_hour: int = Field(
        default=10, ge=1, le=10**9, description="Answers an address and hour; held requests a contact is asked about."
    )
    address_day: int = Field(
        default=30, ge=1, le=10**9, description="Answers an address and day; held requests a contact is asked about."
    )
    case_hour: int = Field(default=3, ge=1, le=10**9, description="Answers a case and hour.")
    alarm_hour: int = Field(default=300, ge=1, le=10**9, description="Answers an hour in all that raise an alarm.")


class PoliciesForm(Form):
    """Figures of the plan."""

    reopening_days: int = Field(
        default=7, ge=0, le=365, description="Days in which a reply reopens a closed case (R5.1)."
    )
    held_days: int = Field(
        default=14, ge=1, le=365, description="Days after which an unanswered held request lapses (R2.3)."
    )
    proof_days: int = Field(
        default=30, ge=1, le=365, description="Days in which an answer to a signed mail is a proof (S2.2)."
    )
    challenge_days: int = Field(
        default=3, ge=1, le=30, description="Days in which a challenge must be answered; then the mail lapses (S2.3)."
    )
    key_days: int = Field(
        default=60, ge=1, le=3650, description="Days in which a rotated signing key still verifies (S2.8)."
    )
    reply_delay: int = Field(
        default=60,
        ge=0,
        le=3600,
        description="Seconds in which `#stop` cancels an agent's reply; none on P1 and P1G (S3.7).",
    )
    guard_exceptions: tuple[Text, ...] = Field(
        default=(),
        description="Names and domains of customers that any other customer may read: the guard lets them pass (S3.7).",
    )
    digest: tuple[Identifier, ...] = Field(
        default=(),
        description="Agents who get the daily digest of quarantined mail (R2.4); left out: who is on call by default.",
    )
    mute_hours: int = Field(
        default=24, ge=1, le=720, description="Hours in which an address that plays ping-pong gets no answer (S3.3)."
    )
    burst: int = Field(
        default=6, ge=2, le=10**9, description="Answered mails of one address within 10 minutes that mute it (S3.3)."
    )
    confirm_updates: bool = Field(
        default=False,
        description="Answer each update of a customer with a short confirmation.",
    )
    held_shows_contacts: bool = Field(
        default=False,
        description="Show a held request's sender the addresses and telephones of their MPOCs, not only names (S3.1).",
    )
    quarantine_pause_hours: int = Field(
        default=24, ge=24, le=720, description="A quarantined sender is answered at most once in so many hours (R2.4)."
    )
    weekly_report: bool = Field(
        default=True, description="Mail the weekly report to the managers, Mondays at the opening of business."
    )
    governor: GovernorForm = Field(default_factory=GovernorForm, description="Bounds on automatic answers (S3.3).")
