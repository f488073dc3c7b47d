"""docs/mails.md is what people write templates by: its table is the program's."""

import re
from pathlib import Path

from daemon.model.notice_kinds import NOTICES
from daemon.outbound.context import context_of
from daemon.outbound.samples import PROVIDER, sample

DOCUMENT = (Path(__file__).parents[2] / "docs/mails.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| ([^|]*) \|$", re.MULTILINE)


def test_every_kind_stands_with_its_facts() -> None:
    """Kinds and facts of the table, in the order of the program."""
    documented = {kind: tuple(re.findall(r"`(\w+)`", facts)) for kind, facts in ROW.findall(DOCUMENT)}

    assert documented == {kind.value: spec.facts for kind, spec in NOTICES.items()}


def test_every_name_that_templates_may_use_is_explained() -> None:
    """The names of the context are the documented ones."""
    names = {name for kind in NOTICES for name in context_of(sample(kind, "en"), PROVIDER, "en")}

    assert {name for name in names if f"`{name}`" not in DOCUMENT} == set()
