"""Has the server's leases looked at every five minutes (`countynet.schedules`), and keeps what was seen.

The look stands in a thread of its own: a server that is gone takes twenty seconds, and the worker does not wait for it.
A server that does not answer is kept as that, with why; a county that cannot be read is told by every command. The
county is read anew only when one of its files changed, and of it only the server is kept.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.settings import Settings
from inventory import dhcp, load_county
from inventory.model import County, Host
from playbooks.leases import looks
from playbooks.leases.parse import Said
from playbooks.leases.standing import Standing, standing

MINUTES = 5
"""so often it is looked"""
Ask = Callable[[Settings, Host], Said]
"""asks a server; raises CountyError when it does not answer"""
_looked: dict[str, datetime] = {}
_rounds: dict[str, threading.Thread] = {}
_hosts: dict[str, tuple[tuple[float, ...], Host | None]] = {}
"""the server of each county, with the times of the files that said so"""


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Begin a look when one is due and none is under way."""
    name = str(settings.county)
    last, still = _looked.get(name), _rounds.get(name)
    if (last is not None and (now - last).total_seconds() < MINUTES * 60) or (still is not None and still.is_alive()):
        return
    _looked[name] = now
    _rounds[name] = threading.Thread(target=turn, args=(settings, engine), daemon=True, name="leases")
    _rounds[name].start()


def look(settings: Settings, engine: Engine, county: County, ask: Ask | None = None) -> Standing:
    """Look at the leases now, keep what was seen, and return how they stand; without a server nobody is asked."""
    host = dhcp.server(county)
    if host is not None:
        _ask(settings, engine, host, ask)
    return last(engine, county)


def last(engine: Engine, county: County) -> Standing:
    """Return how the leases of the last look stand."""
    host = dhcp.server(county)
    if host is None:
        return standing(county, None)
    with reading(engine) as session:
        return standing(county, looks.kept(session, host.name))


def _ask(settings: Settings, engine: Engine, host: Host, ask: Ask | None) -> None:
    try:
        said = (ask or _over_ssh)(settings, host)
    except CountyError as error:
        with transaction(engine) as session:
            looks.miss(session, host.name, error, clock.now())
        return
    with transaction(engine) as session:
        looks.keep(session, host.name, said, clock.now())


def _over_ssh(settings: Settings, host: Host) -> Said:
    from playbooks.leases.ask import ask

    return ask(settings, host)


def turn(settings: Settings, engine: Engine, ask: Ask | None = None) -> None:
    """Look once, as the clockwork does; a county that gives out nothing, or cannot be read, is asked for nothing."""
    try:
        host = _host(settings)
    except (CountyError, OSError):  # a county that cannot be read is told by every command
        return
    if host is not None:
        _ask(settings, engine, host, ask)


def _host(settings: Settings) -> Host | None:
    stamp = tuple(path.stat().st_mtime for path in sorted(settings.county.glob("*.yml")))
    known = _hosts.get(str(settings.county))
    if known is None or known[0] != stamp:
        known = _hosts[str(settings.county)] = (stamp, dhcp.server(load_county(settings.county)))
    return known[1]
