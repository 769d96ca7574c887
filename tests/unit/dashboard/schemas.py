"""Checks an answer against the API's own description, and the description against what OpenAPI 3.1 asks of one.

Only as much of JSON Schema 2020-12 as pydantic writes; a word that is not known here fails, it is not passed over.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

KNOWN = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "format",
    "minLength", "maxLength", "minimum", "maximum", "pattern", "title", "description", "default", "propertyNames",
}  # fmt: skip
KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip


def wrong(document: dict[str, Any], schema: dict[str, Any], value: Any, where: str = "") -> Iterator[str]:
    """Yield where a value does not fit a schema of the document."""
    assert set(schema) <= KNOWN, f"{where}: {set(schema) - KNOWN}"
    if "$ref" in schema:
        yield from wrong(document, resolved(document, schema["$ref"]), value, where)
    if "anyOf" in schema and not any(not list(wrong(document, one, value)) for one in schema["anyOf"]):
        yield f"{where}: {value!r} fits none"
    if "type" in schema:
        kinds = KINDS[schema["type"]]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            yield f"{where}: {value!r} is no {schema['type']}"
            return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
        yield f"{where}: {value!r} is no time of RFC 3339 in UTC"
    if schema.get("format") == "date-time":
        datetime.fromisoformat(value)
    yield from _inside(document, schema, value, where)


def _inside(document: dict[str, Any], schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        yield from (f"{where}/{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, one in value.items():
            if name in properties:
                yield from wrong(document, properties[name], one, f"{where}/{name}")
            elif rest is False:
                yield f"{where}/{name} is not known"
            elif isinstance(rest, dict):
                yield from wrong(document, rest, one, f"{where}/{name}")
    if isinstance(value, list) and "items" in schema:
        for index, one in enumerate(value):
            yield from wrong(document, schema["items"], one, f"{where}/{index}")


def resolved(document: dict[str, Any], ref: str) -> dict[str, Any]:
    """Return what a reference names."""
    found: Any = document
    assert ref.startswith("#/"), ref
    for step in ref[2:].split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield address, method and operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def refs(value: Any) -> Iterator[str]:
    """Yield every reference within a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from refs(one)
