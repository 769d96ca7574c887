"""How random worlds are joined past plain cables: native VLANs of trunks, hosts that can tag, WireGuard."""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from random import Random
from typing import Any, Protocol

from inventory.deviceconfig import StaticRoute, SwitchPort
from inventory.wireguard import WireGuard, WireGuardPeer


class Box(Protocol):
    """A device while it is drawn."""

    name: str
    interfaces: dict[str, dict[str, Any]]
    vlans: set[int]
    fields: dict[str, Any]


def natives(random: Random, boxes: Sequence[Box]) -> None:
    """Give some trunks a native VLAN, not always the same at both ends; put some hosts on trunks."""
    if random.randrange(2):
        return
    for box, fields in [(each, fields) for each in boxes for fields in each.interfaces.values()]:
        held = fields.get("switchport")
        if held and held.mode == "trunk" and not random.randrange(3):
            native = random.choice([*held.trunk, 10, 11, 12])
            fields["switchport"] = SwitchPort(mode="trunk", trunk=(*{*held.trunk, native},), native=native)
        elif held and held.access and not random.randrange(12):
            fields["switchport"] = SwitchPort(mode="trunk", trunk=(10, 11, held.access), native=held.access)
            box.vlans |= {10} if random.randrange(2) else set()


def key(name: str) -> str:
    """Return the public key of a device of a random world."""
    return f"{name}/".ljust(43, "A") + "="


def wired(random: Random, routers: Sequence[Box], networks: Callable[[int], tuple[IPv4Network, ...]]) -> None:
    """Join some routers by WireGuard, each other's allowed addresses drawn at random, and route something there."""
    some = min(len(routers), random.randrange(4) if random.randrange(2) else 0)
    on, base = random.sample([*routers], some), int(IPv4Address("10.77.0.1"))
    for turn, box in enumerate(on):
        others = [other for other in on if other is not box and random.randrange(6)]
        owners = {prefix: other.name for other in others for prefix in networks(3)}  # a prefix is one peer's alone
        peers = tuple(
            WireGuardPeer(key=key(o.name), allowed=tuple(p for p, name in owners.items() if name == o.name))
            for o in others
        )
        box.interfaces["wg0"] = {
            "addresses": (IPv4Interface((base + turn, 24)),), "enabled": bool(random.randrange(10)),
            "wireguard": WireGuard(key=key(box.name), peers=peers),
        }  # fmt: skip
        near = [IPv4Address(base + n) for n in range(len(on) + 1) if n != turn]
        fresh = {prefix: StaticRoute(prefix=prefix, next_hop=random.choice(near)) for prefix in networks(3)}
        kept = (route for route in box.fields["routes"] if route.prefix not in fresh)
        box.fields["routes"] = (*kept, *fresh.values())
