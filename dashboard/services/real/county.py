"""The inventory, loaded once per commit; where a twin stands, the part of it that stands.

A commit that does not validate keeps the last good county on the pages (a typing mistake must not blind people); only
at the start it is an error. What changed is seen from the git log's file, at most once a second: no process is
started.
"""

import logging
import threading
import time

from countynet.errors import BadInput
from countynet.settings import Settings
from inventory.load import load_county
from inventory.model import County
from topology.twin.standing import standing

logger = logging.getLogger(__name__)
LOOK_AGAIN = 1.0


class CountyFolder:
    """A county folder as the pages see it. Raises BadInput when it does not load at the start."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._seen = mark(settings)
        self._looked = time.monotonic()
        self._whole, self._county = both(settings)

    def county(self) -> County:
        """Return the county; the same object as long as nothing was committed."""
        now = time.monotonic()
        if now - self._looked < LOOK_AGAIN:
            return self._county
        with self._lock:
            self._looked = now
            seen = mark(self._settings)
            if seen != self._seen:
                self._seen = seen
                self._load()
        return self._county

    def whole(self) -> County:
        """Return the county with all its units, also while a twin has a part of them."""
        self.county()
        return self._whole

    def look_again(self) -> None:
        """Look at the folder at the next question: somebody has just committed."""
        self._looked = -LOOK_AGAIN

    def _load(self) -> None:
        try:
            self._whole, self._county = both(self._settings)
        except BadInput as error:
            logger.error("the county folder has %d problems; the pages keep the county before", len(error.problems))


def present(settings: Settings) -> County:
    """Return the county of the folder, or as much of it as its twin has. Raises BadInput."""
    return both(settings)[1]


def both(settings: Settings) -> tuple[County, County]:
    """Return the whole county, and as much of it as its twin has. Raises BadInput."""
    whole = load_county(settings.county)
    return whole, standing(settings, whole)


def mark(settings: Settings) -> tuple[object, ...]:
    """Return what changes with every commit (with every file, where there is no git) and with the twin."""
    log = settings.county / ".git" / "logs" / "HEAD"
    files = [log] if log.exists() else sorted(settings.county.glob("*.yml"))
    twin = [path for path in (settings.state / "twin.json",) if path.exists()]
    return tuple((file.name, stat.st_mtime_ns, stat.st_size) for file in (*files, *twin) for stat in [file.stat()])
