"""A drill: a core stands back, its partner carries everything, what is lost is measured, and it comes back.

Standing back is configuration, not a pulled plug: VRRP priorities below the partner's (RFC 9568, 6.1) and OSPF costs
and metrics above, by a plan that two people of the center approve, under the guard. A firewall that is cabled to this
core alone stands back with it, as it would in earnest. Coming back is a plan that takes just this one back. While each
is applied, test packets run from the management station to units all over the county, so that the run can say how many
were lost, and which core hands them to the units afterwards. Between the two the devices differ from the inventory,
which drift says; “Bring devices to what the inventory says” ends the drill too.
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from countynet.vocabulary import DeviceRole
from inventory.deviceconfig import DeviceConfig, Interface, Ospf
from inventory.intent.adapt import adapted
from inventory.model import County, Device
from inventory.platforms import registry
from playbooks.day2.carry import ALIVE, Making, carried, indented, named
from playbooks.day2.loss import Watch, carriers
from playbooks.device import drivers
from playbooks.plan import blast
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Ground, Wish, toward, undo
from playbooks.plan.model import PlanState
from playbooks.plan.rules import may_change
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard

BEHIND, DEAR = 10, 2000
"""the VRRP priority of who stands back, and what its routes cost more"""
TURNING = 30.0
"""seconds that routing may take to turn to the other core, or back"""
SAMPLE = 12
"""units that test packets go to"""
NO_CORE = _("{device} is no core with a partner that could carry its traffic")


class Failover:
    """One core, there and back."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return all cores and firewalls: a drill of one while another changes would be no drill."""
        for name in devices_of(county, playbook, names):
            _core(county, name)
        both = (*county.devices_in(DeviceRole.CORE), *county.devices_in(DeviceRole.FIREWALL))
        return tuple(device.name for device in both)

    def look(self, work: Work) -> Iterator[str]:
        """Yield what the core would be told, who is behind it, and who carries traffic now."""
        may_change(work.actor.name, work.actor.role)
        ground, (name,) = Ground.at(work.settings), work.names
        device = _core(ground.county, name)
        units = blast.units_behind(ground.county)[name]
        said = _("{device} would stand back, {other} carry its traffic; behind it: {units} units; 2 people approve")
        others = [core.name for core in ground.county.devices_in(DeviceRole.CORE) if core.name != name]
        yield translate(said, device=name, other=", ".join(others), units=len(units))
        for each in standing_back(ground.county, device):
            yield f"{each.name}:"
            yield from indented(drivers.of(each).difference(_text(ground, each), stood_back(ground, each)), 30)
        yield from _paths(work, ground)

    def run(self, work: Work) -> Ended:
        """Go there, and when that is done, back."""
        may_change(work.actor.name, work.actor.role)
        ground, (name,) = Ground.at(work.settings), work.names
        device, entry = _core(ground.county, name), _entry(work)
        if entry is None or not _is_there(entry):
            texts = {each.name: stood_back(ground, each) for each in standing_back(ground.county, device)}
            about = translate(_("drill: {device} stands back"), device=name)
            wish = Wish(work.actor.name, restores=about)
            end = _measured(
                work, ground, lambda _wish: toward(work.settings, wish, texts), lambda by: not {name, ""} & set(by)
            )
            if not end.good:
                return end
            there = end.plan
        else:
            there = entry.plan.number if entry.plan.undoes is None else entry.plan.undoes
        if there is None:
            return end
        back = Wish(work.actor.name, undoes=there)
        return _measured(
            _with(work, there), ground, lambda _wish: undo(work.settings, there, back), lambda by: name in by
        )


def _core(county: County, name: str) -> Device:
    cores = {core.name: core for core in county.devices_in(DeviceRole.CORE)}
    if name not in cores or len(cores) < 2:
        raise BadInput([Problem(NO_CORE, {"device": name}, where="device", found=name, wanted=", ".join(cores))])
    return cores[name]


def standing_back(county: County, core: Device) -> tuple[Device, ...]:
    """Return a core with the firewalls that are cabled to no other core."""
    cores = {one.name for one in county.devices_in(DeviceRole.CORE)}
    ends = [(cable.a.node, cable.b.node) for cable in county.cables]
    beside = {wall.name: {b for a, b in (*ends, *((b, a) for a, b in ends)) if a == wall.name and b in cores}
              for wall in county.devices_in(DeviceRole.FIREWALL)}  # fmt: skip
    return (core, *(county.device_by_name[name] for name, found in beside.items() if found == {core.name}))


