"""Small networks drawn at random, with everything that the proof's model knows, for engines to disagree about.

A world is drawn from a number alone, so one that finds something can be drawn again. It is what devices can be told,
not what anybody would tell them: overlapping subnets, next hops that nobody has, filters at random.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import combinations
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from pydantic import SecretStr

from countynet.vocabulary import DeviceRole, ZoneName
from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    NatRule,
    Ospf,
    OspfInterface,
    PacketFilter,
    Redistribution,
    StaticRoute,
    SwitchPort,
    Tunnel,
    Vlan,
    Vrrp,
)
from inventory.model import County
from tests.unit.topology.reach.grid.joined import natives, wired
from tests.unit.topology.reach.grid.six import Six
from topology.reach.family import V6
from topology.reach.network import Network, network

PLATFORMS = ("linux", "huawei_vrp", "h3c_comware", "ruijie", "cisco_ios")
PORTS = (22, 53, 80, 443)
AREAS = (IPv4Address(0), IPv4Address(0), IPv4Address(0), IPv4Address(1))
ANY = IPv4Network("0.0.0.0/0")


@dataclass
class _Box:
    """A device while it is drawn."""

    name: str
    platform: str
    interfaces: dict[str, dict[str, Any]] = field(default_factory=dict)
    vlans: set[int] = field(default_factory=set)
    fields: dict[str, Any] = field(default_factory=dict)

    def config(self) -> DeviceConfig:
        interfaces = tuple(Interface(name=name, **fields) for name, fields in self.interfaces.items())
        vlans = tuple(Vlan(id=number) for number in self.vlans)
        return DeviceConfig(hostname=self.name, interfaces=interfaces, vlans=vlans, **self.fields)


class World:
    """One network and the configurations that make it."""

    def __init__(self, number: int) -> None:
        self.number, self.random = number, Random(number)
        self.routers = [_Box(f"r{n}", self.random.choice(PLATFORMS)) for n in range(self.random.randrange(2, 6))]
        self.switches = [_Box(f"s{n}", "linux") for n in range(self.random.randrange(3))]
        self.cables: list[Any] = []
        self.hosts: list[Any] = []
        self.subnets: list[IPv4Network] = []
        self.members: dict[int, list[tuple[_Box, str, IPv4Address]]] = {}
        for _segment in range(self.random.randrange(3, 8)):
            self._segment()
        natives(self.random, [*self.routers, *self.switches])
        for box in self.routers:
            self._routing(box)
            self._translations(box)
            self._filters(box)
        self._tunnels()
        wired(self.random, self.routers, self._networks)
        self.configs = {box.name: box.config() for box in (*self.routers, *self.switches)}
        self.county = self._county()

    @property
    def network6(self) -> Network:
        """What the proof of IPv6 stands on: the same world, its devices told IPv6 as well."""
        return network(self.county, self.with_six(), V6)

    def with_six(self) -> dict[str, DeviceConfig]:
        """Return the configurations with IPv6 drawn into them."""
        return self._told_six(self.number, self.configs)

    def edited_six(self) -> dict[str, DeviceConfig]:
        """Return one device with its IPv6 drawn anew."""
        name = self.random.choice([*self.configs])
        return self._told_six(self.number + 1, {name: self.configs[name]})

    def _told_six(self, number: int, configs: dict[str, DeviceConfig]) -> dict[str, DeviceConfig]:
        ends = {number: [(box.name, name) for box, name, _address in on] for number, on in self.members.items()}
        six = Six(number, ends)
        platforms = {box.name: box.platform for box in (*self.routers, *self.switches)}
        return {name: six.told(config, platforms[name]) for name, config in configs.items()}

    @property
    def network(self) -> Network:
        """What the proof stands on."""
        return network(self.county, self.configs)

    def edited(self) -> dict[str, DeviceConfig]:
        """Return the configurations after one edit at random; those of other devices are the same objects."""
        box = self.random.choice([*self.routers, *self.switches])
        edit = self.random.choice(
            [self._filters, self._filters, self._thinned, self._translations, self._routing, self._shut, self._revlan]
        )
        edit(box)
        found = {**self.configs, box.name: box.config()}
        if self._chance(10):
            del found[box.name]
        return found

    def _thinned(self, box: _Box) -> None:
        """Leave out the first rule of each filter, as an operator may."""
        chains = box.fields.get("filters", ())
        box.fields["filters"] = tuple(f.model_copy(update={"rules": f.rules[1:]}) for f in chains)

    def _shut(self, box: _Box) -> None:
        """Shut a port, or open one that was."""
        for name in self._some(box.interfaces, 1):
            box.interfaces[name]["enabled"] = not box.interfaces[name].get("enabled", True)

    def _revlan(self, box: _Box) -> None:
        """Put a port into another VLAN."""
        for name in self._some([n for n, f in box.interfaces.items() if f.get("switchport")], 1):
            vlan = self.random.choice([10, 11, 12])
            box.vlans.add(vlan)
            box.interfaces[name]["switchport"] = SwitchPort(mode="access", access=vlan)

    def _some(self, items: Any, most: int) -> list[Any]:
        items = [*items]
        return self.random.sample(items, min(len(items), self.random.randrange(most + 1)))

    def _chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    # Segments: a subnet with routers and places on it, over a cable or over a VLAN of switches.

    def _segment(self) -> None:
        number = len(self.subnets)
        subnet = self._subnet(number)
        self.subnets.append(subnet)
        self.members[number] = []
        on = self._some(self.routers, 3) or [self.random.choice(self.routers)]
        places = self._some(ZoneName, 2 if self._chance(4) else 1)
        if self.switches:
            self._over_switches(number, subnet, on, places)
        else:
            self._over_cables(number, subnet, on[:2], places[: max(0, 2 - len(on[:2]))])
        self._together(number, subnet)

    def _subnet(self, number: int) -> IPv4Network:
        if self.subnets and self._chance(8):  # one that another holds, or that holds another
            other = self.random.choice(self.subnets)
            length = self.random.choice([other.prefixlen, 22, 28])
            return IPv4Network((int(other.network_address), length), strict=False)
        return IPv4Network((0x0A000000 + number * 256, self.random.choice([24, 24, 29])))

    def _over_cables(self, number: int, subnet: IPv4Network, on: list[_Box], places: list[ZoneName]) -> None:
        ends = [(box.name, f"e{number}") for box in on]
        for turn, box in enumerate(on):
            self._join(number, box, f"e{number}", subnet, turn)
        ends += [(self._host(place), "eth0") for place in places]
        for a, b in combinations(ends[:2], 2):
            self._cable(a, b)

    def _over_switches(self, number: int, subnet: IPv4Network, on: list[_Box], places: list[ZoneName]) -> None:
        vlan = 10 + number
        for turn, box in enumerate(on):
            switch, port = self.random.choice(self.switches), f"p{number}-{box.name}"
            if self._chance(3):  # routed VLAN interface behind a trunk
                self._tagged(switch, port, vlan)
                self._tagged(box, f"t{number}", vlan)
                self._join(number, box, f"v{vlan}", subnet, turn, kind="vlan", vlan=vlan)
                self._cable((switch.name, port), (box.name, f"t{number}"))
            else:
                self._untagged(switch, port, vlan)
                self._join(number, box, f"e{number}", subnet, turn)
                self._cable((switch.name, port), (box.name, f"e{number}"))
        for place in places:
            switch, name = self.random.choice(self.switches), self._host(place)
            self._untagged(switch, f"h-{name}", vlan)
            self._cable((switch.name, f"h-{name}"), (name, "eth0"))
        for a, b in combinations(self.switches, 2):
            if not self._chance(6):
                self._tagged(a, f"up-{b.name}", vlan)
                self._tagged(b, f"up-{a.name}", vlan)
                self._cable((a.name, f"up-{b.name}"), (b.name, f"up-{a.name}"))

    def _tagged(self, box: _Box, port: str, vlan: int) -> None:
        box.vlans.add(vlan)
        held = box.interfaces.setdefault(port, {"switchport": SwitchPort(mode="trunk")})["switchport"]
        box.interfaces[port]["switchport"] = SwitchPort(mode="trunk", trunk=(*held.trunk, vlan))

    def _untagged(self, box: _Box, port: str, vlan: int) -> None:
        box.vlans.add(vlan)
        wrong = vlan - 1 if self._chance(12) and vlan > 10 else vlan
        box.interfaces[port] = {"switchport": SwitchPort(mode="access", access=wrong)}

    def _join(self, number: int, box: _Box, name: str, subnet: IPv4Network, turn: int, **more: Any) -> None:
        address = IPv4Interface((int(subnet.network_address) + 1 + turn, subnet.prefixlen))
        addresses = [address]
        if self._chance(8):
            addresses.append(IPv4Interface((0xC0A80000 + 256 * number + 1 + turn, 24)))
        ospf = OspfInterface(
            area=self.random.choice(AREAS), cost=self.random.randrange(1, 4), passive=self._chance(4)
        )  # fmt: skip
        box.interfaces[name] = {
            "addresses": tuple(addresses),
            "ospf": None if self._chance(3) else ospf,
            "enabled": not self._chance(15),
            "proxy_arp": self.random.choice([None, None, None, True, False]),
            **more,
        }
        self.members[number].append((box, name, address.ip))

    def _together(self, number: int, subnet: IPv4Network) -> None:
        on = self.members[number]
        if len(on) > 1 and self._chance(2):
            virtual = IPv4Interface((int(subnet.broadcast_address) - 1, subnet.prefixlen))
            for turn, (box, name, _address) in enumerate(on):
                box.interfaces[name]["vrrp"] = (Vrrp(group=1, address=virtual, priority=100 + turn),)

    def _host(self, place: ZoneName) -> str:
        name = f"host{len(self.hosts)}"
        self.hosts.append(SimpleNamespace(name=name, zone=place))
        return name

    def _cable(self, a: tuple[str, str], b: tuple[str, str]) -> None:
        ends = [SimpleNamespace(node=node, port=port) for node, port in (a, b)]
        self.cables.append(SimpleNamespace(id=f"c{len(self.cables)}", a=ends[0], b=ends[1]))

    # What devices are told.

    def _near(self, box: _Box) -> list[IPv4Address]:
        """Addresses of others on a router's segments, virtual ones, and one that nobody has."""
        found = [IPv4Address("10.99.0.1")]
        for number, on in self.members.items():
            if any(one is box for one, _name, _address in on):
                found += [address for one, _name, address in on if one is not box]
                found += [self.subnets[number].broadcast_address - 1, self.subnets[number].broadcast_address - 2]
        return found

    def _pool(self) -> list[IPv4Network]:
        wide = [*self.subnets, ANY, IPv4Network("10.0.0.0/8"), IPv4Network("8.8.8.0/24"), IPv4Network("224.0.0.0/8")]
        halves = [half for subnet in self.subnets for half in subnet.subnets()]
        some = [IPv4Network(address) for on in self.members.values() for _box, _name, address in on]
        inside = [IPv4Network(subnet.network_address + 5) for subnet in self.subnets]
        return [*wide, *halves, *some, *inside]

    def _networks(self, most: int) -> tuple[IPv4Network, ...]:
        return tuple(self._some(sorted(set(self._pool())), most))

    def _routing(self, box: _Box) -> None:
        box.fields["forwarding"] = not self._chance(10)
        near = self._near(box)
        found: dict[tuple[IPv4Network, int], list[StaticRoute]] = {}
        for prefix in [*self._networks(4), *([ANY] if self._chance(2) else [])]:
            for _equal in range(1 + self._chance(3)):
                hop = None if self._chance(8) else self.random.choice(near)
                distance = self.random.choice([1, 1, 1, 50, 120])
                if (prefix, distance) not in found or (hop and found[prefix, distance][-1].next_hop):
                    route = StaticRoute(prefix=prefix, next_hop=hop, distance=distance)
                    found.setdefault((prefix, distance), []).append(route)
        box.fields["routes"] = tuple({route for routes in found.values() for route in routes})
        number = int(box.name[1:])
        if not self._chance(3):
            taken = [Redistribution(source=s, metric=self.random.randrange(1, 3)) for s in ("connected", "static")]
            box.fields["ospf"] = Ospf(
                router_id=IPv4Address(number + 1),
                redistribute=tuple(self._some(taken, 2)),
                default_metric=self.random.randrange(1, 3) if self._chance(3) else None,
            )
        if self._chance(2):
            address = IPv4Interface((0xAC100000 + number, 32))
            box.interfaces["lo"] = {"kind": "loopback", "addresses": (address,), "ospf": OspfInterface()}

    def _translations(self, box: _Box) -> None:
        names, found = [*box.interfaces, "none"], list[NatRule]()
        for kind in ("destination", "source") if self._chance(2) else ():
            for _turn in range(self.random.randrange(1, 3)):
                protocol = self.random.choice([None, "tcp", "udp"])
                to = self.random.choice(self._near(box)) if kind == "destination" or self._chance(3) else None
                interface = self.random.choice(names) if not self._chance(4) else ""
                found.append(
                    NatRule(
                        kind=kind, name="n", interface=interface, sources=self._networks(1),
                        destinations=self._networks(2), protocol=protocol, to=to,
                        ports=tuple(self._some(PORTS, 2)) if protocol else (),
                    )
                )  # fmt: skip
        box.fields["nat"] = tuple(found)

    def _filters(self, box: _Box) -> None:
        chains = []
        for hook in ("input", "forward", "output"):
            if not self._chance(4):
                stateless = self._chance(2)
                rules = tuple(self._rule(box, stateless=stateless) for _n in range(self.random.randrange(5)))
                default = self.random.choice(["accept", "accept", "drop"])
                chains.append(PacketFilter(hook=hook, default=default, rules=rules, stateless=stateless))
        box.fields["filters"] = tuple(chains)

    def _rule(self, box: _Box, *, stateless: bool) -> FilterRule:
        protocol = self.random.choice([None, None, "tcp", "tcp", "udp", "icmp", "esp", "vrrp", "ospf"])
        state = self.random.choice([None, None, None, "established", "invalid"])
        if stateless and state:
            protocol, state = "tcp", "established"
        patterns = [*box.interfaces, "e*", "v*"]
        ported = protocol in ("tcp", "udp")
        return FilterRule(
            action=self.random.choice(["accept", "drop"]),
            name="rule",
            state=state,
            in_interfaces=tuple(self._some(patterns, 1)) if self._chance(2) else (),
            out_interfaces=tuple(self._some(patterns, 1)) if self._chance(3) else (),
            sources=self._networks(2) if self._chance(2) else (),
            destinations=self._networks(2) if self._chance(2) else (),
            not_sources=self._networks(1) if self._chance(4) else (),
            source_macs=("00:00:00:00:00:01",) if self._chance(10) else (),
            protocol=protocol,
            ports=tuple(self._some(PORTS, 2)) if ported else (),
            source_ports=tuple(self._some(PORTS, 1)) if ported and self._chance(3) else (),
            icmp_echo_only=protocol == "icmp" and self._chance(2),
        )

    def _tunnels(self) -> None:
        for turn, (one, other) in enumerate(combinations(self.routers, 2)):
            if not self._chance(4):
                continue
            here, there = self._networks(2), self._networks(2)
            for box, mine, theirs, name in ((one, here, there, other.name), (other, there, here, one.name)):
                if self._chance(8):  # the other end says something else
                    mine = self._networks(2)
                tunnel = Tunnel(
                    name=f"t{turn}-{name}", local=IPv4Address(1), remote=None, local_id=f"{turn}-{box.name}",
                    remote_id=f"{turn}-{name}", local_prefixes=mine, remote_prefixes=theirs,
                    key=SecretStr("x"), initiate=True,
                )  # fmt: skip
                box.fields["tunnels"] = (*box.fields.get("tunnels", ()), tunnel)

    def _county(self) -> County:
        devices = [
            SimpleNamespace(
                name=box.name,
                platform=box.platform,
                role=DeviceRole.CORE,
                uplink=None,
                management=IPv4Address(n),
                management6=None,
            )
            for n, box in enumerate((*self.routers, *self.switches))
        ]
        if self._chance(2):  # one port lies in the operator's net
            box = self.random.choice(self.routers)
            index = next(n for n, other in enumerate(self.routers) if other is box)
            devices[index].role = DeviceRole.VPN_HUB
            devices[index].uplink = self.random.choice([*box.interfaces, "wan0"])
        stub = SimpleNamespace(
            devices=devices, cables=self.cables, hosts=self.hosts, circuits=[], units=[], zones=[], cpe_by_unit={},
            plan=SimpleNamespace(tunnels=IPv4Network("192.0.2.0/24")),
        )  # fmt: skip
        return cast(County, stub)
