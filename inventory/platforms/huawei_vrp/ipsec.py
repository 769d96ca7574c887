"""Tunnels: IKEv2 peers, one policy group on one tunnel interface, an access list for what each carries.

What comes out of a tunnel comes in on the tunnel interface, so filters can name it; it is no interface of the model,
which has the tunnels instead. Any peer that proves its name (a hub's side) is a policy template. The pre-shared key is
written as it is configured; a device prints it enciphered, which is then the key that is read.
"""

import re
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Tunnel
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.huawei_vrp import acl, proposals, words
from inventory.platforms.huawei_vrp.reading import Vrp

GROUP = "countynet"
FIRST_ACL, TEMPLATE_SEQUENCE = 3100, 10000


def interface(config: DeviceConfig) -> str:
    """Return the tunnel interface: the one that a filter names, else Tunnel0."""
    named = {n for f in config.filters for r in f.rules for n in (*r.in_interfaces, *r.out_interfaces)}
    return next((name for name in sorted(named) if words.kind(name) == "tunnel"), "Tunnel0")


def render_acls(config: DeviceConfig) -> list[list[str]]:
    """Return the access lists that say what the tunnels carry."""
    return [
        acl.render(FIRST_ACL + n, [acl.permit(a, b) for a in t.local_prefixes for b in t.remote_prefixes])
        for n, t in enumerate(config.tunnels)
    ]


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of proposals, peers and policies."""
    if not config.tunnels:
        return []
    ike = sorted({t.ike_proposal for t in config.tunnels})
    esp = sorted({t.esp_proposal for t in config.tunnels})
    blocks = [[f"ipsec proposal {GROUP}{n}", *words.indent(proposals.esp(text))] for n, text in enumerate(esp, 1)]
    blocks += [[f"ike proposal {n}", *words.indent(proposals.ike(text))] for n, text in enumerate(ike, 1)]
    blocks += [_peer(tunnel, ike.index(tunnel.ike_proposal) + 1) for tunnel in config.tunnels]
    blocks += [_policy(n, tunnel, esp.index(tunnel.esp_proposal) + 1) for n, tunnel in enumerate(config.tunnels)]
    if any(tunnel.remote is None for tunnel in config.tunnels):
        blocks.append([f"ipsec policy {GROUP} {TEMPLATE_SEQUENCE} isakmp template {GROUP}"])
    return blocks


def render_interface(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the tunnel interface."""
    head = [f"interface {interface(config)}", " tunnel-protocol ipsec", f" ipsec policy {GROUP}"]
    return [head] if config.tunnels else []


def _peer(tunnel: Tunnel, proposal: int) -> list[str]:
    lines = ["undo version 1", f"pre-shared-key cipher {tunnel.key.get_secret_value()}", f"ike-proposal {proposal}"]
    lines += ["local-id-type fqdn", f"local-id {tunnel.local_id}"]
    lines += ["remote-id-type fqdn", f"remote-id {tunnel.remote_id}"]
    lines += ["dpd type periodic", f"dpd idle-time {tunnel.dpd_seconds}"] if tunnel.dpd_seconds else []
    lines += [f"remote-address {tunnel.remote}"] if tunnel.remote else []
    return [f"ike peer {tunnel.name}", *words.indent(lines)]


def _policy(n: int, tunnel: Tunnel, proposal: int) -> list[str]:
    kind = f"ipsec policy {GROUP} {n + 1} isakmp" if tunnel.remote else f"ipsec policy-template {GROUP} {n + 1}"
    lines = [f"security acl {FIRST_ACL + n}", f"ike-peer {tunnel.name}", f"proposal {GROUP}{proposal}"]
    lines += [f"tunnel local {tunnel.local}"] + (["sa trigger-mode auto"] if tunnel.initiate else [])
    return [kind, *words.indent(lines)]


def _block(kind: str, table: "Table[Vrp]") -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
        return Inside(table, reading.part(kind, match.groups(), line))

    return handler


