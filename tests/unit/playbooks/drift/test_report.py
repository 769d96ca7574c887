"""The judgement of what was seen: drift or not, who moved, since when, who was there; on texts of several platforms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countynet import clock
from countynet.db import open_database, transaction
from countynet.errors import DeviceError
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, running
from inventory.record import Author, Repository, Set
from inventory.subset import only_units
from playbooks.device import drivers
from playbooks.drift import show, store
from playbooks.drift.report import Drift, judge, named, read
from playbooks.plan.make import Ground
from playbooks.plan.reading import Seen

CPE, VENDOR = "cpe-002", "sw-admin"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(county=tmp_path_factory.mktemp("drift") / "county", language="en")
    create.create_folder(settings, mixed=True)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    return settings


@pytest.fixture(scope="module")
def whole(made: Settings) -> Ground:
    return small(made)


def small(settings: Settings) -> Ground:
    """The ground with a few units of the county: what is intended is worked out for all."""
    found = Ground.at(settings)
    linux = [device.unit for device in found.county.devices if device.platform == "linux" and device.unit]
    return replace(found, county=only_units(found.county, ["u002", *linux[:2]]))


@pytest.fixture
def ground(whole: Ground, tmp_path: Path) -> Iterator[Ground]:
    set_language("en")
    yield whole
    if running.folder(whole.settings).exists():
        running.folder(whole.settings).rename(tmp_path / "running")
    for file in whole.settings.state.glob("county.db*"):
        file.unlink()


def wanted(ground: Ground, name: str) -> str:
    text = ground.intended([name])[name]
    assert isinstance(text, str)
    return text


def keep(ground: Ground, name: str, text: str) -> None:
    driver = drivers.of(ground.county.device_by_name[name])
    running.save(ground.settings, {name: (driver.mask(text, ground.key), text)})


def seen(ground: Ground, name: str, text: str) -> Drift | None:
    keep(ground, name, text)
    report = judge(ground, {name: Seen(name, text)})
    assert not report.errors
    return report.drifts[0] if report.drifts else None


def route(text: str) -> str:
    """Somebody's own route, as the platform of CPE writes it."""
    return text.replace("ip route 0.0.0.0/0", "ip route 198.51.100.0/24 blackhole\nip route 0.0.0.0/0", 1)


def platform_of(ground: Ground, name: str) -> str:
    return ground.county.device_by_name[name].platform


@pytest.mark.parametrize("name", [CPE, VENDOR])
def test_as_intended_is_no_drift_on_any_platform(ground: Ground, name: str) -> None:
    assert seen(ground, name, wanted(ground, name)) is None


def test_a_vendors_line_that_nobody_understands_is_listed_and_is_no_drift(ground: Ground) -> None:
    assert platform_of(ground, VENDOR) != "linux"
    text = wanted(ground, VENDOR) + "frobnicate everything\n"
    report = judge(ground, {VENDOR: Seen(VENDOR, text)})
    assert report.clean
    assert [line.text.strip() for line in report.unmanaged[VENDOR]] == ["frobnicate everything"]
    assert read(report.document()) == report


def test_a_device_that_does_not_answer_is_named(ground: Ground) -> None:
    report = judge(ground, {CPE: Seen(CPE, error=DeviceError(CPE, "is silent"))})
    assert (report.clean, list(report.errors), report.drifts) == (False, [CPE], ())


def test_the_device_moved_when_it_was_seen_as_intended_before(ground: Ground) -> None:
    name = next(d.name for d in ground.county.devices if d.platform == "linux" and "cpe" in d.name)
    keep(ground, name, wanted(ground, name))
    engine = open_database(ground.settings)
    with transaction(engine) as session:
        for minutes, user in ((-1, "carl"), (-60 * 24 * 9, "long-ago")):
            row = store.MessageRow(device=name, at=clock.now() + timedelta(minutes=minutes), kind="changed", user=user)
            row.source, row.words = "10.9.9.9", ""
            session.add(row)
        row = store.MessageRow(device=name, at=clock.now(), kind="changed", user="dora", source="", words="w")
        session.add(row)
    engine.dispose()
    drift = seen(ground, name, route(wanted(ground, name)))
    assert drift is not None
    assert [d.path for d in drift.differences] == ["routes[198.51.100.0/24 -]"]
    assert (drift.moved, drift.last_good is not None) == ("device", True)
    assert "dora" in named(drift.people)[-1]
    assert "long-ago" not in str(drift.people)
    assert "the device was changed" in show.summary(drift)
    assert any("routes[198.51.100.0/24 -]" in line for line in show.lines(drift))


def test_the_inventory_moved_when_it_was_changed_after_the_device_was_seen(ground: Ground) -> None:
    name = next(d.name for d in ground.county.devices if d.platform == "linux" and "cpe" in d.name)
    before = wanted(ground, name)
    keep(ground, name, before)
    Repository(ground.settings).commit(
        [Set("hosts", "station", "address", "10.255.0.12/24")], Author("Amy", "amy"), "x"
    )
    moved = small(ground.settings)
    drift = judge(moved, {name: Seen(name, before)}).drifts[0]
    Repository(ground.settings).commit(
        [Set("hosts", "station", "address", "10.255.0.10/24")], Author("Amy", "amy"), "y"
    )
    assert (drift.moved, drift.last_good) == ("inventory", None)


def test_no_secret_is_in_a_report(ground: Ground) -> None:
    name = next(d.name for d in ground.county.devices if d.platform == "linux" and "cpe" in d.name)
    text = wanted(ground, name)
    drift = seen(ground, name, route(text))
    assert drift is not None
    secrets = Secrets.load(ground.settings)
    values = [secrets.get(n).get_secret_value() for n in secrets.names() if "public" not in n]
    assert any(value in text for value in values)
    told = str(drift.document()) + repr(drift) + "\n".join(show.lines(drift))
    assert not [value for value in values if value in told]
