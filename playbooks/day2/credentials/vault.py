"""What a rotation makes of the vault's values: begun, a step on, finished, given up. Pure but for fresh randomness."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from countynet.i18n import _
from inventory import names
from inventory.create import RSA_BITS, key_pair, random_text
from inventory.intent import rotation
from inventory.intent.rotation import KINDS, Kind, Stage
from playbooks.device.service import MASK

Values = dict[str, str]
Stages = dict[str, Stage]
TITLES: dict[Kind, str] = {
    "snmp": _("SNMP users"),
    "ssh": _("administrators' keys"),
    "vpn": _("keys of tunnels"),
    "time": _("key of time"),
}
_NEXT = {
    "snmp": (rotation.NEXT_AUTH, rotation.NEXT_PRIV),
    "time": (rotation.NEXT_TIME,),
    "ssh": (
        rotation.NEXT_PUBLIC,
        rotation.NEXT_PRIVATE,
        rotation.NEXT_VENDOR_PUBLIC,
        rotation.NEXT_VENDOR_PRIVATE,
    ),
}


@dataclass(frozen=True)
class Members:
    """The devices that take part, by kind; of tunnels their CPEs."""

    by_kind: Mapping[Kind, tuple[str, ...]]

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Return those of a kind."""
        return self.by_kind.get(kind, ())


def stages(values: Mapping[str, str], kind: Kind) -> Stages | None:
    """Return how far each device is, None without a rotation of that kind."""
    said = values.get(rotation.entry(kind))
    return {name: Stage(stage) for name, stage in json.loads(said).items()} if said else None


def with_stages(values: Values, kind: Kind, found: Mapping[str, Stage]) -> Values:
    """Return the values with what devices are at."""
    return values | {rotation.entry(kind): json.dumps({name: int(stage) for name, stage in sorted(found.items())})}


def begun(values: Values, kind: Kind, members: Collection[str], by_name: Collection[str] = ()) -> Values:
    """Return the values with a rotation that runs: the next credential made, every member to have both.

    One that runs already is left as it is, but for members that came since. `by_name`: of tunnels the CPEs that take
    one key at a time, so that the next comes with their other name.
    """
    there = stages(values, kind)
    if there is None:
        values, there = values | _made(values, kind), {}
    if kind == "ssh" and rotation.VENDOR_PRIVATE in values and rotation.NEXT_VENDOR_PRIVATE not in values:
        private, public = key_pair(generate_private_key(public_exponent=65537, key_size=RSA_BITS))
        values = values | {rotation.NEXT_VENDOR_PRIVATE: private, rotation.NEXT_VENDOR_PUBLIC: public}
    if kind == "vpn":
        came = [cpe for cpe in members if cpe not in there]
        values = values | {rotation.next_of_tunnel(cpe): random_text() for cpe in came}
        turns = {cpe: values.get(rotation.turn_of_tunnel(cpe)) for cpe in came if cpe in by_name}
        values |= {rotation.next_turn_of_tunnel(cpe): "1" if now == "2" else "2" for cpe, now in turns.items()}
    return with_stages(values, kind, dict.fromkeys(members, Stage.BOTH) | there)


def _made(values: Values, kind: Kind) -> Values:
    if kind == "snmp":
        return {rotation.NEXT_AUTH: random_text(), rotation.NEXT_PRIV: random_text()}
    if kind == "time":
        return {rotation.NEXT_TIME: random_text()}
    if kind == "ssh":
        private, public = key_pair(Ed25519PrivateKey.generate())
        return {rotation.NEXT_PRIVATE: private, rotation.NEXT_PUBLIC: public}
    return {}


def turned(values: Values, kind: Kind) -> Values:
    """Return the values with nobody at both: of time that is the servers' matter, a device asks with one key."""
    found = stages(values, kind) or {}
    return with_stages(values, kind, {name: max(stage, Stage.TURNED) for name, stage in found.items()})


def advanced(values: Values, kind: Kind, proven: Collection[str]) -> Values:
    """Return the values with each proven device one stage on."""
    found = stages(values, kind) or {}
    on = {name: Stage(min(stage + 1, Stage.NEW)) if name in proven else stage for name, stage in found.items()}
    return with_stages(values, kind, on)


def finished(values: Values, kind: Kind) -> Values:
    """Return the values with the next credential in the place of the old one, which is gone."""
    if kind == "vpn":
        cpes = [*(stages(values, kind) or {})]
        moved = {names.secret_of_tunnel(cpe): values[rotation.next_of_tunnel(cpe)] for cpe in cpes}
        turns = {cpe: values.get(rotation.next_turn_of_tunnel(cpe), "") for cpe in cpes}
        moved |= {rotation.turn_of_tunnel(cpe): turn for cpe, turn in turns.items() if turn}
        return _without(values | moved, kind)
    if kind == "snmp":
        keys = {rotation.AUTH: values[rotation.NEXT_AUTH], rotation.PRIV: values[rotation.NEXT_PRIV]}
        return _without(values | keys | _turned(values, rotation.TURN), kind)
    if kind == "time":
        key = {names.TIME_KEY: values[rotation.NEXT_TIME]}
        return _without(values | key | _turned(values, rotation.TIME_TURN), kind)
    keys = {rotation.PUBLIC: values[rotation.NEXT_PUBLIC], rotation.PRIVATE: values[rotation.NEXT_PRIVATE]}
    if rotation.NEXT_VENDOR_PRIVATE in values:
        keys |= {rotation.VENDOR_PUBLIC: values[rotation.NEXT_VENDOR_PUBLIC]}
        keys |= {rotation.VENDOR_PRIVATE: values[rotation.NEXT_VENDOR_PRIVATE]} | _turned(values, rotation.VENDOR_TURN)
    return _without(_as_before(values) | values | keys, kind)


def _turned(values: Values, turn: str) -> Values:
    return {turn: "1" if values.get(turn) == "2" else "2"}


def _as_before(values: Values) -> Values:
    """Return what was derived from the administrators' key and stays: the servers' key, and the masks' key."""
    old = values[rotation.PRIVATE]
    mask = hashlib.sha256(b"countynet mask" + old.encode()).hexdigest()
    return {rotation.SERVERS_PRIVATE: old, rotation.SERVERS_PUBLIC: values[rotation.PUBLIC], MASK: mask}


def given_up(values: Values, kind: Kind, devices: Collection[str] | None = None) -> Values:
    """Return the values without the rotation: devices (all by default) are to have the old credential alone."""
    stay = {name: stage for name, stage in (stages(values, kind) or {}).items() if devices and name not in devices}
    if not stay:
        return _without(values, kind)
    gone = _next_of_tunnels(devices or ()) if kind == "vpn" else frozenset()
    return with_stages({name: value for name, value in values.items() if name not in gone}, kind, stay)


def _without(values: Values, kind: Kind) -> Values:
    cpes = (stages(values, kind) or {}) if kind == "vpn" else {}
    gone = {rotation.entry(kind), *_NEXT.get(kind, ()), *_next_of_tunnels(cpes)}
    return {name: value for name, value in values.items() if name not in gone}


def running(values: Mapping[str, str]) -> tuple[Kind, ...]:
    """Return the kinds of which a rotation runs."""
    return tuple(kind for kind in KINDS if rotation.entry(kind) in values)


def _next_of_tunnels(cpes: Collection[str]) -> frozenset[str]:
    """Return the entries of what CPEs are to have."""
    return frozenset(entry(cpe) for cpe in cpes for entry in (rotation.next_of_tunnel, rotation.next_turn_of_tunnel))
