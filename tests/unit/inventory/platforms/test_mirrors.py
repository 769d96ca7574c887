"""Hot standby of firewalls: who mirrors sessions to whom, and which groups one state moves together."""

from types import ModuleType

import pytest

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig, Vrrp
from inventory.platforms import cisco_ios, h3c_comware, huawei_vrp, linux

VRP = """sysname fw
#
hrp enable
hrp interface GigabitEthernet1/0/6 remote 10.9.0.2
hrp mirror session enable
hrp standby config enable
hrp preempt delay 60
hrp track interface GigabitEthernet1/0/3
#
interface GigabitEthernet1/0/1
 ip address 10.0.0.2 255.255.255.0
 vrrp vrid 1 virtual-ip 10.0.0.1 active
#
interface GigabitEthernet1/0/2
 ip address 10.1.0.2 255.255.255.0
 vrrp vrid 2 virtual-ip 10.1.0.1 255.255.255.0 standby
#
interface GigabitEthernet1/0/3
 ip address 10.2.0.2 255.255.255.0
#
return
"""
COMWARE = """sysname fw
#
track 1 interface GigabitEthernet1/0/3
#
remote-backup group
 data-channel interface GigabitEthernet1/0/6
 configuration sync-check interval 12
 delay-time 1
 track 1
 local-ip 10.9.0.1
 remote-ip 10.9.0.2
 device-role primary
#
interface GigabitEthernet1/0/1
 port link-mode route
 ip address 10.0.0.2 255.255.255.0
 vrrp vrid 1 virtual-ip 10.0.0.1 active
#
interface GigabitEthernet1/0/2
 port link-mode route
 ip address 10.1.0.2 255.255.255.0
 vrrp vrid 2 virtual-ip 10.1.0.1 standby
#
interface GigabitEthernet1/0/3
 port link-mode route
 ip address 10.2.0.2 255.255.255.0
#
return
"""
TEXTS = {huawei_vrp: VRP, h3c_comware: COMWARE}
BOTH = pytest.mark.parametrize("platform", [huawei_vrp, h3c_comware])


def _read(platform: ModuleType, text: str) -> tuple[DeviceConfig, list[str]]:
    found = platform.parse(text)
    return found.config, [line.text for line in found.unparsed if line.line]


def _groups(config: DeviceConfig) -> list[Vrrp]:
    return [group for item in config.interfaces for group in item.vrrp]


@BOTH
def test_a_firewall_says_to_whom_it_mirrors_its_sessions_and_who_is_master(platform: ModuleType) -> None:
    config, unparsed = _read(platform, TEXTS[platform])
    assert unparsed == []
    assert str(config.mirrors) == "10.9.0.2"
    active, standby = _groups(config)
    assert (str(active.address), str(standby.address)) == ("10.0.0.1/24", "10.1.0.1/24")
    assert active.priority > standby.priority
    assert active.sync != standby.sync
    assert active.track == standby.track == ("GigabitEthernet1/0/3",)


@pytest.mark.parametrize(
    ("platform", "line", "other"),
    [
        (huawei_vrp, "hrp mirror session enable\n", ""),
        (h3c_comware, " device-role primary", " device-role primary\n undo hot-backup enable"),
    ],
)
def test_sessions_that_are_copied_later_or_not_at_all_are_not_shared(
    platform: ModuleType, line: str, other: str
) -> None:
    config, unparsed = _read(platform, TEXTS[platform].replace(line, other))
    assert (config.mirrors, unparsed) == (None, [])


@pytest.mark.parametrize(
    ("platform", "line", "other", "listed"),
    [
        (huawei_vrp, "hrp enable\n", "", "vrrp vrid 1 virtual-ip 10.0.0.1 active"),
        (huawei_vrp, "hrp enable\n", "", "hrp mirror session enable"),
        (huawei_vrp, "hrp preempt delay 60", "hrp load balance device", "hrp load balance device"),
        (huawei_vrp, "10.0.0.1 active", "10.7.0.1 active", "vrrp vrid 1 virtual-ip 10.7.0.1 active"),
        (h3c_comware, " track 1\n", " track 2\n", "track 2"),
        (h3c_comware, " device-role primary", " adjust-cost ospf enable absolute", "adjust-cost ospf enable absolute"),
        (
            h3c_comware,
            " virtual-ip 10.0.0.1 active",
            " virtual-ip 10.7.0.1 active",
            "vrrp vrid 1 virtual-ip 10.7.0.1 active",
        ),
    ],
)
def test_what_does_not_come_together_is_listed(platform: ModuleType, line: str, other: str, listed: str) -> None:
    assert line in TEXTS[platform]
    assert listed in _read(platform, TEXTS[platform].replace(line, other))[1]


def test_a_firewall_whose_costs_may_follow_its_state_lacks_the_line_that_holds_them_still() -> None:
    speaks = "#\nospf 1 router-id 1.1.1.1\n area 0\n  network 10.0.0.0 0.0.0.255\n#\nreturn"
    text = VRP.replace("#\nreturn", speaks)
    lacking = [line.text for line in huawei_vrp.parse(text).unparsed]
    assert "lacking: undo hrp adjust ospf-cost enable" in lacking
    still = text.replace("hrp enable\n", "hrp enable\nundo hrp adjust ospf-cost enable\n")
    assert "lacking: undo hrp adjust ospf-cost enable" not in [line.text for line in huawei_vrp.parse(still).unparsed]


@pytest.mark.parametrize("platform", [huawei_vrp, h3c_comware, cisco_ios, linux])
def test_no_platform_is_told_to_mirror(platform: ModuleType) -> None:
    with pytest.raises(BadInput) as caught:
        platform.render(DeviceConfig.model_validate({"hostname": "fw", "mirrors": "10.9.0.2"}))
    assert "mirrors" in {problem.where for problem in caught.value.problems}
