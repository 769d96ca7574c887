"""Applications: all with their state; one with what its description drives, for a unit that may use it its link alone.

Who is shown what: the desk everything, a unit the applications that it owns or may use; of others it is told that there
is no such page. Nothing is started here: the buttons lead to the launch forms of playbooks, which ask again.
"""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, NotAllowed
from countynet.vocabulary import Role
from dashboard.access import ACCESS
from dashboard.applications.pages import ListPage, OfferedPage, OnePage, Rows, Told, counted
from dashboard.language import named
from dashboard.web import fragment, person, services, show
from inventory.model import County
from playbooks.applications.standing import Stage, Standing
from playbooks.runner.model import Playbook

applications = Blueprint("applications", __name__)
STARTS = ("app-deploy", "app-backup", "app-drill", "app-restore", "app-remove")


@applications.get("/applications")
def page() -> ResponseReturnValue:
    """Show the applications."""
    return show(ListPage(_rows()))


@applications.get("/applications/rows")
def rows() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_rows())


@applications.get("/applications/<application>")
def one(application: str) -> ResponseReturnValue:
    """Show one."""
    county, who = services().county.whole(), person()
    if who.role is Role.UNIT:
        return show(_offered(county, application))
    ask = services().applications
    found = ask.get(county, application)
    if found is None:
        abort(404)
    return show(
        OnePage(
            told=_told(county, found),
            county=county,
            driven=ask.drives(county, found),
            past=ask.past(application),
            runs=ask.runs(who, application),
            starts=tuple(_starts(county, found)),
            plans=ACCESS["plans.one"].admits(who),
        )
    )


def of_unit(county: County, unit: str) -> tuple[Told, ...]:
    """Return the applications that a unit may use now, and its own wherever they stand."""
    found = services().applications.of_unit(county, county.unit_by_id[unit])
    there = [one for one in found if one.link or one.stage is Stage.OTHERS or one.application.owner == unit]
    return tuple(_told(county, one) for one in there)


def _rows() -> Rows:
    county, who = services().county.whole(), person()
    if who.role is Role.UNIT:
        mine = of_unit(county, who.unit or "")
        return Rows(mine, counted(mine), clerk=True)
    every = tuple(_told(county, found) for found in services().applications.all(county))
    return Rows(every, counted(every), clerk=False)


def _offered(county: County, application: str) -> OfferedPage:
    unit = person().unit or ""
    told = next((told for told in of_unit(county, unit) if told.found.id == application), None)
    if told is None:
        abort(404)
    return OfferedPage(told, told.found.application.owner == unit, ACCESS["faults.form"].admits(person()))


def _told(county: County, found: Standing) -> Told:
    owner = county.unit_by_id.get(found.application.owner)
    return Told(found, named(owner) if owner else found.application.owner)


def _starts(county: County, found: Standing) -> list[Playbook]:
    """Return what the reader may start on an application as it stands."""
    if found.kept or found.stage in (Stage.OTHERS, Stage.WRONG):
        return []
    names = STARTS if found.state.deployed else STARTS[:1]
    playbooks = [playbook for name in names if (playbook := services().runs.playbook(name))]
    return [playbook for playbook in playbooks if _may_start(county, playbook, found.id)]


def _may_start(county: County, playbook: Playbook, application: str) -> bool:
    if not services().runs.may_start(person(), playbook):
        return False
    try:
        services().runs.touches(person(), county, playbook, {"application": application})
    except (BadInput, NotAllowed):
        return False
    return True
