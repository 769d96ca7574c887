"""What Comware cannot hold, or would hold with another meaning, is refused before anything is rendered; all at once.

Refused are names and texts that its command line does not take, values beyond its ranges, addresses that no interface
has, servers that listen at one address only (Comware's answer at all of them), and what the mapping of filters and
tunnels cannot say.
"""

import re
from collections.abc import Iterator

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Interface, Snmp, Tunnel, User
from inventory.platforms import holders, limits, ospfkeys, relays, six, timekeys, trunks
from inventory.platforms.h3c_comware import ipsec, keys, proposals, words
from inventory.platforms.h3c_comware.filter_checks import filters, nat
from inventory.platforms.limits import CLASH
from inventory.platforms.syncs import watching
from inventory.platforms.uniques import twice, uniques
from inventory.platforms.unwritten import unwritten

NAME = _(
    "Comware knows no interface {value!r}; its names are like GigabitEthernet1/0/1, Bridge-Aggregation1, "
    "Vlan-interface10, LoopBack0"
)
ROUTES = _("Comware routes between all interfaces that have an address, so forwarding must be {wanted}")
ADDRESS = _("Comware names this address by its interface, and none has {value} as its first address")
VIRTUAL = _("the virtual address {value} is in none of the interface's networks with that length")
PROCESS = _("OSPF on an interface needs the OSPF process")
KEYS = _("Comware takes up to six RSA and ECDSA keys for a user, and not this one: {value!r}")
PROPOSAL = _("Comware has no proposal {value!r}; its IKEv2 has AES-CBC only, like aes128-sha256-ecp256")
ONE_PROPOSAL = _("all tunnels of a device need one IKE proposal on Comware")
EVERYWHERE = _("Comware's {server} server answers at every address, so it cannot listen at {value} only")
VLAN_1 = _("VLAN 1 is always there on Comware; it can be held with a name only")
_MOST_KEYS = 6


def check(config: DeviceConfig) -> None:
    """Raise BadInput with every problem of the configuration, or return."""
    problems = tuple(_problems(config))
    if problems:
        raise BadInput(problems)


def _problems(config: DeviceConfig) -> Iterator[Problem]:
    yield from limits.texts([("banner", config.banner)], 200, '"%')
    yield from _vlans(config)
    yield from uniques(config)
    yield from unwritten(config, six=True)
    yield from relays.problems(config)
    yield from six.problems(six.COMWARE, config)
    for item in config.interfaces:
        yield from _interface(config, item)
    yield from watching(config)
    if config.forwarding is not holders.routes(config):
        yield Problem(ROUTES, {"wanted": holders.routes(config)}, where="forwarding")
    yield from filters(config)
    yield from nat(config)
    yield from _tunnels(config)
    yield from _snmp(config.snmp) if config.snmp else ()
    if config.source is not None and holders.holder(config, config.source) is None:
        yield Problem(ADDRESS, {"value": config.source}, where="source")
    yield from _access(config)
    yield from timekeys.problems(config, "MD5")
    yield from ospfkeys.problems(config)
    yield from _rest(config)


def _vlans(config: DeviceConfig) -> Iterator[Problem]:
    yield from limits.texts([(f"vlans[{v.id}].name", v.name) for v in config.vlans], 240)
    if any(vlan.id == 1 and not vlan.name for vlan in config.vlans):
        yield Problem(VLAN_1, where="vlans[1]")


def _interface(config: DeviceConfig, item: Interface) -> Iterator[Problem]:
    where = f"interfaces.{item.name}"
    known = words.NAME.fullmatch(item.name) and words.kind(item.name) == item.kind
    if not known or words.vlan(item.name) != item.vlan or (item.vlan or 1) > 4094:
        yield Problem(NAME, {"value": item.name}, where=where)
    yield from limits.texts([(f"{where}.description", item.description)], 240)
    yield from twice(f"{where}.addresses", (a.ip for a in item.addresses))
    yield from _switching(item, where)
    yield from _ospf(config, item, where)
    yield from _vrrp(item, where)


def _vrrp(item: Interface, where: str) -> Iterator[Problem]:
    yield from twice(f"{where}.vrrp", (v.group for v in item.vrrp))
    for group in item.vrrp:
        if holders.prefix_of(item, group.address.ip) != group.address.network.prefixlen:
            yield Problem(VIRTUAL, {"value": group.address}, where=f"{where}.vrrp[{group.group}]")
        yield from limits.match(r"[A-Za-z0-9_-]{0,20}", f"{where}.vrrp[{group.group}].sync", group.sync)


