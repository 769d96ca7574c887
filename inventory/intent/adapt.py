"""From what a device is meant to be to what its platform can hold: names, keys, timers, suites, the form of filters.

`intent` is generic and says the same for every platform; here its result takes on the names and limits of the device's
own. Promises: a device on Linux comes out equal to what went in, except that a tunnel whose other end lacks the
county's cipher suite uses the first suite that both ends have; both ends of a tunnel always have the same. A pure
function: equal counties and secrets give equal configurations.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address
from typing import Any

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NtpKey, PacketFilter, Snmp, Tunnel, User
from inventory.intent import intent, rotation
from inventory.intent.common import Secrets
from inventory.intent.hardened import as_md5
from inventory.intent.platforms import KINDS, SUITES, Kind, Suite
from inventory.model import County, Device
from inventory.platforms import access_lists
from inventory.platforms.ioslike import access

VENDOR_PRIVATE_KEY, VENDOR_PUBLIC_KEY = rotation.VENDOR_PRIVATE, rotation.VENDOR_PUBLIC
"""the secrets with the RSA key for devices whose SSH server takes no Ed25519 key"""
SWITCHES = (DeviceRole.CORE, DeviceRole.AGGREGATION, DeviceRole.BUILDING, DeviceRole.DATACENTER)
NO_SUITE = _("{device} and {other} have no cipher suite in common")
_ED25519 = "ssh-ed25519 "


def adapted(county: County, secrets: Secrets) -> dict[str, DeviceConfig]:
    """Return every device's configuration as its platform can hold it, by name, in inventory order.

    Raises BadInput for a missing secret (the vendors' key too, if a device needs it), for ends of a tunnel that have
    no suite in common, and as `access_lists.convert`.
    """
    platforms = {device.name: device.platform for device in county.devices}
    held = {n: rotation.vendor_accounts(secrets, n) if KINDS[kind].rsa else {} for n, kind in platforms.items()}
    return {
        name: adapt(config, county.device_by_name[name], held[name], platforms)
        for name, config in intent(county, secrets).items()
    }


def needs_vendor_key(county: County) -> bool:
    """Whether the county has a device that administrators sign in to with the RSA key."""
    return any(KINDS[device.platform].rsa for device in county.devices)


def adapt(
    config: DeviceConfig,
    device: Device,
    accounts: Mapping[str, str] | None = None,
    platforms: Mapping[str, str] | None = None,
) -> DeviceConfig:
    """Return a device's generic configuration as its platform can hold it.

    `accounts` are the administrators' accounts with their public RSA keys (`type base64`), which take the place of the
    account with Ed25519 keys where the platform takes none; `platforms` is the platform of each device by name, for the
    other ends of tunnels, which are named by them. Raises BadInput as `adapted`.
    """
    kind = KINDS[device.platform]
    tunnels = tuple(_tunnel(tunnel, device, kind, platforms or {}) for tunnel in config.tunnels)
    if device.platform == names.GENERIC:
        return config.model_copy(update={"tunnels": tunnels})
    calls = _names(config, device)
    whole = DeviceConfig.model_validate(
        dict(config)
        | {
            "tunnels": tunnels,
            "interfaces": tuple(_interface(item, calls, kind) for item in config.interfaces),
            "vlans": tuple(v.model_copy(update={"name": _short(v.name, kind.text)}) for v in config.vlans),
            "filters": tuple(_filter(item, calls, kind) for item in config.filters),
            "nat": tuple(r.model_copy(update={"interface": calls.get(r.interface, r.interface)}) for r in config.nat),
            "users": tuple(u for user in config.users for u in _users(user, accounts or {}, kind)),
            "snmp": _snmp(config.snmp, kind),
            "ssh": config.ssh if kind.passwords else config.ssh.model_copy(update={"password_login": True}),
            "banner": _short(config.banner, kind.banner),
            "ntp_key": _time_key(config.ntp_key, kind),
        }
    )
    return access_lists.convert(whole) if by_lists(device) else whole


def by_lists(device: Device) -> bool:
    """Whether a device holds its filters as access lists: vendors' switches, and platforms that keep no state."""
    kind = KINDS[device.platform]
    return kind.lists_only or (device.role in SWITCHES and kind.switches_by_lists)


def _names(config: DeviceConfig, device: Device) -> dict[str, str]:
    """Return the platform's name of each interface that intent names by itself."""
    platform = device.platform
    own = {names.LOOPBACK: names.loopback(platform), names.TUNNEL: names.tunnel(platform)}
    vlans = {i.name: names.svi(i.vlan, platform) for i in config.interfaces if i.vlan is not None}
    return own | vlans | {names.STAGING: names.staging(device)}


def _interface(item: Interface, calls: Mapping[str, str], kind: Kind) -> Interface:
    changes: dict[str, Any] = {"name": calls.get(item.name, item.name)}
    changes["description"] = _short(item.description, kind.text)
    if item.vrrp and not kind.groups:
        changes["vrrp"] = tuple(group.model_copy(update={"sync": ""}) for group in item.vrrp)
    if kind.proxies and item.addresses and item.kind != "loopback":
        changes["proxy_arp"] = False
    return item.model_copy(update=changes)


def _filter(item: PacketFilter, calls: Mapping[str, str], kind: Kind) -> PacketFilter:
    """Return a filter; drops by hardware address are left out where the platform knows none (`mac-unbound` says it)."""
    kept = [r for r in item.rules if kind.macs or not (r.source_macs or r.not_source_macs)]
    return item.model_copy(update={"rules": tuple(_rule(rule, calls, kind) for rule in kept)})


def _rule(rule: FilterRule, calls: Mapping[str, str], kind: Kind) -> FilterRule:
    def called(interfaces: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(calls.get(name, name) for name in interfaces))

    changes: dict[str, Any] = {
        "in_interfaces": called(rule.in_interfaces), "out_interfaces": called(rule.out_interfaces)
    }  # fmt: skip
    return rule.model_copy(update=changes if kind.log_rates else changes | {"log_rate": None})


def _snmp(snmp: Snmp | None, kind: Kind) -> Snmp | None:
    if snmp is None or kind.snmp_by_address:
        return snmp
    return snmp.model_copy(update={"listen": IPv4Address(0)})


def _time_key(key: NtpKey | None, kind: Kind) -> NtpKey | None:
    return key if key is None or kind.sha_time else as_md5(key)


def _users(user: User, accounts: Mapping[str, str], kind: Kind) -> tuple[User, ...]:
    """Return what an account is on a platform: those with RSA keys in the place of one with Ed25519 keys."""
    if user.locked and not kind.locked:
        return ()
    if not kind.rsa or not any(key.startswith(_ED25519) for key in user.ssh_keys):
        return (user,)
    kept = [key for key in user.ssh_keys if not key.startswith(_ED25519)]
    found = {name: access.hashed(key) if kind.hashed else key for name, key in accounts.items()}
    return tuple(user.model_copy(update={"name": n, "ssh_keys": tuple(sorted({*kept, k}))}) for n, k in found.items())


def _tunnel(tunnel: Tunnel, device: Device, kind: Kind, platforms: Mapping[str, str]) -> Tunnel:
    other = KINDS[platforms.get(names.end_of_tunnel(tunnel.name, platforms), device.platform)]
    there = Suite(tunnel.ike_proposal, tunnel.esp_proposal)
    common = [suite for suite in (there, *SUITES) if suite in kind.suites and suite in other.suites]
    if not common:
        raise BadInput(
            [Problem(NO_SUITE, {"device": device.name, "other": tunnel.name}, where=f"tunnels.{tunnel.name}")]
        )
    suite = common[0]
    dpd = max(tunnel.dpd_seconds, kind.dpd) if tunnel.dpd_seconds else 0
    return tunnel.model_copy(update={"ike_proposal": suite.ike, "esp_proposal": suite.esp, "dpd_seconds": dpd})


def _short(text: str, limit: int) -> str:
    """Return a text of at most so many bytes, cut between letters."""
    return text.encode()[:limit].decode(errors="ignore").strip()
