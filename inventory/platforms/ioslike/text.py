"""Configurations of blocks that stand by indentation (IOS, RGOS) as a tree of `blocks.Node`.

Promises: every line is a node or noise (`NOISE`), and a banner's lines are below its head, whatever they look like. A
banner that is never closed ends after `_LONGEST` lines, which then are listed. A node keeps its number in the text.
"""

import re

from inventory.platforms.blocks import Node, clean

_TYPED = r"(sh(ow?)? .*|ter(m\w*)? .*|en(able)?|conf\w*( t\w*)?|wr(ite)?( .*)?|copy .*|more .*|exit|end|logout|quit)?"
NOISE = re.compile(
    rf"\s*(!.*|end|exit|exit-vrrp|exit-address-family|quit)?|Building configuration\s*\.\.\..*"
    rf"|Current configuration ?: ?\d+ bytes|Using \d+ out of \d+ bytes.*"
    rf"|[A-Za-z][\w.-]{{0,62}}(\([\w. /-]+\))?[#>] ?{_TYPED}"
)
"""separators, comments, ends of blocks, the head of `show running-config`, prompts with a command that only shows"""
_BANNER = re.compile(r"banner \S+ (\^C|\S)(.*)")
_MORE = re.compile(r" ?-{2,} ?More ?-{2,} ?[\x08\r]+ *[\x08\r]*")
_LONGEST = 60


def lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not noise, with their numbers in the text; a banner's lines are never noise."""
    found, until, left = list[tuple[int, str]](), "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = clean((_MORE.sub("", raw) if "More" in raw else raw).replace("\x03", "^C"))
        if left:
            found.append((number, f" {line.strip()}"))
            left = 0 if until in line else left - 1
        elif not NOISE.fullmatch(line):
            found.append((number, line))
            banner = _BANNER.match(line) if line.startswith("banner ") else None
            if banner and banner[1] not in banner[2]:
                until, left = banner[1], _LONGEST
    return found


def read(text: str) -> list[Node]:
    """Return the blocks of a text by their indentation."""
    roots: list[Node] = []
    open_: list[tuple[int, Node]] = []
    for number, line in lines(text):
        node = Node(line.strip(), number)
        depth = len(line) - len(line.lstrip())
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        (open_[-1][1].children if open_ else roots).append(node)
        open_.append((depth, node))
    return roots


def meaningful(text: str) -> int:
    """Return how many lines of a text could mean something."""
    return len(lines(text))
