"""What an alarm says about each node of the detection's picture: its key, its severity and its words. Pure."""

from collections.abc import Mapping

from countynet.events import JSON
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory.model import County
from monitoring.alarms.service import Trouble
from monitoring.detect.decide import BLIND
from monitoring.detect.topology import Topology


def key_of(node: str, topology: Topology) -> str:
    """Return the alarm key of a node."""
    if node == BLIND:
        return f"{BLIND}:{topology.station}"
    if node in topology.passive:
        return f"operator:{node}"
    watched = topology.watched.get(node)
    return f"line:{watched.circuit}" if watched and watched.circuit else f"device:{node}"


def nodes_by_key(topology: Topology) -> Mapping[str, str]:
    """Return which node each possible alarm key is about."""
    return {key_of(node, topology): node for node in (*topology.watched, *topology.passive, BLIND)}


def trouble(node: str, topology: Topology, county: County) -> Trouble:
    """Return what to say when a node is down."""
    key = key_of(node, topology)
    if node == BLIND:
        message = _("The management station reaches no device at all: its own network is down")
        return Trouble(key, Severity.CRITICAL, topology.station, message, device=topology.station)
    if node in topology.passive:
        count = len(topology.behind[node]) - 1
        message = _("None of the {count} ADSL lines answers: the operator's network or the hub's line to it is down")
        return Trouble(key, Severity.CRITICAL, node, message, {"count": count})
    watched = topology.watched[node]
    if watched.circuit:
        unit = county.unit_by_id[watched.unit]
        values: dict[str, JSON] = {"line": watched.circuit, "unit": unit.name, "unit_en": unit.name_en}
        message = _("Line {line} of {unit_en} ({unit}) is down")
        return Trouble(key, Severity.MAJOR, watched.circuit, message, values, node, watched.circuit, watched.unit)
    return _of_device(key, node, _units_behind(node, topology))


def _of_device(key: str, node: str, units: int) -> Trouble:
    if not units:
        return Trouble(key, Severity.MAJOR, node, _("Device {device} does not answer"), {"device": node}, node)
    message = _("Device {device} does not answer; {count} units are behind it")
    return Trouble(key, Severity.CRITICAL, node, message, {"device": node, "count": units}, node)


def _units_behind(node: str, topology: Topology) -> int:
    behind = (topology.watched.get(name) for name in topology.behind.get(node, ()))
    return sum(1 for watched in behind if watched is not None and watched.unit)
