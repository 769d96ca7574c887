"""A text of blocks becomes a tree in which nothing is lost, whatever a terminal did to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.platforms import blocks


def _tree(text: str) -> list[tuple[int, str, int]]:
    def walk(nodes: list[blocks.Node], depth: int) -> list[tuple[int, str, int]]:
        return [found for n in nodes for found in [(depth, n.text, n.number), *walk(n.children, depth + 1)]]

    return walk(blocks.read(text), 0)


def test_indentation_makes_the_tree_and_numbers_are_those_of_the_text() -> None:
    text = "#\n#\naaa\n local-user x\n#\n\nospf 1\n area 0\n  network 1\n silent\nip route\n"
    assert _tree(text) == [
        (0, "aaa", 3), (1, "local-user x", 4), (0, "ospf 1", 7), (1, "area 0", 8), (2, "network 1", 9),
        (1, "silent", 10), (0, "ip route", 11),
    ]  # fmt: skip


def test_top_lines_that_are_indented_are_top_lines() -> None:
    assert _tree("interface x\n a\n#\n sysname x\n snmp-agent\n#\n") == [
        (0, "interface x", 1), (1, "a", 2), (0, "sysname x", 4), (0, "snmp-agent", 5),
    ]  # fmt: skip


def test_a_separator_inside_a_block_does_not_end_it() -> None:
    assert _tree("bgp 1\n #\n ipv4-family\n  x\n") == [(0, "bgp 1", 1), (1, "ipv4-family", 3), (2, "x", 4)]


@pytest.mark.parametrize(
    "raw",
    [
        "  ---- More ----\x1b[42D                                          \x1b[42D a",
        "  ---- More ----\x1b[16D                \x1b[16D a",
        "  ---- More ----" + " " * 42 + " a",
        "---- More ----\r               \r a",
        "---- More ----\x08\x08\x08   \x08\x08\x08 a",
        " a\r",
        " a   ",
        "\x00 a",
    ],
)
def test_paging_leaves_the_line_with_its_indentation(raw: str) -> None:
    assert blocks.clean(raw) == " a"


def test_a_quoted_text_may_hold_what_looks_like_lines() -> None:
    text = 'header login information "\n#\ninterface x\n"\nsysname a\n'
    assert [(depth, line) for depth, line, _ in _tree(text)] == [
        (0, 'header login information "'), (1, "#"), (1, "interface x"), (1, '"'), (0, "sysname a"),
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["#", " a", "b", "  c", "", "!x", "return", "<h>", "[h]x", 'header x information "'])))
def test_every_line_is_a_node_or_noise(lines: list[str]) -> None:
    text = "\n".join(lines)
    nodes = [number for _, _, number in _tree(text)]
    assert sorted(nodes) == nodes
    meant = {number for number, line in enumerate(lines, 1) if not blocks.NOISE.fullmatch(line)}
    assert meant <= set(nodes)
