"""Runs the probes of a proof on the twin that is up, and keeps the latest result for the dashboard and the audit.

On a live network the probes would have to leave from terminals and servers, which we do not reach: devices are all that
countynet has sessions with. So without a twin this refuses, and says so.
"""

import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address

from countynet import clock
from countynet.errors import Conflict, MissingCapability
from countynet.i18n import _
from countynet.settings import Settings
from inventory.model import County
from topology.confirm.classes.candidates6 import speaking
from topology.confirm.classes.claims import Probe
from topology.confirm.classes.compare import Outcome, Seen
from topology.confirm.classes.derive import derive
from topology.confirm.classes.ears import Ears
from topology.confirm.classes.kept import keep
from topology.confirm.classes.posts import Post, Posts, gates, posts
from topology.confirm.classes.report import ClassReport, report
from topology.confirm.classes.run import Run
from topology.confirm.places import devices
from topology.confirm.service import in_twin
from topology.confirm.sockets import Computer
from topology.reach.engine import Engine
from topology.reach.family import is_six
from topology.reach.network import Network
from topology.reach.service import Of, ground
from topology.twin.state import Places


def confirm_classes(
    county: County, settings: Settings, of: Of, progress: Callable[[int, int], None]
) -> ClassReport:  # fmt: skip
    """Derive the probes of a county's proof, send them and return what the proof says against what was seen.

    Raises MissingCapability without a twin, root or CUDD, BadInput without the vault's password, Conflict for a
    namespace that is gone and if no device was ever fetched, DeviceError when a node's gateway is not there.
    """
    twin = Places(settings).read()
    if twin is None or not twin.ready:
        raise MissingCapability(
            _("no twin of this county is up, and on the live network countynet reaches devices, not the terminals and "
              "servers that class probes must leave from; bring a twin up: countynet twin up")
        )  # fmt: skip
    county = in_twin(county, settings)
    at, start = clock.now(), time.monotonic()
    run = 1024 + int(at.timestamp()) % 3072
    configs = ground(county, settings, of).configs
    if not configs:
        raise Conflict(_("no device was ever fetched; fetch what they run: countynet config fetch --all"))
    derived = derive(county, configs, run, clock.today())
    deriving = time.monotonic() - start
    outcomes, packets = send(county, derived.engine, derived.probes, run, progress)
    found = report(derived, outcomes, packets, at, of.value, deriving, time.monotonic() - start)
    keep(found, settings)
    return found


def send(
    county: County, engine: Engine, wanted: Iterable[Probe], run: int, progress: Callable[[int, int], None]
) -> tuple[list[tuple[Outcome, Seen]], int]:
    """Send probes in the twin; return what became of each, and how many packets were sent.

    Raises MissingCapability without root, Conflict for a namespace that is gone, DeviceError when a router of a post's
    segment does not answer.
    """
    here, probes = posts(county), [*wanted]
    places = {post.node: place for place, all_ in here.items() for post in all_}
    four, six = ({p.packet.protocol for p in probes if is_six(p.packet.source) is six} for six in (False, True))
    computers = _computers(engine.network, here)
    with Ears(computers, devices(county), sorted(four), sorted(six), speaking(probes, here)) as ears:
        running = Run(ears, probes, places, run, progress)
        return running.outcomes(), running.packets


def _computers(network: Network, here: Posts) -> dict[str, Computer]:
    """Return the computer of each post by its node, with every router of its segment to ask for."""
    asked: dict[Post, list[IPv4Address]] = {post: [] for all_ in here.values() for post in all_}
    for place, all_ in here.items():
        for gate in gates(network, place, all_):
            asked[gate.post].append(gate.via)
    return {post.node: post.computer._replace(also=tuple(vias)) for post, vias in asked.items()}
