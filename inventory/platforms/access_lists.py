"""The form that filters have on devices without a stateful filter: one inbound access list per routed interface.

Such a list meets what is for the device and what goes through it alike, knows no way out and keeps no state. A
DeviceConfig in this form has two filters, `input` and `forward`, both `stateless`, both with default accept and with
equal rules. The rules of an interface stand together and end with a drop of everything, `rest`; each is one entry of a
list: one interface, at most one source and one destination, one run of ports. `convert` makes this form of what intent
draws for devices with state. What a list without state lets in beyond the stateful filter is what looks like an answer:
TCP segments with ACK or RST and UDP from the servers that the device asks, and where the device forwards by state, what
looks so to whom may ask; but not from where nobody may ask. What is dropped between units is dropped before. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from itertools import groupby, product

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, PacketFilter
from inventory.platforms import ends, overlapping
from inventory.platforms.overlapping import both, meets

ANY = overlapping.ANY
LINK_LOCAL = IPv4Network("224.0.0.0/24")
"""multicast that routers speak among themselves (RFC 5771): for the device, never through it"""
REST = "rest"
HOOKS = ("forward", "input")
NEIGHBOURS = ("ospf", "vrrp")
"""protocols that are spoken on one link, to multicast addresses"""
ANSWERED = {"ntp_servers": 123, "dns_servers": 53}
"""the servers that a device asks over UDP, and the port that answers come from"""
AGENT = 161
"""the UDP port of a device's SNMP agent"""
DECIDED = "input-default"
"""the entries that drop what is left for the device itself, in front of those about what passes through"""
FORM = _(
    "this platform holds filters as inbound access lists only; inventory.platforms.access_lists.convert makes them"
)
SPLIT = _("an access list's entry has one interface, at most one source and one destination, and one run of ports")
END = _("the list of {interface} has to end with one drop of everything, named rest")
HARD = _("no access list can hold this rule: it lets in by hardware address, or by what sources are not")

Lists = Mapping[str, tuple[FilterRule, ...]]


def lists(config: DeviceConfig) -> dict[str, tuple[FilterRule, ...]]:
    """Return the access lists of a configuration in this form, by the interface that packets come in by.

    None if it has no filter. Lists at ways out (`outward`) are not among them.
    """
    rules = next((item.rules for item in config.filters if item.hook == "input"), ())
    return {port: tuple(found) for port, found in groupby(rules, key=lambda rule: rule.in_interfaces[0])}


def filters(found: Lists) -> tuple[PacketFilter, ...]:
    """Return the filters that these lists are; none if there is no list."""
    rules = tuple(rule for port in sorted(found) for rule in found[port])
    if not rules:
        return ()
    return tuple(PacketFilter(hook=hook, default="accept", rules=rules, stateless=True) for hook in HOOKS)


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield what keeps the filters of a configuration from being access lists."""
    if not config.filters:
        return
    if tuple(f.hook for f in config.filters) != HOOKS or len({f.rules for f in config.filters}) != 1:
        yield Problem(FORM, where="filters")
        return
    if not all(f.stateless and f.default == "accept" and f.rules for f in config.filters):
        yield Problem(FORM, where="filters")
        return
    rules = config.filters[0].rules
    bad = [rule for rule in rules if not _is_entry(rule)]
    for rule in bad:
        yield Problem(SPLIT, where=f"filters.{rule.name}")
    if not bad:
        yield from _ends(rules)


def _ends(rules: tuple[FilterRule, ...]) -> Iterator[Problem]:
    ports = [port for port, _rules in groupby(rules, key=lambda rule: rule.in_interfaces[0])]
    if ports != sorted(set(ports)):
        yield Problem(FORM, where="filters")
        return
    for port, found in groupby(rules, key=lambda rule: rule.in_interfaces[0]):
        *head, last = found
        if last != rest(port, log=last.log) or any(rule.name == REST for rule in head):
            yield Problem(END, {"interface": port}, where=f"filters.{port}")


def rest(port: str, *, log: bool = False) -> FilterRule:
    """Return the last entry of an interface's list."""
    return FilterRule(action="drop", name=REST, in_interfaces=(port,), log=log)


