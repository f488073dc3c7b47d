"""The file that `supportd maintenance announce` takes: an unscheduled window, with all its parts (R11.2, R11.6)."""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationError, WithJsonSchema

from daemon.errors import ConfigInvalid
from daemon.model.window import Impact
from daemon.settings.findings import Findings
from daemon.settings.forms.base import Form
from daemon.settings.forms.maintenance import ImpactWord
from daemon.settings.kinds import Identifier, LongText, Text
from daemon.settings.node import Document
from daemon.settings.refusal import refuse
from daemon.settings.wording import report
from daemon.settings.yaml_text import MAX_OCTETS, NotYaml, read_yaml

_START = (1, 1)
_NO_SECONDS = re.compile(r"(?<=[0-9]:[0-9]{2}):00$")


def _read_moment(value: Any) -> datetime:
    """Return a wall clock's time; an offset or the name of a zone behind it would be another clock's."""
    text = _NO_SECONDS.sub("", str(value).replace("T", " "))
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a wall clock's
    except ValueError:
        raise refuse("write it as `2026-12-05 23:00`, on the plan's wall clock, without a zone") from None


Moment = Annotated[datetime, PlainValidator(_read_moment), WithJsonSchema({"type": "string"})]


class AnnouncementFile(Form):
    """An unscheduled window."""

    name: Text = Field(description="What customers read.")
    start: Moment = Field(description="When the work begins: `2026-12-05 23:00`, on the plan's wall clock.")
    end: Moment = Field(description="When it ends.")
    products: tuple[Identifier, ...] = Field(min_length=1, description="Ids of the products affected.")
    impact: ImpactWord = Field(default=Impact.DEGRADED, description="What customers feel of it.")
    description: LongText = Field(description="The work, shortly.")
    reason: LongText = Field(description="Why it is done.")


def read_announcement(path: Path, products: tuple[str, ...]) -> AnnouncementFile:
    """Read the file.

    Args:
        path: where it lies.
        products: ids of the products that there are.

    Raises:
        ConfigInvalid: with every fault found in it, by line and column.
    """
    findings, form = Findings(), None
    try:
        document = Document(path.name, read_yaml(_octets(path)))
        form = AnnouncementFile.model_validate(document.root.plain())
        for index, product in enumerate(form.products):
            if product not in products:
                message = f"no product `{product}`; there are: {', '.join(products)}"
                findings.fault(document, ("products", index), message)
    except OSError as trouble:
        findings.fault_at(path.name, _START, f"cannot be read: {trouble.strerror}")
    except NotYaml as trouble:
        findings.fault_at(path.name, trouble.place, trouble.message)
    except ValidationError as trouble:
        report(trouble, AnnouncementFile, document=document, findings=findings)
    if form is None or findings.faults():
        raise ConfigInvalid(findings.faults())
    return form


def _octets(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_OCTETS + 1)
