"""What IOS and RGOS cannot hold, or would hold with another meaning, is refused before rendering; all at once.

Refused are names and texts that the command line does not take, values beyond its ranges, addresses that no interface
has (they are named by the interface), what the agent and the SSH server cannot be told, and filters that are no access
lists. What one platform refuses besides is its own `problems`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Interface, Snmp, User
from inventory.platforms import ospfkeys, relays, timekeys, trunks
from inventory.platforms.ioslike import policy_routing, routing, services, vrrp, words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.filter_checks import filters, nat
from inventory.platforms.syncs import watching
from inventory.platforms.uniques import twice, uniques
from inventory.platforms.unwritten import unwritten

UNFIT = _("{system} cannot hold {value!r} here")
RANGE = _("{system} takes {low} to {high} here, not {value}")
NAME = _("{system} knows no interface {value!r}; its names are like GigabitEthernet0/1, {svi}10, Loopback0")
CLASH = _("these settings contradict each other on {system}")
ADDRESS = _("{system} names this address by its interface, and none has {value} as its first address")
LISTEN = _("{system} answers on all addresses: this must be {wanted}, and access lists say who may ask")
ALWAYS = _("VLAN {value} is always there on {system}: leave it out")
HOST = _("{system} knows one default gateway and no other route where it does not route")
SYNC = _("{system} has no VRRP groups that change state together")
VIRTUAL = _("the virtual address {value} is in none of the interface's networks with that length")
PROCESS = _("OSPF on an interface needs the OSPF process")
KEYS = _("{system} cannot hold this key: {value!r}; right would be {right}")
PASSWORDS = _("{system} cannot be told to refuse passwords, so password_login must be true")
LOCKED = _("{system} has no locked accounts: leave {value!r} out")
ANNOUNCED = _("{system} itself chooses the address that LLDP announces: {wanted}, not {value}")
_PRINTABLE = r"[!-~]{%d,%d}"


def check(dialect: Dialect, config: DeviceConfig) -> None:
    """Raise BadInput with every problem of the configuration, or return."""
    problems = tuple(_problems(dialect, config))
    if problems:
        raise BadInput([_titled(dialect, problem) for problem in problems])


def _titled(dialect: Dialect, problem: Problem) -> Problem:
    """Return a problem that says which system it speaks of."""
    more = {"system": dialect.title, "svi": dialect.svi}
    used = {name: value for name, value in more.items() if f"{{{name}" in problem.message}
    return replace(problem, values={**problem.values, **used})


def _problems(dialect: Dialect, config: DeviceConfig) -> Iterator[Problem]:
    yield from _texts([("banner", config.banner)], 200, "^")
    yield from _texts([(f"vlans[{v.id}].name", v.name) for v in config.vlans], 32, " ")
    yield from _vlans(dialect, config)
    yield from uniques(config)
    yield from unwritten(config, six=dialect.six, steered=True)
    yield from relays.problems(config)
    yield from policy_routing.problems(config)
    yield from watching(config)
    for item in config.interfaces:
        yield from _interface(dialect, config, item)
    yield from twice("interfaces", (a.ip for i in config.interfaces for a in i.addresses))
    if not config.forwarding and (len(config.routes) > 1 or not all(map(routing.is_gateway, config.routes))):
        yield Problem(HOST, where="routes")
    yield from filters(config)
    yield from nat(config)
    yield from _snmp(config.snmp) if config.snmp else ()
    yield from _source(config)
    yield from _access(dialect, config)
    yield from timekeys.problems(config, "MD5")
    yield from ospfkeys.problems(config)
    yield from _lldp(config)
    yield from _metrics(config)
    yield from dialect.problems(config)


def _texts(fields: Iterable[tuple[str, str]], limit: int, without: str = "") -> Iterator[Problem]:
    for where, text in fields:
        clean = text.isprintable() and text == " ".join(text.split()) and not set(text) & {"?", *without}
        if not clean or len(text.encode()) > limit:
            yield Problem(UNFIT, {"value": text}, where=where)


def _vlans(dialect: Dialect, config: DeviceConfig) -> Iterator[Problem]:
    for vlan in config.vlans:
        shown = vlan.name if dialect.shows_vlan_1 else ""
        if (vlan.id == 1 and not shown) or 1002 <= vlan.id <= 1005:
            yield Problem(ALWAYS, {"value": vlan.id}, where=f"vlans[{vlan.id}]")


def _within(low: int, high: int, where: str, value: int) -> Iterator[Problem]:
    if not low <= value <= high:
        yield Problem(RANGE, {"low": low, "high": high, "value": value}, where=where)


def _interface(dialect: Dialect, config: DeviceConfig, item: Interface) -> Iterator[Problem]:
    where = f"interfaces.{item.name}"
    known = words.canonical(item.name, dialect.svi) == item.name and words.kind(item.name) == item.kind
    if not known or words.vlan_of(item.name) != item.vlan:
        yield Problem(NAME, {"value": item.name}, where=where)
    yield from _texts([(f"{where}.description", item.description)], 200)
    yield from twice(f"{where}.vrrp", (v.group for v in item.vrrp))
    yield from _switching(item, where)
    yield from _ospf(config, item, where)
    for group in item.vrrp:
        if group.sync:
            yield Problem(SYNC, where=f"{where}.vrrp[{group.group}]")
        if vrrp.prefix_of(item, group.address.ip) != group.address.network.prefixlen:
            yield Problem(VIRTUAL, {"value": group.address}, where=f"{where}.vrrp[{group.group}]")


def _switching(item: Interface, where: str) -> Iterator[Problem]:
    if item.proxy_arp or (item.proxy_arp is False and (item.switchport or item.kind == "loopback")):
        yield Problem(CLASH, where=f"{where}.proxy_arp")
    port = item.switchport
    if port is None:
        return
    vlans = port.trunk if port.mode == "trunk" else (port.access or 0,)
    alone = not (item.addresses or item.ospf or item.vrrp) and words.can_switch(item.name)
    fits = port.access is None if port.mode == "trunk" else not port.trunk
    if not (alone and fits and all(1 <= vlan <= 4094 for vlan in vlans)):
        yield Problem(CLASH, where=where)
    yield from trunks.problems(port, where)
    yield from twice(where, vlans)


def _ospf(config: DeviceConfig, item: Interface, where: str) -> Iterator[Problem]:
    if item.ospf is None:
        return
    if config.ospf is None:
        yield Problem(PROCESS, where=where)
    for name in ("cost", "hello", "dead"):
        yield from _within(1, 65535, f"{where}.ospf.{name}", getattr(item.ospf, name))
    if item.kind == "loopback" and not item.ospf.point_to_point:
        yield Problem(CLASH, where=f"{where}.ospf.point_to_point")


def secret(where: str, value: str, low: int, high: int) -> Iterator[Problem]:
    """Yield a problem for a secret that the command line would not take as one word; never the secret itself."""
    if not re.fullmatch(_PRINTABLE % (low, high), value) or "?" in value:
        yield Problem(UNFIT, {"value": "********"}, where=where)


def _snmp(snmp: Snmp) -> Iterator[Problem]:
    yield from _texts([("snmp.location", snmp.location), ("snmp.contact", snmp.contact)], 200)
    yield from twice("snmp.users", (user.name for user in snmp.users))
    yield from twice("snmp.trap_receivers", snmp.trap_receivers)
    for user in snmp.users:
        for name in ("auth_key", "priv_key"):
            yield from secret(f"snmp.users.{user.name}.{name}", getattr(user, name).get_secret_value(), 8, 64)
    if snmp.trap_receivers and not snmp.users:
        yield Problem(CLASH, where="snmp.trap_receivers")
    if int(snmp.listen):
        yield Problem(LISTEN, {"wanted": "0.0.0.0"}, where="snmp.listen")  # noqa: S104


def _source(config: DeviceConfig) -> Iterator[Problem]:
    if config.source is not None and services.holder(config, config.source) is None:
        yield Problem(ADDRESS, {"value": config.source}, where="source")


def _access(dialect: Dialect, config: DeviceConfig) -> Iterator[Problem]:
    if config.ssh.listen is not None:
        yield Problem(LISTEN, {"wanted": None}, where="ssh.listen")
    if not dialect.keys_only and not config.ssh.password_login:
        yield Problem(PASSWORDS, where="ssh.password_login")
    yield from _within(1, 5, "ssh.max_tries", config.ssh.max_tries)
    yield from _within(1, 35791 * 60, "ssh.idle_seconds", config.ssh.idle_seconds)
    for user in config.users:
        if user.locked:
            yield Problem(LOCKED, {"value": user.name}, where=f"users.{user.name}.locked")
        yield from _keys(dialect, user)


def _keys(dialect: Dialect, user: User) -> Iterator[Problem]:
    yield from twice(f"users.{user.name}.ssh_keys", user.ssh_keys)
    for key in user.ssh_keys:
        if not dialect.key.fullmatch(key) or len(user.ssh_keys) > 2:
            value, right = key.split(" ")[0], dialect.key.pattern
            yield Problem(KEYS, {"value": value, "right": right}, where=f"users.{user.name}.ssh_keys")


def _lldp(config: DeviceConfig) -> Iterator[Problem]:
    if config.lldp is None:
        return
    there = {item.name for item in config.interfaces if words.is_port(item.name)}
    for name in config.lldp.ports:
        if name not in there:
            yield Problem(NAME, {"value": name}, where="lldp.ports")
    yield from twice("lldp.ports", config.lldp.ports)
    wanted = services.management(config.interfaces)
    if config.lldp.management != wanted:
        values = {"wanted": wanted, "value": config.lldp.management}
        yield Problem(ANNOUNCED, values, where="lldp.management")


def _metrics(config: DeviceConfig) -> Iterator[Problem]:
    if config.ospf is None:
        return
    metrics = [item.metric for item in config.ospf.redistribute]
    metrics += [config.ospf.default_metric] if config.ospf.default_metric is not None else []
    for metric in metrics:
        yield from _within(0, 16777214, "ospf.metric", metric)
