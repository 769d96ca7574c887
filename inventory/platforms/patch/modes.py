"""`port link-mode` of Comware: a port that is switched to the other mode forgets what it was told.

So the mode comes first, what belonged to the old mode is not taken back line by line (the device would refuse), and
what stands in both is typed again. Annet's own rule for the line breaks on it.
"""

import re

from inventory.platforms.patch import words
from inventory.platforms.patch.lines import Path, Tree

_MODE = re.compile(r"port link-mode (bridge|route)")
_STAYS = ("description ", "shutdown", "speed ", "duplex ", "port link-mode ")
"""what the device keeps over a change of mode"""


def take(old: Tree, new: Tree, platform: str) -> dict[Path, list[str]]:
    """Take the modes out of both trees, with what the device forgets; return the lines that set them."""
    found: dict[Path, list[str]] = {}
    for name in [name for name in (*old, *new) if platform == "h3c_comware" and words.physical(name)]:
        had, wanted = _cut(old.get(name, {})), _cut(new.get(name, {}))
        if had != wanted:
            found[(name,)] = [f"port link-mode {wanted}" if wanted else "undo port link-mode"]
            forget(old.get(name, {}))
    return found


def _cut(block: Tree) -> str:
    match = next((m for line in block if (m := _MODE.fullmatch(line))), None)
    if match:
        del block[match[0]]
    return match[1] if match else ""


def forget(block: Tree) -> None:
    """Change a port's lines as a change of mode does."""
    for line in [line for line in block if not line.startswith(_STAYS)]:
        del block[line]


def changes(block: Tree, line: str) -> bool:
    """Return whether a line that is typed at a port changes its mode."""
    return bool(_MODE.fullmatch(line.removeprefix("undo ")) or line == "undo port link-mode") and line not in block
