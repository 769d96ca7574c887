"""What the playbooks of applications read, derived from the county: every variable is made here and nowhere else. Pure.

Secrets are among them, so the result lies in the run's private folder only as long as the run lasts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from countynet.canonical import JSON
from inventory.backups import backup_job, saver
from inventory.model import County, Host
from inventory.model.opened import sources
from playbooks.applications import signon
from playbooks.applications.containers import digest, environment
from playbooks.applications.deployed import Deployed
from playbooks.applications.gate import GATE, HEADER
from playbooks.applications.mirror import FOLDER, packages
from playbooks.servers.filters import ANYBODY, reached_from
from playbooks.servers.hosts import ansible_inventory

ROOT = "/opt/countynet"
ROOM_MB = 200
"""free space that a host keeps besides what is put there"""
UNPACKED = 6
"""how much more room an image takes that is unpacked and copied for its container"""
SUPERVISOR = "supervisor"
"""installed only where no systemd runs"""


@dataclass(frozen=True)
class Given:
    """What does not come from the inventory."""

    secrets: Mapping[str, str]
    files: Mapping[str, int]
    """of the mirror, with their sizes"""
    code: Path | None
    """archive of the programs"""
    others: Mapping[str, Deployed]
    """every application that we deploy"""
    issuer: str = ""
    """the id of the application that issues certificates, where its kind can"""
    actor: str = "system"
    """who asked for it; an authority's journal says so"""
    removed: bool = False
    """whether it is taken away: nothing is opened or told for it any more"""
    clients: Mapping[str, str] = field(default_factory=dict)
    """secrets of the sign-on's clients by their names"""
    back: str = ""
    """where our own pages take people back from the sign-on"""
    gate_code: Path | None = None
    """archive of the gate's programs"""
    closed: frozenset[str] = frozenset()
    """applications whose hosts this machine does not open: they are told nothing from here"""
    around: bool = True
    """whether the hosts of names and portal are told too"""
    extra: Mapping[str, JSON] | None = None


def inventory(county: County, one: Deployed, given: Given) -> dict[str, JSON]:
    """Return the inventory of one application's playbooks, in Ansible's structure."""
    around = {run: [h for h in county.hosts if run in h.runs and given.around] for run in ("names", "logs", "portal")}
    saved = [found] if (found := _place(county, one)) else []
    asked = [host] if (host := _authority(one, given)) else []
    told = _without(county, one) if given.removed else county
    authority = signon.issuer(given.others.values())
    signing = list(signon.affected(one, given.others.values())) if authority else []
    tells = authority and authority.id not in given.closed and (signing or authority.id == one.id)
    on = authority.hosts[:1] if authority and tells else ()
    signed = [host for each in signing for host in each.hosts]
    every = (*one.hosts, *(host for some in around.values() for host in some), *saved, *asked, *on, *signed)
    hosts = list(dict.fromkeys(host.name for host in every))
    whole = ansible_inventory(told, [county.host_by_name[name] for name in hosts], _variables(county, one, given))
    group = whole["all"]
    assert isinstance(group, dict)
    per_host, children = group["hosts"], group["children"]
    assert isinstance(per_host, dict)
    assert isinstance(children, dict)
    for host in one.hosts:
        own = per_host[host.name]
        assert isinstance(own, dict)
        own["app"] = _app(county, one, host, given)
    left = [other for other in given.others.values() if not given.removed or other.id != one.id]
    clients = signon.clients(left, given.clients, given.back)
    for name, more in signon.by_host(authority, on, signing, left, clients).items():
        own = per_host[name]
        assert isinstance(own, dict)
        own.update(more)
    groups = {
        "application": one.hosts,
        "app_saver": saved,
        "app_sign_on": on,
        "app_signing": dict.fromkeys(signed),
        **{f"app_{run}": some for run, some in around.items()},
    }
    children |= {name: {"hosts": {host.name: {} for host in members}} for name, members in groups.items()}
    return whole


