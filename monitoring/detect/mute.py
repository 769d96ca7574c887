"""A decision without the alarms that a work window mutes. Pure.

States are left as they are: a window mutes alarms, never measurement. What is muted stays out of the picture's open
alarms, so it is offered again each round, and the first round after the window opens it if it is still wrong. A sign
(a cable, an agent, a line's quality) is muted with any device that it is about.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from monitoring.detect.decide import BLIND, Decision
from monitoring.detect.signs import AGENT, CABLE, QUALITY
from monitoring.detect.topology import Topology


def mute(made: Decision, covered: AbstractSet[str], topology: Topology) -> Decision:
    """Return the decision without opening what is covered. Our own blindness is never muted."""
    silent = {n for n in made.opened if n != BLIND and any(about in covered for about in _about(n, topology))}
    if not silent:
        return made
    opened = tuple(node for node in made.opened if node not in silent)
    return replace(made, picture=replace(made.picture, open=made.picture.open - silent), opened=opened)


def _about(node: str, topology: Topology) -> Iterator[str]:
    """Yield what a node or a sign is about."""
    if node.startswith(CABLE):
        link = topology.links.get(node.removeprefix(CABLE))
        yield from (link.a[0], link.b[0]) if link else ()
    else:
        yield node.removeprefix(AGENT).removeprefix(QUALITY)
