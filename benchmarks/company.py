"""The company that is measured: the example's, with many customers, an SMTP server to send to, and no brakes."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks.people import CONTACTS_A_CUSTOMER, CUSTOMERS
from examples.demo.company import HOST, Company, found_company

NO_BRAKE = 1_000_000_000


def found_busy_company(folder: Path, *, sink_port: int, database: str) -> Company:
    """Write the configuration of a company that gets much mail.

    Args:
        folder: where it goes; made if missing.
        sink_port: port of 127.0.0.1 on which outgoing mail is taken; 0: it is kept in a Maildir.
        database: URL; empty: SQLite, in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    company = found_company(folder)
    path = company.config / "supportd.yaml"
    yaml = YAML()
    settings = yaml.load(path.read_text(encoding="utf-8"))
    if sink_port:
        settings["delivery"] = {"smtp": {"host": HOST, "port": sink_port, "security": "plain"}}
    # S3.3: the brakes on automatic answers are for mail robots, and would stop the measurement.
    limits = ("address_hour", "address_day", "case_hour", "alarm_hour")
    settings["policies"]["governor"] = dict.fromkeys(limits, NO_BRAKE)
    settings["policies"]["burst"] = NO_BRAKE
    if database:
        settings["database"] = database
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(settings, stream)
    for number in range(CUSTOMERS):
        with (company.config / "customers" / f"customer{number}.yaml").open("w", encoding="utf-8") as stream:
            yaml.dump(_customer(number), stream)
    company.run("db", "upgrade")
    return company


def _customer(number: int) -> dict[str, Any]:
    domain = f"customer{number}.example"
    contacts = [
        {
            "name": f"Contact {contact}",
            "email": f"contact{contact}@{domain}",
            "roles": ["primary" if not contact else "case"],
        }
        for contact in range(CONTACTS_A_CUSTOMER)
    ]
    return {"id": f"customer{number}", "name": f"Customer {number}", "domains": [domain], "mpocs": contacts}
