"""IOS's lines as the simulated device keeps them."""

import re
from pathlib import Path

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import cisco_ios
from inventory.platforms.blocks import Node
from inventory.platforms.ioslike import text as texts
from topology.twin.vendor.device import Description
from topology.twin.vendor.grammar import Outcome, Refused
from topology.twin.vendor.ios_lines import IosLines
from topology.twin.vendor.tree import Path as View
from topology.twin.vendor.tree import Tree

GOLDEN = Path(__file__).parents[3] / "inventory" / "platforms" / "cisco_ios" / "golden"
MODELS = {"core": "C9300", "access": "C9200L", "gateway": "ISR4331", "cpe": "C1111"}


class Typist:
    """Somebody who types lines, entering views as a shell does."""

    def __init__(self, model: str = "C9300", ports: tuple[str, ...] = ("GigabitEthernet1/0/1",)) -> None:
        self.about = Description("cisco_ios", model, ports=ports)
        self.grammar = IosLines(self.about)
        self.tree = self.grammar.load(self.grammar.factory(self.about))

    def type(self, view: View, *lines: str) -> Outcome:
        outcome = Outcome()
        for line in lines:
            outcome = self.grammar.apply(self.tree, view, line, sure=True)
        return outcome

    def all(self, text: str) -> None:
        self._take(texts.read(text), ())

    def _take(self, nodes: list[Node], path: View) -> None:
        for node in nodes:
            outcome = self.grammar.apply(self.tree, path, node.text, sure=True)
            if node.children:
                assert outcome.enter is not None, node.text
                self._take(node.children, outcome.enter)

    def shown(self) -> str:
        return "\n".join(self.grammar.shown(self.tree, secrets=True))


@pytest.fixture
def typist() -> Typist:
    return Typist()


PORT: View = ("interface GigabitEthernet1/0/1",)
LIST: View = ("ip access-list extended in-x",)


def as_kept(config: DeviceConfig) -> DeviceConfig:
    """Return what a configuration says once the device has made MD5 sums of whole keys."""
    users = [u.model_copy(update={"ssh_keys": tuple(map(cisco_ios.hashed, u.ssh_keys))}) for u in config.users]
    return config.model_copy(update={"users": tuple(users)})


@pytest.mark.parametrize("name", MODELS)
def test_every_golden_file_is_taken_and_shown_with_the_same_meaning(name: str) -> None:
    text = (GOLDEN / f"{name}.cfg").read_text()
    person = Typist(MODELS[name], ())
    person.all(text)
    parsed = cisco_ios.parse(person.shown())
    assert parsed.unparsed == ()
    assert parsed.config == as_kept(cisco_ios.parse(text).config)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_shown_is_taken_back_although_secrets_look_otherwise(name: str) -> None:
    typist = Typist(MODELS[name], ())
    typist.all((GOLDEN / f"{name}.cfg").read_text())
    first, second = ("\n".join(typist.grammar.shown(typist.tree)) for _ in range(2))
    assert first != second
    assert not re.search("authauth1|privpriv1|a-long-Secret", first)
    again = typist.grammar.load(first)
    assert again.same(typist.grammar.load(second))
    assert typist.grammar.shown(again, secrets=True) == typist.grammar.shown(typist.tree, secrets=True)


def test_vlans_without_names_stand_on_one_line_and_a_trunk_is_one_list(typist: Typist) -> None:
    typist.type((), "vlan 10-12,20", "vlan 30")
    typist.type(("vlan 30",), "name printers")
    typist.type(PORT, "switchport mode trunk", "switchport trunk allowed vlan 10-12,20")
    typist.type(PORT, "switchport trunk allowed vlan remove 11", "switchport trunk allowed vlan add 30,31,40")
    assert "\nvlan 10-12,20\n!\nvlan 30\n name printers\n!" in typist.shown()
    assert " switchport trunk allowed vlan 10,12,20,30,31,40\n" in typist.shown()
    typist.type(PORT, "switchport trunk allowed vlan except 7")
    assert " switchport trunk allowed vlan 1-6,8-4094\n" in typist.shown()
    typist.type(PORT, "switchport trunk allowed vlan none")
    assert " switchport trunk allowed vlan none\n" in typist.shown()
    typist.type(PORT, "switchport trunk allowed vlan all")
    assert "allowed vlan" not in typist.shown()
    typist.type((), "no vlan 10-11")
    assert "\nvlan 12,20\n" in typist.shown()


