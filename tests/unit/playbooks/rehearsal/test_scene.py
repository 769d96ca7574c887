"""Which part of a county is rehearsed on, what is reported, and what is never said twice."""

from pathlib import Path

import pytest

import inventory
from countynet.errors import CountyError
from countynet.vocabulary import DeviceRole
from inventory import load_county
from inventory.model import County
from inventory.subset import only_units, subset
from playbooks.plan.model import Touched
from playbooks.rehearsal.result import DeviceOutcome, Probe, Rehearsal
from playbooks.rehearsal.run import _heard
from playbooks.rehearsal.scene import scene
from tests.unit.playbooks.plan.samples import change, plan


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


def cpes(part: County) -> list[str]:
    return [device.name for device in part.devices_in(DeviceRole.CPE)]


def test_the_plans_units_stand_first_and_the_center_whole(county: County) -> None:
    found = scene(county, plan(names=("cpe-007", "cpe-031")))
    assert cpes(found.county) == ["cpe-007", "cpe-031"]
    assert {d.name for d in county.devices if d.unit is None} <= set(found.county.device_by_name)
    assert found.left_out == ()


def test_there_are_always_two_units_so_that_isolation_can_be_seen(county: County) -> None:
    assert len(scene(county, plan(names=("cpe-007",))).county.units) == 2
    assert len(scene(county, plan(names=("core-1",))).county.units) == 2


def test_units_are_filled_up_from_those_that_the_kept_center_carries(county: County) -> None:
    kept = ("core-1", "cpe-007", "cpe-088")
    assert cpes(scene(county, plan(names=("cpe-007",)), kept=kept).county) == ["cpe-007", "cpe-088"]
    assert cpes(scene(county, plan(names=("cpe-007",)), kept=kept[:2]).county) == ["cpe-007"]


def test_units_behind_a_changed_switch_are_built(county: County) -> None:
    touched = (Touched(unit="u031", line="line-031", access="adsl"), Touched(unit="u040", line="x", access="fiber"))
    made = plan(names=("sw-admin",)).model_copy(update={"devices": (change("sw-admin"),), "units": touched})
    assert {unit.id for unit in scene(county, made).county.units} == {"u031", "u040"}


def test_what_does_not_fit_is_named(county: County) -> None:
    names = tuple(f"cpe-{number:03d}" for number in range(1, 21))
    found = scene(county, plan(names=names), most=5)
    assert (cpes(found.county), found.left_out) == (list(names[:5]), names[5:])


def test_a_county_of_chosen_units_is_what_subset_makes_of_the_same(county: County) -> None:
    part = subset(county, 5)
    assert only_units(county, [unit.id for unit in part.units]) == part
    assert only_units(county, [unit.id for unit in county.units]) is county


def outcome(state: str = "done", *, new: bool | None = None) -> Rehearsal:
    probes = () if new is None else (Probe(source="a", target="b", service="ssh", expected=False, new=new),)
    devices = (DeviceOutcome(device="cpe-001", state="done"),)
    return Rehearsal(plan=1, hash="h", state=state, devices=devices, deviations=probes)


@pytest.mark.parametrize(
    ("found", "good"),
    [(outcome(), True), (outcome("stopped"), False), (outcome(new=False), True), (outcome(new=True), False)],
)
def test_only_a_plan_that_is_done_and_opens_or_closes_nothing_new_is_good(found: Rehearsal, good: bool) -> None:
    assert (found.good, found.document()["good"]) == (good, good)


def test_the_childs_lines_are_told_and_its_failure_raised() -> None:
    told: list[tuple[str, str]] = []
    assert _heard({"told": ["cpe-001", "changing"]}, lambda device, text: told.append((device, text))) is None
    assert told == [("cpe-001", "changing")]
    assert _heard({"result": outcome().model_dump(mode="json")}, lambda _device, _text: None) == outcome()
    with pytest.raises(CountyError, match="no bread"):
        _heard({"failed": "no bread"}, lambda _device, _text: None)
