"""A rehearsal of a plan that shuts a unit off: no packet from or to it is to pass, and it comes back."""

from pathlib import Path

import pytest

import inventory
from countynet.i18n import set_language
from inventory.load import load_county
from inventory.subset import only_units
from playbooks.rehearsal.result import DeviceOutcome, Probe, Rehearsal
from playbooks.rehearsal.scene import around
from topology.confirm.plan import probes, silenced


def test_nothing_is_to_pass_from_or_to_a_unit_that_is_cut_and_everything_else_as_before() -> None:
    county = only_units(load_county(Path(inventory.__file__).parent / "example"), ["u001", "u002"])
    planned = probes(county)
    shut = silenced(county, planned, ["u002"])
    changed = [(a, b) for a, b in zip(planned, shut, strict=True) if a != b]
    assert changed
    assert all(before.allowed and not after.allowed for before, after in changed)
    assert all("pc-002" in (p.source.node, p.target.node) for p, _after in changed)
    assert not [p for p in shut if p.allowed and "pc-002" in (p.source.node, p.target.node)]


@pytest.mark.parametrize(
    ("back", "new", "good", "words"),
    [(True, False, True, "u002 was cut off"), (False, False, False, "0 new"), (True, True, False, "1 new")],
)
def test_a_rehearsal_of_an_isolation_is_good_when_the_unit_was_off_and_came_back(
    back: bool, new: bool, good: bool, words: str
) -> None:
    set_language("en")
    leak = Probe(source="pc-002", target="dns", service="dns", expected=False, new=True)
    found = Rehearsal(plan=1, hash="a", state="done", cut=("u002",), back=back, deviations=(leak,) if new else ())
    assert found.good is good
    assert words in found.words
    assert "stopped" in found.model_copy(update={"state": "stopped"}).words


def test_devices_are_built_anew_among_the_center_and_their_own_units() -> None:
    set_language("en")
    county = load_county(Path(inventory.__file__).parent / "example")
    own = around(county, ["cpe-031"])
    assert ("u031" in own.county.unit_by_id, len(own.county.units), own.left_out) == (True, 2, ())
    everything = around(county, [])
    assert {device.name for device in everything.county.devices} >= {"core-1", "core-2", "fw-1"}
    anew = Rehearsal(plan=0, hash="", state="done", probes=895, devices=(DeviceOutcome(device="core-1", state="done"),))
    assert anew.good
    assert anew.words == "built anew on a twin as the inventory says: 1 device, 895 probes, 0 deviations"
