"""Patches of four vendors: the table of cases, the law over generated configurations, and hard lines of the world."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import registry
from inventory.platforms.huawei_vrp.interfaces import switches
from inventory.platforms.patch import lines, make, patch, verify
from inventory.platforms.patch.aside import aside
from inventory.platforms.patch.sequences import moves, numbered
from tests.unit.inventory.platforms.cisco_ios.test_law import IOS
from tests.unit.inventory.platforms.h3c_comware import strategies as comware
from tests.unit.inventory.platforms.huawei_vrp import strategies as vrp
from tests.unit.inventory.platforms.ioslike import strategies as ios
from tests.unit.inventory.platforms.patches.trial import PLATFORMS, Case, cases, flat, judge
from tests.unit.inventory.platforms.ruijie.test_law import RGOS

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
FEW = settings(
    max_examples=6, deadline=None, suppress_health_check=SLOW, database=None, phases=[Phase.explicit, Phase.generate]
)
"""two whole configurations an example: few, and none made smaller, so that the suite stays short"""
CONFIGS: dict[str, Callable[[], st.SearchStrategy[DeviceConfig]]] = {
    "huawei_vrp": vrp.configs,
    "h3c_comware": comware.configs,
    "cisco_ios": lambda: ios.configs(IOS),
    "ruijie": lambda: ios.configs(RGOS),
}
GAPS = {("h3c_comware", "a rule is put in at the top")}
"""cases that we do not get right, with the reason in docs/patches.md"""


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.platform}-{case.name}".replace(" ", "-"))
def test_a_case_is_patched_without_a_wrong_moment(case: Case) -> None:
    wrong = judge(case, patch(case.old, case.new, case.platform))
    if (case.platform, case.name) in GAPS:
        made = make(case.old, case.new, case.platform)
        assert len(wrong) == 1
        assert made.gaps
    else:
        assert wrong == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_patch_leads_to_what_is_intended(platform: str) -> None:
    functions = registry.platform(platform)

    @FEW
    @given(CONFIGS[platform](), CONFIGS[platform]())
    def law(old: DeviceConfig, new: DeviceConfig) -> None:
        assume(switches(old) == switches(new))
        verdict = verify(functions.render(old), functions.render(new), platform)
        assert verdict.refused == ()
        assert verdict.differs == ()

    law()


GOLDEN = Path(__file__).parent.parent
PAIRS = [
    (name, old.name, new.name)
    for name in PLATFORMS
    for old, new in permutations(sorted((GOLDEN / name / "golden").glob("*.cfg")), 2)
]


@pytest.mark.parametrize(("platform", "old", "new"), PAIRS)
def test_one_kind_of_device_becomes_another(platform: str, old: str, new: str) -> None:
    texts = [(GOLDEN / platform / "golden" / name).read_text(encoding="utf-8") for name in (old, new)]
    verdict = verify(texts[0], texts[1], platform)
    assert verdict.refused == ()
    assert verdict.differs == ()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_device_that_runs_what_is_intended_gets_no_line(platform: str) -> None:
    functions = registry.platform(platform)

    @FEW
    @given(CONFIGS[platform]())
    def law(config: DeviceConfig) -> None:
        text = functions.render(config)
        assert patch(text, text, platform) == ()

    law()


rules = st.lists(st.tuples(st.booleans(), st.frozensets(st.integers(0, 5), max_size=4)), max_size=6, unique=True)


def _decides(given_: list[Any], packet: int) -> bool | None:
    return next((action for action, met in given_ if packet in met), None)


@settings(max_examples=150, deadline=None)
@given(rules, rules)
def test_no_packet_is_ever_judged_otherwise_than_before_or_after(old: list[Any], new: list[Any]) -> None:
    found = moves(old, new)
    numbers = numbered([10 * n + 9 for n in range(len(old))], [10 * n + 9 for n in range(len(new))], found, 10**6)
    assume(numbers is not None)
    assert numbers is not None
    device = {10 * n + 9: rule for n, rule in enumerate(old)}
    states = [dict(device)]
    for place in found.added:
        assert numbers[place] not in device
        device[numbers[place]] = new[place]
        states.append(dict(device))
    for place in found.removed:
        del device[10 * place + 9]
        states.append(dict(device))
    assert [device[n] for n in sorted(device)] == new
    for state in states:
        shown = [state[n] for n in sorted(state)]
        for packet in range(6):
            assert _decides(shown, packet) in {_decides(old, packet), _decides(new, packet)}


def test_lines_that_nobody_understands_stay_unless_they_are_to_go() -> None:
    old = "interface GigabitEthernet0/0/1\n description a\n loopback-detect weird mode\n"
    new = "interface GigabitEthernet0/0/1\n description b\n"
    made = make(old, new, "huawei_vrp")
    assert made.lines == ("interface GigabitEthernet0/0/1", "description b", "quit")
    assert made.kept == (("interface GigabitEthernet0/0/1", "loopback-detect weird mode"),)
    assert "undo loopback-detect weird mode" in patch(old, new, "huawei_vrp", remove_unmanaged=True)


def test_lines_that_say_nothing_to_us_stay_where_they_are() -> None:
    old = "clock timezone BJ add 08:00:00\nsysname a\ninterface GigabitEthernet0/0/1\n undo negotiation auto\n"
    assert patch(old, "sysname a\n", "huawei_vrp") == ()
    assert patch("clock timezone CST 8 0\nhostname a\n", "hostname a\n", "cisco_ios") == ()


def test_an_intended_line_takes_the_place_of_one_that_nobody_understands() -> None:
    old = "interface GigabitEthernet0/0/1\n port link-type hybrid\n"
    new = "vlan batch 10\ninterface GigabitEthernet0/0/1\n port link-type access\n port default vlan 10\n"
    made = make(old, new, "huawei_vrp")
    assert made.kept == ()
    assert "port link-type access" in made.lines


def test_a_secret_that_changed_in_plain_sight_is_typed() -> None:
    old = "ike peer hub\n pre-shared-key cipher old-Secret-1\n"
    new = "ike peer hub\n pre-shared-key cipher new-Secret-2\n"
    assert "pre-shared-key cipher new-Secret-2" in patch(old, new, "huawei_vrp")


def test_enciphered_secrets_are_typed_again_when_asked() -> None:
    old = "ike peer hub\n pre-shared-key cipher %^%#Ab(3k$xQ;9z%^%#\n"
    new = "ike peer hub\n pre-shared-key cipher new-Secret-2\n"
    assert patch(old, new, "huawei_vrp") == ()
    assert "pre-shared-key cipher new-Secret-2" in patch(old, new, "huawei_vrp", send_secrets=True)


def test_vlans_are_removed_from_comware_one_run_a_line() -> None:
    lines = patch("vlan 10\nvlan 20\nvlan 30 to 40\n", "sysname a\n", "h3c_comware")
    assert [line for line in lines if "vlan" in line] == ["undo vlan 10", "undo vlan 20", "undo vlan 30 to 40"]


def test_the_first_vlan_is_never_removed() -> None:
    assert not any("vlan" in line for line in patch("vlan 1\nvlan 10\n", "vlan 10\n", "h3c_comware"))


def test_a_trunk_of_ruijie_that_is_told_by_what_it_lacks_is_read() -> None:
    old = "interface GigabitEthernet 0/1\n switchport mode trunk\n switchport trunk allowed vlan remove 1-9,11-4094\n"
    new = "interface GigabitEthernet 0/1\n switchport mode trunk\n switchport trunk allowed vlan only 10,20\n"
    assert "switchport trunk allowed vlan add 20" in patch(old, new, "ruijie")


def test_a_list_that_a_crypto_map_uses_is_said_to_have_a_gap() -> None:
    old = "ip access-list extended vpn\n permit ip any host 10.0.0.1\ncrypto map m 1 ipsec-isakmp\n match address vpn\n"
    new = old.replace("10.0.0.1", "10.0.0.2")
    assert make(old, new, "cisco_ios").gaps == (("ip access-list extended vpn",),)


def test_kinds_of_traps_that_ios_prints_one_by_one_are_left_as_they_are() -> None:
    running = "snmp-server enable traps config\nsnmp-server enable traps ospf state-change\n"
    assert patch(running, "snmp-server enable traps\n", "cisco_ios") == ()
    assert patch(running, "", "cisco_ios") == ("no snmp-server enable traps",)


@pytest.mark.parametrize("model", ["", "S5700", "Huawei S5700", "AR6140", "USG6525E", "CE6865"])
def test_models_are_called_by_their_maker_or_not(model: str) -> None:
    assert patch("sysname a\n", "sysname b\n", "huawei_vrp", model) == ("sysname b",)


@pytest.mark.parametrize("platform", ["linux", "nothing"])
def test_a_platform_without_lines_is_refused(platform: str) -> None:
    with pytest.raises(BadInput):
        patch("", "", platform)


@pytest.mark.parametrize("text", ["", "#\n", "\x00\xff", "   indented first\nquit\n", "interface\n x\n  y\n    z\n"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_any_text_is_some_configuration(platform: str, text: str) -> None:
    patch(text, "", platform)
    patch("", text, platform)


def test_indented_lines_are_typed_with_what_leaves_each_view() -> None:
    assert flat("a\n b\n  c\n d\ne", "cisco_ios") == ["a", "b", "c", "exit", "d", "exit", "e"]


MASK = "255.255.255.0"


def test_a_vrrp_group_gets_its_new_address_before_it_loses_the_old_one() -> None:
    port = (
        f"vlan batch 10\ninterface Vlanif10\n ip address 10.0.0.2 {MASK}\n"
        " vrrp vrid 1 virtual-ip 10.0.0.{}\n vrrp vrid 1 priority 9\n"
    )
    verdict = verify(port.format(1), port.format(9), "huawei_vrp")
    assert verdict.good
    assert verdict.patch.lines[1:3] == ("vrrp vrid 1 virtual-ip 10.0.0.9", "undo vrrp vrid 1 virtual-ip 10.0.0.1")


def test_two_vrrp_groups_that_change_addresses_keep_their_settings() -> None:
    port = (
        f"vlan batch 10\ninterface Vlanif10\n ip address 10.0.0.2 {MASK}\n vrrp vrid 1 virtual-ip 10.0.0.{{}}\n"
        " vrrp vrid 1 priority 9\n vrrp vrid 2 virtual-ip 10.0.0.{}\n vrrp vrid 2 priority 7\n"
    )
    verdict = verify(port.format(1, 9), port.format(9, 8), "huawei_vrp")
    assert verdict.good
    lines = verdict.patch.lines
    assert lines.index("undo vrrp vrid 1 virtual-ip 10.0.0.1") < lines.index("vrrp vrid 1 priority 9")


def test_the_end_of_a_tunnel_is_replaced_not_added() -> None:
    old = "interface Tunnel0 mode ipsec\n source 10.0.0.1\n destination 10.0.0.9\n"
    lines = patch(old, old.replace("0.9", "0.8"), "h3c_comware")
    assert lines == ("interface Tunnel0 mode ipsec", "destination 10.0.0.8", "quit")


def test_a_link_group_that_goes_leaves_its_zone_first_and_is_not_entered_again() -> None:
    old = "interface Eth-Trunk1\n port link-type trunk\n"
    old += "firewall zone name a id 5\n set priority 9\n add interface Eth-Trunk1\n"
    verdict = verify(old, "sysname a\n", "huawei_vrp")
    assert verdict.refused == ()
    lines = verdict.patch.lines
    assert "interface Eth-Trunk1" not in lines
    assert lines.index("undo firewall zone name a id 5") < lines.index("undo interface Eth-Trunk1")


def test_an_address_is_taken_from_a_port_that_begins_to_switch_before_another_gets_it() -> None:
    old = f"interface GigabitEthernet1/0/1\n port link-mode route\n ip address 10.0.0.1 {MASK}\n"
    new = "interface GigabitEthernet1/0/1\n port link-mode bridge\n"
    new += f"interface M-GigabitEthernet0/0/0\n ip address 10.0.0.1 {MASK}\n"
    verdict = verify(old, new, "h3c_comware")
    assert verdict.refused == ()
    assert f"ip address 10.0.0.1 {MASK}" in verdict.patch.lines


def test_the_steering_that_intent_writes_itself_is_not_taken_for_somebody_elses() -> None:
    text = (
        "policy-based-route {0} permit node 10\nip local policy-based-route {0}\n"
        "interface Vlan-interface10\n ip policy-based-route {0}\n"
    )
    found = {
        name: aside(lines.read(text.format(name), "h3c_comware"), {}, "h3c_comware") for name in ("countynet", "theirs")
    }
    assert (len(found["countynet"]), len(found["theirs"])) == (0, 3)
