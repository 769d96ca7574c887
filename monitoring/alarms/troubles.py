"""What an alarm says about each node of the detection's picture: its key, its severity and its words. Pure."""

from collections.abc import Iterator, Mapping

from countynet.events import JSON
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory.model import County
from monitoring.alarms.service import Trouble
from monitoring.detect.decide import BLIND
from monitoring.detect.signs import AGENT, CABLE, QUALITY
from monitoring.detect.topology import Topology
from topology.joints import OPERATOR


def key_of(node: str, topology: Topology) -> str:
    """Return the alarm key of a node."""
    if node == BLIND:
        return f"{BLIND}:{topology.station}"
    if node == OPERATOR:
        return f"{OPERATOR}:{node}"
    if node in topology.passive or node.startswith((CABLE, AGENT, QUALITY)):
        return node
    watched = topology.watched.get(node)
    return f"line:{watched.circuit}" if watched and watched.circuit else f"device:{node}"


def nodes_by_key(topology: Topology) -> Mapping[str, str]:
    """Return which node or sign each possible alarm key is about."""
    nodes = (*topology.watched, *topology.passive, BLIND)
    found = {key_of(node, topology): node for node in nodes}
    return found | {sign: sign for sign in signs_of(topology)}


def trouble(node: str, topology: Topology, county: County) -> Trouble:
    """Return what to say when a node is down or a sign is bad."""
    key = key_of(node, topology)
    if node.startswith((CABLE, AGENT, QUALITY)):
        return _of_sign(key, topology, county)
    if node == BLIND:
        message = _("The management station reaches no device at all: its own network is down")
        return Trouble(key, Severity.CRITICAL, topology.station, message, device=topology.station)
    if node in topology.passive:
        return _of_place(key, node, topology, county)
    watched = topology.watched[node]
    if watched.circuit:
        unit = county.unit_by_id[watched.unit]
        values: dict[str, JSON] = {"line": watched.circuit, "unit": unit.name, "unit_en": unit.name_en}
        message = _("Line {line} of {unit_en} ({unit}) is down")
        return Trouble(key, Severity.MAJOR, watched.circuit, message, values, node, watched.circuit, watched.unit)
    return _of_device(key, node, _units_behind(node, topology))


def _of_place(key: str, node: str, topology: Topology, county: County) -> Trouble:
    count = sum(1 for name in topology.behind[node] if name in topology.watched)
    if node == OPERATOR:
        message = _("None of the {count} ADSL lines answers: the operator's network or the hub's line to it is down")
        return Trouble(key, Severity.CRITICAL, node, message, {"count": count})
    kind, place = node.split(":")[:2]
    if kind == "site":
        site = next(site for site in county.sites if site.id == place)
        message = _("All {count} lines of {site_en} ({site}) fell silent together")
        names: dict[str, JSON] = {"count": count, "site": site.name, "site_en": site.name_en}
        return Trouble(key, Severity.CRITICAL, node, message, names)
    building = county.building_by_id[place]
    message = _("All {count} lines of the building {building_en} ({building}) fell silent together")
    values: dict[str, JSON] = {"count": count, "building": building.name, "building_en": building.name_en}
    return Trouble(key, Severity.CRITICAL, node, message, values)


def _of_device(key: str, node: str, units: int) -> Trouble:
    if not units:
        return Trouble(key, Severity.MAJOR, node, _("Device {device} does not answer"), {"device": node}, node)
    message = _("Device {device} does not answer; {count} units are behind it")
    return Trouble(key, Severity.CRITICAL, node, message, {"device": node, "count": units}, node)


def _units_behind(node: str, topology: Topology) -> int:
    behind = (topology.watched.get(name) for name in topology.behind.get(node, ()))
    return sum(1 for watched in behind if watched is not None and watched.unit)


def signs_of(topology: Topology) -> Iterator[str]:
    """Yield every sign that may be bad."""
    yield from (f"{CABLE}{cable}" for cable in topology.links)
    yield from (f"{AGENT}{name}" for name in (*topology.watched, topology.station))
    yield from (f"{QUALITY}{name}" for name in (*topology.watched, *topology.passive))


def _of_sign(key: str, topology: Topology, county: County) -> Trouble:
    kind, about = key.split(":", 1)
    if f"{kind}:" == CABLE:
        link = topology.links[about]
        ends: dict[str, JSON] = {"cable": about, "a": "/".join(link.a), "b": "/".join(link.b)}
        message = _("Cable {cable} between {a} and {b} is down; both devices answer by another way")
        return Trouble(key, Severity.MAJOR, about, message, ends, link.a[0])
    if f"{kind}:" == QUALITY:
        return _of_quality(key, about, topology, county)
    if about == topology.station:
        message = _("No device answers SNMP though they answer ping: our SNMP user or our poller is wrong")
        return Trouble(key, Severity.MAJOR, about, message, device=about)
    message = _("Device {device} works, but its management agent does not answer SNMP")
    return Trouble(key, Severity.MINOR, about, message, {"device": about}, about)


def _of_quality(key: str, about: str, topology: Topology, county: County) -> Trouble:
    watched = topology.watched.get(about)
    if watched is None:
        message = _("Most lines behind {place} lose or delay packets together")
        return Trouble(key, Severity.MAJOR, about, message, {"place": about})
    if not watched.circuit:
        message = _("The way to device {device} loses or delays packets")
        return Trouble(key, Severity.MAJOR, about, message, {"device": about}, about)
    unit = county.unit_by_id[watched.unit]
    values: dict[str, JSON] = {"line": watched.circuit, "unit": unit.name, "unit_en": unit.name_en}
    message = _("Line {line} of {unit_en} ({unit}) loses or delays packets")
    return Trouble(key, Severity.MINOR, watched.circuit, message, values, about, watched.circuit, watched.unit)
