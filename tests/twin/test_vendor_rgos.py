"""The dialogue of a simulated RGOS device on loopback: what Ruijie's guides and recorded sessions show."""

import re
from collections.abc import Iterator

import pytest

from tests.twin.ios_session import MORE, IosPerson, renewed, simulator
from tests.twin.test_vendor_vrp import control
from tests.twin.vendor_session import Simulator

PORTS = [f"GigabitEthernet0/{n}" for n in range(1, 30)]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    yield from simulator(tmp_path_factory.mktemp("rgos"), "ruijie", "S5750", PORTS)


@pytest.fixture
def device(started: Simulator) -> Simulator:
    return renewed(started)


@pytest.fixture
def person(device: Simulator) -> Iterator[IosPerson]:
    found = IosPerson(device)
    yield found
    found.close()


def test_views_have_their_prompts(person: IosPerson) -> None:
    assert person.greeting.endswith("Ruijie#")
    assert person.type("configure terminal").endswith("Ruijie(config)#")
    assert person.type("hostname core-1") == "core-1(config)#"
    assert person.type("interface gi 0/1") == "core-1(config-if-GigabitEthernet 0/1)#"
    assert person.type("vlan 10") == "core-1(config-vlan)#"
    assert person.type("interface vlan 10") == "core-1(config-if-VLAN 10)#"
    assert "VLAN 55 does not exist" in person.type("interface vlan 55")
    assert "RGOS" in person.type("show version")
    assert person.type("end") == "core-1#"


def test_what_is_wrong_is_said(person: IosPerson) -> None:
    assert "% Unknown command." in person.type("frobnicate")
    assert "% Invalid input detected at '^' marker." in person.type("show frobnication")
    assert "% Invalid input" in person.type("configure terminal revert timer 5")
    person.type("configure terminal")
    assert "^\n% Invalid input detected at '^' marker." in person.type("vlann 5")
    assert "% Incomplete command." in person.type("hostname")


def test_long_output_stops_at_more(person: IosPerson) -> None:
    assert person.type("show running-config").endswith(f" {MORE} ")
    assert person.key("q").endswith("Ruijie#")
    person.type("terminal length 0")
    said = person.type("show running-config")
    assert MORE not in said
    assert re.match(r"Building configuration...\n\nCurrent configuration : \d+ bytes\n", said)
    assert "\nvlan 1\n!\ninterface GigabitEthernet 0/1\n" in said


def test_what_is_written_is_there_after_a_restart(device: Simulator, person: IosPerson) -> None:
    assert "does not exist" in person.type("show startup-config")
    person.type("configure terminal", "hostname kept", "end")
    assert "Building configuration...\n[OK]" in person.type("write")
    person.type("configure terminal", "hostname lost", "end")
    assert person.type("reload").endswith("Reload system?(Y/N)")
    person.send("y\n")
    person.read()
    again = IosPerson(device)
    assert again.greeting.endswith("kept#")
    assert again.type("delete config.text").endswith("[Y/N]:")
    assert "success" in again.type("yes")
    assert "does not exist" in again.type("show startup-config")
    again.close()


def test_a_full_flash_is_said(device: Simulator, person: IosPerson) -> None:
    control(device, faults={"refuse_save": True})
    assert "no space left" in person.type("write")


def test_a_planned_restart_takes_back_what_was_not_written(device: Simulator, person: IosPerson) -> None:
    person.type("write")
    assert person.type("reload in 20").endswith("(Y/N)")
    assert "1200 seconds" in person.type("y")
    assert "Reload scheduled in" in person.type("show reload")
    person.type("reload cancel")
    assert "No reload is scheduled." in person.type("show reload")
    person.type("reload in 20", "y", "configure terminal", "hostname lost")
    control(device, do="ring", timer="reload")
    again = IosPerson(device)
    assert again.greeting.endswith("Ruijie#")
    again.close()


def test_a_key_file_on_the_flash_lets_its_owner_in(device: Simulator, person: IosPerson) -> None:
    from inventory.platforms.ruijie import hashed

    digest = hashed(" ".join(device.key.with_suffix(".pub").read_text().split()[:2])).split()[1]
    person.type("configure terminal", "username bob privilege 15")
    assert person.type(f"ip ssh peer bob public-key rsa flash:bob-{digest}.pub").endswith("(config)#")
    bob = IosPerson(device, "bob")
    assert bob.greeting.endswith("Ruijie#")
    bob.close()
