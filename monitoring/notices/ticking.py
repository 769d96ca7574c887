"""One sender for each database, stepped by the worker's clockwork; rules that are wrong are one error in words."""

from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Engine

from countynet.errors import BadInput, CountyError
from countynet.i18n import translate_error
from countynet.settings import Settings


class Steps(Protocol):
    """What queues and sends, a step at a time."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        """Stand on a county and its database."""
        ...

    def step(self, now: datetime) -> object:
        """Do what is due. Raises BadInput for rules that are wrong."""
        ...


T = TypeVar("T", bound=Steps)


class Ticking(Generic[T]):
    """The senders of one kind, by database."""

    def __init__(self, kind: type[T]) -> None:
        self._kind, self._made = kind, dict[str, T]()

    def tick(self, settings: Settings, engine: Engine, now: datetime) -> None:
        """Step the sender of a database. Raises CountyError with every problem, which the clockwork logs once."""
        key = str(engine.url)
        if key not in self._made:
            self._made[key] = self._kind(settings, engine)
        try:
            self._made[key].step(now)
        except BadInput as error:
            raise CountyError(translate_error(error)) from error
