"""Words for the record's sections and fields, so that no page shows a bare identifier alone.

A path such as `officer.telephone` is told part by part; a test holds these tables to the model, so that a new field
has a word or the gate stops.
"""

from collections.abc import Mapping
from enum import StrEnum

from countynet.i18n import _, translate
from countynet.vocabulary import (
    Access,
    DeviceRole,
    DeviceState,
    HostKind,
    RolloutPhase,
    SecurityKind,
    UnitKind,
    ZoneName,
)
from dashboard.words import WORDS
from inventory.record.values import Texts

SECTIONS: Mapping[str, str] = {
    "plan": _("Address plan"),
    "units": _("Units"),
    "sites": _("Sites"),
    "buildings": _("Buildings"),
    "racks": _("Racks"),
    "devices": _("Devices"),
    "device_types": _("Device types"),
    "security_equipment": _("Security equipment"),
    "cables": _("Cables and fibers"),
    "circuits": _("Access lines"),
    "backup_lines": _("Backup lines"),
    "contracts": _("Contracts"),
    "zones": _("Zones"),
    "hosts": _("Servers and hosts"),
    "services": _("Services"),
    "policy": _("Allowed flows"),
    "seals": _("Electronic seals"),
    "certificates": _("Certificates"),
    "contacts": _("Contacts"),
    "applications": _("Applications"),
    "backup_jobs": _("Backup jobs"),
    "phases": _("Phases"),
    "batches": _("Batches"),
    "trainings": _("Training sessions"),
    "quarantine": _("In quarantine"),
    "held_ports": _("Held ports"),
}
FIELDS: Mapping[str, str] = {
    "a": _("one end"),
    "access": _("kind of line"),
    "added_on": _("added on"),
    "address": _("address"),
    "address6": _("IPv6 address"),
    "adsl_links": _("ADSL lines' networks"),
    "aggregation": _("aggregation switch"),
    "asked_by": _("asked by"),
    "assess_by": _("to be assessed by"),
    "deployment": _("deployment"),
    "dhcp": _("addresses given out (DHCP)"),
    "dns": _("DNS name"),
    "image": _("container image"),
    "reach": _("may reach it"),
    "backup_at": _("backed up at"),
    "settings": _("settings"),
    "assessed_on": _("assessed on"),
    "attendance": _("attendance"),
    "availability": _("promised availability in percent"),
    "b": _("other end"),
    "batch": _("batch"),
    "begins": _("begins"),
    "bought_on": _("bought on"),
    "building": _("building"),
    "by": _("held by"),
    "confinement": _("where ports are confined"),
    "connected_on": _("connected on"),
    "contract": _("contract number"),
    "data": _("data kept"),
    "device": _("device"),
    "devices": _("devices"),
    "domain": _("domain"),
    "done": _("done on"),
    "down_kbps": _("rate down in kbit/s"),
    "duty": _("duty"),
    "duty_en": _("duty in English"),
    "emergency": _("emergency"),
    "ends": _("ends"),
    "every": _("grid"),
    "every_hours": _("every how many hours"),
    "exception": _("exception"),
    "expires_on": _("expires on"),
    "fiber_links": _("fiber lines' networks"),
    "file": _("file"),
    "filed_on": _("filed on"),
    "filing": _("filing number"),
    "finding": _("finding"),
    "gateway": _("gateway"),
    "grades": _("level as decided"),
    "hardening": _("hardening"),
    "height": _("height in rack units"),
    "holder": _("holder"),
    "hosts": _("hosts"),
    "how": _("how it is held"),
    "hub": _("VPN hub's address"),
    "hub_gateway": _("VPN hub's gateway"),
    "id": _("identifier"),
    "interfaces": _("interfaces"),
    "ipv6": _("IPv6 prefix"),
    "issued_on": _("issued on"),
    "keep_days": _("kept for days"),
    "keeper": _("keeper"),
    "kind": _("kind"),
    "lan": _("network"),
    "lan6": _("IPv6 network"),
    "lans": _("units' networks"),
    "log_drops": _("packets that are dropped are logged"),
    "logins": _("login names"),
    "latitude": _("latitude"),
    "leader": _("leader in charge"),
    "lease_hours": _("hours that a lease lasts"),
    "length": _("prefix length"),
    "length_m": _("length in metres"),
    "level": _("level of protection"),
    "licence_until": _("licence until"),
    "life": _("life-cycle"),
    "link": _("line's network"),
    "link6": _("line's IPv6 network"),
    "longitude": _("longitude"),
    "mac": _("MAC address"),
    "make": _("make"),
    "management": _("management address"),
    "management6": _("IPv6 management address"),
    "may_browse": _("may browse the Internet"),
    "medium": _("medium"),
    "milestones": _("milestones"),
    "model": _("model"),
    "name": _("name"),
    "name_en": _("name in English"),
    "name_zh": _("name in Chinese"),
    "names": _("DNS names"),
    "node": _("device"),
    "notice": _("host of the notice page"),
    "ntp_keys": _("time is asked for with a key"),
    "number": _("number"),
    "officer": _("information officer"),
    "on": _("date"),
    "operator": _("operator's duty desk"),
    "organisation": _("organisation"),
    "ospf_keys": _("neighbours in routing share a key"),
    "owner": _("owner"),
    "parent": _("belongs to"),
    "part_number": _("part number"),
    "people": _("people, or their number"),
    "phase": _("phase"),
    "place": _("place"),
    "planned": _("planned for"),
    "platform": _("platform"),
    "pools": _("pools"),
    "port": _("port"),
    "pool": _("addresses for computers that are not admitted"),
    "ports": _("ports"),
    "served": _("addresses are given out"),
    "service": _("service of the notice page"),
    "since": _("since"),
    "uplink": _("uplink"),
    "position": _("position"),
    "prefix": _("prefix"),
    "protocol": _("protocol"),
    "published": _("published as"),
    "quarantine_days": _("days of quarantine"),
    "rack": _("rack"),
    "reason": _("reason"),
    "reason_en": _("reason in English"),
    "rent": _("rent in yuan per month"),
    "repair_hours": _("repair within hours"),
    "responsible": _("responsible person"),
    "restored_on": _("restored on"),
    "role": _("role"),
    "roles": _("roles at the sign-on"),
    "room": _("room"),
    "runs": _("runs"),
    "segment": _("segment"),
    "serial": _("serial number"),
    "services": _("services"),
    "signed_on": _("signed on"),
    "site": _("site"),
    "slug": _("type"),
    "source": _("from"),
    "staging": _("staging address"),
    "state": _("state"),
    "strong": _("by certificate alone"),
    "subject": _("subject"),
    "subject_en": _("subject in English"),
    "supplier": _("supplier"),
    "support_until": _("maker's support until"),
    "switch_management": _("switches' management"),
    "target": _("to"),
    "telephone": _("telephone"),
    "terminals": _("terminals"),
    "title": _("position held"),
    "topic": _("topic"),
    "topic_en": _("topic in English"),
    "transits": _("transit networks"),
    "tunnels": _("ADSL lines' net"),
    "type": _("type"),
    "unit": _("unit"),
    "unit_lans": _("all units' networks"),
    "units": _("units"),
    "until": _("until"),
    "up_kbps": _("rate up in kbit/s"),
    "user": _("user"),
    "value": _("value"),
    "vlan": _("VLAN"),
    "vlans": _("VLANs"),
    "warranty_until": _("warranty until"),
    "was": _("belonged to"),
    "zone": _("zone"),
}
_ENUMS: Mapping[tuple[str, str], type[StrEnum]] = {
    ("units", "kind"): UnitKind,
    ("buildings", "access"): Access,
    ("circuits", "access"): Access,
    ("devices", "role"): DeviceRole,
    ("devices", "life.state"): DeviceState,
    ("security_equipment", "kind"): SecurityKind,
    ("security_equipment", "life.state"): DeviceState,
    ("phases", "id"): RolloutPhase,
    ("units", "milestones.phase"): RolloutPhase,
    ("zones", "name"): ZoneName,
    ("hosts", "zone"): ZoneName,
    ("hosts", "kind"): HostKind,
    ("applications", "zone"): ZoneName,
}


