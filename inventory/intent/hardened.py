"""What the plan asks of every device beyond what the county needs to work (`plan.hardening`). Pure.

`log_drops`: a filter of what is forwarded ends with a rule that drops and logs what no rule let through, and all that
logs does so at most `LOG_RATE` times a second, so that whoever floods a device floods neither its log nor the log
server. Vendors' devices bound what access lists log by themselves; their lists end so (`access_lists.rest`).

`ospf_keys`: the ends of each transit share a key of their own (RFC 2328, D.3), and take nobody else for a neighbour.

`ntp_keys`: the time servers are asked with a key, and an answer without its digest is not believed. The secret is one,
the servers know it under two numbers: SHA-256 for Linux devices, MD5 for vendors', which all of them have. While it is
exchanged (`inventory.intent.rotation`) they know the next one besides, under the other pair of numbers, so that there
is none whom a device on either side of its change would not believe.
"""

from collections.abc import Collection, Mapping
from ipaddress import IPv4Network
from typing import Literal

from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NtpKey, PacketFilter
from inventory.intent import rotation
from inventory.intent.rotation import Stage
from inventory.intent.secrets import Secrets
from inventory.model import Plan

LOG_RATE = 10
"""lines a second of one rule"""
DROPPED = "not-forwarded"
Digest = Literal["MD5", "SHA256"]
KEYS: Mapping[Digest, int] = {"MD5": 1, "SHA256": 2}
"""the number under which the time servers know the key, by how it digests; the second pair follows on these"""


def hardened(plan: Plan, config: DeviceConfig, secrets: Secrets) -> DeviceConfig:
    """Return a device's configuration with what the plan asks for beyond it; equal where it asks for nothing.

    Raises BadInput for a missing secret.
    """
    told, transits = plan.hardening, {transit.prefix for transit in plan.transits}
    if told.log_drops:
        config = config.model_copy(update={"filters": tuple(map(_logged, config.filters))})
    if told.ospf_keys:
        keyed = tuple(_keyed(item, transits, secrets) for item in config.interfaces)
        config = config.model_copy(update={"interfaces": keyed})
    if told.ntp_keys and config.ntp_servers:
        config = config.model_copy(update={"ntp_key": _asked_with(secrets, config.hostname)})
    return config


def _keyed(item: Interface, transits: Collection[IPv4Network], secrets: Secrets) -> Interface:
    """Return an interface with its link's key, if it has neighbours on one of the transits."""
    prefix = next((a.network for a in item.addresses if a.network in transits), None)
    if item.ospf is None or item.ospf.passive or prefix is None:
        return item
    key = secrets(names.secret_of_transit(prefix))
    return item.model_copy(update={"ospf": item.ospf.model_copy(update={"key": key})})


def time_keys(secrets: Secrets) -> tuple[NtpKey, ...]:
    """Return what the time servers know: the key, and the next one while it is exchanged; each by both digests.

    Raises BadInput when the vault has none.
    """
    held = (False,) if rotation.stages(secrets, "time") is None else (False, True)
    return tuple(_time_key(secrets, following, kind) for following in held for kind in KEYS)


def as_md5(key: NtpKey) -> NtpKey:
    """Return the key that is asked with by SHA-256 as it is asked with by MD5."""
    return NtpKey(number=key.number - KEYS["SHA256"] + KEYS["MD5"], kind="MD5", secret=key.secret)


def _asked_with(secrets: Secrets, device: str) -> NtpKey:
    return _time_key(secrets, rotation.stage(secrets, "time", device) >= Stage.TURNED, "SHA256")


def _time_key(secrets: Secrets, following: bool, kind: Digest) -> NtpKey:
    more = len(KEYS) if rotation.is_second(secrets, following, rotation.TIME_TURN) else 0
    name = rotation.NEXT_TIME if following else names.TIME_KEY
    return NtpKey(number=KEYS[kind] + more, kind=kind, secret=secrets(name))


def _logged(item: PacketFilter) -> PacketFilter:
    rules = [rule.model_copy(update={"log_rate": LOG_RATE}) if rule.log else rule for rule in item.rules]
    if item.hook == "forward" and item.default == "drop":
        rules.append(FilterRule(action="drop", name=DROPPED, log=True, log_rate=LOG_RATE))
    return item.model_copy(update={"rules": tuple(rules)})
