"""RGOS's lines as the simulated device keeps them, where they are not IOS's."""

import re
from pathlib import Path

import pytest

from inventory.platforms import ruijie
from inventory.platforms.ioslike import text as texts
from tests.unit.topology.twin.vendor.test_ios_lines import Typist
from topology.twin.vendor.device import Description
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.rgos_lines import RgosLines
from topology.twin.vendor.tree import Path as View

GOLDEN = Path(__file__).parents[3] / "inventory" / "platforms" / "ruijie" / "golden"
MODELS = {"core": "S5750", "access": "S2910", "gateway": "EG3230", "cpe": "NBR1300G"}
PORT: View = ("interface GigabitEthernet 0/1",)


class RgosTypist(Typist):
    """Somebody who types lines at an RGOS device."""

    def __init__(self, model: str = "S5750", ports: tuple[str, ...] = ("GigabitEthernet0/1",)) -> None:
        self.about = Description("ruijie", model, ports=ports)
        self.grammar = RgosLines(self.about)
        self.tree = self.grammar.load(self.grammar.factory(self.about))


@pytest.fixture
def typist() -> RgosTypist:
    return RgosTypist()


@pytest.mark.parametrize("name", MODELS)
def test_every_golden_file_is_taken_and_shown_with_the_same_meaning(name: str) -> None:
    text = (GOLDEN / f"{name}.cfg").read_text()
    person = RgosTypist(MODELS[name], ())
    person.all(text)
    parsed = ruijie.parse(person.shown())
    assert parsed.unparsed == ()
    assert parsed.config == ruijie.parse(text).config


@pytest.mark.parametrize("name", MODELS)
def test_what_is_shown_is_taken_back_although_secrets_look_otherwise(name: str) -> None:
    typist = RgosTypist(MODELS[name], ())
    typist.all((GOLDEN / f"{name}.cfg").read_text())
    first = "\n".join(typist.grammar.shown(typist.tree))
    assert not re.search("authauth1|privpriv1", first)
    again = typist.grammar.load(first)
    assert typist.grammar.shown(again, secrets=True) == typist.grammar.shown(typist.tree, secrets=True)


def test_names_of_interfaces_have_a_space_however_they_are_typed(typist: RgosTypist) -> None:
    assert typist.type((), "int gi0/1").enter == PORT
    assert typist.type((), "interface gigabitEthernet 0/1").enter == PORT
    typist.type((), "vlan 10")
    assert typist.type((), "interface vlan 10").enter == ("interface VLAN 10",)
    typist.type((), "ntp server 10.1.0.10 source vlan 10")
    assert "\nntp server 10.1.0.10 source VLAN 10\n" in typist.shown()


def test_a_vlan_interface_needs_its_vlan(typist: RgosTypist) -> None:
    with pytest.raises(Refused, match="VLAN 55 does not exist"):
        typist.type((), "interface VLAN 55")
    assert "interface VLAN 55" not in typist.shown()
    typist.type((), "vlan 10", "interface VLAN 10")
    with pytest.raises(Refused, match="VLAN 10 has an interface"):
        typist.type((), "no vlan 10")
    typist.type((), "no interface VLAN 10", "no vlan 10")
    assert "10" not in typist.shown().replace("version 11.0", "")


def test_vlans_stand_in_a_range_with_the_first(typist: RgosTypist) -> None:
    assert "\nvlan 1\n" in typist.shown()
    typist.type((), "vlan range 10-12,20", "vlan 30")
    typist.type(("vlan 30",), "name printers")
    assert "\nvlan range 1,10-12,20\n!\nvlan 30\n name printers\n" in typist.shown()
    typist.type((), "no vlan range 10-11")
    assert "\nvlan range 1,12,20\n" in typist.shown()


def test_a_trunk_takes_only_and_carries_none_where_all_are_removed(typist: RgosTypist) -> None:
    typist.type(PORT, "switchport mode trunk", "switchport trunk allowed vlan only 10-12")
    assert " switchport trunk allowed vlan only 10-12\n" in typist.shown()
    typist.type(PORT, "switchport trunk allowed vlan add 20", "switchport trunk allowed vlan remove 11")
    assert " switchport trunk allowed vlan only 10,12,20\n" in typist.shown()
    typist.type(PORT, "switchport trunk allowed vlan remove 1-4094")
    assert " switchport trunk allowed vlan remove 1-4094\n" in typist.shown()
    typist.type(PORT, "switchport trunk allowed vlan all")
    assert "allowed vlan" not in typist.shown()


def test_entries_keep_their_numbers_and_remarks_their_places(typist: RgosTypist) -> None:
    typist.all("ip access-list extended in-x\n remark a\n 10 permit ip any any\n remark b\n 35 deny ip any any\n")
    assert " remark a\n 10 permit ip any any\n remark b\n 35 deny ip any any\n" in typist.shown()
    typist.type(("ip access-list extended in-x",), "remark c", "permit tcp any any eq 80", "no 10", "no remark a")
    assert "in-x\n remark b\n 35 deny ip any any\n remark c\n 40 permit tcp any any eq www\n" in typist.shown()
    again = typist.grammar.load(typist.shown())
    assert again.below(("ip access-list extended in-x",)) == typist.tree.below(("ip access-list extended in-x",))


def test_a_user_key_is_a_file_on_the_flash(typist: RgosTypist) -> None:
    typist.type((), "username bob privilege 15")
    line = "ip ssh peer bob public-key rsa flash:bob-8675E24602CB6058C76B631ED210D216.pub"
    typist.type((), line)
    assert f"\n{line}\n" in typist.shown()
    typist.type((), f"no {line}")
    assert line not in typist.shown()


def test_lldp_is_on_until_it_is_said_to_be_off(typist: RgosTypist) -> None:
    typist.type((), "no lldp enable")
    typist.type(PORT, "no lldp enable")
    assert typist.shown().count("no lldp enable") == 2
    typist.type((), "lldp enable")
    typist.type(PORT, "lldp enable")
    assert "lldp" not in typist.shown()


def test_a_display_is_text_that_is_read_by_its_indentation(typist: RgosTypist) -> None:
    heads = [node.text for node in texts.read(typist.shown())]
    assert heads[0].startswith("version ")
    assert "interface GigabitEthernet 0/1" in heads
