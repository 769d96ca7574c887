"""Whatever is typed at a simulated IOS or RGOS device: it is taken or refused, and what is shown can be typed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.twin.vendor.device import Description
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.ios_lines import IosLines
from topology.twin.vendor.rgos_lines import RgosLines
from topology.twin.vendor.tree import Path as View
from topology.twin.vendor.tree import Tree

GOLDEN = Path(__file__).parents[3] / "inventory" / "platforms"
NAMES = ("core", "access", "gateway", "cpe")
GRAMMARS = {"cisco_ios": (IosLines, ("C9300", "ISR4331")), "ruijie": (RgosLines, ("S5750", "EG3230"))}
MORE = (
    "line vty 0 15", "line vty 2", "default interface Loopback0", "ip access-list resequence nat-01 5 5",
    "15 deny ip any any", "vlan 10-12,20", "switchport trunk allowed vlan add 7,9-12", "switchport",
    "switchport trunk allowed vlan except 1-10", "switchport mode access", "passive-interface default",
    "snmp-server enable traps config", "username bob secret hidden", "ip name-server 10.0.0.1 10.0.0.2", "archive",
    "path flash:x", "log config", "logging enable", "key-string", "shutdown", "interface GigabitEthernet 1/0/1",
    "interface vlan 10", "interface loopback 0", "redundancy", "mode sso", "line con 0",
)  # fmt: skip


def text_of(platform: str, name: str) -> str:
    return (GOLDEN / platform / "golden" / f"{name}.cfg").read_text(encoding="utf-8")


def lines_of(platform: str) -> list[str]:
    found = {line.strip() for name in NAMES for line in text_of(platform, name).splitlines() if line.strip(" !")}
    return sorted(found | set(MORE))


LINES = {platform: lines_of(platform) for platform in GRAMMARS}
WORDS = {platform: sorted({word for line in lines for word in line.split()}) for platform, lines in LINES.items()}


@st.composite
def typed(draw: st.DrawFn, platform: str) -> str:
    words = draw(st.sampled_from(LINES[platform])).split(" ")
    kind = draw(st.sampled_from(["", "", "", "negated", "cut", "cut and negated", "mixed", "exit"]))
    if kind == "exit":
        return "exit"
    if "cut" in kind:
        words = words[: draw(st.integers(1, len(words)))]
    if kind == "mixed":
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(WORDS[platform]))
    return " ".join(["no", *words] if "negated" in kind else words)


def type_all(grammar: IosLines, tree: Tree, lines: list[str]) -> Tree:
    here: View = ()
    for line in lines:
        if line == "exit":
            here = here[:-1]
            continue
        fresh = tree.copy()
        try:
            outcome = grammar.apply(fresh, here, line, sure=True)
        except Refused:
            continue
        tree = fresh
        here = outcome.enter if outcome.enter is not None else here
    return tree


@pytest.mark.parametrize("platform", GRAMMARS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_it_is_taken_or_refused_and_what_is_shown_can_be_typed(platform: str, data: st.DataObject) -> None:
    kind, models = GRAMMARS[platform]
    grammar = kind(Description(platform, data.draw(st.sampled_from(models))))
    start = data.draw(st.sampled_from(["", *NAMES]))
    first = grammar.load(text_of(platform, start)) if start else Tree()
    shown = grammar.shown(type_all(grammar, first, data.draw(st.lists(typed(platform), max_size=25))), secrets=True)
    assert grammar.shown(grammar.load("\n".join(shown)), secrets=True) == shown