def section(name: str) -> str:
    """Return a section's name in the current language."""
    return translate(SECTIONS[name]) if name in SECTIONS else name


def field(path: str) -> str:
    """Return a field's name in the current language; an empty path is the whole item."""
    return " · ".join(translate(FIELDS[part]) if part in FIELDS else part for part in path.split(".") if part)


def parts(section_: str, path: str, value: Texts) -> tuple[str, ...]:
    """Return a value as lines: one for each mapping of a list, one for anything else."""
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return tuple(told(section_, path, part) for part in value)
    if isinstance(value, list):
        return (", ".join(told(section_, path, part) for part in value),)
    if not isinstance(value, dict):
        return (told(section_, path, value),)
    said = [(name, told(section_, f"{path}.{name}" if path else name, part)) for name, part in value.items()]
    return (" · ".join(text if not at else f"{field(name)} {text}" for at, (name, text) in enumerate(said) if text),)


def told(section_: str, path: str, value: Texts) -> str:
    """Return a value as people read it, on one line: an enum's word, yes and no, the parts of a list."""
    if isinstance(value, list | dict):
        return "; ".join(parts(section_, path, value))
    if value is None:
        return ""
    if value in ("true", "false"):
        return translate(_("yes")) if value == "true" else translate(_("no"))
    kind = _ENUMS.get((section_, path))
    word = WORDS.get((kind, value)) if kind else None
    return translate(word) if word else value


_QUARANTINED: Mapping[str, str] = {
    "number": _("Number"),
    "vlan": _("VLAN"),
    "network": _("Network"),
    "address": _("Address"),
    "port": _("Port"),
    "name": _("Name"),
}


def quarantined(kind: str) -> str:
    """Return the word for a kind of thing that a removed unit leaves in quarantine."""
    return translate(_QUARANTINED[kind]) if kind in _QUARANTINED else kind