def _entry(work: Work) -> Entry | None:
    """Return the run's own plan, if it is still worth anything."""
    if work.plan is None:
        return None
    entry = Book.open(work.settings).get(work.plan)
    alive = entry.state in ALIVE and entry.plan.expires > clock.now()
    return entry if alive or entry.state is PlanState.DONE or entry.plan.undoes is not None else None


def _is_there(entry: Entry) -> bool:
    return entry.plan.undoes is not None or entry.state is PlanState.DONE


def _with(work: Work, there: int) -> Work:
    """Return the work with the plan that leads back, None where it is not made yet."""
    return work if work.plan is not None and work.plan != there else replace(work, plan=None)


def _text(ground: Ground, device: Device) -> str:
    return registry.platform(device.platform).render(_config(ground, device))


def _config(ground: Ground, device: Device) -> DeviceConfig:
    return adapted(ground.county, ground.secrets.get)[device.name]


def stood_back(ground: Ground, device: Device) -> str:
    """Return what a core runs while its partner carries the traffic."""
    config = _config(ground, device)
    ospf = None if config.ospf is None else _dear(config.ospf)
    told = {"interfaces": tuple(map(_behind, config.interfaces)), "ospf": ospf}
    return registry.platform(device.platform).render(config.model_copy(update=told))


def _behind(item: Interface) -> Interface:
    groups = tuple(group.model_copy(update={"priority": BEHIND}) for group in item.vrrp)
    ospf = item.ospf and item.ospf.model_copy(update={"cost": item.ospf.cost + DEAR})
    return item.model_copy(update={"vrrp": groups, "ospf": ospf})


def _dear(ospf: Ospf) -> Ospf:
    more = tuple(one.model_copy(update={"metric": one.metric + DEAR}) for one in ospf.redistribute)
    return ospf.model_copy(update={"redistribute": more})


def sample(county: County) -> dict[str, str]:
    """Return units' access devices all over the county with their addresses, by unit."""
    cpes = sorted(county.cpe_by_unit.items())
    step = max(1, len(cpes) // SAMPLE)
    return {unit: str(cpe.management) for unit, cpe in cpes[::step][:SAMPLE]}


def _carriers(work: Work, ground: Ground) -> dict[str, str]:
    """Return which core packets to each sampled unit go by now."""
    county, configs = ground.county, adapted(ground.county, ground.secrets.get)
    known = [(core.name, item) for core in county.devices_in(DeviceRole.CORE) for item in configs[core.name].interfaces]
    cores = {str(address.ip): core for core, item in known for address in item.addresses}
    return carriers(work.settings, sample(county), cores)


def _paths(work: Work, ground: Ground) -> Iterator[str]:
    """Yield which cores packets to the sampled units go by now."""
    by = dict[str, list[str]]()
    for unit, core in _carriers(work, ground).items():
        by.setdefault(core, []).append(unit)
    for core, units in sorted(by.items()):
        yield translate(_("packets to {units} go by {core}"), units=named(units), core=core or "?")


def _measured(work: Work, ground: Ground, making: Making, turned: Callable[[Collection[str]], bool]) -> Ended:
    """Carry a plan while test packets run; say what was lost and who carries traffic afterwards.

    A plan is applied before routing has turned, so the packets run until `turned` holds of the cores that carry, or
    until it has had its time.
    """
    watch = Watch(work.settings, sample(ground.county))
    with watch.running():
        end = carried(work, making)
        deadline = time.monotonic() + TURNING
        while end.good and time.monotonic() < deadline and not turned(_carriers(work, ground).values()):
            time.sleep(1)
    if not any(host.changed for host in end.hosts):
        return end  # it waits for its approvals
    sent, lost = watch.measured.total
    said = _("{lost} of {sent} test packets to {units} units were lost; the worst was without answer for {seconds} s")
    words = translate(
        said, lost=lost, sent=sent, units=len(watch.measured.sent), seconds=round(watch.measured.longest, 1)
    )
    for line in (words, *_paths(work, ground)):
        work.heard(Heard(line))
    return replace(end, words=f"{end.words}; {words}")
