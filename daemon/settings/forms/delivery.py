"""The parts `delivery` and `alarm` of supportd.yaml: where mail goes, and by which other way an alarm does."""

from typing import Annotated

from pydantic import Field, model_validator

from daemon.model.setup import Security
from daemon.settings.forms.base import Form, Secret
from daemon.settings.kinds import Address, Host, Language, Port, Text, in_words, one_of
from daemon.settings.refusal import refuse

SecurityWord = Annotated[Security, in_words(Security), one_of(Security)]


class SubmissionForm(Form):
    """The SMTP server that takes outgoing mail."""

    host: Host = Field(description="Name of the server.")
    port: Port | None = Field(
        default=None, description="Port; else 465 with `tls`, 587 with `starttls`, 25 with `plain`."
    )
    security: SecurityWord = Field(
        default=Security.STARTTLS,
        description="`tls` from the first octet, `starttls` (required), or `plain`.",
        json_schema_extra={"default": "starttls"},
    )
    user: Text | None = Field(default=None, description="Login name, where the server wants one.")
    password: Secret | None = Field(default=None, description="Where the password is read from.")
    ca_file: Text | None = Field(default=None, description="Certificates to trust, as PEM; else the system's.")
    verify: bool = Field(default=True, description="Check the server's certificate. `false` is warned of.")
    connections: int = Field(default=4, ge=1, le=100, description="Connections at once.")
    timeout_seconds: int = Field(default=60, ge=1, le=600, description="How long an answer may take.")
    give_up_hours: int = Field(default=72, ge=1, le=720, description="How long a mail is tried (S3.6).")

    @model_validator(mode="after")
    def whole_login(self) -> "SubmissionForm":
        """Refuse half a login."""
        if bool(self.user) != bool(self.password):
            raise refuse("a login needs both `user` and `password`")
        return self


class DeliveryForm(Form):
    """Where outgoing mail goes: exactly one of the two."""

    maildir: Text | None = Field(default=None, description="A Maildir: mail is kept there and goes nowhere.")
    smtp: SubmissionForm | None = Field(default=None, description="An SMTP server.")

    @model_validator(mode="after")
    def one_way(self) -> "DeliveryForm":
        """Refuse none and both."""
        if bool(self.maildir) == bool(self.smtp):
            raise refuse("name exactly one way out: `maildir: PATH` or `smtp: {...}`")
        return self


class AlarmForm(Form):
    """Who is told when the daemon cannot do its job, and by which server: never the one of delivery (S1.6)."""

    to: tuple[Address, ...] = Field(min_length=1, description="Addresses that are told; best ones elsewhere.")
    smtp: SubmissionForm = Field(description="A second SMTP server, which takes mail when the first does not.")
    sender: Address | None = Field(
        default=None,
        description="Sender of the alarm, where the second server takes no other; left out: the support address.",
    )
    language: Language = Field(default="en", description="Language of the alarm, `en` or `fr`.")
