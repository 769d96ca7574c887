"""What security policies of VRP and Comware have in common: how hooks become rules of one policy, and rules hooks.

Rules of the input hook go to the zone of the device itself, those of the output hook come from it; each hook ends in a
rule that decides what is left of it. A rule is called by its hook and place. A rule of somebody else belongs to every
hook that it says nothing against. One rule can name services of several protocols; the model's rule has one, so such a
rule is several of one name.
"""

import re
from collections.abc import Mapping
from typing import Any, get_args

from inventory.deviceconfig import FilterRule, PacketFilter

HOOKS = ("input", "output", "forward")
LOCAL = "local"
OURS = re.compile(r"(input|output|forward)-(?:(default|open)|\d+(?:-(established|invalid))?)", re.ASCII)
"""names of our rules: hook, end of a hook, state"""
STATES = (
    FilterRule(action="drop", name="invalid", state="invalid"),
    FilterRule(action="accept", name="established", state="established"),
)
"""what a firewall that keeps sessions does before all rules, where nobody says so"""
assert set(HOOKS) == set(get_args(PacketFilter.model_fields["hook"].annotation))


def label(name: str) -> str:
    """Return the model's name for a rule of somebody else."""
    return re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:60] or "rule"


def hooks(part: Mapping[str, Any]) -> list[str]:
    """Return the hooks of a rule of somebody else; none if its zones mix the device itself with others."""
    to_local, from_local = LOCAL in part.get("to", ()), LOCAL in part.get("from", ())
    if to_local or from_local:
        mixed = len(part.get("to" if to_local else "from", ())) > 1 or (to_local and from_local)
        return [] if mixed else ["input"] * to_local + ["output"] * from_local
    return ["forward", *(["output"] if not part.get("from") else []), *(["input"] if not part.get("to") else [])]


def in_place(part: Mapping[str, Any], hook: str) -> bool:
    """Whether one of our rules names the device itself just where its hook has it."""
    place = {"input": (False, True), "output": (True, False)}.get(hook, (False, False))
    return (LOCAL in part.get("from", ()), LOCAL in part.get("to", ())) == place


def services(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return protocol, ports and echo of each rule of the model that a rule is; one, of any, if it names no service."""
    found: dict[tuple[str, bool], tuple[int, ...]] = {}
    whole = set()
    for protocol, ports, echo in part.get("services", ()):
        found[protocol, echo] = (*found.get((protocol, echo), ()), *ports)
        whole |= {protocol} if not ports else set()
    if not found:
        return [{}]
    return [
        {"protocol": protocol, "ports": () if protocol in whole else tuple(sorted(set(ports))), "icmp_echo_only": echo}
        for (protocol, echo), ports in found.items()
        if not (echo and ("icmp", False) in found)
    ]
