"""The context of the page of tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from countynet.i18n import translate
from countynet.vocabulary import Role
from dashboard.tokens.model import SCOPES, Made, Token
from inventory.model import Unit


@dataclass(frozen=True)
class TokensPage:
    """The tokens, the form of a new one, and one that was made just now, shown this once."""

    template: ClassVar[str] = "tokens/tokens.html"
    rows: tuple[Token, ...]
    roles: tuple[Role, ...]
    units: tuple[Unit, ...]
    now: datetime
    made: Made | None = None
    problems: tuple[str, ...] = ()
    given: Mapping[str, str] | None = None

    @property
    def scopes(self) -> tuple[tuple[str, str], ...]:
        """Every scope with what it allows."""
        return tuple((scope.value, translate(text)) for scope, text in SCOPES.items())

    def value(self, name: str, usual: str = "") -> str:
        """Return what was filled in."""
        return (self.given or {}).get(name, usual)
