"""Where countynet stands in the network: on a real one at home, in a twin at its management station.

The twin writes the path of the management station's network namespace to `<state>/vantage`. A command that talks to
devices enters it first. Entering moves the calling thread, and with it every thread and process it starts afterwards:
so call it before starting any. Source: setns(2).
"""

from pathlib import Path

from countynet import netns
from countynet.errors import Conflict
from countynet.i18n import _
from countynet.netns import here, within
from countynet.settings import Settings

__all__ = ["enter", "here", "path", "within"]


def path(settings: Settings) -> Path | None:
    """Return the namespace to enter, or None on a real network. Raises Conflict if its twin is gone."""
    try:
        found = Path((settings.state / "vantage").read_text().strip())
    except FileNotFoundError:
        return None
    if not found.exists():
        raise Conflict(
            _("the county's twin is not running ({netns} is gone); start it: countynet twin up"), netns=found
        )
    return found


def enter(settings: Settings) -> None:
    """Move this process to where the county's devices are reached from; nothing to do on a real network.

    Raises Conflict if the twin is gone, MissingCapability without root.
    """
    where = path(settings)
    if where is not None:
        netns.enter(where)
