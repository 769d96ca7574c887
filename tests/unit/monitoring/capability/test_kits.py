"""Security equipment that others configure: asked by SNMP where there are credentials, and said either way."""

import asyncio
from contextlib import closing
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import reading
from inventory import load_county
from inventory.create import EXAMPLE
from monitoring.capability.show import covered
from monitoring.capability.store import sensors
from monitoring.poller.kits import Kits
from monitoring.probes.equipment import Equipment, agent_text
from monitoring.series.sqlite.store import SqliteSeries
from monitoring.snmp.seam import Target
from tests.unit.monitoring.capability.test_senses import Agent
from tests.unit.monitoring.english import database, in_english, settings

__all__ = ["database", "in_english", "settings"]


@pytest.mark.usefixtures("in_english")
def test_what_answers_is_read_and_what_does_not_says_why(tmp_path: Path, database: Engine) -> None:
    county = load_county(EXAMPLE)
    kits = tuple(k.model_copy(update={"management": IPv4Address("10.255.9.1")}) for k in county.security_equipment)
    county, agent = county.model_copy(update={"security_equipment": kits}), Agent()

    def told(name: str) -> Equipment:
        with reading(database) as session:
            return next(kit for kit in covered(session, county).equipment if kit.id == name)

    with closing(SqliteSeries(tmp_path / "series")) as series:
        looks = Kits(database, series, (Target("ids-1", "10.255.9.1"),))
        agent.silent = True
        asyncio.run(looks.look(agent))
        silent = told("ids-1").document()
        assert (silent["watched"], told("ids-1").mute) == ("ping", "no answer")
        agent.silent = False
        asyncio.run(looks.look(agent))
    with reading(database) as session:
        read = {row.quantity.value for row in sensors(session, "ids-1")}
    assert {"cpu", "memory"} <= read
    assert told("ids-1").document()["watched"] == "snmp"
    assert told("ids-1").readings >= len(read)
    assert agent_text(told("ids-1")).endswith("readings")
    assert "monitoring/snmp.yml" in agent_text(told("audit-1"))
