"""The probes of a proof: candidates with what they stand for, of which few are kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.confirm.classes.candidates import Candidates
from topology.confirm.classes.claims import Claim, Probe
from topology.confirm.classes.cover import cover
from topology.confirm.classes.elements import Meaning, pairs, roles
from topology.confirm.classes.posts import posts
from topology.reach.allowed import Allowed
from topology.reach.engine import Engine
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
    return Derived(
        probes=tuple(found[index].probe for index in chosen), classes=len(frozenset().union(*classes)),
        candidates=len(found), silent=made.silent, engine=engine,
    )  # fmt: skip
