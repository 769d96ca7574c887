"""What VRP's grammar does with lines that are typed, without a terminal."""

import pytest

from inventory.platforms import huawei_vrp
from tests.unit.inventory.platforms.huawei_vrp.test_golden import config_of, text_of
from topology.twin.vendor.device import Description
from topology.twin.vendor.grammar import Question, Refused
from topology.twin.vendor.tree import Path, Tree
from topology.twin.vendor.vrp_lines import VrpLines

MODELS = {"core": "S5735", "access": "S5735", "firewall": "USG6630", "cpe": "AR611"}


def typed(*lines: str, model: str = "S5735") -> tuple[VrpLines, Tree]:
    grammar, tree, path = VrpLines(Description("huawei_vrp", model)), Tree(), ()
    here: Path = path
    for line in lines:
        if line == "quit":
            here = here[:-1]
            continue
        outcome = grammar.apply(tree, here, line, sure=True)
        here = outcome.enter if outcome.enter is not None else here
    return grammar, tree


def shown(*lines: str, model: str = "S5735") -> list[str]:
    grammar, tree = typed(*lines, model=model)
    return [line for line in grammar.shown(tree, secrets=True)[1:] if line not in ("#", "return")]


@pytest.mark.parametrize("name", MODELS)
def test_a_text_typed_line_by_line_means_what_it_says(name: str) -> None:
    grammar = VrpLines(Description("huawei_vrp", MODELS[name]))
    tree = grammar.load(text_of(name))
    parsed = huawei_vrp.parse("\n".join(grammar.shown(tree, secrets=True)))
    assert (parsed.config, parsed.unparsed) == (config_of(name), ())


@pytest.mark.parametrize("name", MODELS)
def test_what_is_displayed_can_be_typed_into_another_device(name: str) -> None:
    grammar = VrpLines(Description("huawei_vrp", MODELS[name]))
    tree = grammar.load(text_of(name))
    again = grammar.load("\n".join(grammar.shown(tree)))
    assert grammar.shown(again, secrets=True) == grammar.shown(tree, secrets=True)


def test_a_key_of_neighbours_is_shown_enciphered_and_goes_by_its_word() -> None:
    port, line = "interface LoopBack0", "ospf authentication-mode md5 1 cipher {}"
    assert shown(port, line.format("first"), line.format("second")) == [port, f" {line.format('second')}"]
    assert shown(port, line.format("first"), "undo ospf authentication-mode") == [port]
    grammar, tree = typed(port, line.format("first"))
    assert "first" not in "\n".join(grammar.shown(tree))


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["sysname a", "sysname b"], ["sysname b"]),
        (["sysname a", "undo sysname"], []),
        (["vlan batch 10 11 13", "undo vlan 11", "vlan 12"], ["vlan batch 10 12 to 13"]),
        (["ntp-service unicast-server 10.0.0.1", "ntp-service unicast-server 10.0.0.2",
          "undo ntp-service unicast-server 10.0.0.1"], ["ntp-service unicast-server 10.0.0.2"]),
        (["ip route-static 10.0.0.0 8 10.1.1.1", "ip route-static 10.0.0.0 8 10.1.1.1 preference 5"],
         ["ip route-static 10.0.0.0 255.0.0.0 10.1.1.1 preference 5"]),
        (["ip route-static 10.0.0.0 8 10.1.1.1", "undo ip route-static 10.0.0.0 255.0.0.0 10.1.1.1"], []),
        (["interface LoopBack0", "ip address 10.0.0.1 32", "ip address 10.0.0.2 32", "undo ip address"],
         ["interface LoopBack0"]),
        (["interface LoopBack0", "description a b  c", "quit", "undo interface LoopBack0"], []),
        (["interface GigabitEthernet0/0/1", "shutdown", "undo shutdown"], ["interface GigabitEthernet0/0/1"]),
        (["interface GigabitEthernet0/0/1", "undo lldp enable", "lldp enable"], ["interface GigabitEthernet0/0/1"]),
        (["ospf", "quit", "ospf 1 router-id 1.1.1.1", "area 0"],
         ["ospf 1 router-id 1.1.1.1", " area 0.0.0.0"]),
        (["acl 3000", "rule 5 permit ip", "rule 5 deny ip", "rule 5 description why"],
         ["acl number 3000", " rule 5 deny ip", " rule 5 description why"]),
        (["acl name a", "rule permit ip", "quit", "acl name b basic"],
         ["acl name a 3999", " rule 5 permit ip", "acl name b 2999"]),
        (["aaa", "local-user amy privilege level 15", "local-user amy service-type ssh", "undo local-user amy"],
         ["aaa"]),
        (["snmp-agent usm-user v3 amy", "snmp-agent usm-user v3 amy group g",
          "undo snmp-agent usm-user v3 amy"], []),
        (["security-policy", "rule name a", "action permit", "quit", "rule name b", "action deny", "quit",
          "rule move b before a"],
         ["security-policy", " rule name b", "  action deny", " rule name a", "  action permit"]),
    ],
)  # fmt: skip
def test_lines_and_negations_leave(lines: list[str], left: list[str]) -> None:
    assert shown(*lines) == left


