"""What mends a finding: the inventory's own plan, a plan of lines, a field of the inventory, or people and why."""

from collections import Counter

import pytest
from pydantic import SecretStr

from audit import lines
from audit.checks import BY_ID, management, run
from audit.facts import DeviceFacts, Facts
from audit.fix.choose import choose
from audit.fix.model import Kind, Place, Remedy
from audit.gather import known
from audit.model import Point, failed
from countynet.vocabulary import Verdict
from inventory.deviceconfig import User
from inventory.platforms.patch import trying
from inventory.platforms.registry import platform
from tests.unit.audit import facts_of, test_mixed


def remedy(check: str, facts: Facts, name: str) -> Remedy:
    points = [p for p in run(BY_ID[check], facts).points if p.verdict is Verdict.FAIL and p.subject == name]
    assert points, f"{check} does not fail about {name}"
    return choose(facts, test_mixed.devices()[name], check, points)


def facts_with(**changed: DeviceFacts) -> Facts:
    """Return the mixed county as it should run, but for some devices; nothing was probed or proven."""
    return Facts(test_mixed.county(), facts_of.AT, test_mixed.devices() | changed)


def one(kind: str) -> str:
    return next(d.name for d in test_mixed.county().devices if d.platform == kind)


@pytest.mark.parametrize(
    ("check", "kind", "wanted"),
    [
        ("password-length", "huawei_vrp", Kind.LINES),
        ("ip-source-guard", "ruijie", Kind.LINES),
        ("enable-secret", "cisco_ios", Kind.HAND),
        ("vty-addresses", "huawei_vrp", Kind.HAND),
        ("syslog-two", "h3c_comware", Kind.INVENTORY),
        ("drops-logged", "h3c_comware", Kind.INVENTORY),
        ("stateful-filters", "cisco_ios", Kind.INVENTORY),
    ],
)
def test_a_device_that_runs_what_it_should_lacks_what_no_inventory_says(check: str, kind: str, wanted: Kind) -> None:
    facts = facts_with()
    failing = {p.subject for p in run(BY_ID[check], facts).points if p.verdict is Verdict.FAIL}
    name = next(d.name for d in test_mixed.county().devices if d.platform == kind and d.name in failing)
    assert remedy(check, facts, name).kind is wanted


def test_what_people_have_to_fill_in_is_said_and_the_field_of_the_inventory_is_named() -> None:
    facts = facts_with()
    found = remedy("enable-secret", facts, one("cisco_ios"))
    assert (found.message, found.values) == (trying.FILL, {"line": "enable secret 9 ..."})
    assert remedy("syslog-two", facts, one("huawei_vrp")).place == Place("hosts", "", "runs")


@pytest.mark.parametrize("kind", ["huawei_vrp", "h3c_comware", "cisco_ios", "ruijie"])
def test_a_drifted_device_goes_back_to_what_the_inventory_says(kind: str) -> None:
    name = one(kind)
    users = (*test_mixed.wanted()[name].users, User(name="eve"))
    drifted = test_mixed.runs(name, test_mixed.wanted()[name].model_copy(update={"users": users}))
    assert remedy("surplus-accounts", facts_with(**{name: drifted}), name).kind is Kind.INTENDED


def test_a_drifted_linux_device_goes_back_and_one_without_drift_needs_its_template() -> None:
    good = Facts(facts_of.COUNTY, facts_of.AT, facts_of.devices())
    eve = facts_of.device("cpe-025", lambda c: c.model_copy(update={"users": (*c.users, User(name="eve"))}))
    bad = Facts(facts_of.COUNTY, facts_of.AT, facts_of.devices() | {"cpe-025": eve})
    points = [p for p in run(BY_ID["surplus-accounts"], bad).points if p.verdict is Verdict.FAIL]
    assert choose(bad, facts_of.devices()["cpe-025"], "surplus-accounts", points).kind is Kind.INTENDED
    said = failed("cpe-025", "x").model_copy(update={"fix": ("net.ipv4.tcp_syncookies = 1",)})
    assert choose(good, facts_of.devices()["cpe-025"], "syn-cookies", [said]).kind is Kind.HAND


def test_a_device_that_was_never_fetched_is_for_people() -> None:
    name = one("huawei_vrp")
    device = test_mixed.county().device_by_name[name]
    facts = facts_with(**{name: DeviceFacts(device)})
    said: list[Point] = [failed(name, "x")]
    assert choose(facts, test_mixed.devices()[name], "telnet-off", said).kind is Kind.HAND


def test_every_check_that_fails_is_mended_somehow_and_says_why() -> None:
    names = [one(kind) for kind in ("ruijie",)]
    facts = Facts(test_mixed.county(), facts_of.AT, {name: test_mixed.devices()[name] for name in names})
    found = []
    for check in (*management.CHECKS, *lines.CHECKS):
        failing = {p.subject for p in run(check, facts).points if p.verdict is Verdict.FAIL}
        found += [remedy(check.info.id, facts, name) for name in failing]
    count = Counter(one.kind for one in found)
    assert {*count} == {Kind.LINES, Kind.INVENTORY, Kind.HAND}
    assert count[Kind.LINES] > 10
    assert all(one.why for one in found)


def test_the_inventory_renders_what_is_taken_for_intended() -> None:
    name = one("huawei_vrp")
    text = SecretStr(platform("huawei_vrp").render(test_mixed.wanted()[name]))
    assert known(test_mixed.county().device_by_name[name], test_mixed.wanted()[name], text).drift == ""
