"""Open vSwitch: a bridge `br0` on the userspace datapath with access and trunk ports and routed VLAN interfaces.

The database is the truth; the file is a record of it in few words. VLAN names live in the bridge's external ids. A
trunk with no VLANs has `trunks=4095`, because an empty list means all of them. A trunk with a native VLAN is a port of
mode `native-untagged` whose tag it is; it carries that one whether its list says so or not. Userspace TSO must be on,
or segments leave without checksums and TCP hangs.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, SwitchPort, Vlan
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt, file

PATH = "/etc/openvswitch/countynet.conf"
BRIDGE = "br0"
BASE = f"bridge {BRIDGE} datapath_type=netdev userspace-tso-enable=true"
_PORT = re.compile(r"port (\S+) (access|trunk|native-untagged) (?:tag=(\d+))? ?(?:trunks=(\d+(?:,\d+)*))?")
_TOLD = {"access": (True, False), "trunk": (False, True), "native-untagged": (True, True)}
"""whether a mode goes with a tag, and with trunks"""
_SVI = re.compile(r"svi (\S+) tag=(\d+)")
_VLAN = re.compile(r"vlan (\d+)(?: name=(.+))?")


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the bridge's record; none for a device that does not switch."""
    lines = [_vlan(vlan) for vlan in config.vlans]
    lines += [line for interface in config.interfaces if (line := _port(interface))]
    return {PATH: file([BASE, *lines])} if lines else {}


def _vlan(vlan: Vlan) -> str:
    return f"vlan {vlan.id} name={vlan.name}" if vlan.name else f"vlan {vlan.id}"


def _port(interface: Interface) -> str:
    if interface.kind == "vlan":
        return f"svi {interface.name} tag={interface.vlan}"
    port = interface.switchport
    if port is None:
        return ""
    if port.mode == "access":
        return f"port {interface.name} access tag={port.access}"
    trunks = f"trunks={','.join(map(str, port.trunk)) or 4095}"
    return (
        f"port {interface.name} native-untagged tag={port.native} {trunks}"
        if port.native
        else (f"port {interface.name} trunk {trunks}")
    )


def parse(files: Files, draft: Draft) -> None:
    """Read the bridge's record into the draft."""
    lines = files[PATH].lines if PATH in files else ()
    if lines and BASE not in lines:
        draft.refuse(PATH, 0, f"lacking: {BASE}")
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("# countynet") and line != BASE and not _take(line, draft):
            draft.refuse(PATH, number, line)


def _take(line: str, draft: Draft) -> bool:
    if match := _VLAN.fullmatch(line):
        vlan = attempt(Vlan, id=match[1], name=match[2] or "")
        if vlan is not None:
            draft.append("vlans", vlan)
        return vlan is not None
    if match := _SVI.fullmatch(line):
        draft.interfaces[match[1]] |= {"kind": "vlan", "vlan": int(match[2])}
        return True
    if match := _PORT.fullmatch(line):
        return _take_port(draft.interfaces[match[1]], match)
    return False


def _take_port(fields: dict[str, Any], match: re.Match[str]) -> bool:
    if (match[3] is not None, match[4] is not None) != _TOLD[match[2]] or "switchport" in fields:
        return False
    tag, trunk = int(match[3] or 0), {*map(int, (match[4] or "4095").split(","))} - {4095}
    trunk |= {tag} if match[2] == "native-untagged" else set()
    fields["switchport"] = SwitchPort(
        mode="access" if match[2] == "access" else "trunk",
        access=tag if match[2] == "access" else None,
        trunk=tuple(trunk),
        native=tag if match[2] == "native-untagged" else None,
    )
    return True


def live(tables: Iterable[str]) -> tuple[str, ...]:
    """Return the record's lines from the database's tables (one JSON document a line), in the record's order."""
    ports: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    bridges: dict[str, Any] = {}
    options: dict[str, str] = {}
    for table in map(json.loads, tables):
        rows = [dict(zip(table["headings"], map(_plain, row), strict=True)) for row in table["data"]]
        if "tag" in table["headings"]:
            ports = {row["name"]: row for row in rows}
        elif "datapath_type" in table["headings"]:
            bridges = {row["name"]: row for row in rows}
        elif "other_config" in table["headings"]:
            options = rows[0]["other_config"] if rows else {}
        else:
            kinds = {row["name"]: row["type"] for row in rows}
    return (*_live_bridges(bridges, options), *_live_ports(ports, kinds, bridges))


def _plain(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if value[0] == "map":
        return dict(value[1])
    return [item[1] if isinstance(item, list) else item for item in value[1]] if value[0] == "set" else value[1]


def _live_bridges(bridges: Mapping[str, Any], options: Mapping[str, str]) -> Iterable[str]:
    tso = "userspace-tso-enable"
    for name, row in sorted(bridges.items()):
        yield f"bridge {name} datapath_type={row['datapath_type']} {tso}={options.get(tso, 'false')}"
    ids = (bridges.get(BRIDGE) or {}).get("external_ids", {})
    vlans = {int(key[5:]): value for key, value in ids.items() if re.fullmatch(r"vlan-\d+", key)}
    yield from (_vlan(Vlan(id=number, name=name)) for number, name in sorted(vlans.items()))


def _live_ports(ports: Mapping[str, Any], kinds: Mapping[str, str], bridges: Mapping[str, Any]) -> Iterable[str]:
    for name, row in sorted(ports.items()):
        if name in bridges:
            continue
        tag, trunks = row["tag"], row["trunks"]
        trunks = trunks if isinstance(trunks, list) else [trunks]
        if kinds.get(name) == "internal":
            yield f"svi {name} tag={_number(tag)}"
        elif row["vlan_mode"] in ("trunk", "native-untagged"):
            told = f"tag={_number(tag)} " if row["vlan_mode"] == "native-untagged" else ""
            yield f"port {name} {row['vlan_mode']} {told}trunks={','.join(map(str, sorted(trunks))) or 'all'}"
        else:
            yield f"port {name} {row['vlan_mode'] or 'unset'} tag={_number(tag)}"


def _number(tag: Any) -> str:
    return str(tag) if isinstance(tag, int) else "none"
