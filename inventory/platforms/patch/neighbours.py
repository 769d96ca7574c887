"""Keys of OSPF neighbours on their way out: by their number, and before another key comes under it. Pure.

IOS and RGOS refuse a key under a number that has one, and Comware keeps several; so the old one goes first.
"""

from collections.abc import Sequence

from inventory.platforms import ospfkeys
from inventory.platforms.patch.lines import Step

_GIVES = ("ip ospf message-digest-key ", "ospf authentication-mode ")


def ordered(steps: Sequence[Step], platform: str) -> list[Step]:
    """Return steps with an interface's old key taken back just before it gets another."""
    found = [Step(step.path, ospfkeys.removal(step.line, platform) or step.line) for step in steps]
    for old, step in zip(steps, [*found], strict=True):
        if old == step:
            continue
        again = next((n for n, s in enumerate(found) if s.path == step.path and s.line.startswith(_GIVES)), None)
        if again is not None and again < found.index(step):
            found.remove(step)
            found.insert(again, step)
    return found
