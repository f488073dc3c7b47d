"""Parts of supportd.yaml on what is told to many: the status page, invoices, the radar (R7, R8, R12)."""

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from daemon.model.people import Role
from daemon.settings.forms.base import Form
from daemon.settings.kinds import HostAndPort, Text
from daemon.settings.refusal import refuse

INVOICE_ROLES = {"finance": (Role.FINANCE,), "primary": (Role.PRIMARY,), "both": (Role.FINANCE, Role.PRIMARY)}


def _read_invoice_roles(value: Any) -> tuple[Role, ...]:
    if isinstance(value, str) and value in INVOICE_ROLES:
        return INVOICE_ROLES[value]
    raise refuse(f"write one of {', '.join(f'`{word}`' for word in INVOICE_ROLES)}")


InvoicesTo = Annotated[
    tuple[Role, ...],
    PlainValidator(_read_invoice_roles),
    WithJsonSchema({"type": "string", "enum": list(INVOICE_ROLES)}),
]


class StatusPageForm(Form):
    """The page that everybody can see (R8)."""

    url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,200}[^/]$")] = Field(
        description="Where the page is seen from outside: its links in mails begin so. No slash at the end."
    )
    listen: HostAndPort | None = Field(
        default=None, description="`HOST:PORT` where it is served, behind a web server of yours; left out: nowhere."
    )
    folder: Text | None = Field(
        default=None, description="Folder where it is written as static files on each change; left out: nowhere."
    )

    @model_validator(mode="after")
    def is_somewhere(self) -> "StatusPageForm":
        """Refuse a page that is nowhere."""
        if not self.listen and not self.folder:
            raise refuse("say where the page is: `listen: 127.0.0.1:8027`, `folder: PATH`, or both")
        return self


class InvoicesForm(Form):
    """PDFs that go out once a month (R12.1)."""

    folder: Text = Field(description="Folder with a folder a month: `2026-11/CUSTOMER.pdf`, by the customer's id.")
    to: InvoicesTo = Field(
        default=(Role.FINANCE,),
        description="`finance`, `primary` or `both`; a customer's file may say otherwise (`invoices_to`).",
        json_schema_extra={"default": "finance"},
    )
    day: int = Field(default=27, ge=1, le=28, description="Day of the month; sent at 09:00 on the plan's wall clock.")


class RadarForm(Form):
    """When agents are told that customers' mails look alike (R7)."""

    enabled: bool = Field(default=True, description="Look for mails of several customers that look alike.")
    customers: int = Field(default=3, ge=2, le=100, description="So many customers at least.")
    minutes: int = Field(default=60, ge=5, le=1440, description="Within so many minutes.")
    pause_hours: int = Field(
        default=6, ge=1, le=168, description="The same storm is not told again within so many hours, unless it doubles."
    )