def _switching(item: Interface, where: str) -> Iterator[Problem]:
    if item.proxy_arp is False or (item.proxy_arp and (item.switchport or item.kind == "loopback")):
        yield Problem(CLASH, where=f"{where}.proxy_arp")
    port = item.switchport
    if port is None:
        if item.name.startswith("Bridge-Aggregation"):
            yield Problem(CLASH, where=where)
        return
    vlans = port.trunk if port.mode == "trunk" else (port.access or 0,)
    alone = not (item.addresses or item.ospf or item.vrrp) and words.bridges(item.name)
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
    yield from limits.within(int(item.kind != "loopback"), 65535, f"{where}.ospf.cost", item.ospf.cost)
    for name in ("hello", "dead"):
        yield from limits.within(1, 65535, f"{where}.ospf.{name}", getattr(item.ospf, name))


def _tunnels(config: DeviceConfig) -> Iterator[Problem]:
    if len({tunnel.ike_proposal for tunnel in config.tunnels}) > 1:
        yield Problem(ONE_PROPOSAL, where="tunnels")
    yield from twice("tunnels", (tunnel.name.lower() for tunnel in config.tunnels))
    for tunnel in config.tunnels:
        yield from _tunnel(config, tunnel)


def _tunnel(config: DeviceConfig, tunnel: Tunnel) -> Iterator[Problem]:
    where = f"tunnels.{tunnel.name}"
    if ipsec.port_of(config, tunnel.local) is None:
        yield Problem(ADDRESS, {"value": tunnel.local}, where=f"{where}.local")
    for name in ("local_id", "remote_id"):
        yield from limits.match(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,100}", f"{where}.{name}", getattr(tunnel, name))
    for name, kind in (("ike_proposal", "ike"), ("esp_proposal", "esp")):
        if not proposals.fits(getattr(tunnel, name), kind):
            yield Problem(PROPOSAL, {"value": getattr(tunnel, name)}, where=f"{where}.{name}")
    if tunnel.dpd_seconds:
        yield from limits.within(10, 3600, f"{where}.dpd_seconds", tunnel.dpd_seconds)
    yield from limits.secret(f"{where}.key", tunnel.key.get_secret_value(), 1, 128, ("plaintext", "ciphertext"))
    for prefixes in (tunnel.local_prefixes, tunnel.remote_prefixes):
        yield from twice(where, prefixes)
    if not (tunnel.local_prefixes and tunnel.remote_prefixes) or (tunnel.initiate and tunnel.remote is None):
        yield Problem(CLASH, where=where)


def _snmp(snmp: Snmp) -> Iterator[Problem]:
    if int(snmp.listen):
        yield Problem(EVERYWHERE, {"server": "SNMP", "value": snmp.listen}, where="snmp.listen")
    yield from limits.texts([("snmp.location", snmp.location), ("snmp.contact", snmp.contact)], 200)
    yield from twice("snmp.users", (user.name for user in snmp.users))
    yield from twice("snmp.trap_receivers", snmp.trap_receivers)
    for user in snmp.users:
        for name in ("auth_key", "priv_key"):
            where = f"snmp.users.{user.name}.{name}"
            yield from limits.secret(where, getattr(user, name).get_secret_value(), 8, 64)
    if snmp.trap_receivers and not snmp.users:
        yield Problem(CLASH, where="snmp.trap_receivers")


def _access(config: DeviceConfig) -> Iterator[Problem]:
    if config.ssh.listen is not None:
        yield Problem(EVERYWHERE, {"server": "SSH", "value": config.ssh.listen}, where="ssh.listen")
    if config.ssh.password_login and not config.users:
        yield Problem(CLASH, where="ssh.password_login")
    yield from limits.within(1, 5, "ssh.max_tries", config.ssh.max_tries)
    yield from limits.within(1, 35791 * 60 + 59, "ssh.idle_seconds", config.ssh.idle_seconds)
    names = [name for user in config.users for name in _key_names(user)]
    yield from twice("users", names)
    for user in config.users:
        yield from _keys(user)


def _key_names(user: User) -> list[str]:
    return [user.name if n == 0 else f"{user.name}-{n + 1}" for n in range(len(user.ssh_keys))]


def _keys(user: User) -> Iterator[Problem]:
    where = f"users.{user.name}.ssh_keys"
    yield from twice(where, user.ssh_keys)
    for n, key in enumerate(user.ssh_keys):
        if n >= _MOST_KEYS or not re.fullmatch(r"\S+ \S+", key) or keys.to_hex(key) is None:
            yield Problem(KEYS, {"value": key.split(" ")[0]}, where=where)


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
            yield from limits.within(0, 16777214, "ospf.metric", metric)
