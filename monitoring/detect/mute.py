"""A decision without the alarms that a work window mutes. Pure.

States are left as they are: a window mutes alarms, never measurement. What is muted stays out of the picture's open
alarms, so it is offered again each round, and the first round after the window opens it if it is still wrong.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from monitoring.detect.decide import BLIND, Decision


def mute(made: Decision, covered: AbstractSet[str]) -> Decision:
    """Return the decision without opening what is covered. Our own blindness is never muted."""
    silent = {node for node in made.opened if node in covered and node != BLIND}
    if not silent:
        return made
    opened = tuple(node for node in made.opened if node not in silent)
    return replace(made, picture=replace(made.picture, open=made.picture.open - silent), opened=opened)
