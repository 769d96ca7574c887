"""Worlds in which routers speak BGP, have areas with ranges and stubs, and policy routes.

Drawn on top of `World`, by a chance of its own: numbers, peers on a link and beyond, peers that nobody of ours is,
lists and maps at random, what is announced and taken in. Not what anybody would configure, but what FRR takes.
"""

from ipaddress import IPv4Address, IPv4Network
from random import Random
from typing import Any

from inventory.deviceconfig import DeviceConfig
from inventory.routeconfig import (
    Aggregate,
    AreaRange,
    Bgp,
    CommunityList,
    CommunityRule,
    MapEntry,
    Neighbor,
    Nssa,
    PathList,
    PathRule,
    PolicyRoute,
    PrefixList,
    PrefixRule,
    RouteMap,
    RoutePolicies,
)
from tests.unit.topology.reach.grid.worlds import ANY, World, _Box

NUMBERS = (65001, 65001, 65002, 65003)
MARKS = ("65001:1", "65002:2", "no-export")


class Speaking(World):
    """A world with all kinds of routing; `policy`: with policy routes as well."""

    def __init__(self, number: int, *, policy: bool = True) -> None:
        self.own, self.policy = Random(f"speaking {number}"), policy
        self.more = Random(f"kinds {number}")
        super().__init__(number)

    def _tunnels(self) -> None:
        if not self.policy or self.own.randrange(2):
            super()._tunnels()
        ases = {box.name: self.own.choice(NUMBERS) for box in self.routers}
        peers = self._peers(ases)
        for box in self.routers:
            if self.own.randrange(5):
                box.fields["bgp"] = self._process(ases[box.name], peers[box.name])
            if (ospf := box.fields.get("ospf")) is not None:
                box.fields["ospf"] = ospf.model_copy(update=self._areas())
            if self.policy and not box.fields.get("tunnels"):
                box.fields["policy_routes"] = self._policy_routes(box)

    def edited(self) -> dict[str, DeviceConfig]:
        """Return the configurations after one edit: of policy routes, of BGP, or as of any world."""
        box, turn = self.own.choice(self.routers), self.own.randrange(4)
        if turn == 0 and not box.fields.get("tunnels"):
            box.fields["policy_routes"] = self._policy_routes(box)
        elif turn == 1 and (held := box.fields.get("bgp")) is not None:
            box.fields["bgp"] = held.model_copy(update={"neighbors": held.neighbors[1:], "policies": self._policies()})
        else:
            return super().edited()
        return {**self.configs, box.name: box.config()}

    def _areas(self) -> dict[str, Any]:
        area = IPv4Address(self.own.randrange(2))
        some = self._drawn(1, [IPv4Network("10.0.0.0/21"), *self.subnets, IPv4Network("10.0.2.0/23")])
        ranges = tuple(AreaRange(area=area, prefix=p, advertise=self.own.randrange(4) > 0) for p in some)
        kind, area = self.more.randrange(4), IPv4Address(1)
        default = self.more.choice(["inside", "outside", "none"])
        return {
            "ranges": ranges if kind != 1 else (),
            "stubs": (area,) if kind == 0 else (),
            "nssas": (Nssa.model_validate({"area": area, "default": default}),) if kind == 1 else (),
            "closed": (area,) if kind < 2 and self.more.randrange(4) == 0 else (),
        }

    def _drawn(self, most: int, items: Any) -> list[Any]:
        items = sorted({*items})
        return self.own.sample(items, min(len(items), self.own.randrange(most + 1)))

    def _peers(self, ases: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
        """Return by router its peers: those on its segments mostly, some beyond, some that are not ours."""
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in ases}
        for number, on in self.members.items():
            for box, _name, mine in on:
                for other, _port, theirs in on:
                    if other is not box and self.own.randrange(5):
                        found[box.name].append({"address": theirs, "remote_as": ases[other.name]})
                if self.own.randrange(5) == 0:
                    address = self.subnets[number].broadcast_address - 3
                    found[box.name].append({"address": address, "remote_as": self.own.choice([65009, ases[box.name]])})
                del mine
        loops = {
            box.name: next(iter(box.interfaces["lo"]["addresses"])).ip for box in self.routers if "lo" in box.interfaces
        }
        for one in loops:
            for another in loops:
                if one < another and self.own.randrange(3) == 0:
                    for a, b in ((one, another), (another, one)):
                        more = {"source": loops[a], "multihop": True}
                        found[a].append({"address": loops[b], "remote_as": ases[b], **more})
        return found

    def _process(self, number: int, peers: list[dict[str, Any]]) -> Bgp:
        policies = self._policies()
        maps, lists = ["", "", "", "M", "M2"], ["", "", "", "L", "L2"]
        distinct = {peer["address"]: peer for peer in peers}
        neighbors = tuple(
            Neighbor(
                **peer,
                map_in=self.own.choice(maps), map_out=self.own.choice(maps),
                list_in=self.own.choice(lists), list_out=self.own.choice(lists),
                next_hop_self=self.own.randrange(2) == 0, next_hop_forced=self.own.randrange(8) == 0,
                client=self.own.randrange(4) == 0, active=self.own.randrange(15) > 0,
                communities=self.own.randrange(4) > 0,
            )
            for peer in distinct.values()
        )  # fmt: skip
        pool = [*self.subnets, ANY, IPv4Network("8.8.8.0/24"), IPv4Network("10.0.0.0/8")]
        return Bgp(
            number=number,
            router_id=IPv4Address(self.own.randrange(1, 99)) if self.own.randrange(2) else None,
            neighbors=neighbors,
            networks=tuple((p, self.own.choice(maps)) for p in self._drawn(3, pool)),
            redistribute=tuple((s, self.own.choice(maps)) for s in self._drawn(2, ["connected", "static", "ospf"])),
            aggregates=self._aggregates(),
            several=self.own.choice([1, 2, 4]), several_inside=self.own.choice([1, 2, 4]),
            relaxed=self.own.randrange(2) == 0, compare_med=self.own.randrange(3) == 0, compare_router_id=True,
            requires_policy=self.own.randrange(6) == 0, import_check=self.own.randrange(3) > 0,
            policies=policies, external_distance=self.own.choice([20, 20, 255]),
            internal_distance=self.own.choice([200, 200, 255]), clusters_first=self.own.randrange(4) == 0,
        )  # fmt: skip

    def _aggregates(self) -> tuple[Aggregate, ...]:
        pool = [IPv4Network("10.0.0.0/9"), IPv4Network("10.0.0.0/21"), IPv4Network("10.0.2.0/23")]
        chosen = self.more.sample(pool, self.more.choice([0, 0, 1, 1, 1, 1, 1, 2]))
        return tuple(Aggregate(prefix=prefix, only=self.more.randrange(2) == 0) for prefix in chosen)

    def _policies(self) -> RoutePolicies:
        marks = MARKS[: self.own.randrange(1, 3)]
        bearing = (CommunityRule(permit=self.own.randrange(4) > 0, communities=(mark,)) for mark in marks)
        bearers = CommunityList(name="C", rules=tuple(bearing))
        paths = PathList(
            name="P", rules=(PathRule(permit=True, pattern=self.own.choice(["^65002_", "_65003$", "^$"])),)
        )
        return RoutePolicies(
            maps=tuple(RouteMap(name=name, entries=tuple(self._entries())) for name in ("M", "M2")),
            prefix_lists=tuple(PrefixList(name=name, rules=tuple(self._rules())) for name in ("L", "L2")),
            community_lists=(bearers,), path_lists=(paths,),
        )  # fmt: skip

    def _rules(self) -> list[PrefixRule]:
        found = []
        pool = [*self.subnets, ANY, IPv4Network("10.0.0.0/8"), IPv4Network("10.0.0.0/22"), IPv4Network("8.8.8.0/24")]
        for order in range(1, self.own.randrange(2, 5)):
            prefix = self.own.choice(pool)
            low = self.own.choice([None, min(32, prefix.prefixlen + 1)])
            high = self.own.choice([None, 32, max(low or 0, 28, prefix.prefixlen)])
            permit = self.own.randrange(3) > 0
            found.append(PrefixRule(order=order, permit=permit, prefix=prefix, least=low, most=high))
        return found

    def _entries(self) -> list[MapEntry]:
        found = []
        for order in range(10, self.own.choice([20, 30, 40]), 10):
            permit = self.own.randrange(5) > 0
            lists, bearers = self.own.choice(["L", "L2", "NONE"]), self.own.choice(["C", "C exact-match"])
            asked = [("prefix-list", lists), ("community", bearers), ("as-path", "P"), ("metric", "5")]
            sets = [("local-preference", str(self.own.choice([50, 200]))), ("metric", self.own.choice(["5", "+3"])),
                    ("as-path prepend", "65004 65004"), ("community", f"{self.own.choice(MARKS)} additive"),
                    ("next-hop", "peer-address"), ("weight", "7"), ("origin", "egp")]  # fmt: skip
            found.append(
                MapEntry(
                    order=order, permit=permit, matches=tuple(self._drawn(1, asked)),
                    sets=tuple(self._drawn(2, sets)) if permit else (),
                    goes_on=order + 1 if permit and self.own.randrange(5) == 0 else None,
                )
            )  # fmt: skip
        return found

    def _policy_routes(self, box: _Box) -> tuple[PolicyRoute, ...]:
        names = [name for name, fields in box.interfaces.items() if "switchport" not in fields and name != "lo"]
        near, found = self._nearby(box), []
        for order, name in enumerate(self.own.choices(names, k=self.own.randrange(5)) if names else (), 1):
            protocol = self.own.choice([None, None, "tcp", "udp"])
            source, destination = (self.own.choice([None, *self._pool()]) for _side in "sd")
            found.append(
                PolicyRoute(
                    interface=name, order=order, source=source, destination=destination, protocol=protocol,
                    port=self.own.choice([None, 53, 80]) if protocol else None,
                    source_port=self.own.choice([None, None, 443]) if protocol else None,
                    next_hop=self.own.choice([None, *near, *near]),
                )
            )  # fmt: skip
        return tuple(found)

    def _nearby(self, box: _Box) -> list[IPv4Address]:
        return self._near(box)
