"""The bench's part of the county: its hosts, their applications and services, written beside the example's files."""

from collections.abc import Mapping

import yaml

from countynet.settings import Settings
from playbooks.applications.kinds import Found

HOST, SAVER, SECOND = "srv-apps", "srv-save", "srv-apps-2"
ADDRESS, SAVER_ADDRESS, SECOND_ADDRESS, GATEWAY = "10.1.0.30", "10.1.0.31", "10.1.0.32", "10.1.0.1"
STATION, UNIT, STRANGER = "10.255.0.10", "10.21.1.10", "10.99.0.9"
ABSENT = ("10.1.0.10", "10.1.0.20")
"""the county's other servers, which are not here"""
ADDRESSES = {HOST: ADDRESS, SAVER: SAVER_ADDRESS, SECOND: SECOND_ADDRESS}
DOMAIN = "qinglan.internal"


def with_needs(known: Mapping[str, Found], kind: str) -> list[str]:
    """Return a kind and those that it needs."""
    found = [kind]
    for name in found:
        found += [need for need in known[name].kind.needs if need not in found]
    return found


def describe(
    settings: Settings,
    known: Mapping[str, Found],
    kind: str,
    kinds_: Mapping[str, dict[str, object]],
    names: tuple[str, ...],
) -> None:
    """Add the hosts, services, applications (what is changed, by kind) and the backup job to the county's files."""
    services = {s for name in kinds_ for s in known[name].kind.services}
    hosts = [
        *(_host(name, ADDRESSES[name], sorted({*services, "ssh", "icmp-echo"})) for name in names),
        _host(SAVER, SAVER_ADDRESS, ["ssh", "icmp-echo"]),
    ]
    ports = {n: p for name in kinds_ for n, p in known[name].kind.ports.items()}
    extra = {
        "hosts": hosts,
        "cables": [
            {"id": f"cable-{host['name']}", "a": f"{host['name']}:eth0", "b": f"sw-dc:{port}", "kind": "copper"}
            for host, port in zip(hosts, ("p20", "p21", "p22"), strict=False)
        ],
        "services": [{"name": n, "protocol": p.protocol, "ports": list(p.ports)} for n, p in ports.items()],
        "applications": [_application(known[name], name, changed, names) for name, changed in kinds_.items()],
        "backup_jobs": [{"id": f"save-{kind}", "subject": kind, "every_hours": 24, "keep_days": 30, "target": SAVER}],
    }
    text = yaml.safe_dump({k: v for k, v in extra.items() if v}, allow_unicode=True)
    (settings.county / "bench.yml").write_text(text, encoding="utf-8")


def _host(name: str, address: str, services: list[str]) -> dict[str, object]:
    return {
        "name": name, "name_zh": name, "kind": "server", "zone": "server", "address": f"{address}/24",
        "gateway": GATEWAY, "services": services,
    }  # fmt: skip


def _application(found: Found, name: str, changed: dict[str, object], hosts: tuple[str, ...]) -> dict[str, object]:
    deployment = {"kind": name, "dns": f"{name}.{DOMAIN}", "reach": ["units"], **changed}
    return {
        "id": name, "name": found.kind.title, "name_en": found.kind.title_en, "owner": "u068", "hosts": list(hosts),
        "zone": "server", "services": list(found.kind.services), "deployment": deployment,
    }  # fmt: skip
