"""Devices that have to change at once: neighbours of OSPF whose key comes, goes or becomes another (RFC 2328, D.4.3).

From the moment that one end of a link has another key than the other they are no neighbours, and a device that is
reached by what its neighbours know cannot be reached any more: changed one after another, the second would be lost. So
all get ready first, go on only when all are, and each ends well only if all do. Who would have to come along and does
not is named before anything is touched. Vendors' devices are typed at line by line, which no other waits for.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from countynet.errors import BadInput, Conflict, DeviceError
from countynet.i18n import _
from countynet.settings import Settings
from inventory import names, running
from inventory.model import County, Device
from inventory.platforms import registry

Keys = Mapping[str, SecretStr | None]
_SAID = ("message-digest-key ", "ospf authentication-mode ")
"""what stands in a text that has keys"""


@dataclass
class Together:
    """Some devices that wait for each other; for any other device nothing is waited for."""

    devices: frozenset[str] = frozenset()
    patience: float = 60.0
    """seconds that one waits for the others"""
    _barrier: threading.Barrier = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Wait for as many as there are."""
        self._barrier = threading.Barrier(max(len(self.devices), 1))

    def meet(self, device: str, patience: float | None = None) -> None:
        """Wait until all are there. Raises DeviceError when one failed or does not come in time."""
        if device not in self.devices:
            return
        try:
            self._barrier.wait(self.patience if patience is None else patience)
        except threading.BrokenBarrierError as error:
            others = ", ".join(sorted(self.devices - {device}))
            raise DeviceError(
                device, _("has to change at once with {others}, and one of them did not come so far"), others=others
            ) from error

    def fail(self, device: str) -> None:
        """Say that a device does not come any further, so that nobody waits for it."""
        if device in self.devices:
            self._barrier.abort()


@dataclass
class Once:
    """Calls a function when it is called for the first time, and never again."""

    function: Callable[[], None]
    done: bool = False

    def __call__(self) -> None:
        """Call it unless it was."""
        if not self.done:
            self.done = True
            self.function()


def keys(device: Device, text: str) -> Keys:
    """Return the keys that a text has on the interfaces with neighbours."""
    found = registry.platform(device.platform).parse(text).config.interfaces
    return {item.name: item.ospf.key for item in found if item.ospf and not item.ospf.passive}


def rekeyed(device: Device, before: str, after: str) -> bool:
    """Return whether a change gives a device another key on a link that it speaks over before and after."""
    had, gets = keys(device, before), keys(device, after)
    return any(not _alike(had[name], gets[name]) for name in had.keys() & gets.keys())


def _alike(one: SecretStr | None, other: SecretStr | None) -> bool:
    """Whether a key stays as it is; of one that its device shows enciphered nobody knows, so it is taken to."""
    if one is None or other is None:
        return one is other
    return one == other or max(len(one), len(other)) > names.OSPF_KEY


def speakers(county: County) -> tuple[Device, ...]:
    """Return the devices that have neighbours: the ends of transits."""
    ends = dict.fromkeys(end.node for transit in county.plan.transits for end in (transit.a, transit.b))
    return tuple(county.device_by_name[name] for name in ends if name in county.device_by_name)


def rekeying(
    county: County, settings: Settings, chosen: Collection[str], rendered: Callable[[str], str]
) -> frozenset[str]:
    """Return the devices that get other keys than they were last seen with, if it is two or more.

    Raises Conflict when one of them is chosen and another is not.
    """
    found = {device.name for device in _changing(settings, speakers(county), rendered)}
    if found.isdisjoint(chosen) or len(found) < 2:
        return frozenset()
    lacking = sorted(found - set(chosen))
    if lacking:
        message = _("{devices} share keys with devices that would get others; change all of them at once")
        raise Conflict(message, devices=", ".join(lacking))
    return frozenset(found)


def refuse_typed(county: County, devices: Collection[str]) -> None:
    """Raise Conflict for vendors' devices among those that change at once while they run: typing takes its time."""
    typed = sorted(name for name in devices if county.device_by_name[name].platform != names.GENERIC)
    if typed:
        message = _("{devices} cannot change the keys of neighbours at the same moment as others while they run")
        raise Conflict(message, devices=", ".join(typed))


def changing(county: County, texts: Mapping[str, tuple[str, str]]) -> frozenset[str]:
    """Return the devices to which changes, each from one text to another, give other keys, if it is two or more."""
    ends = (device for device in speakers(county) if device.name in texts)
    found = frozenset(device.name for device in ends if rekeyed(device, *texts[device.name]))
    return found if len(found) > 1 else frozenset()


def _changing(settings: Settings, devices: Collection[Device], rendered: Callable[[str], str]) -> Iterator[Device]:
    for device in devices:
        try:
            shown, meant = running.masked(settings, device.name), rendered(device.name)
            if not any(word in text for word in _SAID for text in (shown, meant)):
                continue
            seen = running.original(settings, device.name).get_secret_value()
        except (BadInput, DeviceError):
            continue  # it was never seen, or gets nothing: that is told where it is changed
        if rekeyed(device, seen, meant):
            yield device
