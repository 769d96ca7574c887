"""The API's description as OpenAPI 3.1.1, made from the table that the routes and the checks are made from. Pure.

A schema is pydantic's own (JSON Schema 2020-12, which OpenAPI 3.1 takes as it is); what is said to people in it is in
the language of the context.

Source: https://spec.openapis.org/oas/v3.1.1
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from countynet import __version__
from countynet.i18n import _, translate
from dashboard.api.declare import BASE, Bytes, Operation, Shape
from dashboard.api.models import ProblemDetails
from dashboard.api.problems import TYPE
from dashboard.tokens.model import SCOPES

Document = dict[str, Any]
_KEY = ("Idempotency-Key", _("makes the request safe to repeat: the same key and body get the same answer for 7 days"))
_MATCH = ("If-Match", _("the entity tag that the request relies on; when it has changed, nothing is done (412)"))


def document(operations: Sequence[Operation]) -> str:
    """Return the description as JSON, in the language of the context."""
    refs, schemas = _schemas(operations)
    found: Document = {
        "openapi": "3.1.1",
        "info": {
            "title": translate(_("countynet: faults, knowledge, alarms and outages of a county's network")),
            "version": __version__,
            "description": translate(_("Times are RFC 3339 in UTC. Errors are RFC 9457 problem details.")),
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": _paths(operations, refs),
        "components": {"schemas": schemas, "securitySchemes": {"token": _security()}},
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def _security() -> Document:
    scopes = "; ".join(f"{scope.value}: {translate(text)}" for scope, text in SCOPES.items())
    return {"type": "http", "scheme": "bearer", "description": scopes}


def _schemas(operations: Sequence[Operation]) -> tuple[dict[type[Shape], Document], Document]:
    """Return each model's reference, and all schemas by name."""
    answers = {operation.answer for operation in operations} | {ProblemDetails}
    bodies = {operation.body for operation in operations if operation.body is not None}
    raw = {Bytes}  # a file has no schema: OpenAPI 3.1 names its media type alone
    ordered = [
        *((m, "serialization") for m in sorted(answers - raw, key=_name)),
        *((m, "validation") for m in sorted(bodies - raw, key=_name)),
    ]
    found, all_of = models_json_schema(ordered, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    refs = {model: schema for (model, _mode), schema in found.items()}
    return refs, _translated(all_of["$defs"])  # type: ignore[return-value]


def _name(model: type[Shape]) -> str:
    return model.__name__


def _translated(schema: Any) -> Any:
    """Return a schema with its descriptions in the language of the context."""
    if isinstance(schema, dict):
        return {
            name: translate(value) if name == "description" and isinstance(value, str) else _translated(value)
            for name, value in schema.items()
        }
    return [_translated(one) for one in schema] if isinstance(schema, list) else schema


def _paths(operations: Sequence[Operation], refs: dict[type[Shape], Document]) -> Document:
    paths: Document = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, refs)
    return paths


def _operation(operation: Operation, refs: dict[type[Shape], Document]) -> Document:
    needs = translate(_("needs the scope {scope}"), scope=operation.scope.value)
    roles = translate(_("; for {roles}"), roles=translate(operation.roles)) if operation.roles else ""
    found: Document = {
        "operationId": operation.id,
        "summary": translate(operation.summary),
        "description": needs + roles,
        "tags": list(operation.tags),
        "parameters": list(_parameters(operation)),
        "responses": _responses(operation, refs),
    }
    if operation.takes:
        found["requestBody"] = {"required": True, "content": {kind: {} for kind in operation.takes}}
    elif operation.body is not None:
        content = {"application/json": {"schema": refs[operation.body]}}
        found["requestBody"] = {"required": bool(_required(operation.body)), "content": content}
    return found


def _required(model: type[Shape]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _parameters(operation: Operation) -> Iterator[Document]:
    for name in operation.names:
        schema = {"type": "string"} if name == "unit" else {"type": "integer", "minimum": 0}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if operation.query.model_fields:
        whole = operation.query.model_json_schema(ref_template="#/components/schemas/{model}")
        inner = whole.get("$defs", {})
        for name, schema in whole["properties"].items():
            said = _translated(_inlined(schema, inner))
            text = said.pop("description", "")
            needed = name in whole.get("required", ())
            yield {"name": name, "in": "query", "required": needed, "description": text, "schema": said}
    headers = [_KEY] * (operation.method == "POST") + [_MATCH] * operation.guarded
    for name, text in headers:
        yield {"name": name, "in": "header", "description": translate(text), "schema": {"type": "string"}}


def _inlined(schema: Any, inner: Document) -> Any:
    """Return a schema of the address with the enums that it names written out."""
    if isinstance(schema, dict):
        ref = schema.get("$ref", "")
        if ref:
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            return {**inner[ref.rpartition("/")[2]], **rest}
        return {name: _inlined(value, inner) for name, value in schema.items()}
    return [_inlined(one, inner) for one in schema] if isinstance(schema, list) else schema


def _responses(operation: Operation, refs: dict[type[Shape], Document]) -> Document:
    headers: Document = {}
    if operation.tagged:
        headers["ETag"] = {"description": translate(_("the entity tag")), "schema": {"type": "string"}}
    content = {operation.gives: {}} if operation.gives else {"application/json": {"schema": refs[operation.answer]}}
    good: Document = {"description": translate(_("done")), "content": content}
    problem = {"description": translate(_("not done")), "content": {TYPE: {"schema": refs[ProblemDetails]}}}
    statuses = [str(operation.status)] + ["200"] * (operation.status != 200)
    wrong = ["401", "403", "422", "429"] + ["404"] * bool(operation.names)
    wrong += ["400", "409", "413", "415"] * (operation.method == "POST") + ["412"] * operation.guarded
    done = {status: {**good, **({"headers": headers} if headers else {})} for status in sorted(statuses)}
    return done | {status: problem for status in sorted(wrong)}
