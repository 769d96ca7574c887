"""IPv6 drawn at random into a world: addresses, routes, and rules of both families, for engines to disagree about.

Drawn by a number of its own, so that what the world has of IPv4 stays as it is drawn without.
"""

from ipaddress import IPv6Address, IPv6Interface, IPv6Network
from random import Random
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, PacketFilter, StaticRoute6

LOCAL = IPv6Network("fe80::/10")
PORTS = (22, 53, 443)


class Six:
    """Draws the IPv6 of one world's devices."""

    def __init__(self, number: int, segments: dict[int, list[tuple[str, str]]]) -> None:
        """`segments`: by their number, the devices on each with their interfaces."""
        self.random, self.segments = Random(f"six {number}"), segments
        self.on: dict[tuple[str, str], list[IPv6Interface]] = {}
        for segment, ends in segments.items():
            length = self.random.choice([64, 64, 120])
            for turn, end in enumerate(ends):
                if not self._chance(4):
                    found = [IPv6Interface((0x20010DB8 << 96 | segment << 64 | turn + 1, length))]
                    found += [IPv6Interface((0xFE80 << 112 | turn + 1, 64))] if self._chance(4) else []
                    self.on[end] = found

    def told(self, config: DeviceConfig, platform: str) -> DeviceConfig:
        """Return a device that is told IPv6 as well."""
        items = tuple(self._interface(config.hostname, item, platform) for item in config.interfaces)
        fields: dict[str, Any] = {"interfaces": items}
        if any(item.addresses for item in config.interfaces):
            routes = (self._route(config) for _n in range(self.random.randrange(5)))
            fields |= {"forwarding6": not self._chance(5), "routes6": tuple({r.prefix: r for r in routes}.values())}
        names = [item.name for item in config.interfaces] or ["none"]
        if platform == "linux":
            fields["filters"] = tuple(self._mixed(one, names) for one in config.filters)
        else:
            fields["filters6"] = tuple(
                PacketFilter(
                    hook=hook, default=self.random.choice(["accept", "accept", "drop"]),
                    rules=tuple(self._rule(hook, names, stateless=True) for _n in range(self.random.randrange(4))),
                    stateless=True,
                )
                for hook in ("input", "forward", "output") if self._chance(2)
            )  # fmt: skip
        return config.model_copy(update=fields)

    def _chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def _interface(self, device: str, item: Interface, platform: str) -> Interface:
        found = tuple(sorted(self.on.get((device, item.name), ())))
        return item.model_copy(update={"addresses6": found, "ipv6": platform != "linux" and self._chance(2)})

    def _networks(self) -> IPv6Network:
        number = self.random.choice([*self.segments])
        length = self.random.choice([32, 64, 64, 121, 128])
        found = IPv6Network(((0x20010DB8 << 96) | (number << 64) | 1, length), strict=False)
        return self.random.choice([found, found, found, LOCAL, IPv6Network("::/0"), IPv6Network("ff02::/16")])

    def _any_of(self, most: int) -> tuple[IPv6Network, ...]:
        return tuple(self._networks() for _n in range(self.random.randrange(most)))

    def _route(self, config: DeviceConfig) -> StaticRoute6:
        here = [number for number, ends in self.segments.items() if any(d == config.hostname for d, _name in ends)]
        if not here or self._chance(8):
            return StaticRoute6(prefix=self._networks(), next_hop=None, distance=self.random.choice([1, 50]))
        number = self.random.choice(here)
        name = next(name for device, name in self.segments[number] if device == config.hostname)
        if self._chance(3):
            hop = IPv6Address(0xFE80 << 112 | self.random.randrange(1, 4))
            return StaticRoute6(prefix=self._networks(), next_hop=hop, interface=name)
        hop = IPv6Address(0x20010DB8 << 96 | number << 64 | self.random.randrange(1, 4))
        return StaticRoute6(prefix=self._networks(), next_hop=hop, interface=name if self._chance(3) else "")

    def _mixed(self, one: PacketFilter, names: list[str]) -> PacketFilter:
        """Return a filter with rules of IPv6 among those that it has."""
        rules = list(one.rules)
        for _n in range(self.random.randrange(3)):
            at = self.random.randrange(len(rules) + 1)
            rules.insert(at, self._rule(one.hook, names, stateless=one.stateless))
        return one.model_copy(update={"rules": tuple(rules)})

    def _rule(self, hook: str, names: list[str], *, stateless: bool) -> FilterRule:
        protocol = self.random.choice([None, None, "tcp", "udp", "icmpv6", "icmpv6", "icmp", "ospf"])
        state = self.random.choice([None, None, None, None, "established"])
        if state and stateless:
            protocol = "tcp"
        kind = self.random.randrange(3) if protocol == "icmpv6" else 0
        return FilterRule(
            action=self.random.choice(["accept", "drop"]),
            name="six",
            state=state,
            in_interfaces=(self.random.choice(names),) if hook != "output" and self._chance(3) else (),
            out_interfaces=(self.random.choice(names),) if hook != "input" and self._chance(4) else (),
            sources6=self._any_of(3), destinations6=self._any_of(3), not_sources6=self._any_of(2),
            protocol=protocol,
            ports=(self.random.choice(PORTS),) if protocol in ("tcp", "udp") and self._chance(2) else (),
            icmp_echo_only=kind == 1,
            discovery_only=kind == 2,
        )  # fmt: skip
