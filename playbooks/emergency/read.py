"""The emergency plans of a county: those shipped, and those of `<county>/playbooks/emergency.yml` in their place.

The same file says in `people` whom the plans' words mean; names that the county's notices do not know are refused.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from countynet import tellings
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.datafile import DataFile
from playbooks.emergency.model import EmergencyPlan, People, Step, Who
from playbooks.runner.catalogue import catalogue
from playbooks.runner.model import Playbook

FILE = "playbooks/emergency.yml"
SHIPPED = Path(__file__).parent / "plans.yml"


def plans(county: Path) -> dict[str, EmergencyPlan]:
    """Return the plans by id. Raises BadInput with everything that is wrong with the county's own file."""
    own = county / FILE
    try:
        known: Mapping[str, Playbook] | None = catalogue(county)
    except BadInput:  # a wrong file of playbooks, told where these are, keeps no emergency from being started
        known = None
    found = _read(SHIPPED.name, SHIPPED.read_bytes(), known)
    return found | _read(FILE, own.read_bytes(), known) if own.is_file() else found


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


def _read(name: str, content: bytes, known: Mapping[str, Playbook] | None) -> dict[str, EmergencyPlan]:
    file, found = DataFile(name, content, ["plans", "people"]), dict[str, EmergencyPlan]()
    for index, each in file.placed("plans", EmergencyPlan):
        if each.id in found:
            file.wrong(("plans", index, "id"), _("{name} is there twice"), found=each.id, name=each.id)
        _judge(file, index, each, known)
        found[each.id] = each
    file.refuse()
    return found


def _launch(
    step: Step, plan_: EmergencyPlan, known: Mapping[str, Playbook] | None
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is wrong with the playbook that a step names: field, message, found, wanted."""
    if step.action and step.playbook:
        yield "playbook", _("a step has an action or a playbook, not both"), step.playbook, ""
    if step.given and not step.playbook:
        yield "given", _("values belong to a playbook"), ", ".join(step.given), "playbook"
    if beyond := sorted(step.about - {*plan_.needs, *plan_.may_name}):
        yield "given", _("the plan asks for no such target"), ", ".join(beyond), "needs, may_name"
    if not step.playbook or known is None:
        return
    if step.playbook not in known:
        yield "playbook", _("there is no such playbook"), step.playbook, ", ".join(known)
        return
    book = known[step.playbook]
    open_to = {field.name for field in book.fields if field.kind != "secret"}
    if wrong := [name for name in step.given if name not in open_to]:
        yield "given", _("the playbook has no such value, or it is a secret"), ", ".join(wrong), ", ".join(open_to)
    lacking = [f.name for f in book.fields if f.needed and not (f.default or f.default_of or f.name in step.given)]
    if lacking:
        yield "given", _("the playbook needs these values"), "", ", ".join(lacking)


def _judge(file: DataFile, index: int, plan_: EmergencyPlan, known: Mapping[str, Playbook] | None) -> None:
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
        for field, message, found, wanted in _launch(step, plan_, known):
            file.wrong((*at, field), message, found, wanted)
        if step.action == "isolate" and "unit" not in plan_.needs:
            file.wrong((*at, "action"), _("a step that isolates needs a unit"), wanted="needs: [unit]")
