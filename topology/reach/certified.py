"""Makes the certificate of a proof, and keeps the last one beside the proof.

A certificate names every device's text by its hash. That text is the one that may be shown, its secrets struck out: so
an auditor can be given the folder (`countynet prove --texts FOLDER`; of what devices run it is `masked/` of the running
configurations), and no hash lets anybody guess at a weak secret.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.settings import Settings
from inventory import running
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from inventory.platforms.registry import platform
from topology.reach.certificate import Subject, certificate, text
from topology.reach.kept import Kept, latest
from topology.reach.planned import Planned, planned
from topology.reach.service import Ground, Of

UNSTATED = "policy-route"
"""what a certificate has no words for"""


@dataclass(frozen=True)
class Certified:
    """A certificate and the texts that it names."""

    content: bytes
    texts: Mapping[str, str]
    """by device, secrets struck out"""


def statable(stand: Ground) -> Ground:
    """Return a ground as a certificate can state it: policy routes, WireGuard and VRFs are lines not understood.

    What packets meet a device with one is unknown in the certificate then, whatever the proof says of them.
    """
    bare, lines = dict[str, DeviceConfig](), dict[str, tuple[str, ...]]()
    for name, config in stand.configs.items():
        if said := unstated(config):
            plain = tuple(item.model_copy(update={"wireguard": None, "vrf": ""}) for item in config.interfaces)
            routes = tuple(route for route in config.routes if not route.vrf)
            bare[name] = config.model_copy(update={"policy_routes": (), "interfaces": plain, "routes": routes})
            lines[name] = (*stand.unparsed.get(name, ()), *said)
    return replace(stand, configs={**stand.configs, **bare}, unparsed={**stand.unparsed, **lines})


def unstated(config: DeviceConfig) -> list[str]:
    """Return what of a device a certificate has no words for."""
    said = [f"{len(config.policy_routes)} x {UNSTATED}"] if config.policy_routes else []
    said += [f"{item.name}: wireguard" for item in config.interfaces if item.wireguard]
    instances = {item.vrf for item in config.interfaces} | {route.vrf for route in config.routes}
    return said + [f"vrf {name}" for name in sorted(instances - {""})]


def certified(
    settings: Settings,
    stand: Ground,
    of: Of,
    *,
    plan: int | None = None,
    down: Collection[str] = (),
    at: datetime | None = None,
) -> Certified:
    """Return the certificate of a proof of `stand` without what is down; with `plan`, of what that plan leaves."""
    texts = _texts(settings, stand, of, planned(settings, plan) if plan else None)
    if any(map(unstated, stand.configs.values())):
        stand = statable(stand)
    about = Subject(
        of="plan" if plan else of.value,
        at=at or clock.now(),
        plan=plan,
        down=tuple(down),
        today=clock.today(),
        hashes={name: sha256(words.encode()).hexdigest() for name, words in texts.items() if name not in down},
    )
    return Certified(text(certificate(stand.county, stand.configs, stand.unparsed, about)), texts)


def certify(
    settings: Settings,
    stand: Ground,
    of: Of,
    file: Path,
    folder: Path | None,
    *,
    plan: int | None = None,
    down: Collection[str] = (),
    kept: Kept | None = None,
) -> None:
    """Write the certificate, and the texts as NAME.conf into a folder; keep it, too, where the proof was kept.

    Raises BadInput where nothing can be written.
    """
    made = certified(settings, stand, of, plan=plan, down=down, at=kept.at if kept else None)
    if kept:
        keep_certificate(settings, of, kept.at, made.content)
    try:
        file.write_bytes(made.content)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for name, words in made.texts.items():
                (folder / f"{name}.conf").write_text(words, encoding="utf-8")
    except OSError as error:
        raise BadInput([Problem(_("cannot be written: {error}"), {"error": str(error)}, where=str(file))]) from error


def _texts(settings: Settings, stand: Ground, of: Of, plan: Planned | None) -> dict[str, str]:
    """Return what each device's configuration was taken from, its secrets struck out."""
    known = {*running.devices(settings)} if plan or of is Of.RUNNING else set()
    found = {}
    for name, config in stand.configs.items():
        if plan and name in plan.texts:
            found[name] = platform(stand.county.device_by_name[name].platform).mask(plan.texts[name][1])
        else:
            found[name] = running.masked(settings, name) if name in known else _intended(stand.county, name, config)
    return found


def _intended(county: County, name: str, config: DeviceConfig) -> str:
    its = platform(county.device_by_name[name].platform)
    return its.mask(its.render(config))


def keep_certificate(settings: Settings, of: Of, at: datetime, content: bytes) -> None:
    """Keep the certificate of the proof that was kept at that time, in place of the last one."""
    fresh = settings.state / f"certificate-{of.value}.json.new"
    fresh.write_bytes(content)
    for old in settings.state.glob(f"certificate-{of.value}-*.json"):
        old.unlink()
    fresh.replace(certificate_file(settings, of, at))


def last_certificate(settings: Settings, of: Of) -> Path | None:
    """Return the file of the last proof's certificate; None where that proof has none."""
    proof = latest(settings, of)
    file = certificate_file(settings, of, proof.at) if proof else None
    return file if file and file.exists() else None


def certificate_file(settings: Settings, of: Of, at: datetime) -> Path:
    """Return where the certificate of the proof that was kept at a time is, if it has one."""
    return settings.state / f"certificate-{of.value}-{at:%Y%m%dT%H%M%S%f}.json"
