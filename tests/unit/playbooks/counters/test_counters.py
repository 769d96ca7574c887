"""Counters as devices print them; a rule whose counter is not shown is never taken for one that nothing hit."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from countynet.i18n import set_language
from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.platforms.registry import platform
from playbooks.counters import words
from playbooks.counters.reading import NFT, ask, read, tells
from playbooks.device.transport import Answer
from playbooks.device.vendor import Reply
from tests.unit.inventory.mixed_county import mixed_county, secrets
from topology.reach.analysis.chain import Chain, chains

COUNTY = mixed_county()
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def configs() -> dict[str, DeviceConfig]:
    return adapted(COUNTY, secrets)


def of(configs: dict[str, DeviceConfig], name: str) -> tuple[Chain, ...]:
    return tuple(chains(name, COUNTY.device_by_name[name].platform, configs[name]))


def first(of_platform: str, role: str) -> str:
    return next(d.name for d in COUNTY.devices if (d.platform, d.role.value) == (of_platform, role))


@dataclass
class Shell:
    said: str

    def run(self, command: str, _seconds: float) -> Answer:
        assert command == NFT
        return Answer(0, self.said)


@dataclass
class Terminal:
    said: dict[str, str]

    def ask(self, line: str, _seconds: float) -> Reply:
        return Reply(self.said[line], "#")


def listing(configs: dict[str, DeviceConfig], name: str) -> str:
    """Return what `nft list table` prints: the rules as loaded, each with a count of its own."""
    lines, count = [], 0
    inside = False
    for line in platform("linux").render(configs[name]).splitlines():
        inside = inside or line.startswith("table inet countynet")
        if inside and "counter " in line:
            line = line.replace("counter ", f"counter packets {count} bytes {count * 60} ")
            count += 1
        lines += [line] if inside else []
        if inside and line == "}":
            break
    return "\n".join(lines) + "\nsince 1790000000\nsince 1780000000\n"


def test_nftables_counts_since_its_rules_were_loaded_or_the_device_started(configs: dict[str, DeviceConfig]) -> None:
    name = first("linux", "cpe")
    found = of(configs, name)
    said = listing(configs, name)
    counts = ask(COUNTY.device_by_name[name], Shell(said), found, 1)
    assert counts.since == datetime.fromtimestamp(1790000000, UTC)
    total = [hit for chain in found for hit in counts.hits[chain.hook, ""]]
    assert sorted(hit for hit in total if hit is not None)[:3] == [0, 1, 2] or 0 in total
    assert len(total) == sum(len(chain.rules) for chain in found)


def test_rules_that_are_not_the_ones_fetched_have_no_counters(configs: dict[str, DeviceConfig]) -> None:
    name = first("linux", "cpe")
    set_language("en")
    other = tuple(replace(chain, rules=chain.rules[1:]) for chain in of(configs, name))
    counts = ask(COUNTY.device_by_name[name], Shell(listing(configs, name)), other, 1)
    assert not counts.hits
    assert "other rules than were last fetched" in counts.reason


def test_a_load_whose_time_is_not_told_leaves_the_beginning_unknown() -> None:
    assert words.nft_since("since 1790000000\n") is None


def test_ios_prints_matches_only_where_there_are_some(configs: dict[str, DeviceConfig]) -> None:
    name = first("cisco_ios", "cpe")
    found = of(configs, name)
    text = ""
    for chain in found:
        text += f"Extended IP access list in-{chain.interface.replace('/', '-')}\n"
        for n, _rule in enumerate(chain.rules):
            text += f"    {n * 10 + 10} permit ip any any{f' ({n} matches)' if n > 1 else ' (1 match)' if n else ''}\n"
    said = {"show access-lists": text, "show version": "cpe uptime is 2 weeks, 1 day, 3 hours, 5 minutes\n"}
    counts = ask(COUNTY.device_by_name[name], Terminal(said), found, 1)
    assert {key: hits[:3] for key, hits in counts.hits.items()} == {
        ("list", chain.interface): (0, 1, 2)[: len(chain.rules)] for chain in found
    }  # fmt: skip
    assert counts.since
    assert words.started(said["show version"], NOW) == datetime(2026, 11, 11, 4, 55, tzinfo=UTC)
    assert words.ios(text.replace("    20 permit ip any any (1 match)\n", ""), found) == {}


def test_a_firewall_of_vrp_shows_rules_by_name(configs: dict[str, DeviceConfig]) -> None:
    name = first("huawei_vrp", "firewall")
    said = """
 RULE ID  RULE NAME                         STATE      ACTION             HITTED
 -------------------------------------------------------------------------------
 0        default                           enable     deny               9
 1        forward-1                         enable     permit             0
 2        forward-2                         enable     permit             17
"""
    hits = words.usg(said, of(configs, name))
    assert hits["forward", ""][:3] == (0, 17, None)
    assert set(hits["input", ""]) == {None}


def test_what_a_device_cannot_tell_is_said(configs: dict[str, DeviceConfig]) -> None:
    """Switches hold lists in hardware: a zero there would say nothing."""
    set_language("en")
    core = COUNTY.device_by_name["core-1"]
    assert not tells(core)
    from pathlib import Path

    from countynet.settings import Settings

    counts = read(COUNTY, Settings(county=Path("/nowhere"), language="en"), {"core-1": configs["core-1"]}, ["core-1"])
    assert counts["core-1"].reason == "such a device does not count every packet by rule"
    unknown = read(COUNTY, Settings(county=Path("/nowhere"), language="en"), {}, ["fw-1"])
    assert "never fetched" in unknown["fw-1"].reason


def test_nothing_is_known_since_when_if_the_device_does_not_say() -> None:
    assert words.started("no such word", NOW) is None
