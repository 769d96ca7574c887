"""Whatever a text is, it is read without raising, and what was read of it can be written and read again."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from inventory.platforms import cisco_ios, ruijie
from inventory.platforms.ioslike import text
from tests.unit.inventory.platforms.cisco_ios.test_golden import GOLDEN as IOS
from tests.unit.inventory.platforms.ioslike.golden import NAMES
from tests.unit.inventory.platforms.ruijie.test_golden import GOLDEN as RGOS

LINES = sorted({line for golden in (IOS, RGOS) for name in NAMES for line in golden.text(name).splitlines()})
ODD = [
    "²",
    "٣",
    "",
    "0",
    "-1",
    "99999999999",
    "0.0.0.0",
    "^C",
    '"',
    "٣.٣.٣.٣",
    "1-",
    "none",
    "any",
    "host",
    "Vlan٣",
    "\x03",
]
PLATFORMS = pytest.mark.parametrize("platform", [cisco_ios, ruijie], ids=["cisco_ios", "ruijie"])


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Draw a text of true lines in a wrong order, cut, or with a wrong word."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=40))
    for index in draw(st.lists(st.integers(0, max(len(lines) - 1, 0)), max_size=6)) if lines else ():
        words = lines[index].split(" ")
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(ODD))
        lines[index] = " ".join(words)[: draw(st.sampled_from([2, 10, 200]))]
    return "\n".join(lines)


@PLATFORMS
@settings(max_examples=60, deadline=None)
@given(broken() | st.text(max_size=200))
def test_nothing_raises_and_what_was_read_can_be_written(platform: ModuleType, given_text: str) -> None:
    parsed = platform.parse(given_text)
    platform.mask(given_text)
    try:
        written = platform.render(parsed.config)
    except BadInput:
        return
    again = platform.parse(written)
    assert again.config == parsed.config
    assert again.unparsed == ()


def _places() -> Iterator[int]:
    yield from range(0, len(IOS.text("cpe")), 97)


@pytest.mark.parametrize("place", list(_places()))
def test_a_text_that_was_cut_off_is_read_as_far_as_it_goes(place: int) -> None:
    given_text = IOS.text("cpe")[:place]
    listed = {line.line for line in cisco_ios.parse(given_text).unparsed}
    assert listed <= {0} | {number for number, _ in text.lines(given_text)}


@given(st.lists(st.sampled_from(["!", " a", "b", "  c", "", "end", "h#", "banner x ^C", "^C", "!^C"])))
def test_every_line_is_a_node_or_noise(lines: list[str]) -> None:
    whole = "\n".join(lines)
    nodes = [node.number for root in text.read(whole) for node in root.whole()]
    assert nodes == sorted(nodes)
    assert {n for n, line in enumerate(lines, 1) if not text.NOISE.fullmatch(line)} <= set(nodes)
    assert text.meaningful(whole) == len(nodes)
