"""What VRP cannot hold, or would hold with another meaning, is refused before anything is rendered; all at once.

Refused are names and texts that VRP's command line does not take, values beyond its ranges, addresses that no
interface has (VRP names them by the interface), and what the mapping of filters and tunnels cannot say.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Interface, Snmp, Tunnel, User
from inventory.platforms import ospfkeys, relays, six, timekeys, trunks
from inventory.platforms.holders import holder, prefix_of, routes
from inventory.platforms.huawei_vrp import proposals, vrrp, words
from inventory.platforms.huawei_vrp.access import KINDS
from inventory.platforms.huawei_vrp.filter_checks import filters, nat
from inventory.platforms.syncs import watching
from inventory.platforms.uniques import twice, uniques
from inventory.platforms.unwritten import unwritten

UNFIT = _("VRP cannot hold {value!r} here")
RANGE = _("VRP takes {low} to {high} here, not {value}")
NAME = _("VRP knows no interface {value!r}; its names are like GigabitEthernet0/0/1, Eth-Trunk1, Vlanif10, LoopBack0")
CLASH = _("these settings contradict each other on VRP")
ROUTES = _("VRP routes between all interfaces that have an address, so forwarding must be {wanted}")
ADDRESS = _("VRP names this address by its interface, and none has {value} as its first address")
SYNC = _("VRP has no names for groups that change together; this set must be called {wanted!r}")
VIRTUAL = _("the virtual address {value} is in none of the interface's networks with that length")
PROCESS = _("OSPF on an interface needs the OSPF process")
KEYS = _("VRP takes one RSA and one ECDSA key for a user, and not this one: {value!r}")
PROPOSAL = _("VRP has no proposal {value!r}")
_PRINTABLE = r"[!#->@-~]{%d,%d}"


def check(config: DeviceConfig) -> None:
    """Raise BadInput with every problem of the configuration, or return."""
    problems = tuple(_problems(config))
    if problems:
        raise BadInput(problems)


def _problems(config: DeviceConfig) -> Iterator[Problem]:
    yield from _texts([("banner", config.banner)], 200, '"')
    yield from _texts([(f"vlans[{v.id}].name", v.name) for v in config.vlans], 80)
    yield from uniques(config)
    yield from unwritten(config, six=True)
    yield from relays.problems(config)
    yield from six.problems(six.VRP, config)
    for item in config.interfaces:
        yield from _interface(config, item)
    yield from _sync(config)
    yield from _tracked(config)
    if config.forwarding is not routes(config):
        yield Problem(ROUTES, {"wanted": routes(config)}, where="forwarding")
    yield from filters(config)
    yield from nat(config)
    for tunnel in config.tunnels:
        yield from _tunnel(tunnel)
    yield from _snmp(config.snmp) if config.snmp else ()
    yield from _addresses(config)
    yield from _access(config)
    yield from timekeys.problems(config, "MD5")
    yield from ospfkeys.problems(config)
    yield from _rest(config)


def _texts(fields: Iterable[tuple[str, str]], limit: int, without: str = "") -> Iterator[Problem]:
    for where, text in fields:
        clean = text.isprintable() and text == text.strip() and not set(text) & {"?", *without}
        if not clean or len(text.encode()) > limit:
            yield Problem(UNFIT, {"value": text}, where=where)


def _match(pattern: str, where: str, text: str) -> Iterator[Problem]:
    if not re.fullmatch(pattern, text):
        yield Problem(UNFIT, {"value": text}, where=where)


def _within(low: int, high: int, where: str, value: int) -> Iterator[Problem]:
    if not low <= value <= high:
        yield Problem(RANGE, {"low": low, "high": high, "value": value}, where=where)


def _interface(config: DeviceConfig, item: Interface) -> Iterator[Problem]:
    where = f"interfaces.{item.name}"
    vlan = int(item.name[6:]) if re.fullmatch(r"Vlanif[1-9]\d{0,3}", item.name) else None
    if not words.NAME.fullmatch(item.name) or words.kind(item.name) != item.kind or vlan != item.vlan:
        yield Problem(NAME, {"value": item.name}, where=where)
    yield from _texts([(f"{where}.description", item.description)], 240)
    yield from twice(f"{where}.addresses", (a.ip for a in item.addresses))
    yield from twice(f"{where}.vrrp", (v.group for v in item.vrrp))
    yield from _switching(config, item, where)
    yield from _ospf(config, item, where)
    for group in item.vrrp:
        if prefix_of(item, group.address.ip) != group.address.network.prefixlen:
            yield Problem(VIRTUAL, {"value": group.address}, where=f"{where}.vrrp[{group.group}]")


def _switching(config: DeviceConfig, item: Interface, where: str) -> Iterator[Problem]:
    if item.proxy_arp is False or (item.proxy_arp and (item.switchport or item.kind == "loopback")):
        yield Problem(CLASH, where=f"{where}.proxy_arp")
    port = item.switchport
    if port is None:
        return
    vlans = port.trunk if port.mode == "trunk" else (port.access or 0,)
    alone = not (item.addresses or item.ospf or item.vrrp) and item.kind == "physical" and "." not in item.name
    fits = port.access is None if port.mode == "trunk" else not port.trunk
    if not (alone and fits and all(1 <= vlan <= 4094 for vlan in vlans)) or item.name.startswith("MEth"):
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


def _tracked(config: DeviceConfig) -> Iterator[Problem]:
    yield from watching(config)
    sets = vrrp.Sets(config)
    for item in config.interfaces:
        for group in item.vrrp:
            if (found := len(sets.tracked(item, group))) > vrrp.TRACKED:
                where = f"interfaces.{item.name}.vrrp[{group.group}].track"
                yield Problem(RANGE, {"low": 0, "high": vrrp.TRACKED, "value": found}, where=where)


def _sync(config: DeviceConfig) -> Iterator[Problem]:
    for n, name in enumerate(vrrp.administrators(config)):
        if name != vrrp.sync_name(n):
            yield Problem(SYNC, {"wanted": vrrp.sync_name(n)}, where=f"interfaces.vrrp.sync.{name}", found=name)


def _tunnel(tunnel: Tunnel) -> Iterator[Problem]:
    where = f"tunnels.{tunnel.name}"
    yield from _match(r".{1,15}", f"{where}.name", tunnel.name)
    for name in ("local_id", "remote_id"):
        yield from _match(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,100}", f"{where}.{name}", getattr(tunnel, name))
    for name, kind in (("ike_proposal", "ike"), ("esp_proposal", "esp")):
        if not proposals.fits(getattr(tunnel, name), kind):
            yield Problem(PROPOSAL, {"value": getattr(tunnel, name)}, where=f"{where}.{name}")
    if tunnel.dpd_seconds:
        yield from _within(10, 3600, f"{where}.dpd_seconds", tunnel.dpd_seconds)
    yield from _secret(f"{where}.key", tunnel.key.get_secret_value(), 1, 128)
    for prefixes in (tunnel.local_prefixes, tunnel.remote_prefixes):
        yield from twice(where, prefixes)
    if not (tunnel.local_prefixes and tunnel.remote_prefixes) or (tunnel.initiate and tunnel.remote is None):
        yield Problem(CLASH, where=where)


def _secret(where: str, value: str, low: int, high: int) -> Iterator[Problem]:
    if not re.fullmatch(_PRINTABLE % (low, high), value) or value in ("simple", "cipher"):
        yield Problem(UNFIT, {"value": "********"}, where=where)


def _snmp(snmp: Snmp) -> Iterator[Problem]:
    yield from _texts([("snmp.location", snmp.location), ("snmp.contact", snmp.contact)], 200)
    yield from twice("snmp.users", (user.name for user in snmp.users))
    yield from twice("snmp.trap_receivers", snmp.trap_receivers)
    for user in snmp.users:
        for name in ("auth_key", "priv_key"):
            yield from _secret(f"snmp.users.{user.name}.{name}", getattr(user, name).get_secret_value(), 8, 64)
    if snmp.trap_receivers and not snmp.users:
        yield Problem(CLASH, where="snmp.trap_receivers")


def _addresses(config: DeviceConfig) -> Iterator[Problem]:
    snmp = config.snmp.listen if config.snmp and int(config.snmp.listen) else None
    for where, value in (("source", config.source), ("snmp.listen", snmp), ("ssh.listen", config.ssh.listen)):
        if value is not None and holder(config, value) is None:
            yield Problem(ADDRESS, {"value": value}, where=where)


def _access(config: DeviceConfig) -> Iterator[Problem]:
    yield from _within(1, 5, "ssh.max_tries", config.ssh.max_tries)
    yield from _within(1, 35791 * 60, "ssh.idle_seconds", config.ssh.idle_seconds)
    for user in config.users:
        yield from _keys(user)


def _keys(user: User) -> Iterator[Problem]:
    kinds = Counter(KINDS.get(key.split(" ")[0], "") for key in user.ssh_keys)
    for key in user.ssh_keys:
        start = key.split(" ")[0]
        if not re.fullmatch(r"\S+ [A-Za-z0-9+/]+={0,2}", key) or start not in KINDS or kinds[KINDS[start]] > 1:
            yield Problem(KEYS, {"value": start}, where=f"users.{user.name}.ssh_keys")


def _rest(config: DeviceConfig) -> Iterator[Problem]:
    ports = config.lldp.ports if config.lldp else ()
    there = {item.name for item in config.interfaces if words.is_port(item.name)}
    for name in ports:
        if name not in there:
            yield Problem(NAME, {"value": name}, where="lldp.ports")
    yield from twice("lldp.ports", ports)
    if config.ospf:
        metrics = [item.metric for item in config.ospf.redistribute]
        metrics += [config.ospf.default_metric] if config.ospf.default_metric is not None else []
        for metric in metrics:
            yield from _within(0, 16777214, "ospf.metric", metric)
