"""What later fragments get at, where a filter keeps no state.

Only a packet's first fragment has ports, flags and an ICMP type. An access list judges the later ones by addresses and
protocol alone: an entry that lets a port pass lets all of them pass, one that drops a port drops none (RFC 1858, RFC
3128; so do IOS, VRP, Comware and RGOS unless told otherwise). Here every such filter is put so, and whatever arrives
with addresses and a protocol between which the policy allows nothing at all is named. A filter that keeps state sees
whole packets only (Linux puts them together before it judges, firewalls track them), so it stays as it is. A fragment
without its first one harms nobody who drops it after a while, so this is no part of the verdict on a pair: it is asked
for by itself. Pure.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

from countynet.frozen import Frozen
from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter
from inventory.model import County
from topology.reach.judge import Judge, Prover, Row
from topology.reach.network import DEVICES
from topology.reach.walk import Step, walk

Progress = Callable[[int, int], None]


class Leak(Frozen):
    """Later fragments that arrive between two places that owe each other nothing of that kind."""

    source: str
    target: str
    packet: str
    """one of them; what it says of ports is of the packet that it was a part of"""
    path: tuple[Step, ...] = ()


def later(config: DeviceConfig) -> DeviceConfig:
    """Return a device as it treats later fragments."""
    found = {name: getattr(config, name) for name in ("filters", "filters6")}
    blind = {name: tuple(_blind(one) if one.stateless else one for one in chains) for name, chains in found.items()}
    return config.model_copy(update=blind)


def _blind(one: PacketFilter) -> PacketFilter:
    rules = tuple(_without_ports(rule) for rule in one.rules if rule.action == "accept" or not _asks(rule))
    return one.model_copy(update={"rules": rules})


def _asks(rule: FilterRule) -> bool:
    """Return whether a rule asks for what later fragments do not have."""
    asked = rule.ports or rule.source_ports or rule.icmp_echo_only or rule.discovery_only
    return bool(asked or rule.state == "established")


def _without_ports(rule: FilterRule) -> FilterRule:
    state = None if rule.state == "established" else rule.state
    less = {"ports": (), "source_ports": (), "icmp_echo_only": False, "discovery_only": False, "state": state}
    return rule.model_copy(update=less)


def leaks(
    county: County,
    configs: Mapping[str, DeviceConfig],
    unparsed: Mapping[str, Iterable[str]],
    today: date | None = None,
    down: Collection[str] = (),
    progress: Progress = lambda _done, _total: None,
) -> tuple[Leak, ...]:
    """Return the pairs between which later fragments arrive though the policy allows nothing of their protocol."""
    prover = Prover(county, {name: later(config) for name, config in configs.items()}, unparsed, today, down)
    judges = [prover.judge(), *([prover.six.judge()] if prover.six else [])]
    return tuple(leak for judge in judges for row in judge.rows(progress).values() for leak in _of(judge, row))


def _of(judge: Judge, row: Row) -> Iterator[Leak]:
    space, source = judge.space, row.arrivals.source
    for target, arrived in row.arrivals.at.items():
        if frozenset((source, target)) in judge.shared or (source == target != DEVICES):
            continue  # between them everything passes anyway, or nothing is judged
        more = arrived & ~space.headers(judge.allowed.between(source, target))
        packet = space.one(more, [space.protocol("tcp"), judge.allowed.at(source)])
        if packet is not None:
            path = walk(judge.engine, source, target, packet)
            yield Leak(source=source, target=target, packet=str(packet), path=path)
