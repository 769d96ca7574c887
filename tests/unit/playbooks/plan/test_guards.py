"""Which method a device has, how long it waits, what a plan of it says; over a fake terminal where lines are typed."""

import pytest

from countynet.errors import DeviceError
from inventory.model import Device
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor.fake import FakeConsole, FakeTerminal
from playbooks.plan.blast import touches_management
from playbooks.plan.draw import change, steps
from playbooks.plan.guards import choose, named
from playbooks.plan.model import Way
from tests.unit.playbooks.toy import device

VRP = (
    "#\nsysname a\n#\nvlan batch 10\n#\nsnmp-agent\nsnmp-agent sys-info contact {}\nsnmp-agent sys-info version v3\n#\n"
)
KEY = b"k" * 32


def box(platform: str = "huawei_vrp", model: str = "S5735") -> Device:
    return device("sw-1").model_copy(update={"platform": platform, "model": model})


@pytest.mark.parametrize(
    ("platform", "model", "running", "revert", "seconds"),
    [
        ("linux", "m", "", "timer", 61),
        ("huawei_vrp", "S5735-L48T4S", "", "delayed-reload", 120),
        ("huawei_vrp", "AR651", "", "delayed-reload", 120),
        ("huawei_vrp", "CE6881-48S6CQ", "", "commit-trial", 61),
        ("huawei_vrp", "NE40E", "", "commit-trial", 61),
        ("h3c_comware", "S6520X", "", "commit-delay", 120),
        ("ruijie", "RG-S2910", "", "delayed-reload", 120),
        ("cisco_ios", "C2960", "", "delayed-reload", 120),
        ("cisco_ios", "C2960", "!\narchive\n log config\n path flash:kept\n!\n", "revert-timer", 120),
        ("cisco_ios", "C2960", "!\narchive\n log config\n!\n", "delayed-reload", 120),
    ],
)
def test_a_method_by_platform_generation_and_archive(
    platform: str, model: str, running: str, revert: str, seconds: int
) -> None:
    method = choose(box(platform, model), running)
    assert (method.revert, method.granted(61)) == (revert, seconds)
    assert named(box(platform, model), method.revert).revert == revert


def test_a_trial_counts_at_least_a_minute() -> None:
    assert choose(box(model="CE6881"), "").granted(5) == 60


def test_a_change_of_a_vendors_device_shows_its_lines_and_its_way_back() -> None:
    found = steps(box(), VRP.format("x"), VRP.format("y"))
    assert found
    drawn = change(box(), found, KEY, (), 61)
    assert drawn.do.lines == ("snmp-agent sys-info contact y",)
    assert drawn.undo.lines == ("snmp-agent sys-info contact x",)
    assert (drawn.revert, drawn.seconds, drawn.management) == ("delayed-reload", 120, False)
    assert drawn.diff == "-snmp-agent sys-info contact x\n+snmp-agent sys-info contact y\n"
    assert steps(box(), VRP.format("x"), VRP.format("x")) is None


def test_a_device_whose_staging_port_is_open_is_not_planned() -> None:
    bare = "#\nsysname a\n#\ninterface MEth0/0/1\n ip address 192.168.0.9 255.255.255.0\n#\n"
    with pytest.raises(DeviceError, match="is bare or half brought up"):
        steps(box(), bare, "#\nsysname b\n#\ninterface MEth0/0/1\n shutdown\n#\n")


@pytest.mark.parametrize(
    ("line", "touches"),
    [
        ("+snmp-agent sys-info contact x", False),
        ("+undo info-center loghost 10.0.0.1", False),
        ("+ description x", False),
        ("+ ip address 10.0.0.1 24", True),
        ("+ssh user x", True),
        ("+ shutdown", True),
        ("+logging host 10.0.0.1", False),
        ("+ip access-list extended x", True),
    ],
)
def test_what_may_cut_the_way_to_a_vendors_device(line: str, touches: bool) -> None:
    assert touches_management(f" interface Vlanif10\n{line}\n", "huawei_vrp") is touches


def test_a_device_that_does_not_plan_the_restart_is_not_changed() -> None:
    behind = FakeTerminal(
        lambda terminal, line: "Info: No scheduled reboot is configured." if "schedule" in line else ""
    )
    method, told = named(box(), "delayed-reload"), list[str]()
    found = steps(box(), VRP.format("x"), VRP.format("y"))
    assert found
    with pytest.raises(DeviceError, match="does not plan the restart"):
        method.change(Session(FakeConsole("sw-1", behind), "in-band"), found, "o", 120, Limits(), told.append)
    assert told == ["arming its undo"]
    assert not [line for line in behind.typed if "system-view" in line or "contact" in line]


def test_the_first_refused_line_is_the_last_one_typed_and_no_secret_is_named() -> None:
    def says(terminal: FakeTerminal, line: str) -> str:
        if line in ("system-view", "return"):
            terminal.prompt = "[box]" if line == "system-view" else "<box>"
        if line == "display schedule reboot":
            return "Info: System will reboot at 10:00:00 (in 0 hours and 2 minutes)."
        return "Error: Wrong parameter found at '^' position." if "usm-user" in line else ""

    behind = FakeTerminal(says)
    found = steps(box(), VRP.format("x"), VRP.format("y"))
    assert found
    secret = "snmp-agent usm-user v3 u authentication-mode sha2-256 cipher s3cretword"
    typed = found.model_copy(update={"do": Way(lines=("vlan batch 20", secret, "vlan batch 30"))})
    with pytest.raises(DeviceError, match="rejected a line") as caught:
        named(box(), "delayed-reload").change(
            Session(FakeConsole("sw-1", behind), "in-band"), typed, "o", 120, Limits(), lambda _text: None
        )
    assert behind.typed[-1] == secret
    assert caught.value.command.startswith("[box] snmp-agent usm-user v3 u")
    assert "s3cretword" not in str(caught.value) + caught.value.command + caught.value.answer
