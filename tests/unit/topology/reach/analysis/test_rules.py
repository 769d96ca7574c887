"""The example county's rules: clean as intended; a rule of each kind planted there is found and shown."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from countynet.errors import BadInput
from countynet.i18n import set_language
from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.model import County
from inventory.platforms.registry import platform
from tests.unit.topology.reach.planted import CORES, FIREWALLS, INSIDE, LANS, SERVERS, each, first
from topology.reach.analysis.counted import Counts
from topology.reach.analysis.model import Finding, Kind, Report
from topology.reach.rules import Asked, analyse

Configs = dict[str, DeviceConfig]
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


USES = (Kind.NEVER_MATCHING, Kind.SHADOWED, Kind.REDUNDANT)
"""what needs no look at the whole network"""


def report(county: County, configs: Configs, *devices: str, kinds: tuple[Kind, ...] = USES, **more: Any) -> Report:
    return analyse(Asked(county, configs, TODAY, devices=devices, kinds=kinds, **more))


def last(action: str = "accept", **fields: Any) -> Any:
    rule = FilterRule.model_validate({"action": action, "name": "planted", **fields})
    return lambda found: [*found, rule]


def planted(found: Report, name: str = "planted") -> Finding:
    (one,) = [finding for finding in found.findings if finding.rule == name]
    return one


def test_the_example_is_clean(county: County, configs: Configs) -> None:
    """What is wider than the policy is so by design: a CPE and a core pass on what the firewalls decide."""
    found = report(county, configs, kinds=())
    assert found.findings == ()
    assert (found.devices, found.rules) == (132, sum(len(f.rules) for c in configs.values() for f in c.filters))
    assert {line.split()[-1] for line in found.held} == {
        "lan-out", "units-out", "units-back", "devices-out", "devices-back",
    }  # fmt: skip
    assert found.unknown == ()


def test_a_rule_behind_a_drop_of_all_it_speaks_of_is_shadowed(county: County, configs: Configs) -> None:
    changed = each(["fw-1"], "forward", last(in_interfaces=["inet0"], sources=["10.0.0.0/8"], protocol="tcp"))(configs)
    one = planted(report(county, changed, "fw-1"))
    assert one.kind is Kind.SHADOWED
    assert [(other.rule, other.action) for other in one.others] == [("internet-spoof", "drop")]
    assert one.boxes == ("tcp 10.0.0.0/8 > * [inet0 > *] new",)
    assert one.packet.startswith("tcp 10.")
    assert "[inet0 > " in one.packet
    assert one.sure


def test_several_together_of_both_actions_shadow_and_all_are_named(county: County, configs: Configs) -> None:
    lines: dict[str, Any] = {
        "in_interfaces": ["v101", "v102"],
        "out_interfaces": ["x-fw1"],
        "sources": LANS,
        "protocol": "tcp",
    }
    changed = each(["core-1"], "forward", last(**lines))(configs)
    one = planted(report(county, changed, "core-1"))
    assert one.kind is Kind.SHADOWED
    expected = ["spoof-u001", "spoof-u002", "unit-to-unit", "unit-to-network", "units-out"]
    assert [other.rule for other in one.others] == expected
    assert {other.action for other in one.others} == {"accept", "drop"}
    assert all(other.packet for other in one.others)


def test_a_rule_taken_by_rules_that_do_the_same_is_redundant_not_shadowed(county: County, configs: Configs) -> None:
    """The rules for answers and invalid packets in front take a part of it too, and make no difference."""
    twice = each(["fw-1"], "forward", lambda found: [*found, found[-1]])(configs)
    (one,) = report(county, twice, "fw-1").findings
    assert one.kind is Kind.REDUNDANT
    assert [(other.rule, other.place) for other in one.others] == [(one.rule, one.place - 1)]


def test_a_narrow_rule_before_the_wide_one_is_redundant(county: County, configs: Configs) -> None:
    narrow = FilterRule.model_validate(
        {"action": "accept", "name": "planted", "in_interfaces": INSIDE, "out_interfaces": ["srv0"],
         "sources": ["10.21.1.0/24"], "destinations": SERVERS, "protocol": "tcp", "ports": [443]}
    )  # fmt: skip

    def plant(found: list[FilterRule]) -> list[FilterRule]:
        after = 1 + next(n for n, rule in enumerate(found) if rule.state == "established")
        return [*found[:after], narrow, *found[after:]]

    one = planted(report(county, each(["fw-1"], "forward", plant)(configs), "fw-1"))
    assert one.kind is Kind.REDUNDANT
    assert [other.rule for other in one.others] == ["units-server"]
    assert one.boxes == ("tcp 10.21.1.0/24 > 10.1.0.0/24:443 [core0 > srv0] new",)


NEVER: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "an interface that the device does not have": ("fw-1", "forward", {"in_interfaces": ["dmz7"]}, "dmz7"),
    "a source that it excludes itself": (
        "fw-1", "forward", {"sources": LANS, "not_sources": ["10.0.0.0/8"]}, "contradicts",
    ),
    "a forwarded packet for the device itself": (
        "core-1", "forward", {"destinations": ["10.255.1.1"], "protocol": "tcp"}, "whatever routes do",
    ),
    "a packet for the device with another's address": (
        "fw-1", "input", {"destinations": ["10.1.0.10"], "protocol": "tcp"}, "whatever routes do",
    ),
    "a packet out of a tunnel that carries no such source": (
        "vpn-hub", "forward", {"in_interfaces": ["ipsec0"], "sources": ["10.1.0.0/24"]}, "whatever routes do",
    ),
    "a packet to where no route of the device in front leads": (
        "cpe-001", "forward", {"in_interfaces": ["wan0"], "destinations": ["203.0.113.0/24"]}, "whatever routes do",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NEVER)
def test_a_rule_that_no_packet_can_match_is_found(county: County, configs: Configs, what: str) -> None:
    device, hook, fields, why = NEVER[what]
    one = planted(report(county, each([device], hook, first(**fields))(configs), device))
    assert one.kind is Kind.NEVER_MATCHING
    assert why in one.says


def test_what_only_a_failure_brings_is_not_called_impossible(county: County, configs: Configs) -> None:
    """OSPF may send anything by any of its links once another is down."""
    odd = first(in_interfaces=["x-core2"], destinations=["10.21.1.0/24"], sources=SERVERS, protocol="udp", ports=[9])
    changed = each(["core-1"], "forward", odd)(configs)
    assert all(one.kind is not Kind.NEVER_MATCHING for one in report(county, changed, "core-1").findings)


def test_a_drop_is_a_guard_even_where_routes_bring_it_nothing(county: County, configs: Configs) -> None:
    guard = first(action="drop", in_interfaces=["wan0"], destinations=["203.0.113.0/24"], log=True)
    assert report(county, each(["cpe-001"], "forward", guard)(configs), "cpe-001").findings == ()


@pytest.mark.parametrize("over", [True, False])
def test_a_rule_of_a_line_that_is_over_is_expired(county: County, configs: Configs, over: bool) -> None:
    ends = date(2026, 11, 25) if over else TODAY
    lines = tuple(r.model_copy(update={"expires_on": ends}) if r.id == "city-portal" else r for r in county.policy)
    found = report(county.model_copy(update={"policy": lines}), configs, *FIREWALLS, kinds=(Kind.EXPIRED,)).findings
    assert {one.device for one in found} == ({*FIREWALLS} if over else set())
    assert all(one.rule == "city-portal" and "2026-11-25" in one.says for one in found)


def _named(name: str, **fields: Any) -> Any:
    rule = FilterRule.model_validate({"action": "accept", "name": name, **fields})
    return lambda found: [rule, *found]


def test_rules_that_let_through_too_much_are_found_with_the_packets(county: County, configs: Configs) -> None:
    """Both firewalls and both cores are judged, though packets take one of them while nothing fails."""
    to_unit = {"in_interfaces": ["srv0"], "destinations": ["10.21.1.0/24"], "sources": SERVERS}
    to_public = {"in_interfaces": INSIDE, "out_interfaces": ["pub0"], "sources": ["10.21.4.0/22"], "protocol": "udp"}
    changed = each(FIREWALLS, "forward", _named("too-many-ports", ports=[69], **to_public))(configs)
    changed = each(["fw-1"], "forward", _named("wrong-direction", **to_unit))(changed)
    changed = each(CORES, "forward", _named("between-units", sources=LANS, destinations=LANS))(changed)
    changed = each(FIREWALLS, "forward", _widened)(changed)
    changed = each(["fw-2"], "forward", _named("anything", sources=LANS, destinations=SERVERS))(changed)
    found = report(county, changed, *FIREWALLS, *CORES, kinds=(Kind.OVER_WIDE,)).findings
    by_rule = {name: [one for one in found if one.rule == name] for name in {one.rule for one in found}}
    assert {name: {one.device for one in some} for name, some in by_rule.items()} == {
        "too-many-ports": {*FIREWALLS}, "wrong-direction": {"fw-1"}, "between-units": {*CORES},
        "units-public": {*FIREWALLS}, "anything": {"fw-2"},
    }  # fmt: skip
    assert all(one.packet and one.boxes for one in found)
    says = {name: {one.says for one in some} for name, some in by_rule.items()}
    through = "it lets packets through to where the policy lets nothing of the kind"
    assert says["too-many-ports"] == says["units-public"] == says["anything"] == {through}
    held = "no line of the policy needs anything that it lets through"
    assert says["wrong-direction"] == says["between-units"] == {held}, "CPEs hold it back, and still it is too much"
    assert all(":8080" in box for one in by_rule["units-public"] for box in one.boxes), "only what is beyond the line"
    assert {one.packet.split("[")[0] for one in by_rule["too-many-ports"]} == {"udp 10.21.4.0:0 > 10.2.0.0:69 "}


def test_a_rule_that_is_needed_in_part_is_not_removed_but_replaced(county: County, configs: Configs) -> None:
    changed = each(["fw-1"], "forward", _widened)(configs)
    text = platform("linux").render(_with_keys(changed["fw-1"]))
    changed["fw-1"] = platform("linux").parse(text).config
    asked = Asked(county, changed, TODAY, texts=lambda _name: text, devices=["fw-1"], kinds=[Kind.OVER_WIDE],
                  intended=configs)  # fmt: skip
    (one,) = analyse(asked).findings
    (fix,) = one.fix
    assert fix.startswith("nft replace rule inet countynet forward handle ")
    assert "tcp dport { 80, 443 }" in fix
    assert "8080" not in fix
    (bare,) = analyse(replace(asked, intended={})).findings
    assert (bare.fix, bare.lines) == ((), one.lines)


def _with_keys(config: DeviceConfig) -> DeviceConfig:
    """Return a configuration with keys that Linux can hold."""
    assert config.snmp
    key = SecretStr("k" * 24)
    users = tuple(user.model_copy(update={"auth_key": key, "priv_key": key}) for user in config.snmp.users)
    return config.model_copy(update={"snmp": config.snmp.model_copy(update={"users": users})})


def _widened(found: list[FilterRule]) -> list[FilterRule]:
    return [r.model_copy(update={"ports": (80, 443, 8080)}) if r.name == "units-public" else r for r in found]


def test_a_rule_that_nothing_ever_hit_says_since_when(county: County, configs: Configs) -> None:
    chain = next(f for f in configs["cpe-001"].filters if f.hook == "forward")
    hits = tuple(0 if rule.name == "unit-to-unit" else 7 for rule in chain.rules)
    since = datetime(2026, 5, 1, tzinfo=UTC)
    counts = {"cpe-001": Counts({("forward", ""): hits}, since), "cpe-002": Counts(reason="it is silent")}
    found = report(county, configs, "cpe-001", "cpe-002", kinds=(Kind.NEVER_HIT,), counts=counts)
    (one,) = found.findings
    assert (one.kind, one.rule) == (Kind.NEVER_HIT, "unit-to-unit")
    assert "2026-05-01" in one.says
    assert found.uncounted == {"cpe-002": "it is silent"}
    counts = {"cpe-001": Counts({("forward", ""): hits})}
    unsaid = report(county, configs, "cpe-001", kinds=(Kind.NEVER_HIT,), counts=counts).findings
    assert "not known" in unsaid[0].says


def test_counters_of_other_rules_than_were_fetched_say_nothing(county: County, configs: Configs) -> None:
    counts = {"cpe-001": Counts({("forward", ""): (0, 0)})}
    assert report(county, configs, "cpe-001", kinds=(Kind.NEVER_HIT,), counts=counts).findings == ()


def test_a_line_that_nobody_understands_makes_findings_not_sure(county: County, configs: Configs) -> None:
    twice = each(["fw-1"], "forward", lambda found: [*found, found[-1]])(configs)
    found = report(county, twice, "fw-1", unparsed={"fw-1": ["9: strange"]})
    assert [one.sure for one in found.findings] == [False]
    assert found.unknown == ("fw-1: 9: strange",)


def test_a_device_without_a_configuration_is_named(county: County, configs: Configs) -> None:
    less = {name: config for name, config in configs.items() if name != "cpe-120"}
    assert report(county, less, "cpe-120").unknown == ("cpe-120: no configuration",)


def test_an_unknown_device_is_bad_input(county: County, configs: Configs) -> None:
    with pytest.raises(BadInput):
        report(county, configs, "fw-9")


def test_only_the_kinds_that_are_asked_for_are_named(county: County, configs: Configs) -> None:
    changed = each(["fw-1"], "forward", first(in_interfaces=["dmz7"]))(configs)
    assert report(county, changed, "fw-1", kinds=(Kind.REDUNDANT,)).findings == ()
