"""Tunnels as a text has them: keys, proposals, profiles, tunnel interfaces and what is steered into them.

A tunnel is put together from parts that name each other; a part that no tunnel uses is listed by its lines, and what
would have to be there for packets to get into a tunnel is told as lacking.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import Tunnel
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.h3c_comware import acl, ipsec, proposals, steering, words
from inventory.platforms.h3c_comware.reading import Comware


def _block(kind: str, table: "Table[Comware]") -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
        return Inside(table, reading.part(kind, match.groups(), line))

    return handler


def _set(field: str, value: Any = None) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def _identified(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return ipsec.identity(match[2]) == f"{match[1]} {match[2]}" and reading.put(line.scope, field, match[2])

    return handler


def _peer(reading: Comware, line: Line, match: re.Match[str]) -> bool | Inside:
    line.scope["lines"].append(line)
    return Inside(_PEER, line.scope) if reading.put(line.scope, "peer", match[1]) else False


def _from_any(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    size = words.length(match[2])
    if size not in (0, 32):
        return False
    return reading.put(line.scope, "address", match[1] if size else "any")


def _template(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.part("template used", match[2], line)["group"] = match[1]
    return True


def _pending(kind: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        reading.pending[kind].append((line, match[1]))
        return True

    return handler


def _noted(_reading: Comware, line: Line, _match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return True


_ID = r"(fqdn|email|address) (\S+)"
_IKE: Table[Comware] = Table(
    [
        (r"encryption (\S+)", _set("encryption")),
        (r"dh (group\d+)", _set("dh")),
        (r"integrity (\S+)", _set("integrity")),
        (r"prf (\S+)", _set("prf")),
    ]
)
_IKE_POLICY: Table[Comware] = Table([(r"proposal (\S+)", _set("proposal")), (r"priority \d+", _noted)])
_ESP: Table[Comware] = Table(
    [
        (r"encapsulation-mode tunnel", _noted),
        (r"protocol esp", _noted),
        (r"esp encryption-algorithm (\S+)", _set("encryption")),
        (r"esp authentication-algorithm (\S+)", _set("integrity")),
    ]
)
_KEYCHAIN: Table[Comware] = Table([(r"peer (\S+)", _peer)])
_PEER: Table[Comware] = Table(
    [
        (r"address (\S+) (\S+)", _from_any),
        (rf"identity {_ID}", _identified("remote_id")),
        (r"pre-shared-key (?:plaintext |ciphertext )?(\S+)", _set("key")),
    ]
)
_IKE_PROFILE: Table[Comware] = Table(
    [
        (r"authentication-method local pre-share", _set("local method", True)),
        (r"authentication-method remote pre-share", _set("remote method", True)),
        (r"keychain (\S+)", _set("keychain")),
        (r"dpd interval (\d{1,4})(?: retry \d+)? periodic", _set("dpd")),
        (rf"identity local {_ID}", _identified("local_id")),
        (rf"match remote identity {_ID}(?: 255\.255\.255\.255| 32)?", _identified("remote_id")),
    ]
)
_PROFILE: Table[Comware] = Table(
    [
        (r"transform-set (\S+)", _set("transform")),
        (r"security acl (?:name )?(\S+)", _set("acl")),
        (r"local-address (\d\S+)", _set("local")),
        (r"ikev2-profile (\S+)", _set("ike")),
        (r"sa trigger-mode auto", _set("initiate", True)),
    ]
)
_NODE: Table[Comware] = Table(
    [
        (r"apply output-interface (Tunnel\d+)", _set("to")),
        *steering.NODE,
    ]
)
_TUNNEL: Table[Comware] = Table(
    [
        (r"ip address unnumbered interface (\S+)", _set("unnumbered")),
        (r"source (\d\S+)", _set("local")),
        (r"destination (\d\S+)", _set("remote")),
        (
            r"tunnel protection ipsec profile (\S+) acl (?:name )?(\S+)",
            lambda r, line, m: _noted(r, line, m) and r.put(line.scope, "profile", m.group(1, 2)),
        ),
    ]
)
RULES: list[tuple[str, Handler[Comware]]] = [
    (r"ikev2 proposal (\S+)", _block("ike", _IKE)),
    (r"ikev2 policy (\S+)", _block("ike policy", _IKE_POLICY)),
    (r"ikev2 keychain (\S+)", _block("keychain", _KEYCHAIN)),
    (r"ikev2 profile (\S+)", _block("ike profile", _IKE_PROFILE)),
    (r"ipsec transform-set (\S+)", _block("esp", _ESP)),
    (r"ipsec profile (\S+) isakmp", _block("profile", _PROFILE)),
    (r"ipsec policy-template (\S+) (\d+)", _block("template", _PROFILE)),
    (r"ipsec policy (\S+) \d+ isakmp template (\S+)", _template),
    (r"policy-based-route (\S+) permit node (\d+)", _block("node", _NODE)),
    (r"ip local policy-based-route (\S+)", _pending("local steering")),
    (
        r"interface (Tunnel\d{1,5}) mode ipsec",
        lambda r, line, m: Inside(_TUNNEL, r.part("tunnel interface", m[1], line)),
    ),
]
INTERFACE: list[tuple[str, Handler[Comware]]] = [
    (r"ipsec apply policy (\S+)", _pending("ipsec policy")),
    (r"ip policy-based-route (\S+)", _pending("steering")),
]
"""lines of an interface's block"""


