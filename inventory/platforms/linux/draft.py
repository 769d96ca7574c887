"""What the sections' parsers have gathered so far: a DeviceConfig in the making.

Several daemons describe one interface (its addresses stand in FRR's file, its VLAN in the OVS database, its virtual
router in keepalived's), so fields are gathered by interface name and put together at the end. Values that the model
refuses never raise: they come back as unparsed lines.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface
from inventory.platforms.linux.text import UnparsedLine, attempt

UNNAMED = "unnamed"


@dataclass
class Draft:
    """Fields by name; interfaces by name, then by field."""

    fields: dict[str, Any] = field(default_factory=dict)
    interfaces: defaultdict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    unparsed: list[UnparsedLine] = field(default_factory=list)

    def refuse(self, section: str, line: int, text: str) -> None:
        """Note a line that nobody understands."""
        self.unparsed.append(UnparsedLine(section=section, line=line, text=text))

    def append(self, name: str, item: object) -> None:
        """Add an item to a field that is a tuple."""
        self.fields[name] = (*self.fields.get(name, ()), item)

    def config(self) -> DeviceConfig:
        """Put the configuration together; what does not fit becomes an unparsed line."""
        whole = attempt(DeviceConfig, **self.fields | {"interfaces": self._interfaces()})
        return whole if whole is not None else self._piecewise()

    def _interfaces(self) -> tuple[Interface, ...]:
        found = []
        for name, fields in self.interfaces.items():
            item = attempt(Interface, name=name, **fields)
            if item is None:
                self.refuse("interface", 0, f"{name}: {sorted(fields)}")
            else:
                found.append(item)
        return tuple(found)

    def _piecewise(self) -> DeviceConfig:
        good: dict[str, Any] = {"hostname": UNNAMED}
        for name, value in (self.fields | {"interfaces": self._interfaces()}).items():
            if attempt(DeviceConfig, **good | {name: value}) is None:
                self.refuse(name, 0, f"{name}: {value}")
            else:
                good[name] = value
        return DeviceConfig(**good)
