"""What a simulated device is told to do wrong; a device without orders does nothing wrong.

`lie` lines are accepted and not kept, `refuse` lines are taken for unknown; `refuse_save` says that the flash is
full; `rate` slows the output (bytes a second); `drop_after` closes a session after so many lines; `locked` refuses
everybody; `reboot_after` reboots the device after so many changed lines; `silent` accepts connections and never
answers. Of its software: `free` is what the flash has left; `spoil` turns a bit of the next file that is copied;
`cut_after` breaks a copy off after so many bytes; `boot_old` has it start once from what it ran; `stay_down` keeps it
down after a reboot; `neighbours` is what it sees by LLDP where no daemon runs.
"""

import json
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass
class Faults:
    """The orders; `lie` and `refuse` are patterns that name whole lines. Counts are counted down to zero, once."""

    lie: str = ""
    refuse: str = ""
    refuse_save: bool = False
    rate: int = 0
    drop_after: int = 0
    locked: bool = False
    reboot_after: int = 0
    silent: bool = False
    free: int = -1
    spoil: bool = False
    cut_after: int = 0
    boot_old: bool = False
    stay_down: bool = False
    neighbours: list[list[str]] = field(default_factory=list)
    """port, name, port there"""

    def lies(self, line: str) -> bool:
        """Whether a line is to be accepted and not kept."""
        return bool(self.lie) and re.fullmatch(self.lie, line) is not None

    def refuses(self, line: str) -> bool:
        """Whether a line is to be refused."""
        return bool(self.refuse) and re.fullmatch(self.refuse, line) is not None

    def count(self, name: str) -> bool:
        """Count an order down; return whether its moment is now."""
        left: int = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return left == 1

    def order(self, orders: dict[str, Any]) -> None:
        """Take over orders by name. Raises ValueError for a name that is none."""
        known = {item.name for item in fields(self)}
        for name, value in orders.items():
            if name not in known:
                raise ValueError(f"no fault {name!r}; known are {', '.join(sorted(known))}")
            setattr(self, name, value)


def read(path: Path) -> Faults:
    """Return the orders of a JSON file. Raises OSError, ValueError."""
    found = Faults()
    found.order(json.loads(path.read_text()))
    return found