def test_a_trunk_is_one_list_and_vlan_1_has_a_line_of_its_own() -> None:
    lines = ["vlan batch 10 to 12", "interface GigabitEthernet0/0/1", "port link-type trunk"]
    lines += ["port trunk allow-pass vlan 10 to 12", "undo port trunk allow-pass vlan 1 11"]
    assert shown(*lines)[1:] == [
        "interface GigabitEthernet0/0/1",
        " port link-type trunk",
        " undo port trunk allow-pass vlan 1",
        " port trunk allow-pass vlan 10 12",
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["interface Vlanif10"], "VLAN does not exist"),
        (["vlan 10", "quit", "interface Vlanif10", "quit", "undo vlan 10"], "L3 interface"),
        (["undo vlan 10"], "VLAN does not exist"),
        (["acl 3000", "undo rule 5"], "rule does not exist"),
        (["interface GigabitEthernet0/0/1", "ip address 10.0.0.1 24"], "Unrecognized command"),
        (["interface GigabitEthernet0/0/1", "undo portswitch", "port link-type access"], "Unrecognized command"),
        (["interface GigabitEthernet0/0/1", "port trunk allow-pass vlan 10"], "trunk"),
        (["interface GigabitEthernet0/0/1", "port link-type access", "port default vlan 9"], "VLAN does not exist"),
        (["undo aaa"], "Unrecognized command"),
        (["undo interface GigabitEthernet0/0/1"], "Unrecognized command"),
        (["frobnicate"], "Unrecognized command"),
        (["undo frobnicate"], "Unrecognized command"),
        (["undo"], "Unrecognized command"),
        (["vlan 10", "quit", "undo vlan"], "Incomplete command"),
        (["ip route-static 10.0.0.0 8 10.1.1.1", "undo ip"], "Incomplete command"),
        (["vlan batch 10 to 9999"], "Wrong parameter"),
        (["interface LoopBack0", "ip address 10.0.0.1 24", "quit", "interface LoopBack1", "ip address 10.0.0.2 24"],
         "conflicts"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(lines: list[str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        typed(*lines)


def test_a_refused_line_leaves_no_trace_and_a_question_neither() -> None:
    grammar, tree = typed("vlan batch 10 11", "interface GigabitEthernet0/0/1")
    before = grammar.shown(tree)
    with pytest.raises(Refused):
        grammar.apply(tree, ("interface GigabitEthernet0/0/1",), "frobnicate")
    with pytest.raises(Question):
        grammar.apply(tree, (), "undo vlan batch 10")
    assert grammar.shown(tree) == before


def test_a_port_that_the_device_has_not_is_refused_and_one_it_has_stays() -> None:
    grammar = VrpLines(Description("huawei_vrp", "S5735", ports=("GigabitEthernet0/0/1",)))
    with pytest.raises(Refused, match="Wrong parameter"):
        grammar.apply(Tree(), (), "interface GigabitEthernet0/0/2")
    assert grammar.apply(Tree(), (), "int g0/0/1").enter == ("interface GigabitEthernet0/0/1",)
