"""Tunnels as IOS writes them, and what it cannot hold of them; `ipsec` reads them back and says how they are held."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Tunnel
from inventory.platforms import access_lists
from inventory.platforms.cisco_ios import proposals
from inventory.platforms.ioslike import acl, checks, filters, services
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.filters import TUNNEL
from inventory.platforms.uniques import twice

GROUP = "countynet"
PROPOSAL = _("{system} has no proposal {value!r}")
INITIATE = _("{system} opens a tunnel if and only if it knows the peer, so initiate must be {wanted}")
ONE = _("{system} offers the same IKE proposal to all peers of one address of its own")
_DYNAMIC = 65000


def _locals(config: DeviceConfig) -> list[IPv4Address]:
    return sorted({tunnel.local for tunnel in config.tunnels})


def _map(config: DeviceConfig, address: IPv4Address) -> str:
    return f"{GROUP}-{_locals(config).index(address) + 1}"


def lines(config: DeviceConfig, name: str) -> Sequence[str]:
    """Return the line at an interface that has a tunnel's own address."""
    return [f"crypto map {_map(config, a)}" for a in _locals(config) if services.holder(config, a) == name]


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of proposals, keys, profiles, access lists and maps."""
    if not config.tunnels:
        return []
    ike = sorted({t.ike_proposal for t in config.tunnels})
    esp = sorted({t.esp_proposal for t in config.tunnels})
    blocks = [[f"crypto ikev2 proposal {GROUP}-{n}", *_in(proposals.ike(text))] for n, text in enumerate(ike, 1)]
    blocks += [_policy(config, address, ike) for address in _locals(config)]
    blocks.append([f"crypto ikev2 keyring {GROUP}", *(line for t in config.tunnels for line in _peer(t))])
    blocks += [_profile(tunnel) for tunnel in config.tunnels]
    blocks += [
        [f"crypto ipsec transform-set {GROUP}-{n} {proposals.esp(text)}", " mode tunnel"]
        for n, text in enumerate(esp, 1)
    ]
    blocks += [
        _entry(config, tunnel, n, esp.index(tunnel.esp_proposal) + 1) for n, tunnel in enumerate(config.tunnels, 1)
    ]
    blocks += [
        [f"crypto map {_map(config, a)} {_DYNAMIC} ipsec-isakmp dynamic {_map(config, a)}"]
        for a in _locals(config)
        if any(t.remote is None and t.local == a for t in config.tunnels)
    ]
    return blocks + [acl.block(dialect, f"vpn-{t.name}", _carries(t)) for t in config.tunnels]


def _in(found: Sequence[str]) -> list[str]:
    return [f" {line}" for line in found]


def _policy(config: DeviceConfig, address: IPv4Address, ike: list[str]) -> list[str]:
    offered = next(t.ike_proposal for t in config.tunnels if t.local == address)
    number = ike.index(offered) + 1
    return [f"crypto ikev2 policy {_map(config, address)}", f" match address local {address}",
            f" proposal {GROUP}-{number}"]  # fmt: skip


def _identity(text: str) -> str:
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", text, re.ASCII):
        return f"address {text}"
    return f"{'email' if '@' in text else 'fqdn'} {text}"


def _peer(tunnel: Tunnel) -> list[str]:
    address = [f"  address {tunnel.remote}"] if tunnel.remote else []
    key = f"  pre-shared-key {tunnel.key.get_secret_value()}"
    return [f" peer {tunnel.name}", *address, f"  identity {_identity(tunnel.remote_id)}", key]


def _profile(tunnel: Tunnel) -> list[str]:
    found = [f"match identity remote {_identity(tunnel.remote_id)}", f"identity local {_identity(tunnel.local_id)}"]
    found += ["authentication remote pre-share", "authentication local pre-share", f"keyring local {GROUP}"]
    found += [f"dpd {tunnel.dpd_seconds} 3 periodic"] if tunnel.dpd_seconds else []
    return [f"crypto ikev2 profile {tunnel.name}", *_in(found)]


def _entry(config: DeviceConfig, tunnel: Tunnel, n: int, esp: int) -> list[str]:
    name = _map(config, tunnel.local)
    head = f"crypto map {name} {n} ipsec-isakmp" if tunnel.remote else f"crypto dynamic-map {name} {n}"
    found = [f"set peer {tunnel.remote}"] if tunnel.remote else []
    listed = TUNNEL in access_lists.lists(config)
    found += [f"set ip access-group {filters.called(TUNNEL)} in"] if listed else []
    found += [f"set transform-set {GROUP}-{esp}", f"set ikev2-profile {tunnel.name}"]
    return [head, *_in([*found, f"match address vpn-{tunnel.name}"])]


def _carries(tunnel: Tunnel) -> list[acl.Entry]:
    pairs = [(a, b) for a in tunnel.local_prefixes for b in tunnel.remote_prefixes]
    return [acl.Entry("accept", tunnel.name, source=a, destination=b) for a, b in pairs]


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield what IOS cannot hold of the tunnels."""
    yield from twice("tunnels", (t.remote_id for t in config.tunnels))
    yield from twice("tunnels", (t.remote for t in config.tunnels if t.remote))
    for address in _locals(config):
        if services.holder(config, address) is None:
            yield Problem(checks.ADDRESS, {"value": address}, where="tunnels.local")
        if len({t.ike_proposal for t in config.tunnels if t.local == address}) > 1:
            yield Problem(ONE, where="tunnels.ike_proposal")
    for tunnel in config.tunnels:
        yield from _problems(tunnel, f"tunnels.{tunnel.name}")


def _problems(tunnel: Tunnel, where: str) -> Iterator[Problem]:
    for name in ("local_id", "remote_id"):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,100}", getattr(tunnel, name)):
            yield Problem(checks.UNFIT, {"value": getattr(tunnel, name)}, where=f"{where}.{name}")
    for name, kind in (("ike_proposal", "ike"), ("esp_proposal", "esp")):
        if not proposals.fits(getattr(tunnel, name), kind):
            yield Problem(PROPOSAL, {"value": getattr(tunnel, name)}, where=f"{where}.{name}")
    if tunnel.dpd_seconds and not 10 <= tunnel.dpd_seconds <= 3600:
        values = {"low": 10, "high": 3600, "value": tunnel.dpd_seconds}
        yield Problem(checks.RANGE, values, where=f"{where}.dpd_seconds")
    yield from checks.secret(f"{where}.key", tunnel.key.get_secret_value(), 1, 127)
    if tunnel.initiate is (tunnel.remote is None):
        yield Problem(INITIATE, {"wanted": tunnel.remote is not None}, where=f"{where}.initiate")
    for prefixes in (tunnel.local_prefixes, tunnel.remote_prefixes):
        yield from twice(where, prefixes)
    if not (tunnel.local_prefixes and tunnel.remote_prefixes):
        yield Problem(checks.CLASH, where=where)
