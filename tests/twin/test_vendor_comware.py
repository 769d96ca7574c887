"""The dialogue of a simulated Comware device on loopback: what H3C's manuals and recorded sessions show."""

import re
import time
from collections.abc import Iterator

import pytest

from tests.twin.test_vendor_vrp import control
from tests.twin.vendor_session import MORE, Person, Simulator


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    ports = [word for n in range(1, 30) for word in ("--port", f"GigabitEthernet1/0/{n}")]
    folder = tmp_path_factory.mktemp("comware")
    found = Simulator(folder, "S6520X", "--second", "0.01", "--startup", str(folder / "flash"), *ports,
                      platform="h3c_comware")  # fmt: skip
    yield found
    found.close()


@pytest.fixture
def device(started: Simulator) -> Simulator:
    control(started, do="factory")
    return started


@pytest.fixture
def person(device: Simulator) -> Iterator[Person]:
    found = Person(device)
    yield found
    found.close()


def test_views_have_their_prompts(person: Person) -> None:
    assert person.greeting.endswith("<H3C>")
    assert person.type("system-view").endswith("[H3C]")
    assert person.type("sysname core-9").endswith("[core-9]")
    assert person.type("interface gig 1/0/1").endswith("[core-9-GigabitEthernet1/0/1]")
    assert person.type("quit").endswith("[core-9]")
    assert person.type("acl advanced name in-x").endswith("[core-9-acl-ipv4-advanced-in-x]")
    assert person.type("return").endswith("<core-9>")


def test_a_wrong_line_has_a_caret_and_changes_nothing(person: Person) -> None:
    person.type("system-view")
    said = person.type("vlann 5")
    assert "^" in said
    assert "% Unrecognized command found at '^' position." in said
    assert "The VLAN does not exist." in person.type("interface Vlan-interface 55")
    assert "Vlan-interface55" not in person.type("display current-configuration | include Vlan-interface")


def test_long_output_stops_at_more_unless_told_otherwise(person: Person) -> None:
    more = re.compile(re.escape(MORE))
    person.send("display current-configuration\n")
    person.read(more)
    person.send(" ")
    said = person.read(re.compile(f"{re.escape(MORE)}$|<H3C>$"))
    pages = 1
    while not said.endswith("<H3C>"):
        person.send(" ")
        said = person.read(re.compile(f"{re.escape(MORE)}$|<H3C>$"))
        pages += 1
    assert pages > 1
    person.type("screen-length disable")
    said = person.type("display current-configuration")
    assert MORE not in said
    assert "interface GigabitEthernet1/0/29" in said


def test_save_asks_for_the_name_and_before_it_overwrites(person: Person) -> None:
    asked = re.compile(r"enter key\):$")
    assert "Are you sure? [Y/N]:" in person.type("save")
    person.send("y\n")
    assert "startup.cfg" in person.read(asked)
    person.send("\n")
    assert "saved to device successfully" in person.read()
    person.type("save")
    person.send("y\n")
    person.read(asked)
    person.send("\n")
    assert "overwrite? [Y/N]:" in person.read()
    assert "successfully" in person.type("y")
    assert "successfully" in person.type("save force")


def test_a_commit_that_does_not_come_in_time_is_taken_back(person: Person) -> None:
    person.type("system-view")
    person.type("configuration commit delay 1")
    person.type("vlan 77")
    assert "vlan 77" in person.type("display current-configuration | include vlan")
    for _try in range(100):
        time.sleep(0.05)
        if "vlan 77" not in person.type("display current-configuration | include vlan"):
            break
    else:
        raise AssertionError("it was never taken back")


def test_a_commit_in_time_keeps_what_runs(person: Person) -> None:
    person.type("system-view")
    person.type("configuration commit delay 600")
    person.type("vlan 78")
    person.type("quit")
    person.type("configuration commit")
    assert "not started" in person.type("configuration commit")
    assert "vlan 78" in person.type("display current-configuration | include vlan")


def test_a_reboot_loads_what_was_saved(device: Simulator, person: Person) -> None:
    person.type("system-view")
    person.type("sysname kept")
    person.type("save force")
    person.type("sysname lost")
    control(device, do="reboot")
    again = Person(device)
    assert again.greeting.endswith("<kept>")
    again.close()


def test_the_log_says_who_did_what_without_secrets(person: Person) -> None:
    person.type("system-view")
    line = "snmp-agent usm-user v3 u g simple authentication-mode sha256 hiddenword privacy-mode aes128 otherword"
    person.type("snmp-agent group v3 g privacy")
    person.type(line)
    person.type("screen-length disable")
    said = person.type("display logbuffer | include SHELL_CMD")
    assert "User=netadmin" in said
    assert "hiddenword" not in said
    assert "otherword" not in said
