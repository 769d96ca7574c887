"""The seam between the runner and a day-two change: what it lays hold of, what it would do, and doing it."""

from collections.abc import Iterable
from typing import Protocol

from inventory.model import County
from playbooks.runner.model import Playbook
from playbooks.runner.programs.work import Ended, Work


class Change(Protocol):
    """One kind of change."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices that it lays hold of. Raises BadInput for a name that it is not for."""
        ...

    def look(self, work: Work) -> Iterable[str] | Ended:
        """Yield what it would do, in the language of the context; writes nothing and touches no device.

        One that looks on servers themselves says so as it goes, and returns how that ended on each.

        Raises NotAllowed, BadInput, Conflict.
        """
        ...

    def run(self, work: Work) -> Ended:
        """Do it as far as it is approved, and say what is left; run again, it goes on. Raises CountyError."""
        ...
