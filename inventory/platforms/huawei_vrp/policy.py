"""Packet filters as one `security-policy`, which firewalls (USG) and routers of the newer kind have.

The mapping: rules of the input hook go to zone `local`, those of the output hook come from it, and both end in a rule
that decides all that is left of their hook; so what is left after them is only ever forwarded, and the rules of the
forward hook need no zone to say so. A hook without a filter ends in `HOOK-open`, which is read as no filter.
`rule name` is the hook and the place, `description` the model's name, because the model's names may stand twice.

A firewall of this kind keeps sessions: packets of a session pass, packets of none that open none are refused. A rule
of the model that says just that (accept established, drop invalid) is written disabled, to keep its place for readers
and the proof. A policy that is not written by us has none, and is read with both in front of every hook.
"""

import re
from collections.abc import Iterator
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter
from inventory.platforms import policies
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp import matching, traffic, zones
from inventory.platforms.huawei_vrp.reading import Vrp
from inventory.platforms.policies import HOOKS, OURS, STATES

_ACTIONS = {"accept": "permit", "drop": "deny"}
_BACK = {"permit": "accept", "deny": "drop"}


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the security policy; none where the filters are access lists."""
    if not config.filters or traffic.stateless(config):
        return []
    held = {item.hook: item for item in config.filters}
    lines = ["security-policy"]
    for hook in HOOKS:
        item = held.get(hook)  # type: ignore[call-overload]
        lines += [line for n, rule in enumerate(item.rules if item else (), 1) for line in _rule(hook, n, rule)]
        action = _ACTIONS[item.default if item else "accept"]
        lines += [f" rule name {hook}-{'default' if item else 'open'}", *_local(hook), f"  action {action}"]
    forward = held.get("forward")
    return [[*lines, f" default action {_ACTIONS[forward.default if forward else 'accept']}"]]


def _local(hook: str) -> list[str]:
    return {"input": ["  destination-zone local"], "output": ["  source-zone local"]}.get(hook, [])


def _rule(hook: str, n: int, rule: FilterRule) -> Iterator[str]:
    yield f" rule name {hook}-{n}{f'-{rule.state}' if rule.state else ''}"
    yield f"  description {rule.name}"
    yield from ["  disable"] if rule.state else []
    yield from ["  policy logging"] if rule.log else []
    yield from (f"  source-zone {zones.zone(name)}" for name in rule.in_interfaces)
    yield from (f"  destination-zone {zones.zone(name)}" for name in rule.out_interfaces)
    yield from _local(hook)
    lines = matching.addresses("source-address", rule.sources) + matching.macs("source-address", rule.source_macs)
    lines += matching.addresses("source-address-exclude", rule.not_sources)
    lines += matching.macs("source-address-exclude", rule.not_source_macs)
    lines += matching.addresses("destination-address", rule.destinations)
    lines += matching.service(rule.protocol, rule.ports, rule.icmp_echo_only)
    yield from (f"  {line}" for line in (*lines, f"action {_ACTIONS[rule.action]}"))


def _open(reading: Vrp, line: Line, _match: re.Match[str]) -> Inside:
    reading.flags.add("policy")
    return Inside(_POLICY)


def _open_rule(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_RULE, reading.part("rule", match[1], line))


def _put(field: str, value: Any = None) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def _default(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.parts["security policy"][""], "default", match[1])


_RULE: Table[Vrp] = Table(
    [
        (r"description (.+)", _put("description")),
        (r"disable", _put("disabled", True)),
        (r"(?:policy|session|traffic) logging(?: enable)?", _put("log", True)),
        (r"action (permit|deny)", _put("action")),
        *matching.RULES,
    ]
)
_POLICY: Table[Vrp] = Table([(r"rule name (.+)", _open_rule), (r"default action (permit|deny)", _default)])
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"security-policy", _open),
    (r"firewall session link-state check", known),
]


def finish(reading: Vrp) -> None:
    """Put the filters together; a rule that is not understood whole is listed by all its lines."""
    if "policy" not in reading.flags:
        return
    ours = all(OURS.fullmatch(name) for name in reading.parts["rule"]) and bool(reading.parts["rule"])
    found: dict[str, list[FilterRule]] = {hook: [] for hook in HOOKS}
    defaults: dict[str, str] = {}
    for name, part in reading.parts["rule"].items():
        match = OURS.fullmatch(name) if ours else None
        if match and match[2]:
            _end(reading, part, match, defaults)
        elif match:
            found[match[1]] += _read_ours(reading, match, part)
        else:
            _read_foreign(reading, name, part, found)
    left = _BACK[reading.parts["security policy"][""].get("default", "deny")]
    if ours:
        _agree(reading, defaults, left)
    else:
        defaults = dict.fromkeys(HOOKS, left)
    reading.fields["filters"] = tuple(
        PacketFilter.model_validate(
            {"hook": hook, "default": action, "rules": found[hook] if ours else (*STATES, *found[hook])}
        )
        for hook, action in defaults.items()
    )


def _end(reading: Vrp, part: dict[str, Any], match: re.Match[str], defaults: dict[str, str]) -> None:
    expected = {"input": ([], ["local"]), "output": (["local"], [])}.get(match[1], ([], []))
    more = part.keys() - {"lines", "from", "to", "action"}
    if more or "action" not in part or (part.get("from", []), part.get("to", [])) != expected:
        reading.refuse_part(part)
    elif match[2] == "default":
        defaults[match[1]] = _BACK[part["action"]]


def _agree(reading: Vrp, defaults: dict[str, str], left: str) -> None:
    """Say that a policy of ours has lost the line that ends a hook, or ends forwarding in another way."""
    for hook in HOOKS:
        if not reading.parts["rule"].keys() & {f"{hook}-default", f"{hook}-open"}:
            reading.lacks("security-policy", f"rule name {hook}-default")
    if defaults.get("forward", "accept") != left:
        reading.lacks("security-policy", f"default action {_ACTIONS[defaults.get('forward', 'accept')]}")


def _read_ours(reading: Vrp, match: re.Match[str], part: dict[str, Any]) -> list[FilterRule]:
    rules = _rules(reading, match[1], part.get("description", "?"), part, match[3])
    good = (
        policies.in_place(part, match[1])
        and rules
        and len(rules) == 1
        and part.get("disabled", False) is (match[3] is not None)
    )
    if not good or rules is None:
        reading.refuse_part(part)
        return []
    return rules


def _read_foreign(reading: Vrp, name: str, part: dict[str, Any], found: dict[str, list[FilterRule]]) -> None:
    if part.get("disabled"):
        return
    read = {hook: _rules(reading, hook, policies.label(name), part, None) for hook in policies.hooks(part)}
    if not read or any(rules is None for rules in read.values()):
        reading.refuse_part(part)
        return
    for hook, rules in read.items():
        found[hook] += rules or ()


def _rules(reading: Vrp, hook: str, name: str, part: dict[str, Any], state: str | None) -> list[FilterRule] | None:
    sides = {
        "in_interfaces": [z for z in part.get("from", ()) if not (hook == "output" and z == "local")],
        "out_interfaces": [z for z in part.get("to", ()) if not (hook == "input" and z == "local")],
    }
    known_zones = {field: zones.interfaces(reading, names) for field, names in sides.items()}
    fields = {f: part.get(f, ()) for f in ("sources", "destinations", "not_sources", "source_macs", "not_source_macs")}
    if None in known_zones.values() or "action" not in part or not matching.expand(reading, part):
        return None
    fields |= {f: part.get(f, ()) for f in ("sources", "destinations")}
    found = [
        attempt(
            FilterRule,
            action=_BACK[part["action"]],
            name=name,
            state=state,
            log=part.get("log", False),
            **(fields | known_zones | service),
        )
        for service in policies.services(part)
    ]
    return [rule for rule in found if rule] if all(found) else None
