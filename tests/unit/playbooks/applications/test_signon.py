"""Who stands behind the county's sign-on, what is refused of that, and what both sides are told."""

import hashlib
from typing import Any

import pytest

from countynet.errors import BadInput
from inventory.model import Application, County
from inventory.model.assets import Allowed, Deployment
from playbooks.applications import signon
from playbooks.applications.deployed import Deployed, deployable
from playbooks.applications.variables import inventory
from tests.unit.playbooks.applications import scene

GATES = ("lending", "meeting", "messages", "wiki")
"""the example's applications that are behind the gate"""
GATED = {"reach": ("units", "app:certificates"), "people": Allowed(units=("u003",), roles=("person",))}


def described(name: str, **more: object) -> County:
    """The county with an application's deployment altered."""

    def altered(one: Application) -> Application:
        assert isinstance(one.deployment, Deployment)
        return one.model_copy(update={"deployment": one.deployment.model_copy(update=more)})

    found = tuple(altered(one) if one.id == name else one for one in scene.county().applications)
    return scene.county().model_copy(update={"applications": found})


def gated() -> tuple[County, dict[str, Deployed]]:
    county = described("wiki", **GATED)
    return county, deployable(county, scene.known())


def refused(county: County) -> list[str]:
    with pytest.raises(BadInput) as error:
        deployable(county, scene.known())
    return [problem.where for problem in error.value.problems]


def test_what_cannot_stand_behind_the_gate_is_refused_with_all_that_is_wrong() -> None:
    assert refused(described("sites", **GATED)) == ["applications[sites].deployment.people"]
    wrong = Allowed(units=("u999",), roles=("chief",))
    assert refused(described("wiki", reach=("units",), people=wrong)) == [
        "applications[wiki].deployment.reach",
        "applications[wiki].deployment.people.roles",
        "applications[wiki].deployment.people.units",
    ]


@pytest.mark.parametrize(
    ("name", "word"), [("meeting", "sign_on_header"), ("messages", "sign_on_header"), ("lending", "sign_on")]
)
def test_a_header_named_by_hand_is_refused_as_anybody_could_send_it(name: str, word: str) -> None:
    assert refused(described(name, settings={word: "X-County-Login"})) == [
        f"applications[{name}].deployment.settings.{word}"
    ]


def test_the_sign_on_is_told_of_each_client_by_the_digest_of_its_secret() -> None:
    _county, every = gated()
    back = "https://net.test/sign-in/back"
    assert set(signon.names(every.values(), back)) == {*GATES, "sites", "dashboard"}
    told: Any = signon.clients(every.values(), {"wiki": "geheim", "dashboard": "auch"}, back)
    assert [row["id"] for row in told] == ["dashboard", "wiki"]  # sites has no secret yet
    assert told[0]["start"] == "https://net.test/"
    assert told[1]["redirects"] == ["https://wiki.qinglan.internal/signed-on/back"]
    assert told[1]["ended"] == "https://wiki.qinglan.internal/signed-on/ended"
    assert told[1]["secret_sha256"] == hashlib.sha256(b"geheim").hexdigest()
    assert "geheim" not in str(told)


def test_what_the_county_writes_of_a_client_goes_before_what_would_be_made() -> None:
    own = {
        "id": "wiki",
        "title": "百科",
        "title_en": "Wiki",
        "start": "https://w.test/",
        "redirects": ["https://w.test/b"],
    }
    county = described("certificates", settings={"clients": [own]})
    found: Any = signon.clients(deployable(county, scene.known()).values(), {"wiki": "s"}, "")
    assert [(row["title"], row["redirects"]) for row in found] == [("百科", ["https://w.test/b"])]


def test_the_gate_is_told_whom_to_let_in_and_the_application_what_vouches_for_the_sign_on() -> None:
    county, every = gated()
    whole: Any = inventory(
        county, every["wiki"], scene.given(others=every, issuer="certificates", clients={"wiki": "s"})
    )
    app = whole["all"]["hosts"]["srv-dept"]["app"]
    assert app["gate"]["units"] == [county.unit_by_id["u003"].name]
    assert (app["gate"]["roles"], app["gate"]["header"]) == (["person"], "X-County-Login")
    assert (app["sign_on"]["client"], app["sign_on"]["secret"]) == ("wiki", "s")
    assert app["sign_on"]["issuer"] == "https://auth.qinglan.internal"
    assert list(whole["all"]["children"]["app_sign_on"]["hosts"]) == ["srv-auth"]
    open_to_all = described("lending", people=None)
    every = deployable(open_to_all, scene.known())
    lending: Any = inventory(open_to_all, every["lending"], scene.given(others=every, issuer="certificates"))
    assert lending["all"]["hosts"]["srv-dept"]["app"]["gate"] == {}


def test_in_the_example_one_sign_in_opens_every_application_and_its_organiser_works_in_each() -> None:
    every = scene.deployed()
    assert {name for name, one in every.items() if one.gated} == set(GATES)
    settings: Any = {name: one.deployment.settings for name, one in every.items()}
    assert "organiser" in [person["login"] for person in settings["certificates"]["people"]]
    assert settings["lending"]["clerks"] == settings["wiki"]["admins"] == ["organiser"]
    assert {"name": "organiser", "role": "send"} in settings["messages"]["people"]


def removed(name: str, **more: object) -> dict[str, Any]:
    """Return the hosts' variables where an application of the county is taken away."""
    county, every = gated()
    secrets = dict.fromkeys(GATES, "s")
    given = scene.given(others=every, issuer="certificates", clients=secrets, removed=True, **more)
    found: Any = inventory(county, every[name], given)
    return dict(found["all"]["hosts"])


def test_the_sign_on_forgets_a_client_that_is_taken_away_and_its_host_forgets_the_sign_on_with_the_last() -> None:
    hosts = removed("wiki")
    told = hosts["srv-auth"]["sign_on"]
    assert {row["id"] for row in told["clients"]} == set(GATES) - {"wiki"}
    assert not [line for line in told["names"] if "wiki" in line]
    assert hosts["srv-dept"]["sign_on_stays"], "the register of loans on the same host knows people by it"
    assert removed("sites")["srv-sites"]["sign_on_stays"] is False


def test_everybody_forgets_a_sign_on_that_is_taken_away() -> None:
    hosts = removed("certificates")
    assert {host["sign_on_stays"] for host in hosts.values() if "sign_on_apps" in host} == {False}
