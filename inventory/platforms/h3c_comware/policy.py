"""Packet filters as one `security-policy ip`, which SecPath firewalls and newer MSR routers have.

The mapping: rules of the input hook go to zone Local, those of the output hook come from it, and both end in a rule
that decides all that is left of their hook; so what is left after them is only ever forwarded, and the rules of the
forward hook need no zone to say so. A hook without a filter ends in `HOOK-open`, which is read as no filter. A rule is
called by its hook and place, `description` has the model's name, because the model's names may stand twice.

A firewall of this kind keeps sessions: packets of a session pass, packets of none that open none are refused. A rule
of the model that says just that (accept established, drop invalid) is written disabled, to keep its place for readers
and the proof. A policy that is not written by us has none, and is read with both in front of every hook.
"""

import re
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter
from inventory.platforms import policies
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.h3c_comware import objects, zones
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.policies import HOOKS, OURS, STATES

_ACTIONS = {"accept": "pass", "drop": "drop"}
_BACK = {"pass": "accept", "drop": "drop"}


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the security policy."""
    held = {item.hook: item for item in config.filters if not item.stateless}
    if not held:
        return []
    rules: list[tuple[str, list[str]]] = []
    for hook in HOOKS:
        item = held.get(hook)  # type: ignore[call-overload]
        rules += [_rule(hook, n, rule) for n, rule in enumerate(item.rules if item else (), 1)]
        action = _ACTIONS[item.default if item else "accept"]
        rules.append((f"{hook}-{'default' if item else 'open'}", [f"action {action}", *_local(hook)]))
    lines = ["security-policy ip"]
    for n, (name, said) in enumerate(rules):
        lines += [f" rule {n} name {name}", *(f"  {line}" for line in said)]
    return [lines]


def _local(hook: str) -> list[str]:
    return {"input": ["destination-zone Local"], "output": ["source-zone Local"]}.get(hook, [])


def _rule(hook: str, n: int, rule: FilterRule) -> tuple[str, list[str]]:
    lines = [f"description {rule.name}", f"action {_ACTIONS[rule.action]}"]
    lines += ["disable"] if rule.state else []
    lines += ["logging enable"] if rule.log else []
    lines += [f"source-zone {zones.zone(name)}" for name in rule.in_interfaces]
    lines += [f"destination-zone {zones.zone(name)}" for name in rule.out_interfaces] + _local(hook)
    lines += objects.addresses("source", rule.sources) + objects.addresses("destination", rule.destinations)
    service = objects.service(rule, f"{hook}-{n}")
    lines += [f"service {service}"] if service else []
    return f"{hook}-{n}{f'-{rule.state}' if rule.state else ''}", lines


def _open(reading: Comware, _line: Line, _match: re.Match[str]) -> Inside:
    reading.flags.add("policy")
    return Inside(_POLICY)


def _open_rule(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("rule", match[2] or f"rule-{match[1]}", line)
    return Inside(_RULE, part)


def _put(field: str, value: Any = None) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


_RULE: Table[Comware] = Table(
    [
        (r"description (.+)", _put("description")),
        (r"disable", _put("disabled", True)),
        (r"logging enable", _put("log", True)),
        (r"counting enable(?: .*)?", _put("counted", True)),
        (r"action (pass|drop)", _put("action")),
        *objects.MATCHES,
    ]
)
_POLICY: Table[Comware] = Table([(r"rule (\d+)(?: name (.+))?", _open_rule), (r"(accelerate enhanced) enable", known)])
RULES: list[tuple[str, Handler[Comware]]] = [(r"security-policy ip", _open)]


def finish(reading: Comware) -> None:
    """Put the filters together; a rule that is not understood whole is listed by all its lines."""
    if "policy" not in reading.flags:
        return
    ours = all(OURS.fullmatch(name) for name in reading.parts["rule"]) and bool(reading.parts["rule"])
    found: dict[str, list[FilterRule]] = {hook: [] for hook in HOOKS}
    defaults: dict[str, str] = {} if ours else dict.fromkeys(HOOKS, "drop")
    for name, part in reading.parts["rule"].items():
        match = OURS.fullmatch(name) if ours else None
        if match and match[2]:
            _end(reading, part, match, defaults)
        elif match:
            found[match[1]] += _read_ours(reading, match, part)
        else:
            _read_foreign(reading, name, part, found)
    _zoned(reading)
    for hook in HOOKS if ours else ():
        if not reading.parts["rule"].keys() & {f"{hook}-default", f"{hook}-open"}:
            reading.lacks("security-policy ip", f"rule {hook}-default")
    reading.fields["filters"] = tuple(
        PacketFilter.model_validate(
            {"hook": hook, "default": action, "rules": found[hook] if ours else (*STATES, *found[hook])}
        )
        for hook, action in defaults.items()
    )


def _zoned(reading: Comware) -> None:
    """Say which interfaces with an address are in no zone: no rule says it, but nothing passes there."""
    members = {name for part in reading.parts["zone"].values() for name in part["interfaces"]}
    for item in reading.done.values():
        if item.addresses and item.name not in members:
            reading.lacks("security-zone", f"import interface {item.name}")


def _end(reading: Comware, part: dict[str, Any], match: re.Match[str], defaults: dict[str, str]) -> None:
    expected = {"input": ([], ["local"]), "output": (["local"], [])}.get(match[1], ([], []))
    more = part.keys() - {"lines", "from", "to", "action"}
    if more or (part.get("from", []), part.get("to", [])) != expected:
        reading.refuse_part(part)
    elif match[2] == "default":
        defaults[match[1]] = _BACK[part.get("action", "drop")]
    elif part.get("action") != "pass":
        reading.refuse_part(part)


def _read_ours(reading: Comware, match: re.Match[str], part: dict[str, Any]) -> list[FilterRule]:
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


def _read_foreign(reading: Comware, name: str, part: dict[str, Any], found: dict[str, list[FilterRule]]) -> None:
    if part.get("disabled"):
        objects.expand(reading, part)
        return
    read = {hook: _rules(reading, hook, policies.label(name), part, None) for hook in policies.hooks(part)}
    if not read or any(rules is None for rules in read.values()):
        reading.refuse_part(part)
        return
    for hook, rules in read.items():
        found[hook] += rules or ()


def _rules(reading: Comware, hook: str, name: str, part: dict[str, Any], state: str | None) -> list[FilterRule] | None:
    sides = {
        "in_interfaces": [z for z in part.get("from", ()) if not (hook == "output" and z == "local")],
        "out_interfaces": [z for z in part.get("to", ()) if not (hook == "input" and z == "local")],
    }
    members = {field: zones.interfaces(reading, names) for field, names in sides.items()}
    if None in members.values() or not objects.expand(reading, part):
        return None
    fields = {f: part.get(f, ()) for f in ("sources", "destinations")}
    found = [
        attempt(
            FilterRule,
            action=_BACK[part.get("action", "drop")],
            name=name,
            state=state,
            log=part.get("log", False),
            **(fields | members | service),
        )
        for service in policies.services(part)
    ]
    return [rule for rule in found if rule] if all(found) else None
