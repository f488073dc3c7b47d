"""The part `macd` of supportd.yaml: who does moves, adds, changes, deletes, and what that costs (R10)."""

from typing import Annotated

from pydantic import Field

from daemon.settings.forms.base import Form
from daemon.settings.kinds import Identifier
from daemon.settings.money import Money


class MacdForm(Form):
    """Teams and charges of MACD requests."""

    team: Identifier | None = Field(
        default=None, description="Id of the team that gets MACD requests; else as any other request."
    )
    urgent_team: Identifier | None = Field(
        default=None,
        description="Id of the 24x7 team that gets urgent ones outside the hours (R10.3); else the default team.",
    )
    hourly_rate: Money = Field(
        default=10_000,
        description='What an hour of work costs, in quotes: "100.00" (R10.4).',
        json_schema_extra={"default": "100.00"},
    )
    increment: int = Field(
        default=15, ge=1, le=480, description="Minutes; each started increment is charged in full (R10.4)."
    )
    expedite_surcharge: Money | None = Field(
        default=None,
        description="What expediting costs on top; null: flagged for a line by hand, never invented (R10.4).",
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        default="USD", description="Currency of the amounts (ISO 4217, three capitals)."
    )
