"""What pydantic found, in sentences that say what would be right, each at its place."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from daemon.settings.findings import Findings
from daemon.settings.nearest import shown, suggestion
from daemon.settings.node import Document, Path
from daemon.settings.refusal import REFUSAL

Context = Mapping[str, Any]

_PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,39}$": "a short name: lower-case letters, digits, `-` and `_`, at most 40",
    r"^[A-Z][A-Z0-9]{1,9}$": "two to ten capitals and digits, such as `SUP`",
    r"^[A-Z]{2}$": "a country as two capitals, such as `US`",
    r"^[A-Z]{3}$": "a currency as three capitals, such as `USD`",
    r"^https?://[!-~]{1,200}$": "a web address such as `https://chat.example/`",
    r"^[A-Za-z0-9.:_-]{1,253}$": "the name or IP address of a host",
    r"^[A-Za-z0-9-]{1,10}$": "the code of a state or province, such as `CO`",
}

_DATE = "must be a date such as `2026-12-24`"
_WHOLE = "must be a whole number"
_SENTENCES: dict[str, Callable[[Context], str]] = {
    "string_type": lambda _: "must be text (a number or a word like `true` is text in quotes)",
    "string_too_short": lambda _: "must not be empty",
    "string_too_long": lambda c: f"at most {c['max_length']} letters",
    "string_pattern_mismatch": lambda c: f"must be {_PATTERNS.get(c['pattern'], c['pattern'])}",
    "int_type": lambda _: _WHOLE,
    "int_parsing": lambda _: _WHOLE,
    "int_from_float": lambda _: _WHOLE,
    "int_parsing_size": lambda _: "is far too large",
    "bool_type": lambda _: "must be `true` or `false`",
    "bool_parsing": lambda _: "must be `true` or `false`",
    "greater_than_equal": lambda c: f"must be at least {c['ge']}",
    "less_than_equal": lambda c: f"must be at most {c['le']}",
    "too_short": lambda _: "must list at least one",
    "tuple_type": lambda _: "must be a list",
    "list_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be a mapping: `key: value` lines",
    "model_type": lambda _: "must be a mapping: `key: value` lines",
    "date_type": lambda _: _DATE,
    "date_parsing": lambda _: _DATE,
    "date_from_datetime_parsing": lambda _: _DATE,
    "date_from_datetime_inexact": lambda _: _DATE,
}


def report(error: ValidationError, form: type[BaseModel], *, document: Document, findings: Findings) -> None:
    """Record everything that pydantic refused in `document`, which should have been a `form`."""
    for item in error.errors(include_url=False, include_input=False):
        path = tuple(part for part in item["loc"] if part != "[key]")
        context = item.get("ctx", {})
        match item["type"]:
            case "missing":
                findings.fault(document, path[:-1], f"key `{path[-1]}` is missing")
            case "too_short" if document.holds_entries(path):
                pass  # pydantic counts good entries only; the bad ones are reported themselves
            case "extra_forbidden":
                findings.fault_key(document, path, _unknown(form, path))
            case kind if kind == REFUSAL:
                _report_refusals(context, path, document=document, findings=findings)
            case _ if "[key]" in item["loc"]:
                findings.fault_key(document, path, _sentence(item["type"], context, item["msg"]))
            case _:
                findings.fault(document, path, _sentence(item["type"], context, item["msg"]))


def _report_refusals(context: Context, path: Path, *, document: Document, findings: Findings) -> None:
    for refusal in context["refusals"]:
        record = findings.fault_key if refusal.at_key else findings.fault
        record(document, path + refusal.path, refusal.message)


def _sentence(kind: str, context: Context, message: str) -> str:
    if kind in _SENTENCES:
        return _SENTENCES[kind](context)
    return message[:1].lower() + message[1:]


def _unknown(form: type[BaseModel], path: Path) -> str:
    known = [field.alias or name for name, field in _form_at(form, path[:-1]).model_fields.items()]
    return f"unknown key `{shown(str(path[-1]))}`; {suggestion(str(path[-1]), known)}"


def _form_at(form: type[BaseModel], path: Path) -> type[BaseModel]:
    """Return the form of the mapping at `path`."""
    for part in path:
        field = next((f for name, f in form.model_fields.items() if part in {name, f.alias}), None)
        form = (_form_within(field.annotation) if field else None) or form
    return form


def _form_within(annotation: Any) -> type[BaseModel] | None:
    """Return the form that an annotation such as `tuple[AgentForm, ...] | None` speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _form_within(part))), None)
