"""Who is spared is left out of rounds, but not when the device itself said that something happened."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from countynet.db import open_database
from countynet.settings import Settings
from monitoring.agents.care import LADDER, Care
from monitoring.agents.poller import AgentPoller, ask_soon
from monitoring.agents.store import AgentState
from monitoring.snmp.seam import Target
from monitoring.snmp.usm import Credentials

TARGET = Target("core-1", "192.0.2.1")


def test_a_trap_of_a_spared_device_has_it_asked_at_once_but_not_again_and_again(tmp_path: Path) -> None:
    database = open_database(Settings(county=tmp_path, language="en"))

    async def turns() -> list[bool]:
        secret = Credentials("u", SecretStr("auth-password-1"), SecretStr("priv-password-1"))
        poller = AgentPoller(lambda device: secret, database, 15.0)
        poller._states["core-1"] = AgentState("core-1", care=Care(len(LADDER) - 1))
        found = [poller._has_turn(TARGET), poller._has_turn(TARGET)]
        ask_soon(poller, ["core-1"])
        found.append(poller._has_turn(TARGET))
        poller._asked[TARGET] -= 6
        found += [poller._has_turn(TARGET), poller._has_turn(TARGET)]
        poller.close()
        return found

    assert asyncio.run(turns()) == [True, False, False, True, False]
    database.dispose()
