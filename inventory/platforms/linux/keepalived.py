"""keepalived: VRRPv3 instances, one per interface and group, in sync groups; no macvlan, so hosts see the real MAC.

Instance names are `<interface>-<group>`; groups that share a sync name change state together. The owner of the virtual
address answers on it (it is the units' gateway), so accept mode stays keepalived's default. A tracked interface has no
weight: without it the instance is in fault, and so is its sync group. Routes of a master are put into the kernel, from
where FRR takes them (`redistribute kernel`).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from inventory.deviceconfig import DeviceConfig, MasterRoute, Vrrp
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt, file

PATH = "/etc/keepalived/keepalived.conf"
_TRACKS, _ADDRESSES, _ROUTES = "track_interface", "virtual_ipaddress", "virtual_routes"
_STANDS = re.compile(r"(?P<prefix>\S+)(?: via (?P<next_hop>\S+))? dev \S+")


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the virtual routers; none for a device without any."""
    instances = [(interface.name, item) for interface in config.interfaces for item in interface.vrrp]
    if not instances:
        return {}
    lines = ["global_defs {", f"  router_id {config.hostname}", "  vrrp_version 3", "}"]
    for sync in sorted({item.sync for _, item in instances} - {""}):
        members = [f"    {_name(port, item)}" for port, item in instances if item.sync == sync]
        lines += [f"vrrp_sync_group {sync} {{", "  group {", *members, "  }", "}"]
    lines += [line for port, item in instances for line in _instance(port, item)]
    return {PATH: file(lines)}


def _name(port: str, item: Vrrp) -> str:
    return f"{port}-{item.group}"


def _instance(port: str, item: Vrrp) -> Iterator[str]:
    yield f"vrrp_instance {_name(port, item)} {{"
    yield "  state BACKUP"
    yield f"  interface {port}"
    yield f"  virtual_router_id {item.group}"
    yield f"  priority {item.priority}"
    yield "  advert_int 1"
    yield from _inner(_TRACKS, item.track)
    yield from _inner(_ADDRESSES, [str(item.address)])
    yield from _inner(_ROUTES, [_route(port, route) for route in item.routes])
    yield "}"


def _inner(head: str, lines: Collection[str]) -> Iterator[str]:
    if lines:
        yield from (f"  {head} {{", *(f"    {line}" for line in lines), "  }")


def _route(port: str, route: MasterRoute) -> str:
    return f"{route.prefix} via {route.next_hop} dev {port}" if route.next_hop else f"{route.prefix} dev {port}"


def parse(files: Files, draft: Draft) -> None:
    """Read the virtual routers; the guard lists what differs from what they would render to."""
    lines = files[PATH].lines if PATH in files else ()
    syncs = _syncs(lines)
    block: list[str] = []
    for line in lines:
        if line.startswith("vrrp_instance "):
            block = []
        block.append(line)
        if line == "}" and block[0].startswith("vrrp_instance "):
            _take(block, syncs, draft)


def _take(block: list[str], syncs: dict[str, str], draft: Draft) -> None:
    inner = _blocks(block)
    values = dict(line.split(maxsplit=1) for line in inner[""] if len(line.split()) == 2)
    item = attempt(
        Vrrp,
        group=values.get("virtual_router_id"),
        address=next(iter(inner[_ADDRESSES]), None),
        priority=values.get("priority"),
        sync=syncs.get(block[0].split()[1], ""),
        track=inner[_TRACKS],
        routes=[found.groupdict() for line in inner[_ROUTES] if (found := _STANDS.fullmatch(line))],
    )
    if item is not None and "interface" in values:
        fields = draft.interfaces[values["interface"]]
        fields["vrrp"] = (*fields.get("vrrp", ()), item)


def _blocks(lines: Iterable[str]) -> defaultdict[str, list[str]]:
    """Return the lines of an instance by the block within it that they stand in; "" for its own."""
    found, inside = defaultdict[str, list[str]](list), ""
    for line in lines:
        if line.startswith("  ") and line.endswith(" {"):
            inside = line.split()[0]
        elif line == "  }":
            inside = ""
        elif not line.endswith("{"):
            found[inside].append(line.strip())
    return found


def _syncs(lines: Iterable[str]) -> dict[str, str]:
    found, sync = {}, ""
    for line in lines:
        if match := re.fullmatch(r"vrrp_sync_group (\S+) \{", line):
            sync = match[1]
        elif line == "}":
            sync = ""
        elif sync and re.fullmatch(r" {4}\S+", line):
            found[line.strip()] = sync
    return found


def addresses(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the virtual addresses, which the kernel holds only where this router is master."""
    return tuple(line.strip() for line in lines if re.fullmatch(r" {4}\d+(\.\d+){3}/\d+", line))
