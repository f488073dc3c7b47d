"""products.yaml: what the provider supports."""

from pydantic import Field

from daemon.settings.forms.base import Form
from daemon.settings.kinds import Identifier, Text


class ProductForm(Form):
    """A product."""

    id: Identifier = Field(description="Short name, used in the other files.")
    name: Text = Field(description="What customers read.")
    keywords: tuple[Text, ...] = Field(default=(), description="Words that point to it when they stand in a subject.")


class ProductsFile(Form):
    """products.yaml."""

    products: tuple[ProductForm, ...] = Field(default=(), description="Everything that is supported.")
