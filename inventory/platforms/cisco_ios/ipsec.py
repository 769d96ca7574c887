"""Tunnels: IKEv2 with a pre-shared key, and a crypto map at the interface that has the tunnel's own address.

A tunnel is a profile, a key in the keyring, an access list of what it carries, and an entry of the map; any peer that
proves its name (a hub's side) is an entry of a dynamic map. What comes out of tunnels is met by the list of Tunnel0,
which is no interface here: `set ip access-group` in every entry is what judges packets after they were deciphered.
IOS opens a tunnel when there is something to send, so a side that knows its peer is one that opens.
"""

import re
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import Tunnel
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.cisco_ios import proposals
from inventory.platforms.ioslike import acl
from inventory.platforms.ioslike.filters import TUNNEL
from inventory.platforms.ioslike.reading import Ios, noted, opening, setting


def _map_entry(kind: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
        part = reading.part(kind, (match[1], int(match[2])), line)
        part["map"] = match[1]
        return Inside(_MAP, part)

    return handler


def _dynamic(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.part("dynamic", match[2], line)["map"] = match[1]
    return True


def _at(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.pending["crypto map"].append((line, match[1]))
    return True


def _key_peer(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("peer", match[1], line)
    part["ring"] = line.scope["name"]
    return Inside(_PEER, part)


def _ring(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("ring", match[1], line)
    part["name"] = match[1]
    return Inside(_KEYRING, part)


def _transform(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("esp", match[1], line)
    part["words"] = match[2]
    return Inside(_ESP, part)


_ID = r"(?:fqdn|address|email) (\S+)"
_IKE: Table[Ios] = Table(
    [
        (r"encryption (\S+)", setting("encryption")),
        (r"integrity (\S+)", setting("integrity")),
        (r"prf (\S+)", setting("prf")),
        (r"group (\d+)", setting("group")),
    ]
)
_POLICY: Table[Ios] = Table(
    [
        (r"match address local (\d\S+)", setting("local")),
        (r"match fvrf any", noted),
        (r"proposal (\S+)", setting("proposal")),
    ]
)
_KEYRING: Table[Ios] = Table([(r"peer (\S+)", _key_peer)])
_PEER: Table[Ios] = Table(
    [
        (r"address (\d\S+)", setting("address")),
        (rf"identity {_ID}", setting("id")),
        (r"pre-shared-key (?:6 )?(\S+)", setting("key")),
    ]
)
_PROFILE: Table[Ios] = Table(
    [
        (rf"match identity remote {_ID}", setting("remote_id")),
        (rf"identity local {_ID}", setting("local_id")),
        (r"authentication remote pre-share", setting("theirs", True)),
        (r"authentication local pre-share", setting("ours", True)),
        (r"keyring local (\S+)", setting("ring")),
        (r"dpd (\d{1,4}) \d{1,2} periodic", setting("dpd")),
    ]
)
_ESP: Table[Ios] = Table([(r"mode tunnel", noted)])
_MAP: Table[Ios] = Table(
    [
        (r"set peer (\d\S+)", setting("remote")),
        (r"set transform-set (\S+)", setting("esp")),
        (r"set ikev2-profile (\S+)", setting("profile")),
        (r"set ip access-group (\S+) in", setting("filter")),
        (r"match address (\S+)", setting("acl")),
    ]
)
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"crypto ikev2 proposal (\S+)", opening("ike", _IKE)),
    (r"crypto ikev2 policy (\S+)", opening("policy", _POLICY)),
    (r"crypto ikev2 keyring (\S+)", _ring),
    (r"crypto ikev2 profile (\S+)", opening("profile", _PROFILE)),
    (r"crypto ipsec transform-set (\S+) (esp-.+)", _transform),
    (r"crypto map (\S+) (\d{1,5}) ipsec-isakmp", _map_entry("map")),
    (r"crypto dynamic-map (\S+) (\d{1,5})", _map_entry("dynamic map")),
    (r"crypto map (\S+) \d{1,5} ipsec-isakmp dynamic (\S+)", _dynamic),
]
INTERFACE: list[tuple[str, Handler[Ios]]] = [(r"crypto map (\S+)", _at)]


def finish(reading: Ios) -> None:
    """Put the tunnels together, after the interfaces and before the filters."""
    used: set[int] = set()
    found, filtered = list[Tunnel](), set[str | None]()
    for kind in ("map", "dynamic map"):
        for part in reading.parts[kind].values():
            pieces = _pieces(reading, part, kind)
            tunnel = _tunnel(reading, part, pieces) if pieces else None
            if tunnel is not None and pieces is not None:
                used |= {id(piece) for piece in (part, *pieces.values())}
                filtered.add(part.get("filter"))
                found.append(tunnel)
    for kind in ("map", "dynamic map", "dynamic", "ike", "policy", "ring", "peer", "profile", "esp"):
        for part in reading.parts[kind].values():
            if id(part) not in used:
                reading.refuse_part(part)
    _judged(reading, filtered)
    reading.fields["tunnels"] = tuple(found)
    for line, name in reading.pending["crypto map"]:
        if not any(name in key for kind in ("map", "dynamic map") for key in reading.parts[kind]):
            reading.refuse(line)


def _judged(reading: Ios, filtered: set[str | None]) -> None:
    """Leave the list that judges what comes out of tunnels to the filters; it has to be the same for all."""
    names = filtered - {None}
    for name in names:
        line = next(
            line
            for kind in ("map", "dynamic map")
            for part in reading.parts[kind].values()
            for line in part["lines"]
            if line.text == f"set ip access-group {name} in"
        )
        if len(filtered) > 1:
            reading.refuse(line)
        else:
            reading.pending["access-group in"].append((Line(line.text, line.number, line.section, TUNNEL), name))


def _pieces(reading: Ios, part: dict[str, Any], kind: str) -> dict[str, dict[str, Any]] | None:
    """Return what an entry of a map refers to; None if something is not there."""
    ports = [line.scope for line, name in reading.pending["crypto map"] if name == _applied(reading, part, kind)]
    local = reading.own(ports[0]) if len(ports) == 1 else None
    profile = reading.parts["profile"].get(part.get("profile"), {})
    named = (p for p in reading.parts["peer"].values() if p.get("id") == profile.get("remote_id"))
    peer = next((p for p in named if p["ring"] == profile.get("ring")), {})
    policies = (p for p in reading.parts["policy"].values() if p.get("local", str(local)) == str(local))
    policy = next(policies, {})
    found = {
        "profile": profile,
        "peer": peer,
        "ring": reading.parts["ring"].get(profile.get("ring"), {}),
        "policy": policy,
        "ike": reading.parts["ike"].get(policy.get("proposal"), {}),
        "esp": reading.parts["esp"].get(part.get("esp"), {}),
    }
    if kind == "dynamic map":
        found["dynamic"] = reading.parts["dynamic"].get(part["map"], {})
    part["local"] = local
    return found if local is not None and all(found.values()) else None


def _applied(reading: Ios, part: dict[str, Any], kind: str) -> str:
    """Return the name of the map that an interface has to name for an entry to be used."""
    if kind == "map":
        return str(part["map"])
    found = reading.parts["dynamic"].get(part["map"], {})
    return str(found.get("map", ""))


def _tunnel(reading: Ios, part: dict[str, Any], pieces: dict[str, dict[str, Any]]) -> Tunnel | None:
    profile, peer = pieces["profile"], pieces["peer"]
    carried = _carried(reading, part.get("acl", ""))
    ike, esp = proposals.read_ike(pieces["ike"]), proposals.read_esp(pieces["esp"]["words"])
    known = "dynamic" not in pieces
    if carried is None or ike is None or esp is None or known is not ("remote" in part):
        return None
    if not ("theirs" in profile and "ours" in profile and "key" in peer and peer.get("address") == part.get("remote")):
        return None
    tunnel = attempt(
        Tunnel,
        name=part.get("profile"),
        local=part["local"],
        remote=part.get("remote"),
        local_id=profile.get("local_id"),
        remote_id=profile.get("remote_id"),
        local_prefixes=carried[0],
        remote_prefixes=carried[1],
        key=SecretStr(peer["key"]),
        initiate=known,
        ike_proposal=ike,
        esp_proposal=esp,
        dpd_seconds=profile.get("dpd", 0),
    )
    if tunnel is not None:
        acl.use(reading, part["acl"])
    return tunnel


def _carried(reading: Ios, name: str) -> tuple[list[Any], list[Any]] | None:
    """Return what a tunnel carries from where to where; None if the list is no product of the two."""
    given = acl.entries(reading, name)
    if not given or any(acl.Entry("accept", e.name, source=e.source, destination=e.destination) != e for e in given):
        return None
    pairs = {(e.source, e.destination) for e in given}
    local, remote = sorted({a for a, _ in pairs}), sorted({b for _, b in pairs})
    return (local, remote) if len(pairs) == len(local) * len(remote) == len(given) else None
