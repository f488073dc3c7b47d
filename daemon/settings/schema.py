"""JSON Schemas of the configuration files, for editors (shipped in `config/schemas/`)."""

import json
from typing import Any

from pydantic import BaseModel

from daemon.settings.forms.calendar import CalendarFile
from daemon.settings.forms.installation import InstallationFile
from daemon.settings.forms.maintenance import MaintenanceFile
from daemon.settings.forms.people import AgentsFile, CustomerFile
from daemon.settings.forms.products import ProductsFile
from daemon.settings.forms.promises import VendorsFile

FORMS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("supportd", InstallationFile),
    ("agents", AgentsFile),
    ("products", ProductsFile),
    ("calendar", CalendarFile),
    ("maintenance", MaintenanceFile),
    ("vendors", VendorsFile),
    ("customer", CustomerFile),
)
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each configuration file, by the name of its file in `config/schemas/`."""
    return {f"{name}.json": {"$schema": _DIALECT, **form.model_json_schema()} for name, form in FORMS}


def printed(schema: dict[str, Any]) -> str:
    """Return a schema as it is shipped."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
