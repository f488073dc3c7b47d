"""What all forms share: unknown keys are errors, values are frozen, secrets never show in an error."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from daemon.settings.refusal import refuse


class Form(BaseModel):
    """A mapping of a configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, ser_json_inf_nan="null")


class SecretSource(Form):
    """Where a secret is read from: exactly one of the two."""

    file: str | None = Field(
        default=None, description="A file that holds only the secret; others must not be able to read it."
    )
    env: str | None = Field(default=None, description="An environment variable that holds the secret.")

    @model_validator(mode="after")
    def one_source(self) -> "SecretSource":
        """Refuse none and both."""
        if bool(self.file) == bool(self.env):
            raise refuse("name exactly one source of the secret: `file: PATH` or `env: VARIABLE`")
        return self


def _no_plain_secret(value: Any) -> Any:
    if isinstance(value, str | int | float):
        raise refuse(
            "a secret must not stand in YAML: put it into a file and write `{file: PATH}`, "
            "or into the environment and write `{env: VARIABLE}`"
        )
    return value


Secret = Annotated[SecretSource, BeforeValidator(_no_plain_secret)]
