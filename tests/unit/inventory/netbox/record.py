"""Records a real, empty NetBox; run by hand: `python -m tests.unit.inventory.netbox.record URL TOKENFILE`.

It writes to the NetBox and empties it of what bears our tag; so only a NetBox on this machine is taken.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from inventory import load_county, subset
from inventory.create import EXAMPLE
from inventory.model import County
from inventory.netbox.kinds import KINDS
from inventory.netbox.mapping import things
from inventory.netbox.server import PynetboxServer
from inventory.netbox.service import fetch
from inventory.netbox.thing import TAG, Ref
from tests.unit.inventory.netbox import scenes
from tests.unit.inventory.netbox.replay import HERE, Recorder, closure, frozen, server, thawed

SEEDS = {
    *(Ref("cables", name) for name in ("cable-pc-001", "cable-cpe-001", "cable-agg-1-up1")),
    *(Ref("primaries", name) for name in ("cpe-001", "pc-001", "core-1", "pub-1")),
    *(Ref("assignments", name) for name in ("u001:leader", "u001:officer")),
    *(Ref("prefixes", name) for name in ("10.21.1.0/24", "10.20.1.0/29", "10.21.0.0/16", "10.254.0.0/30")),
    *(Ref("addresses", name) for name in ("10.20.1.1@core-1", "203.0.113.10", "fdc3:7e1a:94d2:1::10")),
    *(Ref("terminations", f"line-001:{side}") for side in "AZ"),
    *(Ref("services", f"pub-1:{name}") for name in ("http", "https")),
    Ref("interfaces", "fw-1:core0"),
    Ref("tags", TAG),
}


def clean(real: PynetboxServer) -> None:
    """Remove everything that bears our tag, our custom fields and the tag."""
    for name in reversed(list(KINDS)):
        kind = KINDS[name]
        if kind.made and name != "interface_templates":
            params = {"tag": TAG} if kind.tagged else {"name__isw": "countynet"}
            if kind.tagged and not real.read("extras/tags", {"slug": TAG}):
                continue
            ids = [int(record["id"]) for record in real.read(kind.path, params)]
            for start in range(0, len(ids), 100):
                real.remove(kind.path, ids[start : start + 100])


def small_county() -> County:
    """Return a part of the example county that has u001 in it."""
    return subset(load_county(EXAMPLE), 4)


def main(url: str, token_file: str) -> None:
    """Record every scene."""
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit("only a NetBox on this machine")
    token = Path(token_file).read_text().strip()
    real = PynetboxServer(url, token)
    everything = things(small_county())
    needed = {t.ref for kind in ("custom_fields", "interface_templates") for t in everything[kind]}
    chosen = closure(everything, (SEEDS & {t.ref for part in everything.values() for t in part}) | needed)
    HERE.mkdir(exist_ok=True)
    (HERE / "things.json").write_text(frozen(chosen), "utf-8")
    small = thawed()
    for name, scene, prepare in (
        ("export", scenes.export, []),
        ("refused", scenes.refused, []),
        ("theirs", scenes.theirs, THEIRS),
    ):
        clean(real)
        made = [(path, real.create(path, [body]).records[0]["id"]) for path, body in prepare]
        recorder = Recorder()
        for outcome in scene(server(recorder, url, token), small):
            print(name, len(outcome.done), outcome.same, outcome.failures, outcome.waiting, outcome.extra)
        recorder.save(name)
        if name == "export":
            _import(url, token, real)
        clean(real)
        for path, number in reversed(made):
            real.remove(path, [number])


THEIRS: list[tuple[str, dict[str, object]]] = [
    ("dcim/sites", {"name": "县行政中心大楼", "slug": "theirs"}),
    ("circuits/circuit-types", {"name": "Fibre", "slug": "fiber"}),
]


def _import(url: str, token: str, real: PynetboxServer) -> None:
    """Edit some objects as a person would, and record what an import reads."""
    device = real.read("dcim/devices", {"name": "cpe-001"})[0]["id"]
    real.change("dcim/devices", [{"id": device, "serial": "BY-HAND", "status": "failed"}])
    tenant = real.read("tenancy/tenants", {"slug": "u001"})[0]["id"]
    real.change("tenancy/tenants", [{"id": tenant, "name": "县委办"}])
    contact = real.read("tenancy/contacts", {"cf_countynet_id": "u001-officer"})[0]["id"]
    real.change("tenancy/contacts", [{"id": contact, "phone": "call me"}])
    cable = real.read("dcim/cables", {"label": "cable-cpe-001"})[0]["id"]
    real.change("dcim/cables", [{"id": cable, "type": "cat6a", "length": 250, "length_unit": "cm"}])
    site = real.read("dcim/sites", {"slug": "admin"})[0]["id"]
    rack = {"name": "rack-9", "site": site, "u_height": 24, "description": "弱电间", "tags": [{"slug": TAG}]}
    real.create("dcim/racks", [rack])
    real.create("ipam/prefixes", [{"prefix": "10.99.0.0/24", "tags": [{"slug": TAG}]}])
    recorder = Recorder()
    fetch(server(recorder, url, token), False, scenes.silent)
    recorder.save("import")
    (HERE / "county.json").write_text(small_county().model_dump_json(), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
