"""An application over fakes, and browsers signed in as each role."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.protocols import Services
from tests.unit.compiled import Compiled
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser

CLERK = "u031"
OTHER_CLERK = "u007"


COMPILED = Compiled()


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Compile what builds an address once for all tests: each test makes an application of the same rules."""
    compile_builder, kept = Rule._compile_builder, dict[object, Callable[..., tuple[str, str]]]()

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, append_unknown, tuple(rule._trace))
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with accounts, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("prepared")
    found = sample.services(folder)
    for role in Role:
        if role is not Role.UNIT:
            found.accounts.create(role.value, role, None, "test", sample.PASSWORD)
    for unit in (CLERK, OTHER_CLERK):
        found.accounts.create(unit, Role.UNIT, unit, "test", sample.PASSWORD)
    found.accounts.engine.dispose()
    return sample.settings(folder).state


@pytest.fixture
def services(tmp_path: Path, prepared: Path) -> Iterator[Services]:
    shutil.copytree(prepared, sample.settings(tmp_path).state)
    found = sample.services(tmp_path)
    yield found
    found.accounts.engine.dispose()


@pytest.fixture
def app(tmp_path: Path, services: Services) -> Flask:
    made = create_app(sample.settings(tmp_path), services, rate_limit=False)
    made.jinja_env.bytecode_cache = COMPILED
    return made


@pytest.fixture
def stranger(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], Browser]:
    def enter(login: str) -> Browser:
        client: FlaskClient = app.test_client()
        browser = Browser(client)
        browser.sign_in(login)
        return browser

    return enter