def test_a_long_list_goes_on_with_add_and_is_read_as_one() -> None:
    typist = Typist(ports=("GigabitEthernet1/0/1",))
    typist.type(PORT, f"switchport trunk allowed vlan {','.join(str(n) for n in range(2, 200, 2))}")
    assert typist.shown().count(" switchport trunk allowed vlan add ") > 1
    again = typist.grammar.load(typist.shown())
    assert typist.grammar.shown(again) == typist.grammar.shown(typist.tree)


def test_a_port_that_routes_forgets_what_it_switched_and_the_other_way_round(typist: Typist) -> None:
    typist.type(PORT, "switchport access vlan 10", "switchport mode access", "description hello")
    with pytest.raises(Refused, match="L2 links"):
        typist.type(PORT, "ip address 10.0.0.1 255.255.255.0")
    typist.type(PORT, "no switchport")
    assert " description hello\n no switchport\n no ip address\n" in typist.shown()
    typist.type(PORT, "ip address 10.0.0.1 255.255.255.0")
    assert "switchport access" not in typist.shown()
    assert "no ip address" not in typist.shown()
    typist.type(PORT, "switchport")
    assert "ip address" not in typist.shown()


def test_a_second_key_of_neighbours_is_refused_until_the_first_is_gone(typist: Typist) -> None:
    typist.type(PORT, "no switchport", "ip ospf message-digest-key 1 md5 first")
    typist.type(PORT, "ip ospf message-digest-key 1 md5 first")
    with pytest.raises(Refused, match="already exists"):
        typist.type(PORT, "ip ospf message-digest-key 1 md5 second")
    typist.type(PORT, "no ip ospf message-digest-key 1", "ip ospf message-digest-key 1 md5 second")
    assert "first" not in typist.shown()
    assert " ip ospf message-digest-key 1 md5 second\n" in typist.shown()


def test_a_vlan_that_a_port_needs_is_made_and_said(typist: Typist) -> None:
    assert typist.type(PORT, "switchport access vlan 77").words == "% Access VLAN does not exist. Creating vlan 77"
    assert "\nvlan 77\n" in typist.shown()


@pytest.mark.parametrize(
    ("view", "line", "said"),
    [
        ((), "interface GigabitEthernet1/0/9", "Invalid input"),
        ((), "vlann 5", "Invalid input"),
        ((), "interface", "Incomplete"),
        ((), "hostname", "Incomplete"),
        ((), "no vlan 1", "may not be deleted"),
        ((), "no interface GigabitEthernet1/0/1", "not permitted"),
        (PORT, "ip addres 10.0.0.1", "Invalid input"),
        (PORT, "switchport trunk allowed vlan 5000", "Bad VLAN list"),
        (PORT, "switchport trunk allowed vlan", "Incomplete"),
        (PORT, "switchport trunk allowed vlan only 5", "Invalid input"),
        (("interface Vlan10",), "switchport", "Invalid input"),
        (("interface Vlan10",), "vrrp 1 address-family ipv4", "Invalid input"),
        (LIST, "no 10", "does not exist"),
        (LIST, "permit tcp any", "Invalid input|Incomplete"),
        (("archive",), "paths flash:x", "Invalid input"),
    ],
)
def test_what_the_device_does_not_take_is_refused_and_changes_nothing(
    typist: Typist, view: View, line: str, said: str
) -> None:
    before: Tree = typist.tree.copy()
    with pytest.raises(Refused, match=said):
        typist.grammar.apply(typist.tree, view, line, sure=True)
    assert typist.tree.same(before)


def test_the_caret_stands_where_a_line_goes_wrong(typist: Typist) -> None:
    with pytest.raises(Refused) as refused:
        typist.type(PORT, "switchport mode trank")
    assert refused.value.at == len("switchport mode ")


def test_entries_stand_by_number_and_remarks_go_with_the_next_one(typist: Typist) -> None:
    typist.type((), LIST[0])
    typist.type(LIST, "remark web", "permit tcp any any eq 80", "remark rest", "deny ip any any")
    typist.type(LIST, "remark names", "15 permit udp 10.1.2.3 0.0.0.255 host 10.1.0.10 eq 53")
    assert [e.text for e in typist.tree.below(LIST)] == [
        "10 remark web",
        "10 permit tcp any any eq www",
        "15 remark names",
        "15 permit udp 10.1.2.0 0.0.0.255 host 10.1.0.10 eq domain",
        "20 remark rest",
        "20 deny ip any any",
    ]
    assert (
        " permit udp 10.1.2.0 0.0.0.255 host 10.1.0.10 eq domain\n remark rest\n deny   ip any any\n" in typist.shown()
    )
    typist.type(LIST, "no 15", "no remark names", "no deny ip any any")
    with pytest.raises(Refused, match="Duplicate"):
        typist.type(LIST, "10 permit ip any any")
    typist.type((), "ip access-list resequence in-x 100 5")
    assert [e.text for e in typist.tree.below(LIST)][:2] == ["100 remark web", "100 permit tcp any any eq www"]


