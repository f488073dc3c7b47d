"""What the daemon says of an agent's commands, in the agent's language: what was done, and what is wrong.

A saying is a name with its values; the words of each stand below, once a language, and a test holds them complete.
"""

from dataclasses import dataclass

from daemon.rules.sayings.words import WORDS


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence, not yet in words."""

    name: str
    values: tuple[tuple[str, "str | Saying"], ...] = ()

    def words(self, language: str) -> str:
        """Return the sentence in a language; English where the language is not spoken."""
        table = WORDS.get(language, WORDS["en"])
        said = {key: value.words(language) if isinstance(value, Saying) else value for key, value in self.values}
        return table[self.name].format(**said)


def say(name: str, /, **values: "str | Saying") -> Saying:
    """Return the saying of that name with its values."""
    return Saying(name, tuple(values.items()))


class Fault(ValueError):
    """A command that cannot be carried out; its saying tells the agent what would be right."""

    def __init__(self, name: str, /, **values: str | Saying) -> None:
        self.saying = say(name, **values)
        super().__init__(self.saying.words("en"))
