"""The probes of a proof: candidates with what they stand for, of which few are kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.confirm.classes.candidates import Candidates
from topology.confirm.classes.candidates6 import Candidates6, elements
from topology.confirm.classes.claims import Claim, Probe
from topology.confirm.classes.cover import cover
from topology.confirm.classes.elements import Element, Meaning, pairs, roles
from topology.confirm.classes.posts import posts
from topology.reach.allowed import Allowed
from topology.reach.allowed6 import allowed
from topology.reach.engine import Engine
from topology.reach.family import V6
from topology.reach.network import network
from topology.reach.space import Space


@dataclass(frozen=True)
class Derived:
    """The probes that cover every class of a proof that can be tried."""

    probes: tuple[Probe, ...]
    classes: int
    candidates: int
    silent: tuple[str, ...]
    """places where nobody stands who could send, or no router is known"""
    engine: Engine


def derive(county: County, configs: Mapping[str, DeviceConfig], run: int, today: date | None = None) -> Derived:
    """Return the probes of a county's configurations; `run` chooses the ports that they come from.

    `today`: the day after which exceptions of the policy are over; without one none ever is.
    """
    engine = Engine(network(county, configs), Space())
    here = posts(county)
    made = Candidates(county, engine, Allowed(county, engine.network, engine.space, today), here, run)
    found = [*made.all()]
    meaning = Meaning(engine.network, roles(county), pairs(engine.network))
    classes = [meaning.elements(one.probe, one.opens) for one in found]
    either = {index: int(one.probe.claim is Claim.EITHER) for index, one in enumerate(found)}
    chosen = cover(classes, either)
    six, classes6, found6 = _six(county, configs, engine, run, today)
    return Derived(
        probes=(*(found[index].probe for index in chosen), *six),
        classes=len(frozenset().union(*classes)) + classes6,
        candidates=len(found) + found6, silent=made.silent, engine=engine,
    )  # fmt: skip


def _six(
    county: County, configs: Mapping[str, DeviceConfig], engine: Engine, run: int, today: date | None
) -> tuple[tuple[Probe, ...], int, int]:
    """Return the probes of IPv6, how many classes they cover, and of how many candidates they were chosen."""
    made = candidates6_of(county, configs, engine, run, today)
    found = [*made.all()]
    classes = [elements(probe, made.roles) for probe in found]
    return tuple(found[n] for n in cover(classes)), len(frozenset[Element]().union(*classes)), len(found)


def candidates6_of(
    county: County, configs: Mapping[str, DeviceConfig], engine: Engine, run: int, today: date | None = None
) -> Candidates6:
    """Return the candidates of IPv6 beside an engine of IPv4 over the same configurations."""
    six = network(county, configs, V6)
    space = Space(V6)
    return Candidates6(
        county, Engine(six, space), engine.network, allowed(county, six, space, today), posts(county), run
    )
