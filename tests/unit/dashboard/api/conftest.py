"""Programs of each role."""

import pytest
from flask import Flask

from countynet.vocabulary import Role
from dashboard.services.protocols import Services
from tests.unit.dashboard.api.program import Program
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK


@pytest.fixture
def center(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.CENTER)


@pytest.fixture
def operator(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.OPERATOR)


@pytest.fixture
def clerk(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.UNIT, CLERK)


@pytest.fixture
def other(app: Flask, services: Services) -> Program:
    return Program(app, services, Role.UNIT, OTHER_CLERK)
