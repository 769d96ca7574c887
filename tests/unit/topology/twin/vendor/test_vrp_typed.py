"""Whatever is typed at a simulated VRP device, in any order: it is taken or refused, and what is shown can be typed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.inventory.platforms.huawei_vrp.test_golden import text_of
from topology.twin.vendor.device import Description
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.tree import Path, Tree
from topology.twin.vendor.vrp_lines import VrpLines

NAMES = ("core", "access", "firewall", "cpe")
LINES = sorted({line.strip() for name in NAMES for line in text_of(name).splitlines() if line.strip("# ")})
WORDS = sorted({word for line in LINES for word in line.split()})


@st.composite
def typed(draw: st.DrawFn) -> str:
    line = draw(st.sampled_from(LINES))
    kind = draw(
        st.sampled_from(["as it is", "as it is", "as it is", "negated", "cut", "cut and negated", "mixed", "quit"])
    )
    if kind == "quit":
        return "quit"
    words = line.split(" ")
    if "cut" in kind:
        words = words[: draw(st.integers(1, len(words)))]
    if kind == "mixed":
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(WORDS))
    return " ".join(["undo", *words] if "negated" in kind else words)


def _type(grammar: VrpLines, tree: Tree, lines: list[str]) -> Tree:
    here: Path = ()
    for line in lines:
        if line == "quit":
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


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["S5735", "USG6630", "CE6857"]), st.sampled_from(["", *NAMES]), st.lists(typed(), max_size=25))
def test_it_is_taken_or_refused_and_what_is_shown_can_be_typed(model: str, start: str, lines: list[str]) -> None:
    grammar = VrpLines(Description("huawei_vrp", model))
    tree = _type(grammar, grammar.load(text_of(start)) if start else Tree(), lines)
    shown = grammar.shown(tree, secrets=True)
    assert grammar.shown(grammar.load("\n".join(shown)), secrets=True) == shown
