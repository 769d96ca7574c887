"""What the playbooks read: one application's own, the host's filter of all that stands on it, where it is saved."""

from typing import Any

from playbooks.applications.deployed import deployable
from playbooks.applications.variables import inventory
from playbooks.servers.filters import reached_from
from tests.unit.playbooks.applications import scene


def of(name: str, **more: object) -> dict[str, Any]:
    found: Any = inventory(scene.county(), scene.deployed()[name], scene.given(**more))
    return dict(found["all"])


def test_a_role_reads_what_the_contract_says() -> None:
    app = of("lending")["hosts"]["srv-dept"]["app"]
    assert (app["id"], app["name"], app["user"]) == ("lending", "lending.qinglan.internal", "cn-lending")
    assert (app["folder"], app["data"]) == ("/opt/countynet/lending", "/var/lib/countynet/lending")
    assert app["secrets"] == {"admin-password": "geheim"}
    assert app["others"]["meeting"]["url"] == "https://meeting.qinglan.internal/"
    assert "lending" not in app["others"]


def test_the_filter_opens_each_application_to_its_own_reach_and_ssh_to_management_alone() -> None:
    filter_ = of("wiki")["hosts"]["srv-dept"]["host_filter"]
    by_name = {rule["name"]: rule for rule in filter_ if rule["protocol"] == "tcp"}
    assert by_name["management"] == {
        "name": "management",
        "protocol": "tcp",
        "ports": [22],
        "sources": ["10.255.0.0/24"],
    }
    assert by_name["wiki"]["sources"] == ["10.1.0.31/32", "10.21.0.0/16", "10.255.0.0/24"]
    echo = [rule["sources"] for rule in filter_ if rule["protocol"] == "icmp"]
    assert {network for sources in echo for network in sources} == {
        "10.255.0.0/24",
        "10.21.0.0/16",
    }  # whom the policy lets ask is answered
    units = [str(scene.county().unit_by_id[name].lan) for name in ("u001", "u002", "u015")]
    assert set(by_name["lending"]["sources"]) == {*units, "10.1.0.31/32", "10.255.0.0/24"}


def test_the_host_of_the_backups_lets_the_others_save_and_offers_nothing_else() -> None:
    whole = of("wiki")
    assert list(whole["children"]["app_saver"]["hosts"]) == ["srv-save"]
    backup = whole["vars"]["backup"]
    assert (backup["address"], backup["folder"], backup["keep_days"]) == ("10.1.0.35", "/srv/countynet-backup/wiki", 60)


def test_names_logs_and_portal_are_told_unless_it_is_tried_alone() -> None:
    children = of("wiki")["children"]
    assert [list(children[f"app_{run}"]["hosts"]) for run in ("names", "logs", "portal")] == [
        ["srv-infra"],
        ["srv-infra"],
        ["srv-portal"],
    ]
    records = of("wiki")["vars"]["records"]
    assert {"names": ["wiki.qinglan.internal"], "address": "10.1.0.34"} in records
    assert not of("wiki", around=False)["children"]["app_names"]["hosts"]


def test_a_unit_with_a_name_of_its_own_is_served_under_it_and_its_name_is_told() -> None:
    whole = scene.county()
    wiki = next(a for a in whole.applications if a.id == "wiki")
    assert wiki.deployment
    named = wiki.deployment.model_copy(update={"settings": {"names": {"u003": "www.audit.qinglan.gov.cn"}}})
    applications = tuple(
        a.model_copy(update={"deployment": named}) if a.id == "wiki" else a for a in whole.applications
    )
    county = whole.model_copy(update={"applications": applications})
    one = deployable(county, scene.known())["wiki"]
    found: Any = inventory(county, one, scene.given())
    names = ["wiki.qinglan.internal", "www.audit.qinglan.gov.cn"]
    assert {"names": names, "address": "10.1.0.34"} in found["all"]["vars"]["records"]
    assert found["all"]["hosts"][one.hosts[0].name]["app"]["names"] == names


def test_who_the_internet_may_reach_is_open_to_all() -> None:
    wiki = next(a for a in scene.county().applications if a.id == "wiki")
    assert wiki.deployment
    open_ = wiki.model_copy(update={"deployment": wiki.deployment.model_copy(update={"reach": ("zone:internet",)})})
    assert reached_from(scene.county(), open_) == ("10.255.0.0/24",)


def test_others_ask_the_authoritys_host_for_their_certificates_and_it_asks_nobody() -> None:
    whole = of("wiki", issuer="certificates", actor="amy")
    told = [whole["vars"][name] for name in ("app_issuer", "app_issuer_host", "app_actor")]
    assert told == ["certificates", "srv-auth", "amy"]
    assert "srv-auth" in whole["hosts"]
    assert "app" not in whole["hosts"]["srv-auth"], "no secret of the wiki is for the authority"
    assert of("wiki")["vars"]["app_issuer"] == ""
    assert of("certificates", issuer="certificates")["vars"]["app_issuer"] == ""


def test_what_is_taken_away_is_opened_named_and_shown_no_longer() -> None:
    whole = of("wiki", removed=True)
    assert "wiki" not in {rule["name"] for rule in whole["hosts"]["srv-dept"]["host_filter"]}
    assert "lending" in {rule["name"] for rule in whole["hosts"]["srv-dept"]["host_filter"]}
    assert "wiki.qinglan.internal" not in {name for record in whole["vars"]["records"] for name in record["names"]}
    assert "wiki.qinglan.internal" not in {row["address"] for row in whole["vars"]["portal_services"]}
    assert whole["hosts"]["srv-dept"]["app"]["name"] == "wiki.qinglan.internal"
