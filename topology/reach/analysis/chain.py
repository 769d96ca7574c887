"""The filters of a device as its platform holds them: chains on hooks, or one access list per interface. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.names import loopback, tunnel
from inventory.platforms import access_lists

LIST = "list"
"""what the hook of an access list is called here: it meets packets to the device and through it alike"""


@dataclass(frozen=True)
class Chain:
    """One filter whose rules are asked in order."""

    device: str
    platform: str
    hook: str
    """input, forward, output or list"""
    rules: tuple[FilterRule, ...]
    default: str
    """accept or drop: what happens to packets of which no rule speaks"""
    stateless: bool = False
    interface: str = ""
    """of an access list"""
    begins: int = 0
    """place of its first rule among the rules of the filter that holds it in the model"""
    six: bool = False
    """whether packets of IPv6 are forwarded through it"""


def chains(device: str, platform: str, config: DeviceConfig) -> Iterator[Chain]:
    """Yield a device's filters. Access lists stand in both hooks of the model and are yielded once."""
    if config.filters and not any(access_lists.problems(config)):
        begins = 0
        for interface, rules in access_lists.lists(config).items():
            yield Chain(device, platform, LIST, rules, "accept", True, interface, begins)
            begins += len(rules)
        return
    for item in config.filters:
        six = item.hook == "forward" and config.forwarding6
        yield Chain(device, platform, item.hook, item.rules, item.default, item.stateless, six=six)


def interfaces(platform: str, config: DeviceConfig) -> tuple[str, ...]:
    """Return every interface that a packet can come in or go out by: those of the configuration and the tunnels'."""
    made = [tunnel(platform)] if config.tunnels else []
    return tuple(sorted({i.name for i in config.interfaces} | {loopback(platform), *made}))