def _without(county: County, one: Deployed) -> County:
    """Return the county as it is once an application was taken away; not model_copy, which would keep the indexes."""
    rest = tuple(a for a in county.applications if a.id != one.id)
    return County(**{name: getattr(county, name) for name in County.model_fields} | {"applications": rest})


def _variables(county: County, one: Deployed, given: Given) -> dict[str, JSON]:
    kind, gate = one.found.kind, packages(GATE) if one.gated else ()
    logs = next((h for h in county.hosts if "logs" in h.runs), None)
    here = {h.name for h in one.hosts}
    size, asked = sum(given.files.values()) // (1 << 20), _authority(one, given)
    return {
        "app_role": one.found.role,
        "app_parts": {part: (one.found.tasks / f"{part}.yml").is_file() for part in ("dump", "load", "remove")},
        "app_packages": [name for name in sorted({*packages(one.found), *gate}) if name != SUPERVISOR],
        "app_files": [f"{path} {bytes_}" for path, bytes_ in given.files.items()],
        "app_needs_mb": size + ROOM_MB + UNPACKED * sum(_images(given).values()) // (1 << 20),
        "app_mirror": str(FOLDER),
        "app_mirror_here": str(FOLDER),
        "app_lock": str(one.found.lock or ""),
        "app_code": str(given.code or ""),
        "app_gate_lock": str(GATE.lock) if one.gated else "",
        "app_gate_code": str(given.gate_code or ""),
        "app_web": kind.upstream is not None or "https" in kind.services,
        "app_issuer": given.issuer if asked else "",
        "app_issuer_host": asked.name if asked else "",
        "app_issuer_closed": given.issuer in given.closed and given.issuer != one.id,
        "app_actor": given.actor,
        "app_log_server": str(logs.address.ip) if logs and logs.name not in here and given.around else "",
        "app_folders": list[JSON](_folders(one)),
        "app_own": list[JSON](_own(one)),
        "app_plan": _plan(one, given),
        "backup": _backup(county, one),
        **(given.extra or {}),
    }


def _authority(one: Deployed, given: Given) -> Host | None:
    """Return the host that is asked for certificates; none where nothing issues them, and for what issues itself.

    None either where it is the center's and closed from here.
    """
    asked = given.issuer and given.issuer != one.id and given.issuer not in given.closed
    return given.others[given.issuer].hosts[0] if asked else None


def _app(county: County, one: Deployed, host: Host, given: Given) -> dict[str, JSON]:
    kind, folder = one.found.kind, f"{ROOT}/{one.id}"
    open_ = ANYBODY in sources(one.application, _hosted(county))
    return {
        "id": one.id,
        "kind": kind.kind,
        "title": one.application.name,
        "title_en": one.application.name_en,
        "name": one.deployment.dns,
        "unit_names": dict[str, JSON](one.deployment.unit_names),
        "names": [one.deployment.dns, *one.deployment.unit_names.values()],
        "address": str(host.address.ip),
        "host": host.name,
        "hosts": [{"name": h.name, "address": str(h.address.ip)} for h in one.hosts],
        "folder": folder,
        "data": one.data[0],
        "data_folders": list[JSON](one.data),
        "venv": f"{folder}/venv",
        "code": f"{folder}/code",
        "user": f"cn-{one.id}",
        "upstream": kind.upstream,
        "certificate": f"/etc/countynet/{one.id}/certificate.pem",
        "key": f"/etc/countynet/{one.id}/key.pem",
        "root": f"/etc/countynet/{one.id}/root.pem",
        "settings": dict(one.deployment.settings),
        "image": _image(one),
        "secrets": dict[str, JSON](given.secrets),
        "sign_on": signon.of_application(one, signon.issuer(given.others.values()), given.clients),
        "gate": signon.of_gate(county, one),
        "zone": one.application.zone.value,
        "sources": list[JSON](reached_from(county, one.application)),
        "open": open_,
        "others": {o.deployment.kind: _other(o) for o in given.others.values() if o.id != one.id},
    }


