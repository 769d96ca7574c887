"""A program with a token, whose every answer is held against the API's own description; and what it may find here."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Flask
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from werkzeug.test import TestResponse

from countynet import clock
from countynet.db import transaction
from countynet.vocabulary import LineState, Role, Severity
from dashboard.api.document import document
from dashboard.api.operations import OPERATIONS
from dashboard.services.protocols import Services
from dashboard.tokens.model import Scope, Wish
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.faults import joining
from monitoring.state.store import LineRow
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

ALL = frozenset(Scope)
BASE = "/api/v1"


@cache
def described() -> dict[str, Any]:
    """The API's own description."""
    found: dict[str, Any] = json.loads(document(OPERATIONS))
    return found


def fits(schema: dict[str, Any], value: Any) -> None:
    """Fail when a value does not fit a schema of the description."""
    whole = {**schema, "components": described()["components"]}
    errors = OAS31Validator(whole, format_checker=oas31_format_checker).iter_errors(value)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


class Program:
    """A program with a token; every answer is held against the API's own description."""

    def __init__(
        self, app: Flask, services: Services, role: Role, unit: str | None = None, scopes: frozenset[Scope] = ALL
    ) -> None:
        if role is Role.AUDITOR:
            scopes -= {Scope.FAULTS_WRITE}
        wish = Wish(f"{role.value}-{unit or 'all'}-{len(scopes)}", role, scopes, unit)
        self.client = app.test_client()
        self.secret = services.api.tokens.add(wish, [CLERK, OTHER_CLERK], "test", Role.ADMIN).secret

    def ask(self, method: str, path: str, *, key: str = "", match: str = "", **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"}
        headers |= {name: value for name, value in (("Idempotency-Key", key), ("If-Match", match)) if value}
        answer = self.client.open(BASE + path, method=method, headers=headers | options.pop("headers", {}), **options)
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail when the answer is not as described."""
        bare = path.partition("?")[0]
        for template, operation in described()["paths"].items():
            if method.lower() in operation and re.fullmatch(re.sub(r"{\w+}", r"[^/]+", template), bare):
                response = operation[method.lower()]["responses"].get(str(answer.status_code))
                assert response, f"{method} {path} answers {answer.status_code}, which is not described"
                ((kind, content),) = response["content"].items()
                assert answer.mimetype == kind
                if "schema" in content:
                    fits(content["schema"], json.loads(answer.text))

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options).json

    def put_photo(self, path: str, content: bytes, kind: str = "image/png", **options: Any) -> TestResponse:
        return self.ask("POST", path, data=content, headers={"Content-Type": kind}, **options)

    def post(self, path: str, body: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=body or {}, **options)


def walked(program: Program, path: str) -> Iterator[int]:
    cursor = ""
    while True:
        page = program.get(f"{path}{'&cursor=' + cursor if cursor else ''}")
        yield from (one["id"] for one in page["items"])
        if page["next"] is None:
            return
        cursor = page["next"]


def alarmed(services: Services, units: list[str]) -> None:
    """Let a fault of each unit be opened by an alarm of its own line."""
    with transaction(services.api.engine) as session:
        for unit in units:
            trouble = Trouble(f"line:{unit}", Severity.MAJOR, unit, "Line {line} is down", {"line": unit}, unit=unit)
            joining.alarm_opened(session, open_alarm(session, trouble, "ping")[0])


def cut_off(services: Services, *units: str) -> None:
    """Let one device take several units' lines down."""
    with transaction(services.api.engine) as session:
        trouble = Trouble("device:sw", Severity.CRITICAL, "sw", "Device {device} is down", {"device": "sw"})
        joining.alarm_opened(session, open_alarm(session, trouble, "ping")[0])
        for unit in units:
            line = LineRow(unit=unit, circuit=unit, state=LineState.SHADOWED, cause="sw", since=clock.now())
            session.merge(line)
