"""Lines that no inventory says, as steps: exactly these, taken back exactly, and what cannot be carried says why."""

import re
from functools import cache

import pytest

from countynet.errors import DeviceError
from inventory.intent.adapt import adapted
from inventory.model import Device
from inventory.platforms import registry
from inventory.platforms.patch import lines as trees
from inventory.platforms.patch import trying
from inventory.platforms.patch.device import Device as Box
from inventory.subset import subset
from playbooks.device.vendor import texts
from playbooks.plan import extra
from tests.unit.inventory.mixed_county import mixed_county, secrets

GUARD = {
    "huawei_vrp": ("dhcp snooping enable",),
    "h3c_comware": ("dhcp snooping enable",),
    "cisco_ios": ("ip dhcp snooping", "archive / path flash:county"),
    "ruijie": ("ip dhcp snooping",),
}


@cache
def runs(platform: str) -> tuple[Device, str]:
    """Return a device of a platform, and what it runs when it is as intended."""
    county = subset(mixed_county(), 12)
    device = next(one for one in county.devices if one.platform == platform)
    return device, registry.platform(platform).render(adapted(county, secrets)[device.name])


def port(text: str, platform: str) -> str:
    return next(top for top in trees.read(text, platform) if re.fullmatch(r"interface \S*\d/\d.*", top))


def typed(text: str, lines: tuple[str, ...], end: str, platform: str) -> str:
    box = Box(trees.copied(trees.read(text, platform)), platform, intended=trees.read(end, platform))
    list(box.type(lines))
    assert not box.refused
    return texts.canonical(texts.written(box.tree, platform), platform)


@pytest.mark.parametrize("platform", GUARD)
def test_the_lines_come_and_go_and_nothing_else_does(platform: str) -> None:
    device, text = runs(platform)
    found = extra.steps(device, text, GUARD[platform])
    assert typed(text, found.do.lines, found.intended, platform) == texts.canonical(found.intended, platform)
    assert typed(found.intended, found.undo.lines, text, platform) == texts.canonical(text, platform)
    added = [line for line in texts.difference(text, found.intended, platform).splitlines() if line[:1] in "+-"]
    said = {line[1:].strip() for line in added if not line.startswith(("+++", "---"))}
    assert said == {line.strip() for line in trying.entered(GUARD[platform])}


@pytest.mark.parametrize("platform", GUARD)
def test_a_later_plan_of_what_is_intended_leaves_the_lines_alone(platform: str) -> None:
    device, text = runs(platform)
    has = extra.steps(device, text, GUARD[platform]).intended
    kept = texts.expected(has, text, platform)
    assert texts.difference(has, kept, platform) == ""


def test_lines_that_stand_in_a_port_go_there_and_no_port_else() -> None:
    device, text = runs("huawei_vrp")
    head = port(text, "huawei_vrp")
    found = extra.steps(device, text, (head, " port-security enable"))
    assert found.do.lines == (head, "port-security enable", "quit")
    assert found.undo.lines == (head, "undo port-security enable", "quit")


def test_a_line_that_nobody_understands_is_taken_away_and_put_back() -> None:
    device, text = runs("huawei_vrp")
    found = extra.steps(
        device, f"{text}#\nftp server source all-interface\n", ("undo ftp server source all-interface",)
    )
    assert [line.startswith("undo ftp server") for line in found.do.lines] == [True]
    assert found.undo.lines == ("ftp server source all-interface",)


@pytest.mark.parametrize(
    ("platform", "lines", "message"),
    [
        ("cisco_ios", ("tacacs server ...",), trying.FILL),
        ("cisco_ios", ("line vty 0 4", " access-class 1 in"), trying.NO_LIST),
        ("huawei_vrp", ("snmp-agent acl 2000",), trying.NO_LIST),
        ("ruijie", ("no ntp server 10.1.0.10",), extra.UNDERSTOOD),
    ],
)
def test_what_cannot_be_carried_says_why(platform: str, lines: tuple[str, ...], message: str) -> None:
    device, text = runs(platform)
    with pytest.raises(DeviceError) as refused:
        extra.steps(device, text, lines)
    assert refused.value.message == message


def test_a_line_that_stands_there_is_no_change_and_a_linux_device_has_whole_files() -> None:
    device, text = runs("cisco_ios")
    there = next(line for line in trees.read(text, "cisco_ios") if line.startswith("hostname "))
    with pytest.raises(DeviceError) as refused:
        extra.steps(device, text, (there,))
    assert refused.value.message == extra.THERE
    linux = device.model_copy(update={"platform": "linux"})
    with pytest.raises(DeviceError) as refused:
        extra.steps(linux, "", ("PermitRootLogin no",))
    assert refused.value.message == extra.WHOLE
