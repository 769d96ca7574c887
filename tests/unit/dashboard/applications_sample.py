"""Applications in every state, for the tests of their pages: described, deployed, down, late, wrong, with a plan."""

from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

from sqlalchemy import Engine

from countynet import clock
from countynet.canonical import JSON
from countynet.db import transaction
from countynet.events import record
from dashboard.services.fake import FakeCounty
from dashboard.services.protocols import Services
from inventory.model import County
from playbooks.applications import looks
from playbooks.applications.health import Seen
from playbooks.applications.outcome import digest, subject
from playbooks.plan.model import PlanState
from playbooks.plan.store import PlanRow
from playbooks.tags import AppTag
from tests.unit.playbooks.applications import scene
from tests.unit.playbooks.plan import samples

HOUR = timedelta(hours=1)
PLAN, FAULT = 7, 1
NO_ANSWER = "无应答"
DIFF = '--- running\n+++ intended\n comment "app-wiki-1" stays\n+tcp dport 443 accept comment "app-lending-2"\n'
FURTHER: dict[str, dict[str, object]] = {
    "messages": {"kind": "pigeons"},
    "lending": {"reach": ("unit:u031", "host:pub-1", "app:certificates")},
}


def county() -> County:
    """The example's applications: one of a kind that there is not, one that also a host of another zone reaches."""
    whole = scene.county()
    changed = tuple(
        one.model_copy(update={"deployment": one.deployment.model_copy(update=FURTHER[one.id])})
        if one.deployment and one.id in FURTHER
        else one
        for one in whole.applications
    )
    return County(**{name: getattr(whole, name) for name in County.model_fields} | {"applications": changed})


def stocked(services: Services) -> Services:
    """Give a county its applications with a past: wiki works, sites is down, lending waits for a plan."""
    engine, now = services.accounts.engine, clock.now()
    for name in ("wiki", "sites", "lending", "meeting"):
        said: dict[str, JSON] = {"version": "0.1.0", "commit": "c0ffee1234567"}
        happened(engine, name, AppTag.DEPLOYED, now - 90 * HOUR, **said, description=digest(scene.deployed()[name]))
    saved: dict[str, JSON] = {"srv-dept": {"snapshot": "ab" * 16, "files": 41, "bytes": 2_500_000, "added": 1}}
    happened(engine, "wiki", AppTag.SAVED, now - 3 * HOUR, action="backup", hosts=saved)
    happened(engine, "wiki", AppTag.TRIED, now - 2 * HOUR, action="drill", hosts={"srv-dept": {"files": 41}})
    happened(engine, "sites", AppTag.DOWN, now - HOUR, action="watch", words=NO_ANSWER, fault=FAULT)
    happened(engine, "meeting", AppTag.FAILED, now - HOUR, failed=["srv-meet"])
    with transaction(engine) as session:
        for at in (now - HOUR, now):
            looks.keep(session, "wiki", [Seen("srv-dept", True, "", now + 300 * 24 * HOUR)], at)
        looks.keep(session, "sites", [Seen("srv-sites", False, NO_ANSWER)], now)
        looks.keep(session, "lending", [Seen("srv-dept", True, "", now + 9 * 24 * HOUR)], now)
    waits(engine, now)
    return replace(services, county=FakeCounty(county()))


def happened(engine: Engine, application: str, tag: AppTag, at: datetime, **more: JSON) -> None:
    """Record something that happened to an application at a time."""
    said: dict[str, JSON] = {"action": "deploy", "seconds": 9.0, **more}
    with patch.object(clock, "now", lambda: at), transaction(engine) as session:
        record(session, tag, "schedule", subject(application), said)


def waits(engine: Engine, now: datetime) -> None:
    """Keep a plan that opens what the loans register asks for."""
    plan = samples.plan(PLAN)
    change = plan.devices[0].model_copy(update={"diff": DIFF})
    plan = plan.model_copy(update={"devices": (change,), "made": now, "expires": now + 24 * HOUR})
    with transaction(engine) as session:
        session.add(PlanRow(id=PLAN, body=plan.body(), hash=plan.hash, sealed=b"", state=PlanState.OPEN.value))
        record(session, "plan.made", "amy", f"plan:{PLAN}", {})
