"""A NetBox in memory, for what a real one does too seldom to be recorded: refusals of every sort, and large numbers."""

from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Any

from inventory.netbox.server import Answer
from inventory.netbox.thing import Record

FOREIGN = {
    "device": "dcim/devices",
    "device_type": "dcim/device-types",
    "manufacturer": "dcim/manufacturers",
    "site": "dcim/sites",
    "rack": "dcim/racks",
    "region": "dcim/regions",
    "platform": "dcim/platforms",
    "tenant": "tenancy/tenants",
    "contact": "tenancy/contacts",
    "circuit": "circuits/circuits",
    "provider": "circuits/providers",
    "vlan": "ipam/vlans",
    "primary_ip4": "ipam/ip-addresses",
    "primary_ip6": "ipam/ip-addresses",
    "nat_inside": "ipam/ip-addresses",
    "untagged_vlan": "ipam/vlans",
}
BY_PATH = {
    ("dcim/devices", "role"): "dcim/device-roles",
    ("ipam/vlans", "role"): "ipam/roles",
    ("ipam/prefixes", "role"): "ipam/roles",
    ("tenancy/contact-assignments", "role"): "tenancy/contact-roles",
    ("tenancy/tenants", "group"): "tenancy/tenant-groups",
    ("ipam/vlans", "group"): "ipam/vlan-groups",
    ("circuits/circuits", "type"): "circuits/circuit-types",
    ("dcim/regions", "parent"): "dcim/regions",
}
GENERIC = {
    "assigned_object_id": ("assigned_object_type", "assigned_object"),
    "object_id": ("object_type", "object"),
    "parent_object_id": ("parent_object_type", "parent"),
}
TYPES = {
    "dcim.interface": "dcim/interfaces",
    "tenancy.tenant": "tenancy/tenants",
    "circuits.provider": "circuits/providers",
    "dcim.device": "dcim/devices",
}
ONE_AT_A_TIME = RLock()  # a push writes from several threads
Refuse = Callable[[str, Mapping[str, Any]], str]


class FakeNetBox:
    """Holds records by path; refuses what it is told to, in the manner that it is told to."""

    def __init__(self, refuse: Refuse = lambda _path, _body: "", says_which: bool = True) -> None:
        self.records: dict[str, dict[int, dict[str, Any]]] = {}
        self.refuse, self.says_which = refuse, says_which
        self.requests: list[tuple[str, str, int]] = []
        self.last = 0

    def version(self) -> str:
        """Return a version."""
        return "4.7.0"

    def read(self, path: str, params: Mapping[str, Any]) -> list[Record]:
        """Return the records that fit."""
        with ONE_AT_A_TIME:
            self.requests.append(("read", path, 0))
            return [self.shown(path, n) for n, r in self.records.get(path, {}).items() if self._fits(path, r, params)]

    def _fits(self, path: str, record: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        shown = self.shown(path, record["id"])
        for field, wanted in params.items():
            values = [str(v) for v in wanted] if isinstance(wanted, list) else [str(wanted)]
            has = shown.get(field)
            if field == "exclude":
                continue
            if field == "tag":
                has = [tag["slug"] for tag in record.get("tags", ())]
                if not set(has) & set(values):
                    return False
            elif field.startswith("cf_"):
                if str((record.get("custom_fields") or {}).get(field[3:])) not in values:
                    return False
            elif isinstance(has, Mapping):
                if not {str(has.get("name")), str(has.get("slug")), str(has.get("cid"))} & set(values):
                    return False
            elif str(has).split("/")[0 if field == "address" else -1] not in values and str(has) not in values:
                return False
        return True

    def shown(self, path: str, number: int) -> dict[str, Any]:
        """Return a record as NetBox shows it: with the objects that it names."""
        record = dict(self.records[path][number])
        for field, value in list(record.items()):
            foreign = BY_PATH.get((path, field)) or FOREIGN.get(field)
            if foreign and isinstance(value, int):
                record[field] = {**self.records[foreign][value]}
            if field in GENERIC and record.get(GENERIC[field][0]) in TYPES:
                type_, name = GENERIC[field]
                record[name] = self.shown(TYPES[record[type_]], value)
            if field in ("a_terminations", "b_terminations"):
                record[field] = [{**end, "object": self.shown("dcim/interfaces", end["object_id"])} for end in value]
            if field == "tagged_vlans":
                record[field] = [{"id": vlan} for vlan in value]
            if field in ("status", "type") and isinstance(value, str):
                record[field] = {"value": value, "label": value.title()}
        return {**record, "display": str(record.get("name", number))}

    def _answer(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        refused = {place: words for place, body in enumerate(bodies) if (words := self.refuse(path, body))}
        if refused and not self.says_which:
            return Answer(words="HTTP 500 something broke")
        return Answer(refused=refused)

    def create(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Make records, all or none."""
        with ONE_AT_A_TIME:
            self.requests.append(("create", path, len(bodies)))
            if not (answer := self._answer(path, bodies)).good:
                return answer
            made = []
            for body in bodies:
                self.last += 1
                self.records.setdefault(path, {})[self.last] = {**body, "id": self.last}
                made.append(self.last)
            return Answer(tuple(self.shown(path, number) for number in made))

    def change(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Change records, all or none."""
        with ONE_AT_A_TIME:
            self.requests.append(("change", path, len(bodies)))
            if not (answer := self._answer(path, bodies)).good:
                return answer
            for body in bodies:
                record = self.records[path][body["id"]]
                custom = {**(record.get("custom_fields") or {}), **(body.get("custom_fields") or {})}
                record.update(body)
                record.update({"custom_fields": custom} if custom else {})
            return Answer(tuple(self.shown(path, body["id"]) for body in bodies))

    def remove(self, path: str, ids: Sequence[int]) -> Answer:
        """Remove records, all or none."""
        with ONE_AT_A_TIME:
            self.requests.append(("remove", path, len(ids)))
            for number in ids:
                del self.records[path][number]
            return Answer()

    def writes(self) -> int:
        """Return how many requests changed anything."""
        return sum(verb != "read" for verb, _path, _count in self.requests)
