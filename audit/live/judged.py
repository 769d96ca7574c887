"""Reads servers now and says which checks of the baseline they fail: for who hardens them (`countynet.servercheck`)."""

from collections.abc import Collection, Mapping

from audit.facts import Facts
from audit.gather import read_servers
from audit.live.station import around
from audit.model import Point
from audit.servers.checks import CHECKS
from audit.servers.machine import Machine
from countynet import clock
from countynet.i18n import translate
from countynet.secrets import Secrets
from countynet.servercheck import Failing, Looked
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory import load_county
from inventory.model import County


def judge(settings: Settings, names: Collection[str]) -> Mapping[str, Looked]:
    """Return what the checks find of servers now. Raises BadInput without the county's vault."""
    county = load_county(settings.county)
    hosts = [host for host in county.hosts if host.name in names]
    machines = read_servers(around(settings), county, settings, Secrets.load(settings), hosts)
    return {name: judged(county, machine) for name, machine in machines.items()}


def judged(county: County, machine: Machine) -> Looked:
    """Return what the checks find of a server that was read."""
    facts = Facts(county=county, at=clock.now(), devices={}, servers={machine.name: machine})
    found = [(check.info, point) for check in CHECKS for point in check.decide(facts)]
    wrong: dict[str, list[str]] = {}
    for info, point in found:
        if point.verdict is Verdict.FAIL:
            wrong.setdefault(info.id, []).append(_said(point))
    titles = {info.id: translate(info.title) for info, _point in found}
    passed = {info.id for info, point in found if point.verdict is Verdict.PASS} - wrong.keys()
    failing = tuple(Failing(id_, titles[id_], tuple(says)) for id_, says in wrong.items())
    return Looked(len(passed), failing, translate(machine.reason, **machine.values) if machine.reason else "")


def _said(point: Point) -> str:
    return translate(point.message, **point.values)
