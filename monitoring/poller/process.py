"""The poller's process: sets the watch up, and anew whenever the inventory or the twin's place changed.

One per county (a lock file that dies with the process). It waits, watching nothing, while the twin is down.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine as Database

from countynet import vantage
from countynet.db import open_database
from countynet.errors import BadInput, Conflict
from countynet.i18n import _, translate_error
from countynet.settings import Settings
from inventory.model import County
from monitoring.agents.keyring import Keyring, keyring
from monitoring.agents.poller import AgentPoller
from monitoring.icmp.pinger import Pinger
from monitoring.metrics import pulse
from monitoring.poller import write
from monitoring.poller.plan import Plan, commit_of, load
from monitoring.poller.poll import Poll, poll
from monitoring.poller.watch import Pace, Watch
from monitoring.receive.hints import Ear
from monitoring.scale.arenas import few
from monitoring.series.choose import open_series
from monitoring.series.seam import SeriesStore
from monitoring.standing import only_one, place

log = logging.getLogger(__name__)
_RETRY = 1.0


def series_of(settings: Settings) -> SeriesStore:
    """Return the county's series store. Raises BadInput without the token of its server."""
    return open_series(settings)


def run(settings: Settings, stop: Callable[[], bool], pace: Pace | None = None) -> None:
    """Watch the county until `stop()`. Raises Conflict if another poller does, BadInput for a bad county at first."""
    pace = pace or Pace()
    few()
    plan = load(settings)
    opened = keyring(settings, plan.county)
    database = open_database(settings)
    with (
        only_one(settings, "poller", _("another poller watches this county already")),
        closing(series_of(settings)) as series,
    ):
        while not stop():
            try:
                vantage.enter(settings)
            except Conflict as error:
                log.warning("waiting: %s", translate_error(error))
                pulse.waiting(settings)
                time.sleep(_RETRY)
                continue
            write.adopt(database, plan)
            asyncio.run(_watch(settings, database, series, plan, opened, pace, stop))
            plan, opened = _reload(settings, plan, opened)
    database.dispose()


def once(
    settings: Settings,
    county: County | None = None,
    interval: float = Pace().poll,
    only: Sequence[str] | None = None,
) -> Poll:
    """Poll every device once (`only`: of a selection), keep the samples, and return how it went. Raises BadInput.

    The calling thread stays where it is.
    """
    plan, place = load(settings, county).of(only), vantage.path(settings)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_once, settings, plan, place, interval).result()


def _once(settings: Settings, plan: Plan, place: Path | None, interval: float) -> Poll:
    database = open_database(settings)
    with vantage.within(place) if place else nullcontext(), closing(series_of(settings)) as series:
        done = asyncio.run(_ask_once(settings, database, plan, series, interval))
        series.write(done.slot, done.samples)
        write.polled(database, plan, done)
    database.dispose()
    return done


async def _ask_once(settings: Settings, database: Database, plan: Plan, series: SeriesStore, interval: float) -> Poll:
    with closing(AgentPoller(keyring(settings, plan.county), database, interval)) as poller:
        return await poll(poller, plan, series.before(), interval)


async def _watch(
    settings: Settings,
    database: Database,
    series: SeriesStore,
    plan: Plan,
    opened: Keyring,
    pace: Pace,
    stop: Callable[[], bool],
) -> None:
    here = place(settings)
    with closing(Pinger()) as pinger, closing(AgentPoller(opened, database, pace.poll)) as poller:
        watch = Watch(database, series, plan, pace, stop)
        watch.tell = pulse.teller(settings)
        with closing(Ear(settings.state, watch.hint)):
            await watch.run(
                pinger, poller, lambda: commit_of(settings.county) != plan.commit or place(settings) not in (0, here)
            )


def _reload(settings: Settings, plan: Plan, opened: Keyring) -> tuple[Plan, Keyring]:
    try:
        new = load(settings)
        return new, keyring(settings, new.county)
    except BadInput as error:
        log.warning("the new inventory is not valid, the old one stays:\n%s", translate_error(error))
        return replace(plan, commit=commit_of(settings.county)), opened
