"""The files of a configuration folder → checked forms, each with its document for places."""

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from daemon.settings.findings import Findings
from daemon.settings.forms.calendar import CalendarFile
from daemon.settings.forms.installation import InstallationFile
from daemon.settings.forms.maintenance import MaintenanceFile
from daemon.settings.forms.people import AgentsFile, CustomerFile
from daemon.settings.forms.products import ProductsFile
from daemon.settings.forms.promises import VendorsFile
from daemon.settings.node import Document, Node
from daemon.settings.wording import report
from daemon.settings.yaml_text import MAX_OCTETS, NotYaml, read_yaml

FormT = TypeVar("FormT", bound=BaseModel)
_START = (1, 1)
CUSTOMERS = "customers"
OPTIONAL = ("products.yaml", "calendar.yaml", "maintenance.yaml", "vendors.yaml")
"""Files all of whose keys have defaults."""
EMPTY = "the file is empty (0 octets): a copy that broke off, or a full disk; what is none is written, as `windows: []`"


@dataclass(frozen=True, slots=True)
class Source(Generic[FormT]):
    """A file that is good in itself."""

    document: Document
    form: FormT


@dataclass(frozen=True, slots=True)
class Sources:
    """Every file that is good in itself; None where one is not."""

    installation: Source[InstallationFile] | None
    agents: Source[AgentsFile] | None
    products: Source[ProductsFile] | None
    calendar: Source[CalendarFile] | None
    maintenance: Source[MaintenanceFile] | None
    vendors: Source[VendorsFile] | None
    customers: tuple[Source[CustomerFile], ...]


def read_folder(folder: FilePath, findings: Findings) -> Sources:
    """Read every file of the folder; what is wrong in each is recorded."""
    _warn_of_other_names(folder, findings)
    return Sources(
        installation=_required(folder, "supportd.yaml", form=InstallationFile, findings=findings),
        agents=_required(folder, "agents.yaml", form=AgentsFile, findings=findings),
        products=_optional(folder, "products.yaml", form=ProductsFile, findings=findings),
        calendar=_optional(folder, "calendar.yaml", form=CalendarFile, findings=findings),
        maintenance=_optional(folder, "maintenance.yaml", form=MaintenanceFile, findings=findings),
        vendors=_optional(folder, "vendors.yaml", form=VendorsFile, findings=findings),
        customers=_customers(folder, findings),
    )


def optional_files(folder: FilePath) -> frozenset[str]:
    """Return which of the files that may be missing are there, and whether the customers' folder is."""
    return frozenset(name for name in (*OPTIONAL, CUSTOMERS) if (folder / name).exists())


def _required(folder: FilePath, name: str, *, form: type[FormT], findings: Findings) -> Source[FormT] | None:
    if not (folder / name).exists():
        findings.fault_at(name, _START, "this file is missing; `supportd init` writes one to start from")
        return None
    return _read(folder, name, form=form, findings=findings)


def _optional(folder: FilePath, name: str, *, form: type[FormT], findings: Findings) -> Source[FormT] | None:
    """Read a file all of whose keys have defaults: a missing one counts as an empty one."""
    if not (folder / name).exists():
        return Source(Document(name, Node(_START, {})), form())
    return _read(folder, name, form=form, findings=findings)


def _customers(folder: FilePath, findings: Findings) -> tuple[Source[CustomerFile], ...]:
    names = sorted(f"{CUSTOMERS}/{path.name}" for path in listed(folder / CUSTOMERS) if path.suffix == ".yaml")
    sources = (_read(folder, name, form=CustomerFile, findings=findings) for name in names)
    return tuple(source for source in sources if source)


def listed(folder: FilePath) -> list[FilePath]:
    """Return the files of a folder that are meant: no hidden ones, no editors' copies."""
    try:
        return [path for path in folder.iterdir() if not path.name.startswith((".", "#"))]
    except OSError:
        return []


def _warn_of_other_names(folder: FilePath, findings: Findings) -> None:
    """A file that ends in `.yml` is not read; its author should hear of it."""
    for path in listed(folder) + listed(folder / CUSTOMERS):
        if path.suffix.lower() in {".yml", ".yaml"} and path.suffix != ".yaml":
            name = path.relative_to(folder).as_posix()
            findings.warn_at(
                name, _START, f"not read: only names that end in `.yaml` are; rename it to `{path.stem}.yaml`"
            )


def _read(folder: FilePath, name: str, *, form: type[FormT], findings: Findings) -> Source[FormT] | None:
    octets = _octets(folder / name, name, findings=findings)
    if octets is None:
        return None
    if not octets:
        findings.fault_at(name, _START, EMPTY)
        return None
    try:
        document = Document(name, read_yaml(octets))
    except NotYaml as error:
        findings.fault_at(name, error.place, error.message)
        return None
    try:
        return Source(document, form.model_validate(document.root.plain()))
    except ValidationError as error:
        report(error, form, document=document, findings=findings)
        return None


def _octets(path: FilePath, name: str, *, findings: Findings) -> bytes | None:
    try:
        if not path.is_file():
            findings.fault_at(name, _START, "not a file")
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_OCTETS + 1)
    except OSError as error:
        findings.fault_at(name, _START, f"cannot be read: {error.strerror}")
        return None
