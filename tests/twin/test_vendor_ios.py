"""The dialogue of a simulated IOS device on loopback: what Cisco's manuals and recorded sessions show."""

import base64
import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.twin.ios_session import MORE, IosPerson, renewed, simulator
from tests.twin.test_vendor_vrp import control
from tests.twin.vendor_session import Simulator

PORTS = [f"GigabitEthernet1/0/{n}" for n in range(1, 30)]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    yield from simulator(tmp_path_factory.mktemp("ios"), "cisco_ios", "C9300", PORTS)


@pytest.fixture
def device(started: Simulator) -> Simulator:
    return renewed(started)


@pytest.fixture
def person(device: Simulator) -> Iterator[IosPerson]:
    found = IosPerson(device)
    yield found
    found.close()


def test_views_have_their_prompts_and_a_long_name_is_cut_in_configuration(person: IosPerson) -> None:
    assert person.greeting.endswith("Switch#")
    said = person.type("configure terminal")
    assert "Enter configuration commands, one per line.  End with CNTL/Z." in said
    assert said.endswith("Switch(config)#")
    assert person.type("hostname core-of-the-county-hall") == "core-of-the-county-h(config)#"
    assert person.type("int gi1/0/1").endswith("(config-if)#")
    assert person.type("vlan 10").endswith("(config-vlan)#")
    assert person.type("ip access-list extended in-x").endswith("(config-ext-nacl)#")
    assert person.type("exit").endswith("(config)#")
    assert person.type("end") == "core-of-the-county-hall#"
    assert person.type("disable").endswith("core-of-the-county-hall>")
    assert "% No password set" in person.type("enable")


def test_a_wrong_line_has_a_caret_below_it(person: IosPerson) -> None:
    person.type("configure terminal")
    said = person.type("interface gi1/0/1", "switchport mode trank")
    assert f"{' ' * len('Switch(config-if)#switchport mode ')}^\n% Invalid input detected at '^' marker.\n" in said
    assert "% Incomplete command." in person.type("switchport mode")
    assert "% Invalid input" in person.type("show clock")
    assert "UTC" in person.type("do show clock")
    person.type("end")
    assert '% Ambiguous command:  "e"' in person.type("e")
    assert "% Unknown command or computer name" in person.type("frobnicate")
    assert "% Invalid input" in person.type("show frobnication")


def test_a_line_of_global_configuration_leaves_the_view(person: IosPerson) -> None:
    person.type("configure terminal", "interface gi1/0/1", "switchport access vlan 10")
    assert person.type("hostname away").endswith("away(config)#")
    assert "vlan 10" in person.type("do show running-config interface gi1/0/1")


def test_long_output_stops_at_more(person: IosPerson) -> None:
    assert person.type("show running-config").endswith(f" {MORE} ")
    assert person.key("\r").count("\n") <= 1
    assert person.key("q").endswith("Switch#")
    person.type("terminal length 0")
    said = person.type("show running-config")
    assert MORE not in said
    assert re.match(r"Building configuration...\n\nCurrent configuration : \d+ bytes\n!\n", said)
    assert said.endswith("!\nend\nSwitch#")


def test_what_stands_behind_a_pipe(person: IosPerson) -> None:
    person.type("terminal length 0")
    assert person.shows("show run | include ^interface.*/0/2$") == ["interface GigabitEthernet1/0/2"]
    assert person.shows("show run | sec line vty 5") == ["line vty 5 15", " login local", " transport input ssh"]
    assert person.shows("show run | begin line vty 5")[0] == "line vty 5 15"
    assert not any("interface" in line for line in person.shows("show run | exclude interface"))


def test_what_is_written_is_there_after_a_restart(device: Simulator, person: IosPerson) -> None:
    assert "startup-config is not present" in person.type("show startup-config")
    person.type("configure terminal", "hostname kept", "end")
    assert "Building configuration...\n[OK]" in person.type("write memory")
    assert "Using" in person.type("show startup-config | include Using")
    person.type("configure terminal", "hostname lost", "end")
    assert person.type("reload").endswith("System configuration has been modified. Save? [yes/no]: ")
    assert person.type("no").endswith("Proceed with reload? [confirm]")
    person.send("\n")
    person.read()
    again = IosPerson(device)
    assert again.greeting.endswith("kept#")
    assert again.type("copy running-config startup-config").endswith("Destination filename [startup-config]? ")
    assert "[OK]" in again.key("\n")
    assert again.type("write erase").endswith("[confirm]")
    assert "Erase of nvram: complete" in again.key("\n")
    again.close()


def test_a_full_flash_is_said(device: Simulator, person: IosPerson) -> None:
    control(device, faults={"refuse_save": True})
    assert "file open failed (Not enough space)" in person.type("write")


