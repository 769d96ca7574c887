"""How what NetBox holds differs from what it shall hold, and the request that makes it the same. Pure.

Two values are the same when NetBox only writes them in another way: a choice with its label, an object with its
fields, a list in another order, nothing as "" or null. What is finer in NetBox (a cable type) is kept.
"""

from collections.abc import Callable, Mapping
from typing import Any

from inventory.netbox.kinds import KINDS, choice
from inventory.netbox.thing import CF, TAG, Record, Ref, Thing, Value

Number = Callable[[Ref], int]
"""NetBox's id of a thing; raises KeyError while it has none"""


def resolved(value: Value, number: Number) -> Any:
    """Return a value with NetBox's ids in place of references. Raises KeyError for what has none."""
    if isinstance(value, Ref):
        return number(value)
    if isinstance(value, Mapping):
        return {key: resolved(part, number) for key, part in value.items()}
    if isinstance(value, tuple):
        return [resolved(part, number) for part in value]
    return value


def held(record: Record, field: str) -> Any:
    """Return what a record holds in a field, custom fields included."""
    if field.startswith(CF):
        return (record.get("custom_fields") or {}).get(field.removeprefix(CF))
    return record.get(field)


def same(wanted: Any, found: Any) -> bool:
    """Whether a resolved value is what NetBox shows."""
    if isinstance(wanted, list):
        return isinstance(found, list) and _same_lists(wanted, found)
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(same(part, found.get(key)) for key, part in wanted.items())
    if isinstance(found, Mapping):
        found = choice(found) if "value" in found else found.get("id")
    if wanted in (None, "") and found in (None, ""):
        return True
    return bool(wanted == found) or (isinstance(wanted, str) and not isinstance(found, str) and wanted == str(found))


def _same_lists(wanted: list[Any], found: list[Any]) -> bool:
    left = list(found)
    for part in wanted:
        match = next((other for other in left if same(part, other)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def differing(thing: Thing, record: Record, number: Number) -> dict[str, Any]:
    """Return the fields of a thing, resolved, that a record holds otherwise. Raises KeyError as `resolved`."""
    alike = KINDS[thing.kind].alike
    found = {}
    for field, value in thing.fields.items():
        wanted, has = resolved(value, number), held(record, field)
        fold = alike.get(field, lambda value: value)
        if not same(fold(wanted), fold(choice(has)) if field in alike else has):
            found[field] = wanted
    return found


def body(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as a request holds them: custom fields apart."""
    custom = {field.removeprefix(CF): value for field, value in fields.items() if field.startswith(CF)}
    plain = {field: value for field, value in fields.items() if not field.startswith(CF)}
    return {**plain, "custom_fields": custom} if custom else plain


def tags(record: Record) -> list[str]:
    """Return a record's tags by slug."""
    return [tag["slug"] for tag in record.get("tags") or ()]


def with_tag(record: Record) -> list[dict[str, str]]:
    """Return a record's tags with ours, as a request holds them."""
    return [{"slug": slug} for slug in dict.fromkeys((*tags(record), TAG))]
