"""From the operator's "connected" to the device: the job that it queues opens the port and binds both computers."""

import json
from collections.abc import Iterator

import pytest

from countynet import clock
from countynet.db import open_database, reading
from countynet.jobs import Job, log_of
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.stages import StageContext
from countynet.vocabulary import Role
from countynet.worker import handlers, run_one
from inventory import load_county, subset
from inventory.create import create_folder, create_repository, create_secrets
from inventory.model import County
from inventory.terminals.model import Connection, Done, Form
from inventory.terminals.orders import Orders
from inventory.terminals.service import Applications
from playbooks.device.stage import stage as configure
from topology import twin

MAC = "00:1e:c9:5a:00:19"
CENTER, OPERATOR = Actor("center", Role.CENTER), Actor("operator", Role.OPERATOR)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A county whose twin has two of its units, configured."""
    found = Settings.load(tmp_path_factory.mktemp("terminal") / "county")
    create_folder(found)
    county = load_county(found.county)
    create_secrets(found, county)
    create_repository(found)
    small = subset(county, 2)
    twin.up(small, found, Secrets.load(found))
    try:
        configure.run(StageContext(found, quick=True, say=lambda line: None, progress=lambda *_: None, county=small))
        yield found
    finally:
        twin.down(found)


def rules(settings: Settings, cpe: str) -> str:
    done = twin.exec_in(settings, cpe, ["nft", "-j", "list", "ruleset"])
    assert done.returncode == 0, done.stderr
    return json.dumps(json.loads(done.stdout))


def worked(settings: Settings, done: Done) -> list[str]:
    """Run the queued job as the worker does; return its log."""
    engine = open_database(settings)
    assert run_one(settings, engine, handlers())
    with reading(engine) as session:
        job, log = session.get_one(Job, done.job), [line.line for line in log_of(session, done.job)]
    engine.dispose()
    assert job.state == "done", (job.error, log)
    return log


def test_connected_opens_and_binds_the_port_and_removed_shuts_it(settings: Settings) -> None:
    county: County = subset(load_county(settings.county), 2)
    unit = county.units[0]
    cpe, terminal = county.cpe_by_unit[unit.id].name, f"pc-{unit.number:03d}-2"
    engine = open_database(settings)
    applications, orders = Applications(settings, engine), Orders(settings, engine)
    clerk = Actor(unit.id, Role.UNIT, unit.id)
    form = Form("张三", "203", "公文", MAC, clock.today().isoformat())
    number = applications.ask(unit.id, form, clerk)
    applications.approve(number, CENTER)
    assert MAC not in rules(settings, cpe)
    others = {t.name: f"00:1e:c9:5a:01:{i:02x}" for i, t in enumerate(unit.terminals) if t.mac is None}
    log = worked(settings, orders.connect(number, OPERATOR, Connection(MAC, others=others)))
    assert log[0].startswith(cpe)
    assert any(MAC in line for line in log)
    held = rules(settings, cpe)
    for known in {MAC, *others.values(), *(t.mac for t in unit.terminals if t.mac)}:
        assert known in held
    assert not any(MAC in line for line in worked(settings, orders.configure(number, OPERATOR)))
    worked(settings, orders.remove(unit.id, terminal, clerk, "sold"))
    assert MAC not in rules(settings, cpe)
    engine.dispose()
