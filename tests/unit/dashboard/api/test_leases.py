"""Leases for programs: what the last look saw, by pages; a unit's token sees its own LAN's."""

import pytest
from flask import Flask

from countynet.vocabulary import Role
from dashboard.app import create_app
from dashboard.services.protocols import Services
from dashboard.tokens.model import Scope
from tests.unit.dashboard import leases_sample
from tests.unit.dashboard.api.program import ALL, Program
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.playbooks.leases.scene import EVIL


@pytest.fixture
def services(services: Services) -> Services:
    made = leases_sample.stocked(services)
    object.__setattr__(made.api, "source", made.county)
    return made


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services.runs.settings, services, rate_limit=False)


def test_a_program_reads_leases_and_pools(center: Program) -> None:
    found = center.get("/leases")
    assert (found["look"]["given_out"], found["look"]["answered"], found["next"]) == (True, True, None)
    leases = {one["address"]: one for one in found["items"]}
    assert leases["10.21.7.10"]["state"] == "conflict"
    assert (leases["10.21.31.100"]["terminal"], leases["10.21.31.100"]["terminal_unit"]) == ("pc-007", OTHER_CLERK)
    assert (leases["10.21.31.101"]["name"], leases["10.21.31.101"]["ends"]) == (EVIL, None)
    assert leases["192.168.1.5"]["unit"] is None
    (pool,) = center.get("/leases/pools")["items"]
    assert (pool["unit"], pool["taken"], pool["addresses"], pool["full"]) == (CLERK, 9, 10, True)


def test_leases_come_by_pages_and_narrowed(center: Program) -> None:
    every, cursor = [one["address"] for one in center.get("/leases")["items"]], ""
    paged = list[str]()
    while True:
        page = center.get(f"/leases?limit=4{'&cursor=' + cursor if cursor else ''}")
        paged += [one["address"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert paged == every
    assert len(every) == len(set(every)) == 13
    assert [one["address"] for one in center.get(f"/leases?unit={OTHER_CLERK}")["items"]] == ["10.21.7.10"]
    assert {one["state"] for one in center.get("/leases?state=unknown&state=expired")["items"]} == {
        "unknown",
        "expired",
    }
    assert center.ask("GET", "/leases?state=odd").status_code == 422
    for cursor in ("WyJub25zZW5zZSJd", "WzFd", "x"):
        assert center.ask("GET", f"/leases?cursor={cursor}").status_code == 422


def test_a_units_token_sees_its_own_lans(clerk: Program, other: Program, app: Flask, services: Services) -> None:
    mine = clerk.ask("GET", f"/leases?unit={CLERK}&unit={OTHER_CLERK}")
    assert "10.21.31.10" in mine.text
    for foreign in ("pc-007", OTHER_CLERK, "10.21.7.10", "192.168.1.5"):
        assert foreign not in mine.text
    assert [one["address"] for one in other.get("/leases")["items"]] == ["10.21.7.10"]
    assert other.get("/leases/pools")["items"] == []
    without = Program(app, services, Role.CENTER, None, ALL - {Scope.LEASES_READ})
    assert without.ask("GET", "/leases").status_code == without.ask("GET", "/leases/pools").status_code == 403


def test_a_silent_server_is_said(center: Program, services: Services) -> None:
    leases_sample.silent(services)
    look = center.get("/leases")["look"]
    assert look["answered"] is False
    assert look["read"] < look["asked"]
