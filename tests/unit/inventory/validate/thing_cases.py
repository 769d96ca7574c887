"""For each rule on policy, lines, contracts, equipment, racks and applications, a change that breaks it."""

from tests.unit.inventory.validate.changed import Case, Change, again, both, but, less, life, plus

_RULE = {
    "id": "guest",
    "source": "unit:u001",
    "target": "host:srv-portal",
    "services": ["ssh"],
    "reason": "维护",
    "reason_en": "Maintenance",
    "exception": True,
    "expires_on": "2027-06-30",
    "asked_by": "u001",
}
_KIT = {"id": "ids-2", "kind": "audit", "make": "x", "model": "y", "serial": "z", "building": "admin"}


def rule(**fields: object) -> Change:
    """Add an exception to the policy."""
    return plus("policy", _RULE | fields)


def deployed(**fields: object) -> Change:
    """Have the portal deployed by us, with other fields of it or of its deployment."""
    deployment = {"kind": "wiki", "dns": "wiki.qinglan.internal", "reach": ["units"]}
    own = {name: value for name, value in fields.items() if name not in (*deployment, "settings")}
    inner = deployment | {name: value for name, value in fields.items() if name in (*deployment, "settings")}
    return but("applications", "portal", deployment=inner, **own)


POLICY = {
    "exception-undated": Case(rule(expires_on=None), ("policy", 11)),
    "exception-ended": Case(rule(expires_on="2026-11-24"), ("policy", 11, "expires_on")),
    "exception-ending": Case(rule(expires_on="2026-12-25"), ("policy", 11, "expires_on")),
    "exception-unasked": Case(rule(asked_by=""), ("policy", 11)),
    "rule-dated": Case(rule(exception=False), ("policy", 11, "expires_on")),
    "rule-repeated": Case(again("policy", "units-server", id="again", services=["dns"]), ("policy", 11)),
    "rule-unoffered": Case(rule(services=["snmp"]), ("policy", 11, "services", 0)),
    "service-unused": Case(plus("services", {"name": "finger", "protocol": "tcp", "ports": [79]}), ("services", 9)),
}
_BACKUP = "backup-109"
LINES = {
    "line-uncovered": Case(but("circuits", "line-002", contract="QLDX-2025-1"), ("circuits", 1, "contract")),
    "contract-reversed": Case(but("contracts", "QLDX-2026-G", ends="2026-02-28"), ("contracts", 0, "ends")),
    "line-two-contracts": Case(again("contracts", "QLDX-2026-G", number="QLDX-2026-G002"), ("circuits", 1, "contract")),
    "contract-ended": Case(but("contracts", "QLDX-2026-G", ends="2026-11-24"), ("contracts", 0, "ends")),
    "contract-ending": Case(but("contracts", "QLDX-2026-G", ends="2027-02-23"), ("contracts", 0, "ends")),
    "contract-unused": Case(again("contracts", "QLDX-2026-G", number="OTHER"), ("contracts", 3)),
    "contract-signed-late": Case(
        but("contracts", "QLDX-2026-G", signed_on="2026-03-02"), ("contracts", 0, "signed_on")
    ),
    "line-outside-contract": Case(but("circuits", "line-002", begins="2026-02-01"), ("circuits", 1, "begins")),
    "line-positive": Case(but("circuits", "line-002", up_kbps=0), ("circuits", 1, "up_kbps")),
    "line-reversed": Case(but("circuits", "line-002", begins="2026-05-02", ends="2026-05-01"), ("circuits", 1, "ends")),
    "line-ended": Case(but("circuits", "line-002", ends="2026-11-24"), ("circuits", 1, "ends")),
    "rent-zero": Case(but("circuits", "line-002", rent=0), ("circuits", 1, "rent")),
    "rent-unusual": Case(but("circuits", "line-002", rent=9000), ("circuits", 1, "rent")),
    "availability-low": Case(but("circuits", "line-002", availability=99.8), ("circuits", 1, "availability")),
    "repair-slow": Case(but("circuits", "line-002", repair_hours=5), ("circuits", 1, "repair_hours")),
    "speed-reversed": Case(but("circuits", "line-025", down_kbps=512, up_kbps=8192), ("circuits", 24, "up_kbps")),
    "fiber-slow": Case(but("circuits", "line-002", down_kbps=1024, up_kbps=1024), ("circuits", 1, "down_kbps")),
    "backup-unit": Case(but("backup_lines", _BACKUP, unit="u999"), ("backup_lines", 0, "unit")),
    "backup-id": Case(but("backup_lines", _BACKUP, id="line-001"), ("backup_lines", 0, "id")),
    "backup-several": Case(again("backup_lines", _BACKUP, id="more"), ("backup_lines", 6)),
    "backup-same-kind": Case(but("backup_lines", _BACKUP, access="adsl"), ("backup_lines", 0, "access")),
    "backup-numberless": Case(but("backup_lines", _BACKUP, number=""), ("backup_lines", 0)),
    "backup-dearer": Case(but("backup_lines", _BACKUP, rent=1000), ("backup_lines", 0, "rent")),
}
EQUIPMENT = {
    "type-missing": Case(but("devices", "cpe-001", type="none"), ("devices", 12, "type")),
    "device-typeless": Case(but("devices", "cpe-001", type=None), ("devices", 12)),
    "type-unlike": Case(but("devices", "cpe-001", model="YL-X"), ("devices", 12, "type")),
    "type-ports": Case(but("devices", "cpe-001", ports=["wan0", "lan0", "lan7"]), ("devices", 12, "ports", 2)),
    "port-names": Case(but("devices", "core-1", ports=["GigabitEthernet0/0/1"]), ("devices", 0, "ports", 0)),
    "device-uplink": Case(but("devices", "cpe-001", uplink="wan1"), ("devices", 12, "uplink")),
    "mac-unbound": Case(but("devices", "cpe-001", platform="h3c_comware"), ("devices", 12, "platform")),
    "platform-make": Case(but("devices", "core-1", platform="huawei_vrp"), ("devices", 0, "platform")),
    "platform-model": Case(but("devices", "core-1", platform="huawei_vrp", make="华为"), ("devices", 0, "model")),
    "retired-cabled": Case(life("cpe-001", state="retired"), ("devices", 12, "life", "state")),
    "retired-kept": Case(life("cpe-001", state="retired"), ("devices", 12, "management")),
    "idle-cabled": Case(life("cpe-001", state="spare"), ("devices", 12, "life", "state")),
    "cpe-state": Case(life("cpe-001", state="planned"), ("devices", 12, "life", "state")),
    "serial-missing": Case(but("devices", "cpe-001", serial=" "), ("devices", 12, "serial")),
    "security-equipment": Case(
        but("security_equipment", "ids-1", serial="YL263ZRN7B7N"), ("security_equipment", 0, "serial")
    ),
    "warranty-ended": Case(life("cpe-001", warranty_until="2026-11-24"), ("devices", 12, "life", "warranty_until")),
    "support-ended": Case(life("cpe-001", support_until="2026-11-24"), ("devices", 12, "life", "support_until")),
    "support-ending": Case(life("cpe-001", support_until="2027-02-23"), ("devices", 12, "life", "support_until")),
    "life-order": Case(
        life("cpe-001", bought_on="2026-01-02", warranty_until="2026-01-01"), ("devices", 12, "life", "warranty_until")
    ),
    "bought-later": Case(life("cpe-001", bought_on="2026-11-26"), ("devices", 12, "life", "bought_on")),
    "licence-missing": Case(plus("security_equipment", _KIT), ("security_equipment", 4)),
    "licence-ended": Case(
        plus("security_equipment", _KIT | {"licence_until": "2026-11-24"}), ("security_equipment", 4, "licence_until")
    ),
    "licence-ending": Case(
        plus("security_equipment", _KIT | {"licence_until": "2026-11-25"}), ("security_equipment", 4, "licence_until")
    ),
    "rack-building": Case(but("racks", "rack-1", building="nowhere"), ("racks", 0, "building")),
    "rack-missing": Case(but("devices", "core-1", rack="rack-9"), ("devices", 0, "rack")),
    "rack-elsewhere": Case(but("devices", "core-1", rack="rack-finance"), ("devices", 0, "rack")),
    "rack-above": Case(but("devices", "core-1", position=40), ("devices", 0, "position")),
    "rack-overlap": Case(but("devices", "fw-1", position=23), ("devices", 2, "position")),
    "rack-overfull": Case(but("racks", "rack-1", height=7), ("racks", 0, "height")),
    "rack-none": Case(but("devices", "cpe-001", position=3), ("devices", 12, "position")),
    "rack-unplaced": Case(but("devices", "core-1", position=None), ("devices", 0)),
    "device-rackless": Case(but("devices", "core-1", rack=None, position=None), ("devices", 0)),
}
APPLICATIONS = {
    "application-references": Case(but("applications", "portal", hosts=["nobody"]), ("applications", 0, "hosts", 0)),
    "application-devices": Case(but("applications", "portal", devices=["nobody"]), ("applications", 0, "devices", 0)),
    "application-grades": Case(but("applications", "documents", grades="S2A2G3"), ("applications", 1, "grades")),
    "application-filed-later": Case(
        but("applications", "portal", filed_on="2026-11-26"), ("applications", 0, "filed_on")
    ),
    "backup-subject": Case(but("backup_jobs", "backup-portal", subject="nobody"), ("backup_jobs", 1, "subject")),
    "application-zone": Case(but("applications", "portal", zone="public"), ("applications", 0, "hosts", 0)),
    "application-offered": Case(but("applications", "portal", services=["snmp"]), ("applications", 0, "services", 0)),
    "application-homeless": Case(but("applications", "portal", hosts=[]), ("applications", 0, "hosts")),
    "application-names": Case(but("applications", "documents", name="县内网门户"), ("applications", 1, "name")),
    "application-unsaved": Case(less("backup_jobs", "backup-documents"), ("applications", 1)),
    "backup-unrestored": Case(but("backup_jobs", "backup-portal", restored_on=None), ("backup_jobs", 1)),
    "backup-stale": Case(
        but("backup_jobs", "backup-portal", restored_on="2025-11-24"), ("backup_jobs", 1, "restored_on")
    ),
    "backup-later": Case(
        but("backup_jobs", "backup-portal", restored_on="2026-11-26"), ("backup_jobs", 1, "restored_on")
    ),
    "backup-gap": Case(
        but("backup_jobs", "backup-portal", every_hours=25, keep_days=1), ("backup_jobs", 1, "keep_days")
    ),
    "backup-in-place": Case(but("backup_jobs", "backup-portal", target="srv-portal"), ("backup_jobs", 1, "target")),
    "deployment-place": Case(deployed(hosts=[]), ("applications", 0, "hosts")),
    "deployment-name": Case(deployed(dns="www.qinglan.internal"), ("applications", 0, "deployment", "dns")),
    "deployment-unit-names": Case(
        deployed(settings={"names": {"u003": "portal.qinglan.internal", "u001": "www.party.qinglan.gov.cn"}}),
        ("applications", 0, "deployment", "settings"),
    ),
    "deployment-reach": Case(deployed(reach=["units", "app:nobody"]), ("applications", 0, "deployment", "reach", 1)),
    "host-unused": Case(both(less("applications", "website")), ("hosts", 3)),
}
CASES = POLICY | LINES | EQUIPMENT | APPLICATIONS
