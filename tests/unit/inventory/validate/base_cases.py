"""For each rule that deriving a network stands on, a change that breaks it."""

from tests.unit.inventory.validate.changed import Case, again, both, but, less, plan, plus

_TERMINAL = {"name": "pc-002", "address": "10.21.2.10"}
_AUX = {"id": "more", "a": "agg-1:down2", "b": "agg-2:down2", "kind": "fiber"}

CASES = {
    "names": Case(again("buildings", "admin"), ("buildings", 84, "id")),
    "addresses": Case(but("hosts", "srv-portal", address="10.1.0.10/24"), ("hosts", 2, "address")),
    "once-in-life": Case(but("units", "u002", number=1), ("units", 1, "number")),
    "unit-references": Case(but("units", "u001", parent="u001"), ("units", 0, "parent")),
    "device-references": Case(but("devices", "cpe-001", unit=None), ("devices",)),
    "host-references": Case(but("hosts", "pub-1", services=["gopher"]), ("hosts", 3, "services", 0)),
    "plan": Case(plan(staging="10.0.0.0/8"), ("plan",)),
    "unit-networks": Case(but("units", "u002", lan="10.22.2.0/24"), ("units", 1)),
    "device-addresses": Case(but("devices", "cpe-001", management="10.255.0.99"), ("devices",)),
    "host-addresses": Case(but("hosts", "pub-1", gateway="10.9.0.1"), ("hosts", 3, "gateway")),
    "zone-addresses": Case(but("hosts", "pub-1", address="10.2.0.2/24"), ("zones", 1, "gateway")),
    "cable-ends": Case(but("cables", "cable-cpe-002", a="sw-admin:p01"), ("cables",)),
    "device-ports": Case(but("devices", "cpe-001", ports=["wan0", "lan0", "lan0"]), ("devices",)),
    "terminal-cables": Case(but("cables", "cable-pc-002", a="cpe-003:lan1"), ("units", 1, "terminals", 0)),
    "terminal-macs": Case(
        but("units", "u002", terminals=[_TERMINAL | {"mac": "01:00:0a:15:02:0a"}]), ("units", 1, "terminals", 0, "mac")
    ),
    "lan-ports": Case(
        plus("cables", {"id": "more", "a": "cpe-002:lan1", "b": "cpe-003:lan1", "kind": "copper"}), ("cables", 174)
    ),
    "host-cables": Case(less("cables", "cable-pub-1"), ("hosts", 3)),
    "transits": Case(less("cables", "cable-core-1-fw-1"), ("plan", "transits", 1)),
    "uplinks": Case(less("cables", "cable-agg-1-up2"), ("devices",)),
    "unit-lines": Case(less("circuits", "line-003"), ("units", 2)),
    "line-facts": Case(but("circuits", "line-002", vlan=None), ("circuits", 1)),
    "cpe-facts": Case(but("devices", "cpe-002", building="finance"), ("devices",)),
    "vlan-once": Case(but("circuits", "line-002", vlan=10), ("circuits", 1, "vlan")),
    "vlan-place": Case(less("cables", "cable-sw-admin"), ("devices",)),
    "switch-management": Case(but("devices", "sw-admin", management="10.255.92.99"), ("devices",)),
    "center-roles": Case(less("devices", "sw-dc"), ("devices",)),
    "center-zones": Case(but("zones", "city", port="city1"), ("zones", 4, "port")),
    "center-services": Case(but("hosts", "srv-infra", runs=["time", "names"]), ("hosts",)),
    "policy-services": Case(but("policy", "units-public", services=[]), ("policy", 1, "services")),
    "policy-selectors": Case(but("policy", "units-public", source="everybody"), ("policy", 1, "source")),
    "policy-principles": Case(but("policy", "portal-city", target="units"), ("policy", 4)),
    "section-ids": Case(again("racks", "rack-1", room="别处"), ("racks", 5, "id")),
    "cable-both-ends": Case(but("cables", "cable-cpe-002", b="sw-admin:p20"), ("cables", 31, "b")),
    "copper-long": Case(but("cables", "cable-cpe-002", length_m=100.5), ("cables", 31, "length_m")),
    "device-alone": Case(less("cables", "cable-cpe-002", "cable-pc-002"), ("devices",)),
    "switch-full": Case(
        both(but("devices", "sw-finance", ports=["up1", *(f"p{i:02d}" for i in range(1, 7))])), ("devices",)
    ),
    "names-foreign": Case(but("hosts", "pub-1", names=["www.example.org"]), ("hosts", 3, "names", 0)),
    "host-unpublished": Case(but("hosts", "pub-1", published=None), ("hosts", 3)),
}
