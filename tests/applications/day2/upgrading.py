"""A row of simulated devices that are upgraded over SSH by the playbook, and what is asked of them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from countynet import clock
from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory import load_county
from playbooks.day2.software.images import FILE, FOLDER
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.runner.programs.work import Ended
from tests.applications.day2.scene import Scene
from tests.twin.drivers_county import in_a_row, mixed_settings
from tests.twin.drivers_row import Row
from topology.twin.vendor.software import Header, image

HASTY = Limits(connect=2, sign_in=5, command=20, settle=2, device=60)
SIZE = 600_000
Images = Mapping[str, tuple[Header, str, list[str]]]
"""by id: what the image says of itself, its file, the models of the list"""


@contextmanager
def standing(folder: Path, devices: Sequence[str], listed: Images) -> Iterator[tuple[Scene, Row]]:
    """Have devices of the mixed county run what the inventory says, and images listed."""
    settings = mixed_settings(folder)
    put(settings, listed)
    county = load_county(settings.county)
    with in_a_row(settings, county, devices, boots=0.5) as row:
        results = configure(county, settings, devices, limits=HASTY)
        assert not [result.error for result in results if result.error]
        yield Scene(settings, county), row


def put(settings: Settings, listed: Images) -> None:
    """Put images and their list into the county's folder."""
    folder, lines = settings.county / FOLDER, ["images:"]
    folder.mkdir()
    for name, (header, file, models) in listed.items():
        content = image(header, SIZE)
        (folder / file).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        version = f"RGOS {header.version}" if header.platform == "ruijie" else header.version
        lines.append(
            f"- {{id: {name}, platform: {header.platform}, models: {models}, version: '{version}', "
            f"file: {file}, sha256: '{digest}'}}"
        )
    (settings.county / FILE).write_text("\n".join(lines) + "\n")


def given(image: str, step: str, devices: str, minutes: int = 60, **more: str) -> dict[str, str]:
    now = clock.now().astimezone(clock.CHINA)
    window = {
        "begin": (now - timedelta(minutes=2)).isoformat(timespec="minutes"),
        "end": (now + timedelta(minutes=minutes)).isoformat(timespec="minutes"),
    }
    return {"image": image, "step": step, "devices": devices, "wait": "1", **window, **more}


def upgrade(scene: Scene, image: str, step: str, devices: str, **more: Any) -> Ended:
    return scene.run("upgrade-devices", given(image, step, devices, **more))


def error(end: Ended, device: str) -> str:
    return next((translate_error(host.error) for host in end.hosts if host.host == device and host.error), "")


def has(row: Row, device: str) -> dict[str, Any]:
    return row.order(device, ask="software")


def lines(row: Row, device: str) -> set[str]:
    return set(row.order(device, ask="running")["text"].splitlines())


def cut_or_wrong(scene: Scene, row: Row, device: str, name: str, file: str, first: str = "") -> None:
    """See a copy cut in the middle and one that arrives wrong found, and a rerun heal; `first` is copied before."""
    before, first = lines(row, device), first or file
    row.order(device, faults={"cut_after": SIZE // 2})
    end = upgrade(scene, name, "stage", device)
    assert "broke off" in error(end, device)
    assert has(row, device)["files"][first] < SIZE
    assert lines(row, device) == before
    row.order(device, faults={"spoil": True})
    end = upgrade(scene, name, "stage", device)
    assert "another SHA-256" in error(end, device)
    assert first not in has(row, device)["files"]
    end = upgrade(scene, name, "stage", device)
    assert end.good, end
    assert has(row, device)["files"][file] == SIZE
    assert lines(row, device) == before
    again = upgrade(scene, name, "stage", device)
    assert (again.good, [host.changed for host in again.hosts]) == (True, [0])


def without_room(scene: Scene, row: Row, device: str, name: str) -> str:
    """See a flash with too little room named and nothing copied; return what is said of it."""
    row.order(device, faults={"free": 100_000})
    before = has(row, device)["files"]
    try:
        assert "too little on its flash" in scene.look("upgrade-devices", given(name, "stage", device))
        end = upgrade(scene, name, "stage", device)
        assert has(row, device)["files"] == before
        return error(end, device)
    finally:
        row.order(device, faults={"free": -1})
