"""The wheel is complete: every package of the source is listed, and the licence is whole."""

import re
from configparser import ConfigParser
from hashlib import sha256

from tests.repository.sources import ROOT, modules, named


def test_every_package_is_listed_for_the_wheel() -> None:
    """A package that setup.cfg forgets is missing only on other people's machines."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    folders = dict(line.split(" = ") for line in setup["options"]["package_dir"].strip().splitlines())
    there = {
        named(module.parent).replace(folder, package, 1).replace("/", ".")
        for package, folder in folders.items()
        for module in modules(folder)
    }

    assert listed == there


def test_the_licence_is_the_text_of_apache_2_0() -> None:
    """The text of the Apache License 2.0, to the letter (line ends and outer blank lines aside)."""
    text = (ROOT / "LICENSE").read_text().strip()

    assert text.startswith("Apache License\n                           Version 2.0, January 2004")
    assert sha256(text.encode()).hexdigest() == APACHE_2_0


APACHE_2_0 = "283ea6cc2997a1a70da0049e09adf9317bb60ca1b51279b65196b83a69e1996b"


def test_every_dependency_is_explained() -> None:
    """docs/dependencies.md says why each direct dependency is there, and names no other."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    wanted = "\n".join([setup["options"]["install_requires"], extras["postgresql"], extras["dev"]]).split()
    named_there = re.findall(r"^\| ([\w.,+ -]+?) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    explained = {name.strip() for cell in named_there for name in cell.split(",")}

    assert {re.split(r"[\[<>=]", line)[0] for line in wanted} - explained == set()