def test_a_key_is_shown_as_its_sum_and_an_account_keeps_what_is_not_said_anew(typist: Typist) -> None:
    chain: View = ("ip ssh pubkey-chain", "username bob")
    typist.type((), "username bob privilege 15", "username bob secret hidden-word", "ip ssh pubkey-chain")
    typist.type(chain[:1], "username bob")
    typist.type(chain, "key-string")
    typist.type((*chain, "key-string"), "ssh-rsa AAAAB3NzaC1yc2EA", "AAADAQABAAAAgQC7 bob@desk")
    shown = "\n".join(typist.grammar.shown(typist.tree))
    assert re.search(r"\n  username bob\n   key-hash ssh-rsa [0-9A-F]{32}\n", shown)
    assert re.search(r"\nusername bob privilege 15 secret 9 \$9\$\S+\n", shown)
    assert "hidden-word" not in shown
    assert typist.grammar.password(typist.tree, "bob") == "hidden-word"
    typist.type((), "no username bob")
    assert "username bob priv" not in typist.shown()


def test_lines_for_terminals_part_where_the_numbers_do(typist: Typist) -> None:
    typist.type((), "line vty 0 15")
    typist.type(("line vty 0 15",), "exec-timeout 5 0")
    assert typist.shown().count(" exec-timeout 5 0") == 2
    typist.type((), "line vty 0 1")
    typist.type(("line vty 0 1",), "exec-timeout 9 0")
    assert "line vty 0 1\n exec-timeout 9 0" in typist.shown()
    assert "line vty 2 4\n exec-timeout 5 0" in typist.shown()


def test_a_router_ships_its_ports_shut_and_default_interface_shuts_them_again() -> None:
    typist = Typist("ISR4331", ("GigabitEthernet0/0/0",))
    port: View = ("interface GigabitEthernet0/0/0",)
    assert "interface GigabitEthernet0/0/0\n no ip address\n shutdown\n" in typist.shown()
    typist.type(port, "ip address 10.0.0.1 255.255.255.0", "no shutdown")
    assert "interface GigabitEthernet0/0/0\n ip address 10.0.0.1 255.255.255.0\n!" in typist.shown()
    assert "default configuration" in typist.type((), "default interface gi0/0/0").words
    assert "interface GigabitEthernet0/0/0\n no ip address\n shutdown\n" in typist.shown()


def test_services_that_are_off_are_printed_so_and_lists_come_off_by_their_direction(typist: Typist) -> None:
    typist.type((), "no ip http server", "interface Vlan10")
    typist.type(("interface Vlan10",), "ip access-group in-x in", "no ip access-group in")
    assert "\nno ip http server\n" in typist.shown()
    assert "access-group" not in typist.shown()


def test_a_second_address_and_networks_that_overlap(typist: Typist) -> None:
    typist.type((), "interface Vlan10", "interface Loopback0")
    svi: View = ("interface Vlan10",)
    typist.type(svi, "ip address 10.0.0.1 255.255.255.0", "ip address 10.0.1.1 255.255.255.0 secondary")
    with pytest.raises(Refused, match="% 10.0.0.9 overlaps with Vlan10"):
        typist.type(("interface Loopback0",), "ip address 10.0.0.9 255.255.255.255")
    with pytest.raises(Refused, match="secondary before"):
        typist.type(svi, "no ip address 10.0.0.1 255.255.255.0")
    typist.type(svi, "no ip address")
    assert "interface Vlan10\n no ip address\n" in typist.shown()


def test_all_traps_are_told_by_one_line_and_printed_kind_by_kind(typist: Typist) -> None:
    typist.type((), "snmp-server enable traps")
    assert typist.shown().count("\nsnmp-server enable traps ") > 3
    typist.type((), "no snmp-server enable traps config")
    assert "enable traps config\n" not in typist.shown()
    assert "enable traps config-copy\n" in typist.shown()
    with pytest.raises(Refused, match="Invalid input"):
        typist.type((), "snmp-server enable traps frobnication")
    typist.type((), "no snmp-server enable traps")
    assert "traps" not in typist.shown()
