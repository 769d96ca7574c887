"""The contexts of the page of the exchange."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from countynet import clock
from countynet.i18n import _
from monitoring.bridge.model import COUNTY
from monitoring.bridge.standing import Standing
from monitoring.bridge.turns import Way

LISTED = 50
"""faults of a platform that are listed; a platform that was away for long has many"""
LATE = timedelta(minutes=2)
"""so long after its time a round that has not begun means that nobody makes rounds"""


@dataclass(frozen=True)
class BridgePart:
    """What is fetched again by itself: every platform, or what is wrong with the file."""

    template: ClassVar[str] = "bridge/live.html"
    platforms: tuple[Standing, ...]
    problems: tuple[str, ...]
    may_retry: bool
    ways: ClassVar[Mapping[Way, str]] = {Way.PULL: _("Their tickets came here"), Way.PUSH: _("Our faults went there")}
    listed: ClassVar[int] = LISTED
    file: ClassVar[str] = str(COUNTY)

    @staticmethod
    def late(one: Standing) -> bool:
        """Whether a round that is due was not made: the worker does not run."""
        return one.next_round is None or clock.now() - one.next_round > LATE

    @staticmethod
    def goes(one: Standing, way: Way) -> bool:
        """Whether the county lets this way be gone."""
        return one.platform.pull if way is Way.PULL else one.platform.push


@dataclass(frozen=True)
class BridgePage:
    """The page."""

    template: ClassVar[str] = "bridge/bridge.html"
    part: BridgePart
    asked: str = ""
    """the platform that was just asked to be tried again"""
