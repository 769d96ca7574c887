"""What goes wrong, said to people: an English text that is the key of its Chinese one (texts.json)."""

from collections.abc import Mapping


class Refused(Exception):
    """A request that cannot be met as it stands; nothing has changed. The text is a key of texts.json."""

    def __init__(self, text: str, **values: str | int) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values: Mapping[str, str | int] = values