def _is_entry(rule: FilterRule) -> bool:
    if len(rule.in_interfaces) != 1 or len(rule.sources) > 1 or len(rule.destinations) > 1:
        return False
    if ANY in rule.sources or ANY in rule.destinations:
        return False  # no network is how any is written
    if rule.out_interfaces or rule.not_sources or rule.source_macs or rule.not_source_macs or rule.log_rate:
        return False
    if rule.state and (rule.state, rule.protocol, rule.action) != ("established", "tcp", "accept"):
        return False
    if (rule.ports or rule.source_ports) and rule.protocol not in ("tcp", "udp"):
        return False
    return all(_is_run(ports) for ports in (rule.ports, rule.source_ports))


def _is_run(ports: tuple[int, ...]) -> bool:
    return not ports or (ports == tuple(range(ports[0], ports[-1] + 1)) and 0 < ports[0] <= ports[-1] <= 65535)


def runs(ports: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Return port numbers as runs without a gap; one empty run (any port) for none."""
    found: list[list[int]] = []
    for port in sorted(set(ports)):
        if found and found[-1][-1] == port - 1:
            found[-1].append(port)
        else:
            found.append([port])
    return tuple(map(tuple, found)) or ((),)


def convert(config: DeviceConfig) -> DeviceConfig:
    """Return a configuration with its filters in this form; one that has it already is returned as it is.

    Interfaces that route get a list, and so does what rules call the way out of tunnels, which is no interface of the
    configuration; a switch port, a loopback and a port that is shut have none. Left out, as no such
    list can hold it: the output hook, the way out, and drops by hardware address. Raises BadInput for a rule that would
    let in more without what is left out.
    """
    if not config.filters or all(item.stateless for item in config.filters):
        return config
    hard = [r for f in config.filters for r in f.rules if f.hook in HOOKS and not _is_convertible(r)]
    if hard:
        raise BadInput([Problem(HARD, where=f"filters.{rule.name}") for rule in hard])
    routed = [i for i in config.interfaces if i.kind != "loopback" and i.switchport is None and i.enabled]
    named = {port for item in config.filters for rule in item.rules for port in rule.in_interfaces}
    own, ways = _own(config), _ways(config)
    found = {port.name: _list(config, own, ways, port) for port in routed if port.addresses or port.name in named}
    if tunnel := _tunnel(config):
        found[tunnel] = _list(config, own, ways, Interface(name=tunnel))
    return config.model_copy(update={"filters": filters(found)})


def _tunnel(config: DeviceConfig) -> str:
    """Return what rules call that by which packets come out of tunnels; "" where there is none."""
    named = {port for item in config.filters for rule in item.rules for port in rule.in_interfaces}
    strange = named - {item.name for item in config.interfaces}
    return min(strange, default="") if config.tunnels else ""


def _is_convertible(rule: FilterRule) -> bool:
    hardware = rule.source_macs or rule.not_source_macs
    if rule.action == "accept":
        return not (hardware or rule.not_sources)
    narrow = rule.sources or rule.destinations or rule.protocol or rule.out_interfaces
    return bool(hardware) or not (rule.not_sources and narrow)


def _own(config: DeviceConfig) -> tuple[IPv4Network, ...]:
    """Return what the device itself answers at."""
    addresses = {a.ip for i in config.interfaces for a in i.addresses}
    addresses |= {v.address.ip for i in config.interfaces for v in i.vrrp}
    return tuple(sorted(map(IPv4Network, addresses)))


def _list(
    config: DeviceConfig, own: tuple[IPv4Network, ...], ways: Mapping[IPv4Address, str], interface: Interface
) -> tuple[FilterRule, ...]:
    hooks, port = {item.hook: ends.opened(item) for item in config.filters}, interface.name
    mine: list[FilterRule] = []
    if own:
        here = tuple(a.network for a in interface.addresses)
        asked = _asked(ways, port, _behind(hooks.get("forward"), port))
        mine += _entries(_near(_input(config, hooks.get("input"), own, asked), here), port)
    passing = _entries(_forward(hooks.get("forward"), port), port) if config.forwarding else ()
    through = [entry for entry in passing if not any(d.subnet_of(o) for d in entry.destinations for o in own)]
    # where nothing behind it has its destination, `rest` drops what it drops
    mine = [entry for entry in mine if entry.name != DECIDED or any(meets(entry, other) for other in through)]
    return (*dict.fromkeys([*mine, *through]), rest(port, log=any(map(ends.logged, config.filters))))


def _behind(item: PacketFilter | None, port: str) -> tuple[IPv4Network, ...]:
    """Return what packets that come in by a port may come from, by the drops of forged sources; none is any."""
    within: tuple[IPv4Network, ...] = ()
    for rule in item.rules if item else ():
        if rule.not_sources and (not rule.in_interfaces or port in rule.in_interfaces):
            within = both(within, rule.not_sources) if within else rule.not_sources
    return within


def _ways(config: DeviceConfig) -> dict[IPv4Address, str]:
    """Return the interface towards each server that the device asks (`_way`)."""
    servers = {*config.ntp_servers, *config.dns_servers, *config.syslog_servers, *config.dhcp_servers}
    return {server: _way(config, server) for server in servers}


def _asked(ways: Mapping[IPv4Address, str], port: str, behind: tuple[IPv4Network, ...]) -> frozenset[IPv4Address]:
    """Return the servers that the device asks and that may answer by a port."""
    here = (server for server, way in ways.items() if way in (port, ""))
    return frozenset(s for s in here if not behind or any(s in network for network in behind))


def _way(config: DeviceConfig, server: IPv4Address) -> str:
    """Return the interface towards a server by connected networks and static routes; "" where only OSPF knows it."""
    if any(server in prefix for tunnel in config.tunnels for prefix in tunnel.remote_prefixes):
        return _tunnel(config)
    links = {a.network: item.name for item in config.interfaces for a in item.addresses}
    found = dict(links)
    for route in config.routes:
        through = next((name for network, name in links.items() if route.next_hop and route.next_hop in network), "")
        found.setdefault(route.prefix, through)
    best = max((network for network in found if server in network), key=lambda n: n.prefixlen, default=None)
    return found[best] if best is not None else ""


def _input(
    config: DeviceConfig, item: PacketFilter | None, own: tuple[IPv4Network, ...], asked: frozenset[IPv4Address]
) -> Iterator[FilterRule]:
    """Yield the rules about the device itself; nothing that is for it gets past them."""
    asking = (IPv4Network(config.source),) if config.source else own
    for rule in item.rules if item else ():
        if rule.state == "established":
            yield from _answers(config, asking, asked)
        elif rule.state is None and not (rule.source_macs or rule.not_source_macs):
            yield (
                rule
                if rule.destinations or rule.protocol in NEIGHBOURS
                else rule.model_copy(update={"destinations": own})
            )
    opened = item is None or item.default == "accept"
    if opened:
        yield _to("input-open", own)
    else:
        yield _to(DECIDED, (*own, LINK_LOCAL), action="drop")


def _near(rules: Iterable[FilterRule], here: tuple[IPv4Network, ...]) -> Iterator[FilterRule]:
    """Yield the rules; those about a routing protocol's neighbours for the neighbours on this very link only."""
    for rule in rules:
        near = both(rule.sources, here) if rule.protocol in NEIGHBOURS else rule.sources
        if near or not rule.sources:
            yield rule if near == rule.sources else rule.model_copy(update={"sources": near})


def _to(name: str, own: tuple[IPv4Network, ...], **more: object) -> FilterRule:
    return FilterRule.model_validate({"action": "accept", "name": name, "destinations": own, **more})


def _answers(
    config: DeviceConfig, asking: tuple[IPv4Network, ...], asked: frozenset[IPv4Address]
) -> Iterator[FilterRule]:
    """Yield what lets the answers of the servers in that the device asks by this port, and of nobody else.

    Who answers chooses the port that it answers to, so the agent's is taken out first: no answer goes there.
    """
    if asked:
        sources = tuple(map(IPv4Network, sorted(asked)))
        yield _to("established", asking, protocol="tcp", state="established", sources=sources)
    for field, port in ANSWERED.items():
        some = tuple(IPv4Network(address) for address in getattr(config, field) if address in asked)
        if some and config.snmp:
            from_there = {"protocol": "udp", "sources": some, "source_ports": (port,), "ports": (AGENT,)}
            yield _to("answers-only", asking, action="drop", **from_there)
        if some:
            yield _to(f"answers-{port}", asking, protocol="udp", sources=some, source_ports=(port,))
    if relays := tuple(IPv4Network(address) for address in sorted(config.dhcp_servers & asked)):
        named = tuple(IPv4Network(i.addresses[0].ip) for i in config.interfaces if i.dhcp_relays)
        yield _to("answers-67", named, protocol="udp", sources=relays, source_ports=(67,), ports=(67,))


def _forward(item: PacketFilter | None, port: str) -> Iterator[FilterRule]:
    """Yield the rules about what comes in by a port and goes through.

    A drop of all that is not from behind the port (against forged sources) narrows what the later rules accept.
    """
    if item is None or item.default == "accept":
        yield from (r for r in (item.rules if item else ()) if r.state is None and not r.not_sources)
        yield FilterRule(action="accept", name="forward-open")
        return
    within = _behind(item, port)
    keeps_state = any(rule.state == "established" for rule in item.rules)
    unanswered: list[FilterRule] = []
    for rule in (r for r in item.rules if r.state is None and not (r.source_macs or r.not_source_macs)):
        here = not rule.in_interfaces or port in rule.in_interfaces
        if here and not rule.not_sources and (narrowed := _narrowed(rule, within)):
            yield narrowed
        if keeps_state and rule.action == "accept":
            back = [found for turned in _turned(rule, port) if (found := _narrowed(turned, within))]
            yield from (*unanswered, *back) if back else ()
            unanswered = [] if back else unanswered
        elif keeps_state:
            unanswered += _unanswered(rule)


def _unanswered(rule: FilterRule) -> list[FilterRule]:
    """Return the drop of what looks like answers to flows that are dropped wherever they come from."""
    one_way = rule.in_interfaces or rule.out_interfaces or rule.not_sources or rule.icmp_echo_only
    if one_way or rule.sources == rule.destinations:
        return []
    turned = {"sources": rule.destinations, "destinations": rule.sources, "ports": (), "source_ports": rule.ports}
    return [rule.model_copy(update={"name": f"back-{rule.name}"[:60], **turned})]


def _turned(rule: FilterRule, port: str) -> Iterator[FilterRule]:
    """Yield what lets the answers to an accepted flow in by a port: without state, all that looks like them."""
    if rule.out_interfaces and port not in rule.out_interfaces:
        return
    for protocol in (rule.protocol,) if rule.protocol else ("tcp", "udp", "icmp"):
        yield FilterRule(
            action="accept",
            name=f"back-{rule.name}"[:60],
            state="established" if protocol == "tcp" else None,
            sources=rule.destinations,
            destinations=rule.sources,
            protocol=protocol,
            source_ports=rule.ports,
        )


def _narrowed(rule: FilterRule, within: tuple[IPv4Network, ...]) -> FilterRule | None:
    """Return an accepting rule for what may come from behind the port only; None if nothing of it is left."""
    if not within or rule.action == "drop":
        return rule
    sources = within if not rule.sources else both(rule.sources, within)
    return rule.model_copy(update={"sources": sources}) if sources else None


def _entries(rules: Iterable[FilterRule], port: str) -> Iterator[FilterRule]:
    """Yield each rule as the entries that say the same on one port."""
    for rule in rules:
        if rule.in_interfaces and port not in rule.in_interfaces:
            continue
        sides = product(rule.sources or (None,), rule.destinations or (None,))
        for (source, destination), ports, from_ports in product(list(sides), runs(rule.ports), runs(rule.source_ports)):
            yield FilterRule(
                action=rule.action,
                name=rule.name,
                state=rule.state,
                in_interfaces=(port,),
                sources=(source,) if source and source != ANY else (),
                destinations=(destination,) if destination and destination != ANY else (),
                protocol=rule.protocol,
                ports=ports,
                source_ports=from_ports,
                icmp_echo_only=rule.icmp_echo_only,
                log=rule.log,
            )
