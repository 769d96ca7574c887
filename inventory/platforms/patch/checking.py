"""Is a patch right: typed at a device that is the running text, does it lead to what the intended text means?

`verify` makes the patch, types it at `device.Device`, reads what that shows and compares meanings. A port that the
intended text does not name cannot be removed from a box: it counts as gone when it says nothing any more.
"""

from dataclasses import dataclass

from inventory.deviceconfig import DeviceConfig, Interface, SwitchPort
from inventory.platforms import registry
from inventory.platforms.patch import lines, secrets
from inventory.platforms.patch.device import Device
from inventory.platforms.patch.making import Patch, make


@dataclass(frozen=True)
class Verdict:
    """How a patch did."""

    patch: Patch
    refused: tuple[str, ...]
    """lines that the device would refuse"""
    differs: tuple[str, ...]
    """fields of the configuration that are not as intended afterwards"""
    after: str
    """what the device shows then"""

    @property
    def good(self) -> bool:
        """Whether nothing is refused and the meaning is the intended one."""
        return not self.refused and not self.differs


def verify(
    old: str, new: str, platform: str, model: str = "", *, remove_unmanaged: bool = False, send_secrets: bool = False
) -> Verdict:
    """Return how the patch from one text to the other does on a device of lines. Raises BadInput as `make`."""
    made = make(old, new, platform, model, remove_unmanaged=remove_unmanaged, send_secrets=send_secrets)
    functions = registry.platform(platform)
    intended = lines.read(new, platform)
    running = lines.copied(secrets.align(lines.read(old, platform), intended, functions.mask))
    device = Device(running, platform, intended=intended)
    for _line in device.type(made.lines):
        pass
    after = "\n".join(lines.write(device.tree, platform in lines.BRACKETED)) + "\n"
    found, wanted = functions.parse(after).config, functions.parse(new).config
    return Verdict(made, tuple(device.refused), tuple(differences(found, wanted)), after)


def differences(found: DeviceConfig, wanted: DeviceConfig) -> list[str]:
    """Return the fields that mean something else; what cannot go (a port, VLAN 1, an SVI's VLAN) may be left."""
    named = {item.name for item in wanted.interfaces}
    found, wanted = _without_the_first(found), _without_the_first(wanted)
    routed = {item.vlan for item in wanted.interfaces} - {vlan.id for vlan in wanted.vlans}
    found = found.model_copy(update={"vlans": tuple(v for v in found.vlans if v.id not in routed)})
    left = tuple(item for item in found.interfaces if item.name in named or not _says_nothing(item))
    found = found.model_copy(update={"interfaces": tuple(map(_in_order, left))})
    wanted = wanted.model_copy(update={"interfaces": tuple(map(_in_order, wanted.interfaces))})
    if found.lldp and wanted.lldp:
        ports = tuple(port for port in found.lldp.ports if port in named or port in wanted.lldp.ports)
        found = found.model_copy(update={"lldp": found.lldp.model_copy(update={"ports": ports})})
    return [name for name in type(found).model_fields if getattr(found, name) != getattr(wanted, name)]


def _without_the_first(config: DeviceConfig) -> DeviceConfig:
    """Return a configuration without VLAN 1, which every device has."""
    return config.model_copy(update={"vlans": tuple(v for v in config.vlans if v.id != 1 or v.name)})


def _in_order(item: Interface) -> Interface:
    """Return an interface with its VRRP groups by number, as a device shows them."""
    return item.model_copy(update={"vrrp": tuple(sorted(item.vrrp, key=lambda vrrp: vrrp.group))})


def _says_nothing(item: Interface) -> bool:
    plain = Interface(name=item.name, kind=item.kind, vlan=item.vlan)
    ports = (None, SwitchPort(mode="access", access=1))
    return item.kind == "physical" and any(item == plain.model_copy(update={"switchport": port}) for port in ports)