def finish(reading: Comware) -> None:
    """Put the tunnels together; a part that no tunnel uses, or that does not fit, is listed by its lines."""
    good: list[Tunnel] = []
    used: set[int] = set()
    for parts, tunnel in (*_known_peers(reading), *_any_peers(reading)):
        good.append(tunnel)
        used |= {id(part) for part in parts}
    reading.fields["tunnels"] = tuple(good)
    if not steering.plain(reading):
        used |= _steering(reading, [tunnel for tunnel in good if tunnel.remote is not None])
    for kind in ("profile", "template", "template used", "ike", "ike policy", "ike profile", "keychain", "esp",
                 "tunnel interface", *(() if steering.plain(reading) else ("node",))):  # fmt: skip
        for part in reading.parts[kind].values():
            if id(part) not in used:
                reading.refuse_part(part)


Found = tuple[list[dict[str, Any]], Tunnel]


def _known_peers(reading: Comware) -> Iterator[Found]:
    for port in list(reading.parts["tunnel interface"].values()):
        name, carried = port.get("profile", ("", ""))
        profile = reading.parts["profile"].get((name,))
        end = words.address(port.get("local", ""))
        placed = end is not None and any(a.ip == end for i in reading.done.values() for a in i.addresses)
        if profile is not None and placed and {"acl", "local"}.isdisjoint(profile):
            said = profile | {"acl": carried, "local": port["local"], "remote": port.get("remote", "?")}
            found = _tunnel(reading, name, said)
            if found:
                yield [*found[0], profile, port], found[1]


def _any_peers(reading: Comware) -> Iterator[Found]:
    applied = {(line.scope, group) for line, group in reading.pending["ipsec policy"]}
    fits: set[str] = set()
    for (group, _), template in list(reading.parts["template"].items()):
        use = reading.parts["template used"].get(group, {})
        end = words.address(template.get("local", ""))
        ports = (name for name, item in sorted(reading.done.items()) if any(a.ip == end for a in item.addresses))
        port = next(ports, None)
        found = _tunnel(reading, None, template) if (port, use.get("group")) in applied else None
        if found and port:
            fits.add(port)
            yield [*found[0], template, use], found[1]
    for line, _ in reading.pending["ipsec policy"]:
        if line.scope not in fits:
            reading.refuse(line)


def _tunnel(reading: Comware, name: str | None, said: dict[str, Any]) -> tuple[list[dict[str, Any]], Tunnel] | None:
    """Return a tunnel with the parts that it is made of; None if they do not come together."""
    profile = reading.parts["ike profile"].get((said.get("ike", ""),), {})
    keys = reading.parts["keychain"].get((profile.get("keychain", ""),), {})
    esp = reading.parts["esp"].get((said.get("transform", ""),), {})
    policy = next(iter(reading.parts["ike policy"].values()), {})
    ike = reading.parts["ike"].get((policy.get("proposal", ""),), {})
    carried = _carried(reading, said.get("acl", ""))
    peer = {"address": said.get("remote", "any"), "remote_id": profile.get("remote_id")}
    agreed = all(keys.get(field) == value for field, value in peer.items()) and len(reading.parts["ike policy"]) == 1
    if carried is None or not agreed or not {"local method", "remote method"} <= profile.keys() or "key" not in keys:
        return None
    found = attempt(
        Tunnel,
        name=name or said.get("ike"),
        local=said.get("local"),
        remote=said.get("remote"),
        local_id=profile.get("local_id"),
        remote_id=profile.get("remote_id"),
        local_prefixes=carried[0],
        remote_prefixes=carried[1],
        key=SecretStr(keys["key"]),
        initiate=said.get("initiate", False),
        ike_proposal=proposals.read_ike(ike),
        esp_proposal=proposals.read_esp(esp),
        dpd_seconds=profile.get("dpd", 0),
    )
    if found is None:
        return None
    acl.use(reading, said["acl"])
    return [profile, keys, esp, policy, ike], found


def _carried(reading: Comware, name: str) -> tuple[list[Any], list[Any]] | None:
    """Return what a tunnel carries from where to where; None if the list is no product of the two."""
    rules = acl.rules(reading, name)
    if not rules or any(not r.plain or r.action != "accept" or r.log for r in rules):
        return None
    pairs = {(r.source, r.destination) for r in rules}
    local, remote = sorted({a for a, _ in pairs}), sorted({b for _, b in pairs})
    return (local, remote) if len(pairs) == len(local) * len(remote) == len(rules) else None


def _steering(reading: Comware, tunnels: list[Tunnel]) -> set[int]:
    """Return the nodes that steer into the tunnels; say what is lacking, and list what steers besides."""
    ports = reading.parts["tunnel interface"]
    wanted = {name: port.get("profile", ("", ""))[1] for name, port in ports.items()}
    nodes = {part.get("to"): (group, part) for (group, _), part in reading.parts["node"].items()}
    groups = {group for group, _ in nodes.values()}
    used = {id(part) for to, (_, part) in nodes.items() if to in wanted and part.get("acl") == wanted[to]}
    complete = len(used) == len(wanted) == len(tunnels) == len(reading.parts["node"]) and len(groups) < 2
    if not complete:
        reading.lacks("", "policy-based-route for each tunnel")
    local = [line for line, group in reading.pending["local steering"] if {group} != groups or not wanted]
    for line in local:
        reading.refuse(line)
    if wanted and not reading.pending["local steering"]:
        reading.lacks("", "ip local policy-based-route")
    _steered_ports(reading, tunnels, groups)
    return used if complete else set()


def _steered_ports(reading: Comware, tunnels: list[Tunnel], groups: set[str]) -> None:
    steered = {line.scope: (line, group) for line, group in reading.pending["steering"]}
    wanted = {item.name for item in reading.done.values() if ipsec.steered(item, tunnels)}
    for name in sorted(wanted - steered.keys()):
        reading.lacks(f"interface {name}", "ip policy-based-route")
    for name, (line, group) in steered.items():
        if name not in wanted or {group} != groups:
            reading.refuse(line)
