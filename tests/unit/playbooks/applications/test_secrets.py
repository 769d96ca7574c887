"""Secrets of applications: made once, and the authority's in a vault that the county's password does not open."""

from pathlib import Path

import pytest

from countynet import apart
from countynet.errors import BadInput
from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets, password_file
from countynet.settings import Settings
from playbooks.applications import secrets
from playbooks.applications.variables import inventory
from tests.unit.playbooks.applications import scene

KIND = scene.known()["certificates"].kind
ID = "certificates"
WANTED = (*KIND.secrets, secrets.BACKUP)


@pytest.fixture
def company(tmp_path: Path) -> Settings:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {"snmp/auth": "old"})
    return settings


@pytest.fixture
def center(company: Settings, tmp_path: Path) -> Settings:
    return company.model_copy(update={"center_password_file": tmp_path / "medium" / "password"})


def test_without_a_vault_of_the_centers_all_are_in_the_countys_and_made_once(company: Settings) -> None:
    assert secrets.ensure(company, ID, WANTED, KIND.guarded) == len(WANTED)
    before = secrets.read(company, ID, KIND.guarded)
    assert (set(before), secrets.ensure(company, ID, WANTED, KIND.guarded)) == (set(WANTED), 0)
    assert secrets.read(company, ID, KIND.guarded) == before
    assert secrets.closed(company, {ID: KIND}) == frozenset()


def test_with_one_the_countys_password_opens_none_of_them(company: Settings, center: Settings) -> None:
    public = secrets.keep_apart(center, {ID: KIND.guarded})
    assert secrets.keep_apart(center, {ID: KIND.guarded}) == public, "once"
    assert secrets.ensure(center, ID, WANTED, KIND.guarded) == len(WANTED)
    assert set(secrets.read(center, ID, KIND.guarded)) == set(WANTED)
    assert [n for n in Secrets.load(company).names() if n.startswith("applications/")] == [
        f"applications/{ID}/journal-token"
    ]
    for call in (secrets.ensure, secrets.read):
        with pytest.raises(BadInput) as refused:
            call(company, ID, WANTED, KIND.guarded) if call is secrets.ensure else call(company, ID, KIND.guarded)
        assert "closed on this machine" in translate_error(refused.value)
    vault = company.county / "secrets" / apart.FILE
    assert vault.stat().st_mode & 0o077 == 0
    with pytest.raises(BadInput):
        Secrets.read(vault, password_file(company))
    assert (apart.key(company), secrets.closed(company, {ID: KIND, "wiki": scene.known()["wiki"].kind})) == (
        None,
        frozenset({ID}),
    )
    assert not secrets.closed(center, {ID: KIND})


def test_the_medium_with_the_password_taken_out_closes_it_and_hinders_nothing_else(
    company: Settings, center: Settings
) -> None:
    secrets.keep_apart(center, {ID: KIND.guarded})
    assert center.center_password_file
    center.center_password_file.unlink()
    assert (apart.key(center), apart.values(center), secrets.closed(center, {ID: KIND})) == (None, {}, frozenset({ID}))
    with pytest.raises(BadInput):
        secrets.read(center, ID, KIND.guarded)


def test_what_the_countys_vault_has_held_is_refused(company: Settings, center: Settings) -> None:
    secrets.ensure(company, ID, WANTED, KIND.guarded)
    with pytest.raises(BadInput) as refused:
        secrets.keep_apart(center, {ID: KIND.guarded})
    assert len(refused.value.problems) == len(KIND.guarded)
    with pytest.raises(BadInput):
        secrets.ensure(center, ID, WANTED, KIND.guarded)


def test_a_vault_that_has_gone_missing_is_not_made_anew_in_the_countys(company: Settings, center: Settings) -> None:
    with pytest.raises(BadInput) as refused:
        secrets.ensure(center, ID, WANTED, KIND.guarded)
    assert "is missing" in translate_error(refused.value)
    assert Secrets.load(company).names() == ("snmp/auth",)
    with pytest.raises(BadInput) as unnamed:
        secrets.keep_apart(company, {ID: KIND.guarded})
    assert "COUNTYNET_CENTER_PASSWORD_FILE" in translate_error(unnamed.value)


def test_a_machine_that_does_not_open_the_authoritys_host_tells_it_nothing() -> None:
    def told(closed: frozenset[str]) -> object:
        whole = inventory(scene.county(), scene.deployed()["wiki"], scene.given(closed=closed, issuer=ID))["all"]
        assert isinstance(whole, dict)
        children = whole["children"]
        assert isinstance(children, dict)
        return children["app_sign_on"]

    assert (told(frozenset()), told(frozenset({ID}))) == ({"hosts": {"srv-auth": {}}}, {"hosts": {}})


def test_who_knows_people_by_the_sign_on_is_told_where_it_is_though_its_host_is_closed() -> None:
    whole = inventory(scene.county(), scene.deployed()["wiki"], scene.given(closed=frozenset({ID}), issuer=ID))["all"]
    assert isinstance(whole, dict)
    hosts = whole["hosts"]
    assert isinstance(hosts, dict)
    told = hosts["srv-dept"]
    assert isinstance(told, dict)
    assert told["sign_on_at"] == {"name": "auth.qinglan.internal", "address": "10.1.0.31"}
