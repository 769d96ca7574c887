"""Measures one unit's line from the management side: test packets to its access device, its port's counters twice.

Twenty ICMP echoes of 64 bytes in four seconds and two reads by SNMP: it loads no line. The county's cores are asked
beside it, so that a measuring place that reaches nothing is not taken for a broken line.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path

from countynet import clock, vantage
from countynet.errors import BadInput, CountyError, Problem
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vocabulary import DeviceRole
from inventory.model import County
from monitoring.agents.keyring import Keyring, keyring
from monitoring.icmp.pinger import Pinger, Round
from monitoring.linetest.verdict import Measured, Port
from monitoring.poller.samples import samples
from monitoring.read import line_interface
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample
from monitoring.snmp.engine import Engine
from monitoring.snmp.handover import Handover
from monitoring.snmp.pysnmp_poller import PysnmpPoller
from monitoring.snmp.questions import FORMS, form_of
from monitoring.snmp.seam import Poller, Target

PACKETS, GAP = 20, 0.2
PATIENCE = 3.0
"""seconds in which the last test packet may come back"""
UP = 1
"""ifOperStatus of RFC 2863"""


def measure(settings: Settings, county: County, unit: str, stopped: Callable[[], bool] = lambda: False) -> Measured:
    """Return what was measured of a unit's line. Raises BadInput for a unit without a line, CountyError when blind."""
    if unit not in county.cpe_by_unit or unit not in county.circuit_by_unit:
        raise BadInput([Problem(_("the unit has no line that could be tested"), where="unit", found=unit)])
    place, opened = vantage.path(settings), keyring(settings, county)
    with ThreadPoolExecutor(1) as thread:  # a thread has a network namespace of its own
        return thread.submit(_within, place, opened, county, unit, stopped).result()


def _within(
    place: Path | None, opened: Keyring, county: County, unit: str, stopped: Callable[[], bool]
) -> Measured:  # fmt: skip
    with vantage.within(place) if place else nullcontext():
        return asyncio.run(_measure(opened, county, unit, stopped))


async def _measure(opened: Keyring, county: County, unit: str, stopped: Callable[[], bool]) -> Measured:
    cpe, port = county.cpe_by_unit[unit], line_interface(county, unit)
    target = Target(cpe.name, str(cpe.management))
    cores = [str(device.management) for device in county.devices_in(DeviceRole.CORE)]
    with closing(Pinger()) as pinger, closing(Handover(Engine(opened), PysnmpPoller(opened))) as poller:
        first, rounds = await asyncio.gather(
            _read(poller, target, {}), _rounds(pinger, [target.address, *cores], stopped)
        )
        second = await _read(poller, target, {s.interface: s.reading for s in first or ()}) if first else None
    trips = tuple(r.milliseconds[target.address] for r in rounds if target.address in r.milliseconds)
    if not trips and not second and not any(core in r.milliseconds for core in cores for r in rounds):
        raise CountyError(_("nothing can be said of the line: the county's core does not answer from here either"))
    return Measured(cpe.name, len(rounds), trips, _port(second, port))


async def _rounds(pinger: Pinger, addresses: Sequence[str], stopped: Callable[[], bool]) -> Sequence[Round]:
    """Send the test packets and wait for them; fewer when somebody stops it, at least one."""
    rounds = list[Round]()
    for _packet in range(PACKETS):
        if rounds and stopped():
            break
        rounds.append(pinger.send(addresses))
        await asyncio.sleep(GAP)
    for _look in range(int(PATIENCE / GAP)):
        if len(rounds[-1].milliseconds) == len(addresses):
            break
        await asyncio.sleep(GAP)
    for each in rounds:
        pinger.finish(each)
    return rounds


async def _read(poller: Poller, target: Target, before: Mapping[Interface, Reading]) -> Sequence[Sample] | None:
    """Return the device's ports, with rates since the reading before; None when it does not answer."""
    at = clock.now().timestamp()
    answer = (await poller.ask([target], FORMS[""]))[target.device]
    if not answer.error and (form := form_of(answer)):
        answer = (await poller.ask([target], FORMS[form]))[target.device]
    return None if answer.error else samples(answer, before, at + answer.seconds, 60)


def _port(found: Sequence[Sample] | None, port: Interface) -> Port | None:
    sample = next((sample for sample in found or () if sample.interface == port), None)
    if sample is None:
        return None
    rates = sample.rates or (None,) * 8
    errors = [rate for rate in rates[4:6] if rate is not None]
    return Port(port.name, sample.oper == UP, rates[0], rates[1], sum(errors) if errors else None)
