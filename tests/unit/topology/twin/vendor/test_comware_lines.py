"""Comware's lines as the simulated device keeps them."""

import re
from pathlib import Path

import pytest

from inventory.platforms import blocks, h3c_comware
from topology.twin.vendor.comware_lines import ComwareLines
from topology.twin.vendor.device import Description
from topology.twin.vendor.grammar import Outcome, Question, Refused
from topology.twin.vendor.tree import Path as View
from topology.twin.vendor.tree import Tree

GOLDEN = Path(__file__).parents[3] / "inventory" / "platforms" / "h3c_comware" / "golden"
MODELS = {"core": "S6520X", "access": "S5560", "firewall": "F1000", "cpe": "MSR2600"}


class Typist:
    """Somebody who types lines, entering views as a shell does."""

    def __init__(self, model: str = "S6520X", ports: tuple[str, ...] = ("GigabitEthernet1/0/1",)) -> None:
        about = Description("h3c_comware", model, ports=ports)
        self.grammar = ComwareLines(about)
        self.tree = self.grammar.load(self.grammar.factory(about))

    def type(self, view: View, *lines: str) -> Outcome:
        outcome = Outcome()
        for line in lines:
            outcome = self.grammar.apply(self.tree, view, line, sure=True)
        return outcome

    def all(self, text: str) -> None:
        self._take(blocks.read(text), ())

    def _take(self, nodes: list[blocks.Node], path: View) -> None:
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


@pytest.mark.parametrize("name", MODELS)
def test_every_golden_file_is_taken_and_shown_with_the_same_meaning(name: str) -> None:
    text = (GOLDEN / f"{name}.cfg").read_text()
    person = Typist(MODELS[name], ())
    person.all(text)
    parsed = h3c_comware.parse(person.shown())
    assert parsed.unparsed == ()
    assert parsed.config == h3c_comware.parse(text).config


def test_what_is_shown_is_taken_back_although_secrets_look_otherwise() -> None:
    typist = Typist(ports=())
    typist.all((GOLDEN / "access.cfg").read_text())
    first, second = ("\n".join(typist.grammar.shown(typist.tree)) for _ in range(2))
    assert first != second
    assert "secret-of-snmp" not in first
    assert typist.grammar.load(first).same(typist.grammar.load(second))


def test_a_key_of_neighbours_is_kept_enciphered_and_goes_by_its_number(typist: Typist) -> None:
    typist.type(PORT, "port link-mode route", "ospf authentication-mode md5 1 plain first")
    assert " ospf authentication-mode md5 1 cipher first\n" in typist.shown()
    assert "first" not in "\n".join(typist.grammar.shown(typist.tree))
    typist.type(PORT, "undo ospf authentication-mode md5 1", "ospf authentication-mode md5 1 plain second")
    assert "first" not in typist.shown()
    typist.type(PORT, "undo ospf authentication-mode md5 1")
    assert "second" not in typist.shown()


def test_vlans_are_blocks_and_a_trunk_is_one_list(typist: Typist) -> None:
    typist.type((), "vlan 10 to 12", "vlan 20", "interface GigabitEthernet1/0/1")
    typist.type(PORT, "port link-type trunk", "port trunk permit vlan 10 to 12 20", "undo port trunk permit vlan 11")
    typist.type(PORT, "undo port trunk permit vlan 1")
    assert re.findall(r"(?m)^vlan \d+", typist.shown()) == ["vlan 1", "vlan 10", "vlan 11", "vlan 12", "vlan 20"]
    assert " port trunk permit vlan 10 12 20\n" in typist.shown()
    assert " undo port trunk permit vlan 1\n" in typist.shown()
    typist.type((), "undo vlan 10 to 11")
    assert re.findall(r"(?m)^vlan \d+", typist.shown()) == ["vlan 1", "vlan 12", "vlan 20"]


def test_a_port_that_routes_forgets_what_it_switched(typist: Typist) -> None:
    typist.type((), "vlan 10")
    typist.type(PORT, "port access vlan 10", "description hello")
    with pytest.raises(Refused):
        typist.type(PORT, "ip address 10.0.0.1 24")
    with pytest.raises(Question):
        typist.grammar.apply(typist.tree, PORT, "port link-mode route")
    typist.type(PORT, "port link-mode route", "ip address 10.0.0.1 24")
    assert "port access" not in typist.shown()
    assert " ip address 10.0.0.1 255.255.255.0\n" in typist.shown()


@pytest.mark.parametrize(
    ("view", "line"),
    [
        ((), "interface Vlan-interface99"),
        ((), "interface GigabitEthernet1/0/9"),
        ((), "vlann 5"),
        ((), "undo vlan 1"),
        (PORT, "port access vlan 77"),
        (PORT, "port trunk permit vlan 10"),
        (("acl advanced name x",), "undo rule 5"),
        (("security-policy ip",), "undo rule name nobody"),
    ],
)
def test_what_the_device_does_not_take_is_refused_and_changes_nothing(typist: Typist, view: View, line: str) -> None:
    before: Tree = typist.tree.copy()
    with pytest.raises(Refused):
        typist.grammar.apply(typist.tree, view, line, sure=True)
    assert typist.tree.same(before)


def test_rules_get_numbers_and_comments_need_their_rule(typist: Typist) -> None:
    view = typist.type((), "acl advanced name in-x").enter
    assert view
    typist.type(view, "rule permit ip source 10.0.0.0 0.255.255.255", "rule deny ip", "rule 5 comment rest")
    assert [e.text for e in typist.tree.below(view)] == [
        "rule 0 permit ip source 10.0.0.0 0.255.255.255",
        "rule 5 deny ip",
        "rule 5 comment rest",
    ]
    with pytest.raises(Refused):
        typist.type(view, "rule 7 comment nobody")
    typist.type(view, "undo rule 5")
    assert len(typist.tree.below(view)) == 1


def test_rules_of_the_policy_move_and_are_found_by_name_or_number(typist: Typist) -> None:
    view = typist.type((), "security-policy ip").enter
    assert view
    typist.type(view, "rule name a", "rule name b", "rule 7 name c", "move rule name c before name a")
    assert [e.text for e in typist.tree.below(view)] == ["rule 7 name c", "rule 0 name a", "rule 1 name b"]
    assert typist.type(view, "rule 7").enter == (*view, "rule 7 name c")
    typist.type(view, "undo rule name a", "undo rule 7")
    assert [e.text for e in typist.tree.below(view)] == ["rule 1 name b"]


def test_words_that_begin_like_another_stay_themselves(typist: Typist) -> None:
    view = typist.type((), "ikev2 proposal p").enter
    assert view
    typist.type(view, "integrity sha256")
    assert [e.text for e in typist.tree.below(view)] == ["integrity sha256"]
    assert typist.type((), "int gig1/0/1").enter == PORT


def test_overlapping_addresses_are_refused(typist: Typist) -> None:
    typist.type((), "vlan 10", "interface Vlan-interface10")
    typist.type(("interface Vlan-interface10",), "ip address 10.0.0.1 24")
    typist.type((), "interface LoopBack0")
    with pytest.raises(Refused, match="overlap"):
        typist.type(("interface LoopBack0",), "ip address 10.0.0.9 32")
