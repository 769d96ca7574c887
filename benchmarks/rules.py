"""The figures of the analysis of rules, for `benchmarks.proof`: one firewall of more and more rules, everything asked.

The rules are as they grow in a county over years: one for each wish of a unit for a host and a port, one in ten a
drop, one in twenty a second time with either action, some wide ones between. `asked` ones lie within the policy; of
`strange` ones the policy knows nothing, so nearly all are too wide, each with its packet. Measured from the
configuration to the last line and fix; the county around is the example's.
"""

import resource
import time
from collections.abc import Iterator
from datetime import date
from ipaddress import IPv4Network
from random import Random

from benchmarks.figure import Figure
from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.intent.placeholders import placeholders
from inventory.model import County

SIZES = (500, 1000, 2000, 5000)
ASKED = (("tcp", 80), ("tcp", 443), ("udp", 53), ("udp", 123))
STRANGE = (("tcp", 22), ("tcp", 8443), ("udp", 69), ("udp", 5060))
TODAY = date(2026, 1, 1)


def rules(county: County, size: int, kind: str) -> Iterator[FilterRule]:
    """Yield rules of a kind, always the same ones."""
    random, made = Random(7), list[FilterRule]()
    lans = [unit.lan for unit in county.units]
    servers = next(zone.prefix for zone in county.zones if zone.name.value == "server")
    while len(made) < size:
        source, target = random.choice(lans), servers[random.randrange(5, servers.num_addresses - 1)]
        protocol, port = random.choice(ASKED if kind == "asked" else STRANGE)
        action = "drop" if random.random() < 0.1 else "accept"
        fields = {"sources": [source], "destinations": [target], "protocol": protocol, "ports": [port]}
        made.append(FilterRule.model_validate({"name": f"r{len(made)}", "action": action, **fields}))
        if random.random() < 0.05:
            again = random.choice(made)
            made.append(again.model_copy(update={"name": f"r{len(made)}", "action": random.choice(["accept", "drop"])}))
        if random.random() < 0.02:
            wide = {**fields, "sources": [source.supernet(2)], "destinations": [IPv4Network(target).supernet(4)]}
            made.append(FilterRule.model_validate({"name": f"r{len(made)}", "action": action, **wide}))
    yield from made[:size]


def grown(county: County, config: DeviceConfig, size: int, kind: str) -> DeviceConfig:
    """Return a firewall with so many rules in its forward filter, behind those that no firewall is without."""
    found = []
    for item in config.filters:
        if item.hook == "forward":
            state = tuple(rule for rule in item.rules if rule.state or rule.action == "drop")
            made = tuple(rules(county, size - len(state), kind))
            item = item.model_copy(update={"rules": (*state, *made)})
        found.append(item)
    return config.model_copy(update={"filters": tuple(found)})


def measure(about: str) -> dict[str, float]:
    """Analyse one firewall; `about` is its size and kind."""

    from inventory.create import EXAMPLE
    from inventory.intent.adapt import adapted
    from inventory.load import load_county
    from inventory.platforms.registry import platform
    from topology.reach.rules import Asked, analyse

    size, kind = about.split()
    county = load_county(EXAMPLE)
    configs = adapted(
        county, placeholders(lambda name: "ssh-ed25519 AAAA county" if name.startswith("ssh/") else "k" * 24)
    )
    configs |= {"fw-1": grown(county, configs["fw-1"], int(size), kind)}
    text = platform("linux").render(configs["fw-1"])
    cpu, began = time.process_time(), time.perf_counter()
    report = analyse(Asked(county, configs, TODAY, texts=lambda _name: text, devices=["fw-1"]))
    return {
        "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "findings": len(report.findings),
    }  # fmt: skip


def figure(size: int, kind: str, taken: dict[str, float]) -> Figure:
    """Return the row of one measure."""
    target = 5 if (size, kind) == (SIZES[-1], "asked") else 0
    note = f"{taken['findings']:.0f} findings with lines and fixes, peak {taken['megabytes']:.0f} MB"
    what = "within the policy" if kind == "asked" else "of which the policy knows nothing"
    return Figure(f"{size} rules {what}: full analysis", taken["seconds"], "s", target, taken["cpu"], note)
