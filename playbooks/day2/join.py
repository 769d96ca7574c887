"""A unit joins: the address plan gives it everything, the network follows by a plan, its box comes up and is tested.

The allocation is made anew under the record's lock when it is committed, so what two people were shown at once is never
given twice. The unit's own device is bare and has no part in the plan: it is brought up at its staging address once the
network is ready for it, and where it does not answer yet the run says so and a rerun goes on from there. Taken back by
`countynet inventory remove-unit`, which holds all that the unit had in quarantine, and a plan.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from countynet import clock
from countynet.errors import BadInput, MissingCapability, Problem
from countynet.i18n import _, translate
from countynet.jobs import Handler
from countynet.rooms import registered
from countynet.vocabulary import Access, DeviceRole, UnitKind
from inventory.allocate import Allocation, NewUnit, add_unit
from inventory.allocate.fiber import Move, move_to_fiber
from inventory.allocate.join import new_secrets
from inventory.model import County, Person
from inventory.record.repository import Extra
from inventory.schema import parse
from playbooks.backup.restore import trust
from playbooks.day2.bare import announced, brought_up, way
from playbooks.day2.edited import Edited, Wanted
from playbooks.present import present_county
from playbooks.runner.model import Playbook
from playbooks.runner.programs.job import RunContext
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult

LATER = _(
    "the network is ready for {unit}; {device} does not answer at {staging} yet: run it again once it stands there"
)


class Joining(Edited):
    """What adding a unit and moving its line have in common: the network first, then the unit's own box."""

    def unit(self, work: Work, county: County) -> str:
        """Return the id of the unit that it is about, empty when it is not there yet."""
        raise NotImplementedError

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices of the network itself, and the unit's own where there is one."""
        mine = [county.cpe_by_unit[unit].name for unit in names if unit in county.cpe_by_unit]
        return (*(d.name for d in county.devices if d.role is not DeviceRole.CPE), *mine)

    def planned(self, work: Work, county: County, follow: Sequence[str]) -> tuple[str, ...]:
        """Return all but the unit's own device."""
        unit = self.unit(work, county)
        own = county.cpe_by_unit[unit].name if unit in county.cpe_by_unit else ""
        return tuple(name for name in follow if name != own)

    def scope(self, work: Work, county: County) -> tuple[str, ...]:
        """Return the devices of the network itself."""
        return tuple(device.name for device in county.devices if device.role is not DeviceRole.CPE)

    def beside(self, work: Work) -> Extra | None:
        """Return the key of the unit's tunnel."""
        return new_secrets(work.settings)

    def after(self, work: Work, done: Ended) -> Ended:
        """Bring the unit's device up and test its line."""
        county = present_county(work.settings)
        unit = self.unit(work, county)
        if unit not in county.cpe_by_unit:
            return replace(done, words=translate(_("the twin that runs was built without the unit")))
        device = county.cpe_by_unit[unit]
        found = way(work.settings, county, device.name)
        if found is None:
            words = translate(LATER, unit=unit, device=device.name, staging=device.staging)
            return replace(done, good=False, words=words)
        announced(work, device.name, found)
        up = brought_up(work, county, device.name)
        hosts = (*(host for host in done.hosts if host.host != device.name), *up.hosts)
        if not up.good:
            return replace(done, good=False, hosts=hosts, words=up.words)
        return replace(_tested(work, unit, device.name, hosts), plan=done.plan)


def _tested(work: Work, unit: str, device: str, hosts: tuple[HostResult, ...]) -> Ended:
    """Test the unit's line as its clerk would (`test-line`)."""
    entry = next((entry for entry in registered("countynet.jobs") if entry.name == "line-test"), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation offers the job {kind}"), kind="line-test")
    result = cast(Handler, entry.load())(RunContext(work), {"unit": unit})
    words = str(result.get("words", ""))
    work.heard(Heard(words, device))
    return Ended(result.get("good") is not False, hosts, words)


class Join(Joining):
    """A unit added."""

    def unit(self, work: Work, county: County) -> str:
        """Return the id of the unit of that name."""
        name = work.values["name"].strip()
        return next((unit.id for unit in county.units if unit.name == name), "")

    def wanted(self, work: Work, county: County) -> Wanted:
        """Return the edits, and what the unit gets."""
        given = self._given(work, county)
        told = tuple(f"{name}: {value}" for name, value in given.values.items())
        return Wanted(given.edits, translate(_("unit {name} joins"), name=work.values["name"]), told)

    @staticmethod
    def _given(work: Work, county: County) -> Allocation:
        values = work.values
        macs = [part.strip() for part in values.get("macs", "").replace("，", ",").split(",") if part.strip()]
        wanted = NewUnit(
            name=values["name"].strip(),
            name_en=values["name-en"].strip(),
            kind=UnitKind(values["kind"]),
            building=values["building"],
            leader=_person("leader", values["leader"], values["leader-telephone"]),
            officer=_officer(work),
            may_browse=values.get("browse") == "yes",
            access=None if values["access"] == "building" else Access(values["access"]),
            contract=values.get("contract", ""),
            macs=tuple(macs),
            number=int(values["number"]) if values.get("number") else None,
            lan=values.get("lan", ""),
            port=values.get("port", ""),
        )
        return add_unit(county, wanted, clock.today())


def _officer(work: Work) -> Person | None:
    name = work.values.get("officer", "")
    return _person("officer", name, work.values.get("officer-telephone", "")) if name else None


def _person(field: str, name: str, telephone: str) -> Person:
    given: dict[str, Any] = {"name": name, "telephone": telephone}
    found = parse(Person, given, (field,))
    if isinstance(found, Person):
        return found
    raise BadInput([Problem(f.problem.message, f.problem.values, where=field, found=name) for f in found])


class Fiber(Joining):
    """A unit's line moved from the telephone line to fiber."""

    def unit(self, work: Work, county: County) -> str:
        """Return the unit."""
        return work.names[0]

    def wanted(self, work: Work, county: County) -> Wanted:
        """Return the edits, and what the unit gets."""
        values = work.values
        serial, port = values.get("serial", ""), values.get("port", "")
        move = Move(work.names[0], Access(values["access"]), values.get("contract", ""), port, serial)
        given = move_to_fiber(county, move, clock.today())
        told = tuple(f"{name}: {value}" for name, value in given.values.items())
        return Wanted(given.edits, f"{work.names[0]}: {values['reason']}", told)

    def after(self, work: Work, done: Ended) -> Ended:
        """Forget the host key of the router on the telephone line, and go on as with a unit that joins."""
        county = present_county(work.settings)
        device = county.cpe_by_unit.get(work.names[0])
        if device is not None and way(work.settings, county, device.name) == "staging":
            trust(work.settings, device.name)
        return super().after(work, done)
