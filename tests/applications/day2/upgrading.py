"""A row of simulated devices that are upgraded over SSH by the playbook, and what is asked of them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from countynet import clock
from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county, names
from inventory.intent.adapt import VENDOR_PUBLIC_KEY
from playbooks.day2.software.images import FILE, FOLDER
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.runner.programs.work import Ended
from tests.applications.day2.scene import Scene
from tests.twin.drivers_row import Row
from topology.twin.vendor.software import Header, image

HASTY = Limits(connect=2, sign_in=5, command=20, settle=2, device=60)
SIZE = 600_000
Images = Mapping[str, tuple[Header, str, list[str]]]
"""by id: what the image says of itself, its file, the models of the list"""


@contextmanager
def standing(folder: Path, devices: Sequence[str], listed: Images) -> Iterator[tuple[Scene, Row]]:
    """Have devices of the mixed county run what the inventory says, and images listed."""
    set_language("en")
    settings = Settings.load(folder / "county")
    create.create_folder(settings, mixed=True)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    put(settings, listed)
    county = load_county(settings.county)
    key = " ".join(Secrets.load(settings).get(VENDOR_PUBLIC_KEY).get_secret_value().split()[:2])
    described = [
        {
            "name": d.name, "platform": d.platform, "model": d.model, "address": str(d.management),
            "ports": list(d.ports), "management": names.staging(d), "boots": 0.5,
        }
        for d in map(county.device_by_name.__getitem__, devices)
    ]  # fmt: skip
    row = Row(key, described)
    try:
        (settings.state / "vantage").write_text(str(row.path))
        results = configure(county, settings, devices, limits=HASTY)
        assert not [result.error for result in results if result.error]
        yield Scene(settings, county), row
    finally:
        row.stop()


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
