"""Whether a device needs nothing more than its `closing`: everything is as intended but the staging port, still open.

A bare device is in this state between the end of its activation and the moment it is met in band.
"""

from inventory.platforms.linux import frr_tree
from inventory.platforms.linux.frr_live import STAGING
from inventory.platforms.linux.text import File, split


def is_staged(running: str, intended: str) -> bool:
    """Return whether the two texts differ, and in nothing but the block of the staging port."""
    before, after = split(running), split(intended)
    return before != after and _without_port(before) == _without_port(after)


def _without_port(files: dict[str, File]) -> tuple[dict[str, File], frr_tree.Tree]:
    zebra = files.pop(frr_tree.ZEBRA, None)
    tree = frr_tree.tree(zebra.lines if zebra else ())
    tree.pop(f"interface {STAGING}", None)
    return files, tree
