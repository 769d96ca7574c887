"""For each rule on people, places, terminals, IPv6, roll-out and papers, a change that breaks it."""

from tests.unit.inventory.validate.changed import Case, Change, again, both, but, plan, plus, pools, stones

_PERSON = {"name": "朱兆荣", "telephone": "0609-3159138", "title": "副主任"}
_UNIT = {"name_en": "More", "building": "shazhou", "leader": _PERSON | {"name": "某人"}, "terminals": []}


def below(id: str, kind: str, parent: str | None) -> Change:
    """Add a village or branch."""
    number = int(id[1:])
    lan = f"10.21.{number}.0/24"
    return plus("units", {**_UNIT, "id": id, "name": id, "number": number, "kind": kind, "parent": parent, "lan": lan})


def terminal(**fields: object) -> Change:
    """Change the terminal of u002, which has no mac."""
    return but("units", "u002", terminals=[{"name": "pc-002", "address": "10.21.2.10"} | fields])


PLACES = {
    "officer-missing": Case(but("units", "u002", officer=None), ("units", 1)),
    "telephone-shared": Case(
        but("units", "u002", leader=_PERSON | {"name": "别人"}), ("units", 1, "leader", "telephone")
    ),
    "person-two-units": Case(but("units", "u002", leader=_PERSON), ("units", 1, "leader", "name")),
    "leader-is-officer": Case(but("units", "u001", officer=_PERSON), ("units", 0, "officer")),
    "contact-twice": Case(again("contacts", "power", id="power-2"), ("contacts", 5)),
    "village-township": Case(below("u121", "village", "u001"), ("units", 120)),
    "branch-parent": Case(below("u121", "branch", None), ("units", 120)),
    "township-parent": Case(but("units", "u120", parent="u089"), ("units", 119, "parent")),
    "site-references": Case(but("sites", "seat", parent="seat"), ("sites", 1, "parent")),
    "building-siteless": Case(but("buildings", "admin", site=None), ("buildings", 0)),
    "building-nowhere": Case(but("buildings", "admin", latitude=0), ("buildings", 0)),
    "building-far": Case(but("buildings", "admin", latitude=31.3612), ("buildings", 0)),
    "building-same-spot": Case(but("buildings", "finance", latitude=30.3612, longitude=118.2047), ("buildings", 1)),
    "building-empty": Case(again("buildings", "shazhou", id="ruin", name="旧址", latitude=30.6), ("buildings", 84)),
    "building-names": Case(but("buildings", "finance", name="县行政中心大楼"), ("buildings", 1, "name")),
    "mac-twice": Case(terminal(mac="02:00:0a:15:01:0a"), ("units", 1, "terminals", 0, "mac")),
    "mac-missing": Case(
        but("units", "u001", terminals=[{"name": "pc-001", "address": "10.21.1.10"}]), ("units", 0, "terminals", 0)
    ),
    "terminals-unbound": Case(
        but(
            "units",
            "u002",
            terminals=[
                {"name": f"pc-002-{i}", "address": f"10.21.2.1{i}", "mac": mac} for i, mac in enumerate([None] * 2)
            ],
        ),
        ("units", 1, "terminals"),
    ),
    "terminal-future": Case(terminal(added_on="2026-11-26"), ("units", 1, "terminals", 0, "added_on")),
    "terminals-none": Case(but("units", "u002", terminals=[]), ("units", 1, "terminals")),
}
IPV6 = {
    "ipv6-overlaps": Case(but("units", "u002", lan6="fdc3:7e1a:94d2::/62"), ("units",)),
    "ipv6-address-twice": Case(
        but("devices", "cpe-002", management6="fdc3:7e1a:94d2:ffff::1"), ("devices", 13, "management6")
    ),
    "ipv6-terminal-outside": Case(terminal(address6="fdc3:7e1a:94d2:3::10"), ("units", 1, "terminals", 0, "address6")),
    "ipv6-management-inside": Case(
        but("devices", "cpe-002", management6="fdc3:7e1a:94d2:1::9"), ("devices", 13, "management6")
    ),
    "ipv6-length": Case(but("units", "u002", lan6="fdc3:7e1a:94d2:1000::/56"), ("units", 1, "lan6")),
    "ipv6-kind": Case(but("units", "u002", lan6="fe80::/64"), ("units", 1, "lan6")),
    "ipv6-partial": Case(but("circuits", "line-002", link6=None), ("circuits", 1)),
    "ipv6-local": Case(pools(ipv6="fd00:0:0::/48"), ("plan", "pools", "ipv6")),
}
_DONE = (("survey", None, "2025-10-01"), ("line", None, "2026-01-05"), ("connect", None, "2026-03-02"))
ROLLOUT = {
    "milestone-twice": Case(stones("u002", *_DONE, _DONE[0]), ("units", 1, "milestones", 3)),
    "milestone-order": Case(
        stones("u002", *_DONE, ("partial-trial", None, "2026-03-01")), ("units", 1, "milestones", 3, "done")
    ),
    "milestone-skipped": Case(stones("u002", _DONE[0], _DONE[2], ("line", None, None)), ("units", 1, "milestones", 1)),
    "milestone-future": Case(
        stones("u002", *_DONE, ("in-force", None, "2026-11-26")), ("units", 1, "milestones", 3, "done")
    ),
    "connected-otherwise": Case(but("units", "u002", connected_on="2026-03-03"), ("units", 1, "connected_on")),
    "connected-later": Case(but("units", "u002", connected_on="2026-11-26"), ("units", 1, "connected_on")),
    "milestone-late": Case(stones("u002", *_DONE, ("in-force", "2026-11-24", None)), ("units", 1, "milestones", 3)),
    "period-reversed": Case(but("batches", "batch-1", ends="2026-03-01"), ("batches", 0, "ends")),
    "batch-members": Case(but("batches", "batch-1", units=["u001", "u120"]), ("batches", 2, "units", 31)),
    "training-references": Case(but("trainings", "training-1", batch="batch-9"), ("trainings", 0, "batch")),
    "phase-order": Case(but("phases", "line", begins="2025-08-01"), ("phases", 1, "begins")),
    "outside-phases": Case(but("batches", "batch-3", ends="2028-01-01"), ("batches", 2, "ends")),
    "training-strangers": Case(
        but("trainings", "training-1", attendance=[{"unit": "u120", "people": 1}]), ("trainings", 0, "attendance", 0)
    ),
    "training-late": Case(but("trainings", "training-1", on="2026-04-01"), ("trainings", 0, "on")),
    "unit-unbatched": Case(but("batches", "batch-1", units=["u001"]), ("units", 1)),
    "training-absent": Case(
        but("trainings", "training-1", attendance=[{"unit": "u001", "people": 1}, {"unit": "u002", "people": 0}]),
        ("batches", 0, "units", 1),
    ),
}
_CERTIFICATE = "cert-001-leader"
PAPERS = {
    "paper-unit": Case(but("seals", "seal-001", unit="u999"), ("seals", 0, "unit")),
    "seal-twice": Case(again("seals", "seal-001", id="seal-x"), ("seals", 15, "number")),
    "certificate-twice": Case(
        both(but("certificates", _CERTIFICATE, serial="ABCD"), but("certificates", "cert-001-officer", serial="abcd")),
        ("certificates", 1, "serial"),
    ),
    "paper-reversed": Case(
        but("certificates", _CERTIFICATE, expires_on="2026-01-01"), ("certificates", 0, "expires_on")
    ),
    "paper-expired": Case(
        but("certificates", _CERTIFICATE, expires_on="2026-11-24"), ("certificates", 0, "expires_on")
    ),
    "paper-expiring": Case(but("seals", "seal-001", expires_on="2026-11-25"), ("seals", 0, "expires_on")),
    "paper-early": Case(but("certificates", _CERTIFICATE, issued_on="2026-11-26"), ("certificates", 0, "issued_on")),
    "seal-keeperless": Case(but("seals", "seal-001", keeper=""), ("seals", 0)),
    "certificate-several": Case(again("certificates", _CERTIFICATE, id="more", serial="abcd"), ("certificates", 31)),
}
_USED = plus("quarantine", {"id": "vlan 102", "kind": "vlan", "value": "102", "was": "u999", "until": "2027-01-01"})
_HELD = {"id": "vlan 800", "kind": "vlan", "value": "800", "was": "u999", "until": "2027-01-01"}
POOLS = {
    "pool-shape": Case(pools(lans={"prefix": "10.21.0.0/16", "length": 24, "every": 25}), ("plan", "pools", "lans")),
    "pool-inside": Case(pools(lans={"prefix": "10.22.0.0/16", "length": 24}), ("plan", "pools", "lans", "prefix")),
    "pool-segments": Case(
        pools(management={"prefix": "10.255.0.0/17", "length": 32}), ("plan", "pools", "management", "prefix")
    ),
    "pool-vlans": Case(pools(vlans=[50, 899]), ("zones", 4, "vlan")),
    "pool-strays": Case(pools(vlans=[102, 899]), ("circuits", 0, "vlan")),
    "pool-exhausted": Case(pools(vlans=[101, 124]), ("plan", "pools", "vlans")),
    "pool-nearly": Case(pools(vlans=[101, 126]), ("plan", "pools", "vlans")),
    "number-above-pool": Case(but("units", "u002", number=256), ("units", 1, "number")),
    "quarantine-in-use": Case(_USED, ("quarantine", 0)),
    "quarantine-twice": Case(plus("quarantine", _HELD, _HELD | {"id": "more"}), ("quarantine", 1)),
    "quarantine-unreadable": Case(plus("quarantine", _HELD | {"value": "8oo"}), ("quarantine", 0, "value")),
    "quarantine-ended": Case(plus("quarantine", _HELD | {"until": "2026-11-25"}), ("quarantine", 0, "until")),
}
_HOLD = {"id": "hold-1", "device": "cpe-001", "port": "lan0", "how": "confined", "reason": "x", "since": "2026-11-25",
         "by": "amy"}  # fmt: skip
_WHERE = {"vlan": 3900, "prefix": "172.30.0.0/23", "notice": "srv-portal", "service": "http"}
HELD = {
    "held-port": Case(plus("held_ports", _HOLD | {"port": "wan0"}), ("held_ports", 0, "port")),
    "held-twice": Case(plus("held_ports", _HOLD, _HOLD | {"id": "hold-2"}), ("held_ports", 1)),
    "held-nowhere": Case(both(plan(confinement=None), plus("held_ports", _HOLD)), ("held_ports", 0, "how")),
    "confinement": Case(plan(confinement=_WHERE | {"vlan": 101}), ("plan", "confinement", "vlan")),
    "notice-unoffered": Case(plan(confinement=_WHERE | {"service": "snmp"}), ("plan", "confinement", "service")),
}
CASES = PLACES | IPV6 | ROLLOUT | PAPERS | POOLS | HELD
