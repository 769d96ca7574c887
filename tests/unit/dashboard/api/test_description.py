"""What the API says of itself is valid OpenAPI 3.1, in both languages, and says it of every operation."""

import re

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from dashboard.api.operations import OPERATIONS
from tests.unit.dashboard.api.program import BASE, described


def test_the_description_is_valid_openapi() -> None:
    errors = OpenAPIV31SpecValidator(described()).iter_errors()
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    methods = [one for item in described()["paths"].values() for one in item.values()]
    assert sorted(one["operationId"] for one in methods) == sorted(one.id for one in OPERATIONS)


def test_the_description_speaks_chinese_and_english(app: Flask) -> None:
    def text(language: str) -> str:
        return app.test_client().get(f"{BASE}/openapi.json", headers={"Accept-Language": language}).text

    assert "列出故障" in text("zh-CN")
    assert "List faults" in text("en")
    assert not re.search(r"[一-鿿]", text("en"))


def test_the_human_page_needs_no_other_host_and_names_every_operation(app: Flask) -> None:
    page = app.test_client().get(f"{BASE}/docs")
    assert page.status_code == 200
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    assert all(operation.path in page.text for operation in OPERATIONS)
    upload = page.text[page.text.index('id="fault_attach"') :].partition("</section>")[0]
    assert "image/webp" in upload
    assert "12 MB" in upload
    assert "<code>content</code>" not in upload, "the file is the body itself"
