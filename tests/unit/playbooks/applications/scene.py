"""The example county with applications, made once: tests alter copies of it."""

from functools import cache
from pathlib import Path

from inventory import create
from inventory.load import county_of
from inventory.model import County
from playbooks.applications.deployed import Deployed, deployable
from playbooks.applications.kinds import Found, kinds
from playbooks.applications.variables import Given


@cache
def county() -> County:
    files = {file.name: file.read_bytes() for file in create.EXAMPLE.glob("*.yml")}
    return county_of(files | {create.APPLICATIONS.name: create.APPLICATIONS.read_bytes()})


@cache
def known() -> dict[str, Found]:
    return kinds(Path("/nonexistent"))


@cache
def deployed() -> dict[str, Deployed]:
    return deployable(county(), known())


def given(**more: object) -> Given:
    values: dict[str, object] = {
        "secrets": {"admin-password": "geheim"},
        "files": {"debs/Packages": 1 << 20},
        "code": None,
    }
    return Given(**(values | {"others": deployed()} | more))  # type: ignore[arg-type]