def _image(one: Deployed) -> dict[str, JSON]:
    """Return how the application's image is run; empty where it has none."""
    kind, reference = one.found.kind, one.deployment.image
    if kind.image is None or reference is None:
        return {}
    told = {
        "PORT": str(kind.upstream),
        "BASE_URL": f"https://{one.deployment.dns}/",
        "SIGN_ON_HEADER": HEADER if one.gated else "",
    }
    held = (f"{folder.replace('<id>', one.id)}:{path}" for path, folder in sorted(kind.image.volumes.items()))
    return {
        "name": f"localhost/countynet/{one.id}",
        "digest": digest(reference),
        "file": f"images/{digest(reference)}.tar",
        "environment": {**environment(kind, one.deployment), **told},
        "volumes": list[JSON](held),
        "secrets": list[JSON](kind.secrets),
        "command": list[JSON](kind.image.command),
    }


def _images(given: Given) -> dict[str, int]:
    return {path: bytes_ for path, bytes_ in given.files.items() if path.startswith("images/")}


def _other(one: Deployed) -> dict[str, JSON]:
    name = one.deployment.dns
    return {"id": one.id, "name": name, "address": str(one.hosts[0].address.ip), "url": f"https://{name}/"}


def _folders(one: Deployed) -> Iterator[str]:
    """Yield the folders that an application's host has: path, owner and mode."""
    user = f"cn-{one.id}"
    yield f"{ROOT}/{one.id}:root:755"
    yield f"/etc/countynet/{one.id}:root:755"
    yield f"/var/log/countynet/{one.id}:{user}:750"
    yield from (f"{folder}:{user}:750" for folder in one.data)
    if one.found.kind.upstream is not None or "https" in one.found.kind.services:
        yield f"/etc/nginx/countynet/{one.id}/location:root:755"


def _own(one: Deployed) -> tuple[str, ...]:
    """Return what goes when the application goes: neither its data nor anything that others use."""
    parts = (f"{ROOT}/{one.id}", f"/etc/countynet/{one.id}", f"/etc/nginx/countynet/{one.id}")
    files = (
        f"/etc/nginx/sites-enabled/{one.id}",
        f"/etc/logrotate.d/countynet-{one.id}",
        f"/var/log/countynet/{one.id}",
    )
    return (*files, *parts)


def _place(county: County, one: Deployed) -> Host | None:
    return saver(county, one.id, one.application.hosts)


def _backup(county: County, one: Deployed) -> dict[str, JSON]:
    job, place = backup_job(county, one.id), _place(county, one)
    if job is None or place is None:
        return {}
    root = job.target.partition(":")[2] or "/srv/countynet-backup"
    return {
        "address": str(place.address.ip),
        "root": root,
        "folder": f"{root}/{one.id}",
        "user": f"cs-{one.id}",
        "keep_days": job.keep_days,
    }


def _plan(one: Deployed, given: Given) -> list[JSON]:
    """Return what a first deploy makes, for a person; both languages, as it stands in the run's log."""
    kind = one.found.kind
    hosts = ", ".join(host.name for host in one.hosts)
    size = sum(given.files.values()) // (1 << 20)
    return [
        f"{one.application.name} ({kind.kind}): {hosts}, https://{one.deployment.dns}/",
        f"软件包 / packages: {', '.join(packages(one.found))}",
        *([f"容器镜像 / container image: {one.deployment.image}"] if one.deployment.image else []),
        f"镜像文件 / files of the mirror: {len(given.files)} ({size} MB)",
        f"允许访问 / reach: {', '.join(one.deployment.reach)}; {', '.join(one.application.services)}",
        f"数据 / data: {', '.join(one.data)}",
        f"内存 / memory: {kind.memory_mb} MB; 约 {kind.minutes} 分钟 / about {kind.minutes} minutes",
    ]


def _hosted(county: County) -> dict[str, tuple[str, ...]]:
    return {a.id: a.hosts for a in county.applications}
