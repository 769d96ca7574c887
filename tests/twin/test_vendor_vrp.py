"""The dialogue of a simulated VRP device on loopback: what Huawei's manuals and recorded sessions show."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest

from tests.twin.vendor_session import MORE, Person, Simulator


class Bench:
    """Two devices for all tests, each as from the factory whenever a test asks for it."""

    def __init__(self, folder: Path) -> None:
        ports = [word for n in range(1, 9) for word in ("--port", f"GigabitEthernet0/0/{n}")]
        self.old = Simulator(folder / "old", "S5735", *ports)
        self.new = Simulator(folder / "new", "CE6857", "--second", "0.01")

    def close(self) -> None:
        self.old.close()
        self.new.close()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    found = Bench(tmp_path_factory.mktemp("vrp"))
    yield found
    found.close()


@pytest.fixture
def device5(bench: Bench) -> Simulator:
    """VRP5."""
    control(bench.old, do="factory")
    return bench.old


@pytest.fixture
def device8(bench: Bench) -> Simulator:
    """VRP8."""
    control(bench.new, do="factory")
    return bench.new


@pytest.fixture
def vrp5(device5: Simulator) -> Iterator[Person]:
    person = Person(device5)
    yield person
    person.close()


@pytest.fixture
def vrp8(device8: Simulator) -> Iterator[Person]:
    person = Person(device8)
    yield person
    person.close()


def control(device: Simulator, **order: Any) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(device.folder / "control"))
        sock.sendall(json.dumps(order).encode() + b"\n")
        answer: dict[str, Any] = json.loads(sock.makefile().readline())
        assert answer["ok"], answer
        return answer


def shown(person: Person) -> list[str]:
    person.type("screen-length 0 temporary")
    return person.shows("display current-configuration")


def section(lines: list[str], head: str) -> list[str]:
    start = lines.index(head)
    return lines[start : lines.index("#", start)]


def test_views_are_entered_and_left(vrp5: Person) -> None:
    assert vrp5.type("system-view").startswith("Enter system view, return user view with Ctrl+Z.")
    assert vrp5.type("vlan 10").endswith("[HUAWEI-vlan10]")
    assert vrp5.type("interface GigabitEthernet 0/0/1").endswith("[HUAWEI-GigabitEthernet0/0/1]")
    assert vrp5.type("quit") == "[HUAWEI]"
    assert vrp5.type("aaa", "return") == "<HUAWEI>"
    assert vrp5.type("sys").endswith("[HUAWEI]")
    vrp5.send("\x1a")
    assert vrp5.read().endswith("<HUAWEI>")


def test_the_name_is_in_the_prompt_at_once(vrp5: Person) -> None:
    assert vrp5.type("system-view", "sysname core-1") == "[core-1]"


def test_output_stops_at_each_page(vrp5: Person) -> None:
    vrp5.send("display current-configuration\n")
    first = vrp5.read(re.compile(f"{MORE}$"))
    assert first.count("\r\n") == 24
    vrp5.send("\r")
    one = vrp5.read(re.compile(f"{MORE}$"))
    assert one.count("\r\n") == 1
    vrp5.send("q")
    assert vrp5.read().endswith("<HUAWEI>")


def test_paging_is_switched_off_for_the_session(vrp5: Person) -> None:
    assert "current user terminal" in vrp5.type("screen-length 0 temporary")
    assert vrp5.shows("display current-configuration")[-1] == "return"


def test_a_word_is_erased_by_backspace(vrp5: Person) -> None:
    vrp5.send("system-viex\x08w\n")
    assert vrp5.read().endswith("[HUAWEI]")


@pytest.mark.parametrize("line", ["foo bar", "undo foo", "interface Nonsense1", "router bgp 1", "vlan 5000"])
def test_a_line_that_is_not_understood_is_refused_and_not_kept(vrp5: Person, line: str) -> None:
    before = shown(vrp5)
    answer = vrp5.type("system-view", line).split("\n")
    assert answer[0].strip() == "^"
    assert re.fullmatch(r"Error: (Unrecognized command|Wrong parameter) found at '\^' position\.", answer[1])
    vrp5.type("return")
    assert shown(vrp5) == before


def test_vlans_are_one_list(vrp5: Person) -> None:
    vrp5.type("system-view", "vlan batch 10 20 to 22", "vlan 30", "quit")
    assert "Continue?[Y/N]" in vrp5.type("undo vlan batch 21")
    vrp5.type("y", "return")
    assert "vlan batch 10 20 22 30" in shown(vrp5)


def test_a_no_changes_nothing(vrp5: Person) -> None:
    vrp5.type("system-view", "vlan batch 10", "undo vlan 10", "n", "return")
    assert "vlan batch 10" in shown(vrp5)


def test_a_trunk_loses_and_gets_single_vlans(vrp5: Person) -> None:
    vrp5.type("system-view", "vlan batch 10 to 13", "interface GigabitEthernet0/0/1", "port link-type trunk")
    vrp5.type("port trunk allow-pass vlan 10 to 13", "undo port trunk allow-pass vlan 1")
    vrp5.type("undo port trunk allow-pass vlan 12", "return")
    assert section(shown(vrp5), "interface GigabitEthernet0/0/1") == [
        "interface GigabitEthernet0/0/1",
        " port link-type trunk",
        " undo port trunk allow-pass vlan 1",
        " port trunk allow-pass vlan 10 to 11 13",
    ]


def test_what_a_line_needs_must_be_there(vrp5: Person) -> None:
    vrp5.type("system-view")
    assert "VLAN does not exist" in vrp5.type("interface Vlanif10")
    vrp5.type("vlan 10", "quit", "interface Vlanif10", "quit", "undo vlan 10")
    assert "has a L3 interface" in vrp5.type("y")
    assert "Unrecognized command" in vrp5.type("interface GigabitEthernet0/0/2", "ip address 10.0.0.1 24")
    assert vrp5.type("undo portswitch", "ip address 10.0.0.1 24") == "[HUAWEI-GigabitEthernet0/0/2]"
    vrp5.type("interface GigabitEthernet0/0/3", "undo portswitch")
    assert "conflicts" in vrp5.type("ip address 10.0.0.129 25")


def test_rules_of_a_list_get_numbers_and_stand_in_their_order(vrp5: Person) -> None:
    vrp5.type("system-view", "acl number 3001", "rule permit ip", "rule deny tcp destination-port eq 23")
    vrp5.type("rule 7 deny udp", "undo rule 5", "return")
    assert section(shown(vrp5), "acl number 3001")[1:] == [
        " rule 7 deny udp",
        " rule 10 deny tcp destination-port eq 23",
    ]


def test_a_secret_is_shown_anew_each_time_and_can_be_typed_back(vrp5: Person, device5: Simulator) -> None:
    vrp5.type("system-view", "ike peer p1", "pre-shared-key cipher Secret-1", "return")
    first, second = shown(vrp5), shown(vrp5)
    assert first != second
    assert [re.sub(r"%\^%#.*", "", line) for line in first] == [re.sub(r"%\^%#.*", "", line) for line in second]
    assert not any("Secret-1" in line for line in first)
    (cipher,) = [line.strip() for line in first if "pre-shared-key" in line]
    vrp5.type("system-view", "ike peer p2", cipher, "return")
    assert control(device5, ask="running")["text"].count("pre-shared-key cipher Secret-1") == 2


def test_saving_asks_and_outlives_a_reboot(device5: Simulator) -> None:
    person = Person(device5)
    assert person.type("system-view", "sysname kept", "return", "save").endswith("Are you sure to continue?[Y/N]:")
    assert "Save the configuration successfully." in person.type("y")
    person.type("system-view", "sysname lost", "return", "reboot")
    person.type("n")
    person.send("y\n")
    assert "rebooting" in person.read()
    assert Person(device5).type("display startup").endswith("<kept>")


def test_a_full_flash_refuses_to_save(vrp5: Person, device5: Simulator) -> None:
    control(device5, faults={"refuse_save": True})
    assert "Error: The flash space is not enough." in vrp5.type("save", "y")
    assert control(device5, ask="startup")["text"] is None


def test_a_planned_reload_takes_back_what_is_not_saved(device5: Simulator) -> None:
    person = Person(device5)
    person.type("save", "y")
    assert "in 0 hours and 5 minutes" in person.type("schedule reboot delay 5")
    person.type("y", "system-view", "sysname lost", "return")
    assert "0 hours and" in person.type("display schedule reboot")
    control(device5, do="ring", timer="reload")
    assert Person(device5).type("display schedule reboot").endswith("<HUAWEI>")


def test_a_planned_reload_is_called_off(vrp5: Person, device5: Simulator) -> None:
    vrp5.type("schedule reboot delay 5", "y")
    vrp5.type("undo schedule reboot")
    assert vrp5.type("display schedule reboot").startswith("Info: No scheduled reboot")


def test_a_liar_accepts_and_does_not_keep(vrp5: Person, device5: Simulator) -> None:
    control(device5, faults={"lie": "ntp-service .*"})
    assert vrp5.type("system-view", "ntp-service unicast-server 10.0.0.1") == "[HUAWEI]"
    vrp5.type("return")
    assert not [line for line in shown(vrp5) if "ntp" in line]


def test_a_session_is_dropped_in_the_middle(vrp5: Person, device5: Simulator) -> None:
    control(device5, faults={"drop_after": 3})
    vrp5.type("system-view", "vlan 10")
    vrp5.send("vlan 11\n")
    assert "[HUAWEI" not in vrp5.read()
    assert "vlan batch 10 to 11" in control(device5, ask="running")["text"]


def test_slow_output_comes_slowly(vrp5: Person, device5: Simulator) -> None:
    vrp5.type("screen-length 0 temporary")
    control(device5, faults={"rate": 2000})
    begin = time.monotonic()
    lines = vrp5.shows("display current-configuration")
    assert time.monotonic() - begin > len("\n".join(lines)) / 2000 * 0.8


def test_a_locked_device_lets_nobody_in(device5: Simulator) -> None:
    control(device5, faults={"locked": True})
    with pytest.raises(paramiko.SSHException):
        Person(device5)


def test_the_log_says_who_changed_what(vrp5: Person) -> None:
    vrp5.type("system-view", "vlan 10", "return", "screen-length 0 temporary")
    log = vrp5.shows("display logbuffer")
    assert any(
        re.search(r"SHELL/5/CMDRECORD.*Ip=127\.0\.0\.1, .*User=netadmin, .*Command=\"vlan 10\"", line) for line in log
    )


def test_a_key_of_the_configuration_opens_and_one_of_nobody_does_not(device5: Simulator, tmp_path: Path) -> None:
    person = Person(device5)
    other = paramiko.RSAKey.generate(2048)
    other.write_private_key_file(str(tmp_path / "other"))
    with pytest.raises(paramiko.SSHException):
        Person(device5, "amy", tmp_path / "other")
    person.type("system-view", "aaa", "local-user amy privilege level 15", "local-user amy service-type ssh", "quit")
    assert person.type("rsa peer-public-key amy encoding-type openssh").endswith("[HUAWEI-rsa-public-key]")
    person.type("public-key-code begin")
    text = f"ssh-rsa {other.get_base64()}"
    for n in range(0, len(text), 64):
        person.type(text[n : n + 64].strip())
    assert person.type("public-key-code end").endswith("public-key]")
    assert person.type("peer-public-key end") == "[HUAWEI]"
    person.type("ssh user amy", "ssh user amy authentication-type rsa", "ssh user amy assign rsa-key amy")
    person.type("ssh user amy service-type stelnet")
    assert Person(device5, "amy", tmp_path / "other").type("display users").count("amy") == 1


class TestTwoPhases:
    """VRP8."""

    def test_nothing_is_real_before_the_commit(self, vrp8: Person) -> None:
        assert vrp8.type("system-view").endswith("[~HUAWEI]")
        assert vrp8.type("sysname core") == "[*HUAWEI]"
        assert "sysname core" in vrp8.shows("display configuration candidate")
        assert "sysname core" not in vrp8.shows("display current-configuration | include sysname")
        assert vrp8.type("commit") == "[~core]"

    def test_leaving_with_changes_asks(self, vrp8: Person) -> None:
        assert "Uncommitted configurations found" in vrp8.type("system-view", "sysname a", "return")
        assert vrp8.type("c") == "[*HUAWEI]"
        assert vrp8.type("return", "n") == "<HUAWEI>"
        vrp8.type("system-view", "sysname b", "quit")
        assert vrp8.type("y") == "<b>"

    def test_a_trial_is_taken_back_by_itself(self, vrp8: Person) -> None:
        vrp8.type("system-view", "sysname trial")
        assert "not confirmed in 60 seconds" in vrp8.type("commit trial 60")
        deadline = time.monotonic() + 20
        while not vrp8.type("").endswith("[~HUAWEI]"):
            assert time.monotonic() < deadline
        assert "No configuration trial" in vrp8.type("display configuration trial status")

    def test_a_commit_confirms_a_trial(self, vrp8: Person, device8: Simulator) -> None:
        vrp8.type("system-view", "sysname kept", "commit trial 65535")
        assert vrp8.type("commit") == "[~kept]"
        assert "sysname kept" in control(device8, ask="running")["text"]

    def test_a_trial_goes_on_without_its_session_and_another_confirms_it_by_its_name(self, device8: Simulator) -> None:
        first = Person(device8)
        first.type("system-view", "sysname kept", "commit trial 65535 persist plan-7")
        first.close()
        second = Person(device8)
        assert "persist ID is incorrect" in second.type("system-view", "commit persist other")
        assert second.type("commit persist plan-7") == "[~kept]"
        assert "No configuration trial" in second.type("display configuration trial status")

    def test_a_trial_is_aborted(self, vrp8: Person) -> None:
        vrp8.type("system-view", "sysname trial", "commit trial 65535")
        assert "[Y/N]" in vrp8.type("abort trial")
        assert vrp8.type("y").endswith("[~HUAWEI]")

    @pytest.mark.parametrize("line", ["commit trial 59", "commit trial 65536", "commit comment why"])
    def test_what_the_manual_does_not_know_is_refused(self, vrp8: Person, line: str) -> None:
        assert "Error: " in vrp8.type("system-view", "sysname a", line)

    def test_immediate_mode_is_the_old_way(self, vrp8: Person) -> None:
        assert vrp8.type("system-view immediately", "sysname now") == "[now]"
