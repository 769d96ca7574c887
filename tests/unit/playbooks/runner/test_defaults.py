"""Defaults that are looked up in the county: which, what they go by, and what is told where there is none."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.canonical import JSON
from countynet.db import transaction
from countynet.errors import BadInput
from countynet.events import record
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Access, DeviceRole, Role
from inventory.model import County
from inventory.record import Repository
from playbooks.applications.outcome import subject
from playbooks.backup import history
from playbooks.day2.replace import _as_recorded
from playbooks.runner import book, catalogue, form
from playbooks.runner.defaults import LOOKUPS, Case, Found, bound, kept
from playbooks.tags import AppTag

CENTER = Actor("bob", Role.CENTER)
Looked = Callable[..., dict[str, Found]]
IMAGE = """- {{id: {id}, platform: huawei_vrp, models: ["{model}*"], version: {version}, file: {id}.cc, sha256: {sha}}}
"""


@pytest.fixture
def looked(settings: Settings, county: County, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """Return the defaults of a playbook's form by some values."""
    monkeypatch.setattr(Repository, "county", lambda _self: county)

    def look(name: str, **given: str) -> dict[str, Found]:
        book = catalogue.playbook(settings.county, name)
        typed = {key.replace("_", "-"): value for key, value in given.items()}
        return form.defaults(book, typed, county, CENTER, bound(settings, county, book))

    return look


def on(county: County, access: Access) -> str:
    return next(line.unit for line in county.circuits if line.access is access and line.unit in county.cpe_by_unit)


def test_what_follows_a_field_has_no_default_until_that_is_filled_in_and_says_what_it_follows(looked: Looked) -> None:
    found = looked("move-to-fiber")
    assert (found["port"].value, found["port"].told) == ("", "follows “Unit”")
    assert looked("move-to-fiber", unit="u999")["port"].value == ""  # what is wrong gives none


def test_a_unit_gets_the_kind_port_and_contract_of_its_line(looked: Looked, county: County) -> None:
    unit = on(county, Access.ADSL)
    line, found = county.circuit_by_unit[unit], looked("move-to-fiber", unit=unit)
    assert found["access"].value in ("fiber", "leased")
    assert f"{line.down_kbps}/{line.up_kbps} kbit/s" in found["access"].told
    assert found["contract"] == Found(line.contract, "as it is now")
    building = county.cpe_by_unit[unit].building
    assert found["port"].value == "" or county.device_by_name[found["port"].value.split(":")[0]].building == building
    has = on(county, Access.FIBER)
    switch, port = looked("move-to-fiber", unit=has)["port"].value.split(":")
    ends = {(end.node, end.port) for cable in county.cables for end in (cable.a, cable.b)}
    assert (switch, port) in ends  # the one that it has


def test_a_device_follows_the_unit_and_its_model_the_device(looked: Looked, county: County) -> None:
    found, cpe = looked("replace-device", unit="u007"), county.cpe_by_unit["u007"]
    assert (found["device"].value, found["model"].value) == (cpe.name, cpe.model)
    other = next(device for device in county.devices if device.model != cpe.model)
    assert looked("replace-device", unit="u007", device=other.name)["model"].value == other.model
    assert looked("fail-over-core")["device"].value == next(iter(county.devices_in(DeviceRole.CORE))).name
    with pytest.raises(BadInput) as error:
        _as_recorded(county, other.name, {"unit": "u007", "model": cpe.model})
    assert [problem.where for problem in error.value.problems] == ["device", "model"]


def test_a_unit_that_joins_is_shown_what_is_free(looked: Looked, county: County) -> None:
    switches = county.devices_in(DeviceRole.BUILDING)
    fiber = next(d.building for d in switches if county.building_by_id[d.building].access.has_vlan)
    found = looked("add-unit", building=fiber)
    number = int(found["number"].value)
    assert number not in {unit.number for unit in county.units}
    assert f".{number}." in found["lan"].value
    assert found["port"].value or "no switch port is free" in found["port"].told
    assert found["contract"].value.endswith(f"{number:03d}")
    assert looked("add-unit", building=fiber, number="200")["lan"].value != found["lan"].value
    adsl = next(b.id for b in county.buildings if not b.access.has_vlan)
    assert looked("add-unit", building=adsl)["port"] == Found("", "a line of this kind has no switch port")


