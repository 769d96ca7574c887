"""What the address plan would give a unit that joins now: shown before, asked again when it is committed."""

from countynet import clock
from countynet.i18n import _, translate
from countynet.vocabulary import Access
from inventory.allocate import free
from inventory.allocate.unit import usual_contract
from playbooks.runner.defaults.seam import Case, Found


def number(case: Case) -> Found:
    """Return the lowest free number."""
    county = case.recorded
    found = free.number(county, free.quarantine(county, clock.today()))
    return Found(str(found), translate(_("the lowest free number")))


def lan(case: Case, given: str) -> Found:
    """Return the LAN of the plan's grid for a number, else the lowest free one."""
    county = case.recorded
    held = free.quarantine(county, clock.today())
    found = free.network(county, free.pools(county).lans, held, int(given), "plan.pools.lans")
    return Found(str(found), translate(_("the place of {number} in the address plan"), number=given))


def port(case: Case, building: str, access: str) -> Found:
    """Return the lowest free switch port of a building; none on the telephone line."""
    own = case.recorded.building_by_id[building]
    if not (own.access if access == "building" else Access(access)).has_vlan:
        return Found(told=translate(_("a line of this kind has no switch port")))
    held = free.quarantine(case.recorded, clock.today())
    if found := free.switch_port(case.recorded, building, held):
        return Found(
            f"{found[0].name}:{found[1]}", translate(_("the lowest free switch port in {building}"), building=building)
        )
    return Found(told=translate(_("no switch port is free in {building}"), building=building))


def contract(case: Case, building: str, access: str, given: str) -> Found:
    """Return the contract number of lines alike, with the unit's own number."""
    own = case.recorded.building_by_id[building]
    kind = own.access if access == "building" else Access(access)
    return Found(usual_contract(case.recorded, kind, int(given)), translate(_("as its neighbours' lines have it")))
