"""The difference of what a device runs and what it shall run, field by field. Pure; shows no secret.

Sets in meaning (interfaces, VLANs, routes ...) are matched by what names their members, so one port more is one
difference; ordered rules are matched by name and their order is compared apart. Lines that no parser understands, or
no render writes, and that the intended text lacks are `unmanaged`: nobody vouches for what they do.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr

from countynet.canonical import JSON
from inventory.deviceconfig import DeviceConfig
from inventory.platforms.patch import lines, rulebook
from inventory.platforms.patch.aside import aside
from inventory.platforms.seam import Parsed, UnparsedLine

HIDDEN = "********"
_NAMES: Mapping[str, tuple[str, ...]] = {
    "Vlan": ("id",),
    "Vrrp": ("group",),
    "StaticRoute": ("prefix", "next_hop"),
    "Redistribution": ("source",),
    "PacketFilter": ("hook",),
}
"""what names a member, where it is not `name`"""


@dataclass(frozen=True)
class Difference:
    """One field; `running` or `intended` is empty when only the other has it."""

    path: str
    running: str
    intended: str

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        return {"field": self.path, "running": self.running, "intended": self.intended}


def differences(running: DeviceConfig, intended: DeviceConfig) -> tuple[Difference, ...]:
    """Return every field that differs, in the order of the model."""
    return tuple(_models("", running, intended))


def unmanaged(running: Parsed, intended: Parsed) -> tuple[UnparsedLine, ...]:
    """Return the lines that a device runs, nobody understands and nobody asked for."""
    asked = Counter(line.text.strip() for line in intended.unparsed)
    found = []
    for line in running.unparsed:
        if line.line == 0:
            continue  # a lacking line: it is a difference, not one more
        if asked[line.text.strip()] > 0:
            asked[line.text.strip()] -= 1
        else:
            found.append(line)
    return tuple(found)


def unwritten(running: str, intended: str, platform: str) -> tuple[UnparsedLine, ...]:
    """Return the lines that a vendor's device runs, that are read and never written: no plan takes them away."""
    if platform not in rulebook.MAKERS:
        return ()
    old, new = lines.read(running, platform), lines.read(intended, platform)
    numbers = dict(lines.numbered(lines.nodes(running, platform)))
    places = [(path, numbers.get(path, 0)) for path in aside(old, new, platform) if lines.at(new, path) is None]
    return tuple(UnparsedLine(section=" ".join(path[:-1]), line=number, text=path[-1]) for path, number in places)


def _models(path: str, running: BaseModel, intended: BaseModel) -> Iterator[Difference]:
    for name in type(intended).model_fields:
        yield from _values(f"{path}.{name}" if path else name, getattr(running, name), getattr(intended, name))


def _values(path: str, running: Any, intended: Any) -> Iterator[Difference]:
    if running == intended:
        return
    if isinstance(running, BaseModel) and isinstance(intended, BaseModel):
        yield from _models(path, running, intended)
    elif _members(running) or _members(intended):
        yield from _sets(path, running, intended)
    else:
        yield Difference(path, _shown(running), _shown(intended))


def _sets(path: str, running: Iterable[Any], intended: Iterable[Any]) -> Iterator[Difference]:
    have, want = _named(running), _named(intended)
    for name in dict.fromkeys((*want, *have)):
        one, other = have.get(name), want.get(name)
        if one is None or other is None:
            yield Difference(f"{path}[{name}]", _shown(one), _shown(other))
        else:
            yield from _values(f"{path}[{name}]", one, other)
    both = [name for name in have if name in want]
    if both != [name for name in want if name in have]:
        order = [name for name in want if name in have]
        yield Difference(f"{path} (order)", ", ".join(both), ", ".join(order))


def _members(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _named(values: Iterable[Any]) -> dict[str, Any]:
    """Return members by name; a name that stands twice is numbered."""
    found: dict[str, Any] = {}
    for value in values:
        fields = _NAMES.get(type(value).__name__, ("name",))
        name = " ".join(_shown(getattr(value, field)) or "-" for field in fields)
        count = sum(key == name or key.startswith(f"{name}#") for key in found)
        found[f"{name}#{count + 1}" if count else name] = value
    return found


def _shown(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, BaseModel):
        said = ((name, _shown(getattr(value, name))) for name in type(value).model_fields)
        plain = type(value).model_fields
        return " ".join(f"{name}={text}" for name, text in said if text and getattr(value, name) != plain[name].default)
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value)
    return str(value)
