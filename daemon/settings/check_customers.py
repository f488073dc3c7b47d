"""What customer files must agree on, with each other and with the desk (R2.1, S2.4, S2.6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.model.people import Role
from daemon.settings.check_people import check_known, product_ids
from daemon.settings.findings import Findings
from daemon.settings.forms.people import CustomerFile
from daemon.settings.node import Document, Path
from daemon.settings.reading import Source, Sources

SHARED_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "aol.com"}
)
"""Where anybody may have an address: a colleague is nobody known by these."""


@dataclass(slots=True)
class _Taken:
    """What earlier files already use, with where it stands."""

    ids: dict[str, str] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)


def check_customers(sources: Sources, findings: Findings) -> None:
    """Record what customer files contradict in each other, in products.yaml, agents.yaml and supportd.yaml."""
    taken = _Taken(addresses=dict(_desk_addresses(sources)))
    owners = {domain: source.form.id for source in sources.customers for domain in source.form.domains}
    products = product_ids(sources)
    for source in sources.customers:
        _check_id(source, taken, findings)
        _check_domains(source, taken, findings)
        _check_mpocs(source, taken, findings)
        _check_not_ours(source, sources, findings)
        _check_primary(source, findings)
        _warn_of_foreign_domains(source, owners, findings)
        for index, product in enumerate(source.form.products if products is not None else ()):
            at = (source.document, ("products", index))
            check_known(product, products or (), "product", at=at, findings=findings)


def check_desk_addresses(sources: Sources, findings: Findings) -> None:
    """Record agents who write from a mailbox of the desk: their mail could not be told from our own."""
    if not sources.agents or not sources.installation:
        return
    for index, agent in enumerate(sources.agents.form.agents):
        if mailbox := _mailbox_reached(agent.email, sources):
            message = f"{agent.email} is the address of mailbox `{mailbox}`: an agent needs one of their own"
            findings.fault(sources.agents.document, ("agents", index, "email"), message)


def _check_not_ours(source: Source[CustomerFile], sources: Sources, findings: Findings) -> None:
    """Record MPOCs who write from a plus-address of a mailbox: their mail could not be told from our own."""
    for index, mpoc in enumerate(source.form.mpocs):
        mailbox = _mailbox_reached(mpoc.email, sources) if "+" in mpoc.email else ""
        if mailbox:
            message = f"mail to {mpoc.email} reaches mailbox `{mailbox}`: a contact needs an address of their own"
            findings.fault(source.document, ("mpocs", index, "email"), message)


def _mailbox_reached(address: str, sources: Sources) -> str:
    """Return the name of the mailbox that mail to an address reaches, plus-addresses included, or nothing."""
    if not sources.installation:
        return ""
    local, _, domain = address.rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return next((found.name for found in sources.installation.form.mailboxes if found.address == bare), "")


def _desk_addresses(sources: Sources) -> Iterator[tuple[str, str]]:
    if sources.agents:
        for agent in sources.agents.form.agents:
            yield agent.email, f"agent `{agent.id}`"
    if sources.installation:
        for mailbox in sources.installation.form.mailboxes:
            yield mailbox.address, f"mailbox `{mailbox.name}`"


def _standing(document: Document, path: Path) -> str:
    line, _ = document.place(path)
    return f"{document.file} line {line}"


def _check_id(source: Source[CustomerFile], taken: _Taken, findings: Findings) -> None:
    name = source.form.id
    if name in taken.ids:
        findings.fault(source.document, ("id",), f"customer `{name}` stands already in {taken.ids[name]}")
    taken.ids.setdefault(name, _standing(source.document, ("id",)))


def _check_domains(source: Source[CustomerFile], taken: _Taken, findings: Findings) -> None:
    for index, domain in enumerate(source.form.domains):
        path: Path = ("domains", index)
        if domain in taken.domains:
            message = (
                f"domain `{domain}` stands already in {taken.domains[domain]}: a colleague must belong to one customer"
            )
            findings.fault(source.document, path, message)
        if domain in SHARED_DOMAINS:
            findings.warn(
                source.document, path, f"anybody can have an address at {domain}, and would count as a colleague"
            )
        taken.domains.setdefault(domain, _standing(source.document, path))


def _check_mpocs(source: Source[CustomerFile], taken: _Taken, findings: Findings) -> None:
    for index, mpoc in enumerate(source.form.mpocs):
        path: Path = ("mpocs", index, "email")
        if mpoc.email in taken.addresses:
            message = (
                f"{mpoc.email} is already used by {taken.addresses[mpoc.email]}: an address means one person (S2.6)"
            )
            findings.fault(source.document, path, message)
        where = f"an MPOC of `{source.form.id}` in {_standing(source.document, path)}"
        taken.addresses.setdefault(mpoc.email, where)


def _check_primary(source: Source[CustomerFile], findings: Findings) -> None:
    """A file that gives no roles at all makes its first MPOC the primary; one that gives roles must name a primary."""
    mpocs = source.form.mpocs
    stated = any(mpoc.roles for mpoc in mpocs)
    if stated and not any(Role.PRIMARY in mpoc.roles for mpoc in mpocs):
        findings.fault(source.document, ("mpocs",), "no MPOC has the role `primary`: give it to one (R2.1)")


def _warn_of_foreign_domains(source: Source[CustomerFile], owners: dict[str, str], findings: Findings) -> None:
    form = source.form
    for index, mpoc in enumerate(form.mpocs):
        domain = mpoc.email.rpartition("@")[2]
        if domain in form.domains:
            continue
        owner = owners.get(domain)
        more = f", and belongs to customer `{owner}`" if owner else ""
        message = f"the domain of {mpoc.email} is none of this customer's{more}"
        findings.warn(source.document, ("mpocs", index, "email"), message)
