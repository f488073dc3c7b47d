"""The part `authentication` of supportd.yaml: how the daemon looks at senders itself (S2.2)."""

from pydantic import Field

from daemon.settings.forms.base import Form
from daemon.settings.kinds import Domain, Resolver


class AuthenticationForm(Form):
    """DKIM, SPF and DMARC by our own check, beside what our mail servers wrote."""

    own_checks: bool = Field(
        default=True,
        description="Check DKIM and DMARC of mail that a listener took from a server that is no `trusted_relays`.",
    )
    resolvers: tuple[Resolver, ...] = Field(
        default=(), description="DNS servers to ask, `192.0.2.53` or `192.0.2.53:5353`; left out: the system's."
    )
    timeout_seconds: int = Field(
        default=5, ge=1, le=8, description="How long the DNS may take, all questions of one mail together."
    )
    trusted_forwarders: tuple[Domain, ...] = Field(
        default=(), description="Domains whose ARC seal on forwarded mail is believed (RFC 8617)."
    )
    spf: bool = Field(
        default=False,
        description="Believe SPF too: only where senders' own servers connect to the listener, and none that passes "
        "others' mail on, save this host and `trusted_relays`.",
    )
