"""Cases of patches, and their judge: lines of any tool are typed one by one at a device of lines, and looked at.

A case has `old`, `new` and what must hold at every step: `carries` (a port's VLANs stay on it and on the device),
`reachable` (one of these addresses is on some interface), `stays` (a line is there), `one_of` (one of them is there),
`packets` (each is decided as before or as after, never otherwise), `nothing` (no line at all is right). At the end the
configuration must mean what `new` means, no line may have been refused, and nothing that nobody understands be left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.platforms import registry
from inventory.platforms.patch import checking, lines, secrets, vlans, words
from inventory.platforms.patch.device import Device
from inventory.platforms.patch.lines import Tree

PLATFORMS = ("huawei_vrp", "h3c_comware", "cisco_ios", "ruijie")
_SAID = {"accept": "let through", "drop": "dropped"}
TRUNKS = {name: prefixes[0] for name, prefixes in words.VLANS.items()}


@dataclass(frozen=True)
class Case:
    """One case; the fields after `new` must hold at every step."""

    platform: str
    name: str
    topic: str
    old: str
    new: str
    carries: dict[str, list[int]] = field(default_factory=dict)
    reachable: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    packets: tuple[dict[str, str], ...] = ()
    nothing: bool = False


def cases() -> list[Case]:
    """Return all cases of the folder."""
    here = Path(__file__).parent
    return [
        _case(platform, case)
        for platform in PLATFORMS
        for case in YAML(typ="safe").load((here / f"{platform}.yml").read_text(encoding="utf-8"))
    ]


def _case(platform: str, told: dict[str, Any]) -> Case:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
    return Case(platform=platform, **fields)


def flat(text: str, platform: str) -> list[str]:
    """Return indented lines of a tool as they are typed, with what leaves each view."""
    leave = "quit" if words.undo(platform) == "undo" else "exit"
    found: list[str] = []
    open_: list[int] = []
    rows = [line for line in text.split("\n") if line.strip() and line.strip() not in ("#", "!")]
    for n, line in enumerate(rows):
        depth = len(line) - len(line.lstrip())
        while open_ and open_[-1] >= depth:
            open_.pop()
            found.append(leave)
        found.append(line.strip())
        if n + 1 < len(rows) and len(rows[n + 1]) - len(rows[n + 1].lstrip()) > depth:
            open_.append(depth)
    return found + [leave] * len(open_)


def judge(case: Case, typed: Sequence[str]) -> list[str]:
    """Return what is wrong with these lines; nothing if they are right."""
    if case.nothing:
        return ["types what is there already"] if typed else []
    functions = registry.platform(case.platform)
    running, intended = (lines.tree(lines.nodes(text, case.platform)) for text in (case.old, case.new))
    device = Device(secrets.align(running, intended, functions.mask), case.platform, intended=intended)
    wrong = dict.fromkeys(_broken(case, device.tree))
    before, after = functions.parse(case.old).config, functions.parse(case.new).config
    for _line in device.type(typed):
        wrong |= dict.fromkeys(_broken(case, device.tree))
        if case.packets:
            wrong |= dict.fromkeys(_misjudged(case, _config(device, case.platform), before, after))
    return [*wrong, *(f"refused: {line}" for line in device.refused), *_end(case, device, after)]


def _end(case: Case, device: Device, after: DeviceConfig) -> Iterator[str]:
    text = "\n".join(lines.write(device.tree, case.platform in lines.BRACKETED)) + "\n"
    parsed = registry.platform(case.platform).parse(text)
    left = {u.text for u in parsed.unparsed} - {
        u.text for u in registry.platform(case.platform).parse(case.new).unparsed
    }
    yield from (f"ends with other {name}" for name in checking.differences(parsed.config, after))
    word = f"{words.undo(case.platform)} "
    yield from (f"leaves: {text}" for text in sorted(left) if not text.startswith(word))


def _config(device: Device, platform: str) -> DeviceConfig:
    text = "\n".join(lines.write(device.tree, platform in lines.BRACKETED)) + "\n"
    return registry.platform(platform).parse(text).config


def _broken(case: Case, tree: Tree) -> Iterator[str]:
    for port, numbers in case.carries.items():
        block = tree.get(f"interface {port}", {})
        there = vlans.known(tree, case.platform)
        for number in numbers:
            if number not in vlans.state(block, case.platform, TRUNKS[case.platform]) or number not in there:
                yield f"VLAN {number} is off {port} for a moment"
    places = [" / ".join(path) for path in lines.walk(tree)]
    if case.reachable and not any(f"ip address {a} " in f"{p} " for a in case.reachable for p in places):
        yield "no management address for a moment"
    yield from (f"gone for a moment: {line}" for line in case.stays if line not in places)
    if case.one_of and not any(line in places for line in case.one_of):
        yield f"neither for a moment: {' nor '.join(case.one_of)}"


def _misjudged(case: Case, now: DeviceConfig, before: DeviceConfig, after: DeviceConfig) -> Iterator[str]:
    for packet in case.packets:
        if decide(now, packet) not in {decide(before, packet), decide(after, packet)}:
            yield f"{packet['from']} is {_SAID[decide(now, packet)]} for a moment"


def decide(config: DeviceConfig, packet: dict[str, str]) -> str:
    """Return what the forward filter does with a packet of a new flow."""
    item = next((item for item in config.filters if item.hook == "forward"), None)
    for rule in item.rules if item else ():
        if rule.state is None and _meets(rule, packet):
            return rule.action
    return item.default if item else "accept"


def _meets(rule: FilterRule, packet: dict[str, Any]) -> bool:
    sides = ((rule.sources, packet["from"]), (rule.destinations, packet["to"]))
    return not rule.protocol and all(not nets or any(IPv4Address(a) in net for net in nets) for nets, a in sides)