def test_a_planned_restart_is_told_and_called_off(person: IosPerson) -> None:
    assert "No reload is scheduled." in person.type("show reload")
    person.type("write")
    assert re.search(r"in 20 minutes\) by netadmin on vty0 \(127.0.0.1\)\nReload reason:", person.type("reload in 20"))
    assert person.key("\n").strip() == "Switch#"
    person.read(re.compile(r"--- SHUTDOWN in 0:20:00 ---\r\n\*\*\*\r\n\r\n$"))
    assert "Reload scheduled for" in person.type("show reload")
    assert person.type("reload cancel") == "Switch#"
    person.read(re.compile(r"--- SHUTDOWN ABORTED ---\r\n\*\*\*\r\n\r\n$"))
    assert "No reload is scheduled." in person.type("show reload")


def test_a_change_that_is_not_confirmed_is_taken_back(device: Simulator, person: IosPerson) -> None:
    assert "%Turn config archive on before using" in person.type("configure terminal revert timer 5")
    person.type("configure terminal", "archive", "path flash:archive", "end")
    said = person.type("configure terminal revert timer 5")
    assert "Rollback Confirmed Change: Backing up current running config to flash:archive-0" in said
    assert said.endswith("(config)#")
    person.type("hostname tried", "end")
    assert "Timer value: 5 min" in person.type("show archive config rollback timer")
    assert "pending" in person.type("configure terminal revert timer 5")
    control(device, do="ring", timer="revert")
    assert person.type("show archive config rollback timer").startswith("%No Rollback Confirmed Change pending")
    assert "hostname" not in person.type("show run | include hostname").split("\n")[0]


def test_a_change_that_is_confirmed_stays_and_one_reverted_goes_at_once(person: IosPerson) -> None:
    person.type("configure terminal", "archive", "path flash:archive", "end")
    person.type("configure terminal revert timer 5", "vlan 77", "end")
    assert person.type("configure confirm") == "Switch#"
    assert "%No Rollback Confirmed Change pending" in person.type("configure confirm")
    person.type("configure terminal revert timer 5", "vlan 78", "end")
    assert "Rollback Done" in person.type("configure revert now")
    assert person.shows("show run | include ^vlan") == ["vlan 77"]


def test_who_configured_is_logged_and_secrets_are_not(person: IosPerson) -> None:
    person.type("terminal length 0", "configure terminal")
    person.type("archive", "log config", "logging enable", "notify syslog contenttype plaintext", "hidekeys", "exit")
    person.type("username bob privilege 15 secret hiddenword", "end")
    said = person.type("show logging")
    assert "%SYS-5-CONFIG_I: Configured from console by netadmin on vty0 (127.0.0.1)" in said
    assert "%PARSER-5-CFGLOG_LOGGEDCMD: User:netadmin  logged command:username bob privilege 15 secret *****" in said
    assert "hiddenword" not in said + person.type("show running-config")


def test_keys_that_end_configuration(person: IosPerson) -> None:
    person.type("configure terminal", "interface gi1/0/1")
    assert person.key("\x1a").endswith("Switch#")
    person.type("configure terminal", "interface gi1/0/1")
    assert person.key("\x03").endswith("Switch#")


def test_a_key_typed_in_pieces_lets_its_owner_in(device: Simulator, person: IosPerson) -> None:
    key = device.folder / "bob"
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(key)], check=True)
    blob = key.with_suffix(".pub").read_text().split()[1]
    assert base64.b64decode(blob)
    person.type("configure terminal", "username bob", "ip ssh pubkey-chain", "username bob")
    assert person.type("key-string").endswith("(conf-ssh-pubkey-data)#")
    person.type(*(blob[n : n + 72] for n in range(0, len(blob), 72)), "exit", "exit", "end", "terminal length 0")
    assert re.search(r"   key-hash ssh-rsa [0-9A-F]{32}\n", person.type("show running-config | section pubkey"))
    bob = IosPerson(device, "bob", key)
    assert bob.greeting.endswith("Switch>")
    assert "% Invalid input" in bob.type("show running-config")
    bob.close()


def test_a_banner_of_several_lines_and_an_account_that_goes_after_a_question(person: IosPerson) -> None:
    person.type("configure terminal")
    person.send("banner login #\n")
    person.read(re.compile(r"character '#'\.\r\n$"))
    person.send("Staff only\n#\n")
    person.read()
    assert "banner login ^CStaff only^C" in person.type("do show running-config | include banner")
    person.type("username carl privilege 15")
    assert person.type("no username carl").endswith("[confirm]")
    person.key("\n")
    assert "carl" not in person.type("do show running-config | include ^username").split("\n", 1)[0]
