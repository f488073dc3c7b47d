"""What rules and model pass on are values: nobody changes one after it was decided on."""

import ast

from tests.repository.sources import modules, named, parsed

WORKING = {
    "daemon/rules/clocks/keeping.py: _Keeper",  # follows a decision; it leaves the module as effects
    "daemon/rules/clocks/active.py: ClockSet",  # what stands behind it
}


def test_what_rules_and_model_define_is_frozen() -> None:
    """A value that a rule was given is the one that its decision explains, and a slip of the pen adds no field."""
    loose = {
        f"{named(path)}: {node.name}"
        for path in modules("daemon/rules", "daemon/model")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("dataclass") and not {"frozen", "slots"} <= _switched_on(decorator)
    }

    assert loose == WORKING


def _switched_on(decorator: ast.expr) -> set[str]:
    """Return the arguments of a decorator that are `True`."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return {
        word.arg for word in given if word.arg and isinstance(word.value, ast.Constant) and word.value.value is True
    }