def _set(field: str, value: Any = None) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def _noted(_reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return True


def _template(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.part("template used", match[2], line)["group"] = match[1]
    return True


_IKE: Table[Vrp] = Table(
    [
        (r"encryption-algorithm (\S+)", _set("encryption")),
        (r"dh (group\d+)", _set("dh")),
        (r"authentication-algorithm (\S+)", _noted),
        (r"authentication-method pre-share", _noted),
        (r"integrity-algorithm (\S+)", _set("integrity")),
        (r"prf (\S+)", _set("prf")),
    ]
)
_ESP: Table[Vrp] = Table(
    [
        (r"encapsulation-mode tunnel", _noted),
        (r"transform esp", _noted),
        (r"esp encryption-algorithm (\S+)", _set("encryption")),
        (r"esp authentication-algorithm (\S+)", _set("integrity")),
    ]
)
_PEER: Table[Vrp] = Table(
    [
        (r"undo version 1", _set("version", 2)),
        (r"version 2", _set("version", 2)),
        (r"pre-shared-key (?:simple |cipher )?(\S.*)", _set("key")),
        (r"ike-proposal (\d+)", _set("proposal")),
        (r"local-id-type fqdn", _noted),
        (r"local-id (\S+)", _set("local_id")),
        (r"remote-id-type fqdn", _noted),
        (r"remote-id (\S+)", _set("remote_id")),
        (r"remote-name (\S+)", _set("remote_id")),
        (r"dpd type periodic", _set("dpd on", True)),
        (r"dpd idle-time (\d{1,4})", _set("dpd")),
        (r"remote-address (\d\S+)", _set("remote")),
    ]
)
_POLICY: Table[Vrp] = Table(
    [
        (r"security acl (\S+)", _set("acl")),
        (r"ike-peer (\S+)", _set("peer")),
        (r"proposal (\S+)", _set("proposal")),
        (r"tunnel local (\d\S+)", _set("local")),
        (r"sa trigger-mode auto", _set("initiate", True)),
    ]
)
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"ike proposal (\d+)", _block("ike", _IKE)),
    (r"ipsec proposal (\S+)", _block("esp", _ESP)),
    (r"ike peer (\S+)(?: v2)?", _block("peer", _PEER)),
    (r"ipsec policy (\S+) (\d+) isakmp", _block("policy", _POLICY)),
    (r"ipsec policy-template (\S+) (\d+)", _block("template", _POLICY)),
    (r"ipsec policy (\S+) \d+ isakmp template (\S+)", _template),
]


def finish(reading: Vrp) -> None:
    """Put the tunnels together; a part that no tunnel uses, or that does not fit, is listed by its lines."""
    applied = {name for _, name in reading.pending["ipsec policy"]}
    good: list[Tunnel] = []
    used: set[int] = set()
    for kind in ("policy", "template"):
        for (group, _), policy in reading.parts[kind].items():
            named = reading.parts["template used"].get(group, {}).get("group") if kind == "template" else group
            parts = _parts(reading, policy)
            tunnel = _tunnel(reading, policy, parts, kind) if named in applied else None
            if tunnel:
                good.append(tunnel)
                used |= {id(part) for part in (policy, *parts)} | {id(reading.parts["template used"].get(group))}
    _rest(reading, used, bool(good))
    reading.fields["tunnels"] = tuple(good)


def _parts(reading: Vrp, policy: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    peer = reading.parts["peer"].get((policy.get("peer", ""),), {})
    ike = reading.parts["ike"].get((peer.get("proposal", ""),), {})
    esp = reading.parts["esp"].get((policy.get("proposal", ""),), {})
    return peer, ike, esp


def _tunnel(reading: Vrp, policy: dict[str, Any], parts: tuple[dict[str, Any], ...], kind: str) -> Tunnel | None:
    peer, ike, esp = parts
    carried = _carried(reading, policy.get("acl", ""))
    ike_text, esp_text = proposals.read_ike(ike), proposals.read_esp(esp)
    local_remote = (kind == "policy" and "remote" not in peer) or (kind == "template" and "remote" in peer)
    if carried is None or ike_text is None or esp_text is None or local_remote or "version" not in peer:
        return None
    if "key" not in peer or ("dpd" in peer) is not ("dpd on" in peer):
        return None
    found = attempt(
        Tunnel,
        name=policy.get("peer"),
        local=policy.get("local"),
        remote=peer.get("remote"),
        local_id=peer.get("local_id"),
        remote_id=peer.get("remote_id"),
        local_prefixes=carried[0],
        remote_prefixes=carried[1],
        key=SecretStr(peer["key"]),
        initiate=policy.get("initiate", False),
        ike_proposal=ike_text,
        esp_proposal=esp_text,
        dpd_seconds=peer.get("dpd", 0),
    )
    if found:
        acl.use(reading, policy["acl"])
    return found


def _carried(reading: Vrp, name: str) -> tuple[list[Any], list[Any]] | None:
    """Return what a tunnel carries from where to where; None if the list is no product of the two."""
    rules = acl.rules(reading, name)
    if not rules or any(not r.plain or r.action != "accept" or r.log for r in rules):
        return None
    pairs = {(r.source, r.destination) for r in rules}
    local, remote = sorted({a for a, _ in pairs}), sorted({b for _, b in pairs})
    return (local, remote) if len(pairs) == len(local) * len(remote) == len(rules) else None


def _rest(reading: Vrp, used: set[int], any_: bool) -> None:
    for kind in ("policy", "template", "template used", "peer", "ike", "esp"):
        for part in reading.parts[kind].values():
            if id(part) not in used:
                reading.refuse_part(part)
    for line, _ in reading.pending["ipsec policy"]:
        if not any_:
            reading.refuse(line)
