"""The receiver's process: sets its parts up, and anew whenever the inventory or the twin's place changed.

One per county, beside the poller, so that no storm of messages delays a ping. It waits while the twin is down. A part
that fails takes the others with it and the process ends; whoever keeps the process tree starts it again.
"""

import asyncio
import functools
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session

from countynet import clock, vantage
from countynet.db import open_database
from countynet.errors import BadInput, Conflict
from countynet.i18n import _, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from monitoring.agents.keyring import keyring
from monitoring.intrusions.part import IntrusionPart
from monitoring.intrusions.readings import IntrusionReadings
from monitoring.intrusions.whose import Whose
from monitoring.metrics.look import OwnReadings
from monitoring.metrics.look import look as look_at_ourselves
from monitoring.poller.plan import Plan, commit_of, credentials, load
from monitoring.probes.part import ProbePart
from monitoring.probes.plan import usable
from monitoring.probes.show import ProbeReadings
from monitoring.receive.senders import Senders, addresses
from monitoring.receive.status import Receiver, Stranger, keep
from monitoring.receive.syslog.part import SyslogPart
from monitoring.receive.traps.kinds import kinds
from monitoring.receive.traps.part import TrapPart
from monitoring.rules.load import load as load_rules
from monitoring.rules.part import RulePart
from monitoring.series.choose import open_series
from monitoring.series.seam import SeriesStore
from monitoring.standing import only_one, place

log = logging.getLogger(__name__)
_RETRY, _LOOK, _SAY = 1.0, 5.0, 1.0
_NAMED = 50
COMMUNITY = "snmp/trap-community"
"""the secret with the community of v1 and v2c notifications; without it these are refused"""


def run(settings: Settings, stop: Callable[[], bool]) -> None:
    """Receive until `stop()`. Raises Conflict if another receiver does, BadInput for a bad county at first."""
    plan, began = load(settings), clock.now()
    database = open_database(settings)
    with only_one(settings, "receiver", _("another receiver serves this county already")):
        while not stop():
            try:
                vantage.enter(settings)
            except Conflict as error:
                log.warning("waiting: %s", translate_error(error))
                keep(settings, Receiver(at=clock.now(), began=began))
                time.sleep(_RETRY)
                continue
            asyncio.run(_receive(settings, database, plan, began, stop))
            plan = _reload(settings, plan)
    database.dispose()


async def _receive(
    settings: Settings, database: Database, plan: Plan, began: datetime, stop: Callable[[], bool]
) -> None:
    senders = Senders(addresses(plan.county))
    traps, logs = _traps(settings, database, plan, senders), _logs(settings, database, plan, senders)
    over, here = asyncio.Event(), place(settings)

    def changed() -> bool:
        return commit_of(settings.county) != plan.commit or place(settings) not in (0, here)

    async def look() -> None:
        looked = said = time.monotonic()
        while not stop():
            await asyncio.sleep(0.2)
            now = time.monotonic()
            if now - said >= _SAY:
                status = _status(traps, logs, senders, began, now - said - _SAY)
                said = now
                await asyncio.to_thread(keep, settings, status)
            if now - looked > _LOOK:
                looked = now
                if await asyncio.to_thread(changed):
                    break
        over.set()

    with closing(open_series(settings)) as series:
        parts = (traps, logs, _probing(settings, database, plan), _judging(settings, database, plan, series))
        await asyncio.gather(*(part.run(over) for part in parts), look())


def _logs(settings: Settings, database: Database, plan: Plan, senders: Senders) -> SyslogPart:
    intrusions = IntrusionPart(database, Whose(plan.county), settings.log_days)
    return SyslogPart(settings, database, senders, intrusions)


def _probing(settings: Settings, database: Database, plan: Plan) -> ProbePart:
    planned, wrong = usable(plan.county, settings.county)
    if wrong:
        log.warning("the county's probes are not used:\n%s", wrong)
    return ProbePart(database, settings.county, planned.targets)


def _judging(settings: Settings, database: Database, plan: Plan, series: SeriesStore) -> RulePart:
    """Return the rules; a county's own that are wrong are said, and those that come with this version are used."""
    error = ""
    try:
        rules = load_rules(plan.county, settings.county)
    except BadInput as wrong:
        error = translate_error(wrong)
        log.warning("the county's alarm rules are not used:\n%s", error)
        rules = load_rules(plan.county)
    station = plan.county.station.name

    def own(session: Session, _now: datetime) -> OwnReadings:
        return OwnReadings(look_at_ourselves(settings, session), station)

    def intrusions(session: Session, now: datetime) -> IntrusionReadings:
        return IntrusionReadings(session, plan.county, now)

    return RulePart(settings, database, series, plan.county, rules, (own, _of_probes, intrusions), error)


def _of_probes(session: Session, _now: datetime) -> ProbeReadings:
    return ProbeReadings(session)


def _traps(settings: Settings, database: Database, plan: Plan, senders: Senders) -> TrapPart:
    return TrapPart(
        database=database,
        state=settings.state,
        senders=senders,
        targets=plan.targets,
        credentials=credentials(settings),
        opened=keyring(settings, plan.county),
        communities=_communities(Secrets.load(settings)),
        kinds=kinds(settings.county),
        address=settings.receive_address,
        port=settings.trap_port,
        also=_telling(settings),
    )


@functools.lru_cache(maxsize=1)
def _telling(settings: Settings) -> Callable[[str], None] | None:
    """Return what tells workers of hints; None where the single poller watches. Raises MissingCapability, BadInput."""
    if not settings.broker:
        return None
    from monitoring.scale.broker import connection
    from monitoring.scale.hints import Telling

    return Telling(connection(settings), settings.county.name)


def _communities(secrets: Secrets) -> Sequence[bytes]:
    return [secrets.get(name).get_secret_value().encode() for name in secrets.names() if name == COMMUNITY]


def _status(traps: TrapPart, logs: SyslogPart, senders: Senders, began: datetime, lag: float) -> Receiver:
    noisiest = sorted(senders.strangers.values(), key=lambda s: -s.count)[:_NAMED]
    return Receiver(
        at=clock.now(),
        began=began,
        listening=(*traps.listening(), *logs.listening()),
        traps=traps.status(),
        syslog=logs.status(),
        strangers=tuple(
            Stranger(
                address=s.address, count=s.count, last=datetime.fromtimestamp(s.last, began.tzinfo), said=s.last_said
            )
            for s in noisiest
        ),
        strangers_beyond=senders.beyond,
        store_seconds=round(max(traps.seconds, logs.seconds), 4),
        lag_seconds=round(max(0.0, lag), 3),
    )


def _reload(settings: Settings, plan: Plan) -> Plan:
    try:
        return load(settings)
    except BadInput as error:
        log.warning("the new inventory is not valid, the old one stays:\n%s", translate_error(error))
        return Plan(plan.county, plan.topology, commit_of(settings.county))
