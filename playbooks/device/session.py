"""An open device, whatever its platform: what is spoken over (`transport`) and the way it was reached."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from playbooks.device.reach import Way


class Link(Protocol):
    """The least that an open connection with a device is."""

    device: str

    def close(self) -> None:
        """End it; may be called from another thread, and more than once."""
        ...


L = TypeVar("L", bound=Link)


@dataclass(frozen=True)
class Session(Generic[L]):
    """An open device and the way it was reached."""

    transport: L
    way: Way

    def close(self) -> None:
        """End it."""
        self.transport.close()
