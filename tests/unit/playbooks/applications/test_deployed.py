"""An application is judged before anything is touched, and deployed after those that it needs."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from countynet.errors import BadInput
from inventory.model import Application, County
from inventory.policy import expected
from playbooks.applications.deployed import deployable, in_order, one
from tests.unit.playbooks.applications import scene


def changed(name: str, make: Callable[[Application], Application]) -> County:
    county = scene.county()
    return county.model_copy(
        update={"applications": tuple(make(a) if a.id == name else a for a in county.applications)}
    )


def refused(county: County) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as error:
        deployable(county, scene.known())
    return [(problem.where, problem.wanted) for problem in error.value.problems]


def test_what_a_kind_offers_and_needs_has_to_be_described() -> None:
    meeting = changed("meeting", lambda a: a.model_copy(update={"services": ("https",)}))
    assert refused(meeting) == [
        ("applications[meeting].services", "turn"),
        ("applications[meeting].services", "turn-tcp"),
    ]
    services = tuple(
        s.model_copy(update={"ports": (3479,)}) if s.name == "turn" else s for s in scene.county().services
    )
    assert refused(scene.county().model_copy(update={"services": services})) == [("services[turn]", "udp 3478")]

    def strange(a: Application) -> Application:
        assert a.deployment
        return a.model_copy(update={"deployment": a.deployment.model_copy(update={"kind": "wikis"})})

    assert refused(changed("wiki", strange))[0][0] == "applications[wiki].deployment"


def test_two_applications_of_one_host_cannot_pass_to_one_port() -> None:
    together = changed("sites", lambda a: a.model_copy(update={"hosts": ("srv-meet",)}))
    assert refused(together) == [("applications[meeting].hosts", "")]


def test_what_others_need_comes_first_and_a_ring_ends() -> None:
    wiki, lending = scene.deployed()["wiki"], scene.deployed()["lending"]

    def needing(found: object, *needs: str) -> object:
        return replace(found, found=replace(found.found, kind=found.found.kind.model_copy(update={"needs": needs})))  # type: ignore[attr-defined,type-var]

    assert [x.id for x in in_order([needing(wiki, "lending"), lending])] == ["lending", "wiki"]  # type: ignore[list-item]
    ring = in_order([needing(wiki, "lending"), needing(lending, "wiki")])  # type: ignore[list-item]
    assert {x.id for x in ring} == {"wiki", "lending"}


def test_an_application_that_somebody_else_runs_is_not_deployed() -> None:
    for name in ("portal", "nothing"):
        with pytest.raises(BadInput):
            one(scene.county(), scene.known(), name)


def test_the_reach_is_policy_for_whoever_crosses_a_firewall_and_no_one_else() -> None:
    county, terminals = scene.county(), {u.id: u.terminals[0].name for u in scene.county().units if u.terminals}
    assert expected(county, terminals["u003"], "srv-meet", "turn")
    assert not expected(county, "internet", "srv-meet", "turn")
    assert not expected(county, terminals["u003"], "srv-portal", "turn")
    ids = [rule.id for rule in county.rules if rule.id.startswith("app-")]
    assert len(ids) == len(set(ids))
    assert not [rule for rule in county.rules if rule.id.startswith("app-") and rule.source.startswith("host:")]
