"""Whether agents let a login in: sysUpTime read in a session of its own (entry point `countynet.agents`)."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path

from countynet import vantage
from countynet.agents import Login
from countynet.i18n import _, translate
from countynet.settings import Settings
from monitoring.snmp.engine import Engine
from monitoring.snmp.seam import Question, Target
from monitoring.snmp.usm import Credentials

UPTIME = "1.3.6.1.2.1.1.3"
"""sysUpTime of RFC 3418"""
NOTHING = _("it knows the user, but lets them see nothing")


def refusals(settings: Settings, agents: Mapping[str, str], login: Login) -> dict[str, str]:
    """Return, by device, why its agent did not let the login in. Raises Conflict without the twin that stood."""
    if not agents:
        return {}
    with ThreadPoolExecutor(1) as thread:  # a thread has a network namespace of its own
        found = thread.submit(_within, vantage.path(settings), agents, login).result()
    return {name: translate(why) for name, why in found.items()}  # here, as a thread has no language


def _within(place: Path | None, agents: Mapping[str, str], login: Login) -> dict[str, str]:
    with vantage.within(place) if place else nullcontext():
        return asyncio.run(asked(agents, login))


async def asked(agents: Mapping[str, str], login: Login) -> dict[str, str]:
    """Return, by device, why its agent did not let the login in (a message id), from where we stand."""
    with closing(Engine(Credentials(login.user, login.auth, login.priv))) as engine:
        answers = await engine.ask(
            [Target(name, address) for name, address in agents.items()], Question((), ((UPTIME,),))
        )
    told = {
        name: answer.error if answer.error or answer.columns.get(UPTIME) else NOTHING
        for name, answer in answers.items()
    }
    return {name: why for name, why in told.items() if why}
