"""What an export or import did, as rows and as a JSON document. Pure but for the language."""

from collections.abc import Iterator, Mapping
from typing import Any

from countynet.i18n import _, translate
from inventory.netbox.differences import Differences, plain
from inventory.netbox.kinds import KINDS
from inventory.netbox.push import Outcome
from inventory.netbox.thing import Ref

WORDS: Mapping[str, str] = {
    "made": _("made"),
    "changed": _("changed"),
    "removed": _("removed"),
    "theirs": _("differs, not ours"),
}
NAMES: Mapping[str, str] = {
    "tags": _("NetBox: tags"),
    "custom_fields": _("NetBox: custom fields"),
    "regions": _("NetBox: regions"),
    "tenant_groups": _("NetBox: tenant groups"),
    "tenants": _("NetBox: tenants"),
    "contact_roles": _("NetBox: contact roles"),
    "contacts": _("NetBox: contacts"),
    "manufacturers": _("NetBox: manufacturers"),
    "platforms": _("NetBox: platforms"),
    "device_roles": _("NetBox: device roles"),
    "device_types": _("NetBox: device types"),
    "interface_templates": _("NetBox: interface templates"),
    "sites": _("NetBox: sites"),
    "racks": _("NetBox: racks"),
    "devices": _("NetBox: devices"),
    "roles": _("NetBox: prefix and VLAN roles"),
    "vlan_groups": _("NetBox: VLAN groups"),
    "vlans": _("NetBox: VLANs"),
    "interfaces": _("NetBox: interfaces"),
    "prefixes": _("NetBox: prefixes"),
    "addresses": _("NetBox: IP addresses"),
    "primaries": _("NetBox: primary addresses"),
    "cables": _("NetBox: cables"),
    "providers": _("NetBox: providers"),
    "circuit_types": _("NetBox: circuit types"),
    "circuits": _("NetBox: circuits"),
    "terminations": _("NetBox: circuit terminations"),
    "assignments": _("NetBox: contact assignments"),
    "services": _("NetBox: application services"),
}
"""what NetBox calls each kind"""
SECTIONS: Mapping[str, str] = {
    "policy": _("policy rules"),
    "seals": _("seals"),
    "certificates": _("certificates"),
    "applications": _("applications"),
    "backup_jobs": _("backup jobs"),
    "phases": _("phases"),
    "batches": _("batches"),
    "trainings": _("training sessions"),
    "quarantine": _("names and numbers in quarantine"),
    "held_ports": _("ports that are held"),
}
"""what NetBox has no place for"""


def counts(outcome: Outcome) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield how many objects of each kind were made, changed, removed and refused."""
    for kind in KINDS:
        done = [sum(d.kind == kind and d.what == what for d in outcome.done) for what in ("made", "changed", "removed")]
        refused = sum(failure.kind == kind for failure in outcome.failures)
        if any(done) or refused:
            yield translate(NAMES[kind]), done[0], done[1], done[2], refused


def changes(outcome: Outcome) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield each change, and each difference of what is not ours: what, object, field, before, after."""
    for done in outcome.done:
        if done.what in ("changed", "theirs"):
            for field, (before, after) in done.fields.items():
                yield translate(WORDS[done.what]), f"{done.kind}/{done.key}", field, plain(before), _wanted(after)


def _wanted(value: Any) -> str:
    if isinstance(value, Ref):
        return value.key
    if isinstance(value, tuple):
        return ", ".join(_wanted(part["object_id"] if isinstance(part, Mapping) else part) for part in value)
    return "" if value is None else str(value)


def document(outcome: Outcome, left_out: Mapping[str, int]) -> dict[str, Any]:
    """Return an export as JSON."""
    return {
        "made": outcome.count("made"),
        "changed": outcome.count("changed"),
        "removed": outcome.count("removed"),
        "same": outcome.same,
        "failures": [{"object": f"{f.kind}/{f.key}", "words": f.words} for f in outcome.failures],
        "waiting": [{"object": f"{w.kind}/{w.key}", "needs": f"{w.needs.kind}/{w.needs.key}"} for w in outcome.waiting],
        "not_ours": [
            {"object": f"{d.kind}/{d.key}", "fields": {k: [plain(b), _wanted(a)] for k, (b, a) in d.fields.items()}}
            for d in outcome.done
            if d.what == "theirs"
        ],
        "extra": [f"{kind}/{key}" for kind, key in outcome.extra],
        "left_out": dict(left_out),
    }


def differing(found: Differences) -> Iterator[tuple[str, str, str, str]]:
    """Yield each difference that is taken over: object, field, here, in NetBox."""
    for item in found.shown:
        yield item.object, item.field, plain(item.ours), _item(item.theirs)


def _item(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_item(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_item(part) for part in value)
    return "" if value is None else str(value)


def comparison(found: Differences) -> dict[str, Any]:
    """Return an import as JSON."""
    return {
        "differences": [
            {"object": d.object, "field": d.field, "ours": _json(d.ours), "theirs": _json(d.theirs)}
            for d in found.shown
        ],
        "not_taken": [
            {"object": u.object, "field": u.field, "value": u.value, "reason": translate(u.reason)}
            for u in found.unheld
        ],
        "missing_in_netbox": found.missing,
    }


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_json(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
