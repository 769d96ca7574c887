"""The emergency plans of a county: those shipped, and those of `<county>/playbooks/emergency.yml` in their place.

The same file says in `people` whom the plans' words mean; names that the county's notices do not know are refused.
"""

from pathlib import Path

from countynet import tellings
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.datafile import DataFile
from playbooks.emergency.model import EmergencyPlan, People, Who

FILE = "playbooks/emergency.yml"
SHIPPED = Path(__file__).parent / "plans.yml"


def plans(county: Path) -> dict[str, EmergencyPlan]:
    """Return the plans by id. Raises BadInput with everything that is wrong with the county's own file."""
    own = county / FILE
    found = _read(SHIPPED.name, SHIPPED.read_bytes())
    return found | _read(FILE, own.read_bytes()) if own.is_file() else found


def plan(county: Path, name: str) -> EmergencyPlan:
    """Return one plan. Raises BadInput when there is none of that id."""
    found = plans(county)
    if name not in found:
        message = _("there is no emergency plan {name}")
        raise BadInput([Problem(message, {"name": name}, wanted=", ".join(found))])
    return found[name]


def staff(county: Path) -> dict[Who, People]:
    """Return whom the plans' words mean, nobody without the county's file. Raises BadInput with all that is wrong."""
    own, found = county / FILE, dict[Who, People]()
    if not own.is_file():
        return found
    file, known = DataFile(FILE, own.read_bytes(), ["plans", "people"]), tellings.names(county)
    for index, each in file.placed("people", People):
        if each.who in found:
            file.wrong(("people", index, "who"), _("{name} is there twice"), found=each.who, name=each.who)
        for field in ("to", "then"):
            for place, name in enumerate(getattr(each, field)):
                if known is not None and name not in known:
                    file.wrong(("people", index, field, place), _("nothing here is named {name}"), name, name=name)
        found[each.who] = each
    file.refuse()
    return found


def _read(name: str, content: bytes) -> dict[str, EmergencyPlan]:
    file, found = DataFile(name, content, ["plans", "people"]), dict[str, EmergencyPlan]()
    for index, each in file.placed("plans", EmergencyPlan):
        if each.id in found:
            file.wrong(("plans", index, "id"), _("{name} is there twice"), found=each.id, name=each.id)
        _judge(file, index, each)
        found[each.id] = each
    file.refuse()
    return found


def _judge(file: DataFile, index: int, plan_: EmergencyPlan) -> None:
    """Note steps of one id, and steps that act on what nobody is asked for when the plan is started."""
    ids = [step.id for step in plan_.steps]
    if not ids:
        file.wrong(("plans", index, "steps"), _("a plan has a step at least"))
    for place, step in enumerate(plan_.steps):
        at = ("plans", index, "steps", place)
        if step.id in ids[:place]:
            file.wrong((*at, "id"), _("{name} is there twice"), found=step.id, name=step.id)
        if late := [name for name in step.after if name not in ids[:place]]:
            file.wrong((*at, "after"), _("a step comes after steps before it only"), found=", ".join(late))
        if step.action == "isolate" and "unit" not in plan_.needs:
            file.wrong((*at, "action"), _("a step that isolates needs a unit"), wanted="needs: [unit]")
