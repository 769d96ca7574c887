"""Access lists at routed ports: `traffic-filter inbound`, which switches and routers have; read, never written.

Such a list meets every packet that comes in by the port, to the device and through it alike, keeps no state and lets
pass what none of its rules names: so it is read as rules of the input and the forward hook with default accept. An
outbound list would have to be asked after every inbound one, which one list of rules cannot say; it is listed as
unparsed, as is a list at a switched port, or beside a security policy.
"""

import re
from typing import Any

from inventory.deviceconfig import FilterRule, PacketFilter
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.huawei_vrp import acl
from inventory.platforms.huawei_vrp.reading import Vrp


def _filter(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["traffic-filter"].append((line, match[1]))
    return True


INTERFACE: list[tuple[str, Handler[Vrp]]] = [(r"traffic-filter inbound acl (?:name )?(\S+)", _filter)]
"""lines of an interface's block"""


def finish(reading: Vrp) -> None:
    """Put the filters together, after the security policy and the interfaces."""
    rules: list[FilterRule] = []
    for line, name in reading.pending["traffic-filter"]:
        found = None if "filters" in reading.fields else _rules(reading, line.scope, name)
        if found is None:
            reading.refuse(line)
        else:
            acl.use(reading, name)
            rules += found
    if rules:
        reading.fields["filters"] = tuple(
            PacketFilter.model_validate({"hook": hook, "default": "accept", "rules": rules})
            for hook in ("input", "forward")
        )


def _rules(reading: Vrp, interface: str, name: str) -> list[FilterRule] | None:
    port, given = reading.done.get(interface), acl.rules(reading, name)
    if port is None or port.switchport or not given:
        return None
    label = re.sub(r"[^a-z0-9-]+", "-", f"acl-{name.lower()}")[:60]
    found = [attempt(FilterRule, name=label, in_interfaces=(interface,), **_fields(rule)) for rule in given]
    return [rule for rule in found if rule] if all(found) else None


def _fields(rule: acl.AclRule) -> dict[str, Any]:
    return {
        "action": rule.action,
        "protocol": rule.protocol,
        "sources": () if rule.source == acl.ANY else (rule.source,),
        "destinations": () if rule.destination == acl.ANY else (rule.destination,),
        "ports": rule.ports,
        "icmp_echo_only": rule.echo,
        "log": rule.log,
    }