def test_the_newest_image_is_the_highest_version_made_for_the_devices(
    looked: Looked, settings: Settings, county: County
) -> None:
    assert "names no image" in looked("upgrade-devices")["image"].told
    file = settings.county / "software" / "images.yml"
    file.parent.mkdir()
    models = {"S5735": ("V200R019C10", "V200R021C01", "V200R021C00SPC9"), "AR651": ("V300R022",)}
    rows = [
        IMAGE.format(id=version.lower(), model=model, version=version, sha="0" * 64)
        for model, versions in models.items()
        for version in versions
    ]
    file.write_text("images:\n" + "".join(rows), encoding="utf-8")
    assert "choose the devices first" in looked("upgrade-devices")["image"].told
    huawei = county.device_by_name["cpe-001"].model_copy(update={"platform": "huawei_vrp", "model": "S5735-L24"})
    rest = tuple(device for device in county.devices if device.name != "cpe-001")
    vendors = county.model_copy(update={"devices": (huawei, *rest)})
    known = catalogue.playbook(settings.county, "upgrade-devices")
    found = form.defaults(known, {"devices": "cpe-001"}, vendors, CENTER, bound(settings, vendors, known))
    assert found["image"].value == "v200r021c01"
    assert "no image that is made for all" in looked("upgrade-devices", devices="cpe-002")["image"].told
    file.write_text("images: [{id: x}]", encoding="utf-8")
    assert "images.yml" in looked("upgrade-devices")["image"].told  # a wrong file is told, and the form opens


def test_the_newest_backups_are_those_of_the_device_and_of_the_application(
    looked: Looked, settings: Settings, engine: Engine, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert looked("restore-device", device="cpe-001")["at"].value == ""
    at = datetime(2026, 11, 26, 6, tzinfo=UTC)
    version = history.Version("cpe-001", "0123456789abcdef", at, "amy", "", "")
    monkeypatch.setattr(history, "versions", lambda _settings, _device: (version,))
    assert looked("restore-device", device="cpe-001")["at"].value == "0123456789"
    case = Case(settings, county)
    assert kept.snapshot(case, "wiki") == Found("", "no backup of it is known")
    with transaction(engine) as session:
        data: dict[str, JSON] = {"action": "backup", "hosts": {"srv-a": None, "srv-b": {"snapshot": "abcdef12"}}}
        record(session, AppTag.SAVED, "amy", subject("wiki"), data)
    assert kept.snapshot(case, "wiki").value == "abcdef12"


def test_a_default_that_does_not_fit_its_field_and_a_value_without_one_are_told(
    settings: Settings, county: County
) -> None:
    known = catalogue.playbook(settings.county, "restore-device")
    given = {"device": "cpe-001"}

    def problem(found: Found) -> str:
        with pytest.raises(BadInput) as error:
            form.filled(known, given, county, CENTER, lambda _field, _values: found)
        (one,) = error.value.problems
        assert one.where == "at"
        return one.message.format(**one.values)

    assert problem(Found("short", "kept")).startswith("the default from the county does not fit: this text has")
    assert problem(Found("", "nothing was kept")) == "a value is missing, and it has no default: nothing was kept"


def test_a_run_keeps_what_was_given_apart_from_what_nobody_gave(
    settings: Settings, engine: Engine, looked: Looked, county: County
) -> None:
    unit = on(county, Access.FIBER)
    given = {"unit": unit, "reason": "new line", "contract": "ZX-9"}
    look = book.ask(settings, engine, county, "move-to-fiber", given, CENTER)
    said = book.get(engine, look.number).document()
    assert said["given"] == {**given, "serial": ""}
    defaulted = said["defaulted"]
    assert isinstance(defaulted, dict)
    assert set(defaulted) == {"access", "port"}
    assert defaulted["port"] == {"value": looked("move-to-fiber", unit=unit)["port"].value, "from": "as it is now"}
    assert book.newest(engine, CENTER)[0].defaulted == look.defaulted


WRONG = {
    "there is no such lookup": "default_of: moon",
    "only a default that is looked up can follow a field": "follows: [devices]",
    "this lookup follows other fields, which stand before it": "default_of: unit-device, follows: [late]",
    "a default is looked up for one value that is no secret and has no other": "default_of: first-core, default: x",
}


@pytest.mark.parametrize("message", WRONG)
def test_a_description_that_names_no_lookup_or_the_wrong_fields_is_refused_with_its_line(
    settings: Settings, message: str
) -> None:
    own = settings.county / catalogue.OWN
    field = f"  - {{name: extra, label: x, label_en: x, {WRONG[message]}}}\n"
    late = "  - {name: late, kind: unit, label: x, label_en: x}\n"
    text = Path(own).read_text(encoding="utf-8").replace("- id: read", field + late + "- id: read")
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        catalogue.catalogue(settings.county)
    assert [(one.file, one.message) for one in error.value.problems] == [(catalogue.OWN, message)]
    assert error.value.problems[0].line


def test_every_lookup_is_used_by_what_is_shipped(settings: Settings) -> None:
    used = {one.default_of for book in catalogue.catalogue(settings.county).values() for one in book.fields}
    assert used - {""} == set(LOOKUPS)
