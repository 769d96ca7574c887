"""The example county's Linux devices as they are told to run, against the checks of lines of the third level.

What is left open is named here, so that no further one comes unseen.
"""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from audit.checks import run
from audit.facts import DeviceFacts, Facts
from audit.fix.choose import choose
from audit.fix.model import Kind, Place
from audit.gather import known
from audit.lines.text import LINUX
from audit.model import Check
from audit.profiles import Profile, checks_of
from countynet.vocabulary import Verdict
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.intent import intent
from inventory.model import County, Hardening
from inventory.platforms import linux
from inventory.platforms.linux import sshd, sysctl
from inventory.platforms.linux.sections import EARLIER
from inventory.platforms.linux.text import File, join, split
from tests.unit.audit import facts_of

BROUGHT = (
    "ssh-no-root", "ssh-no-forwarding", "ssh-log-level", "redirects-off", "icmp-hardened", "syn-cookies"
)  # fmt: skip
BY_THE_PLAN = {
    "drops-logged": {"log_drops": True},
    "ntp-authenticated": {"ntp_keys": True},
    "ospf-authenticated": {"ospf_keys": True},
}
"""what is left open until the plan's `hardening` says so"""
LEFT = {"ntp-two", "ntp-authenticated", "syslog-two", "ospf-authenticated", "drops-logged"}
"""a second server for time and logs, keys for time and routing, drops that are logged: another matter"""
CHECKS = [check for check in checks_of(Profile.MLPS_3) if LINUX in check.info.platforms]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return rendered(load_county(EXAMPLE))


def rendered(county: County) -> Facts:
    told = intent(county, facts_of.secret)
    texts = {d: SecretStr(linux.render(told[d.name])) for d in county.devices}
    return Facts(county, facts_of.AT, {d.name: known(d, told[d.name], text) for d, text in texts.items()})


def failing(check: Check, facts: Facts) -> set[str]:
    return {p.subject for p in run(check, facts).points if p.verdict is Verdict.FAIL}


def asked(*ids: str) -> Iterator[Check]:
    yield from (check for check in CHECKS if check.info.id in ids)


def test_every_linux_device_of_the_example_passes_what_countynet_writes(facts: Facts) -> None:
    assert len(facts.devices) > 120
    for check in asked(*BROUGHT):
        verdicts = {p.subject: p.verdict for p in run(check, facts).points}
        assert verdicts == dict.fromkeys(facts.devices, Verdict.PASS), check.info.id


def test_nothing_else_is_left_open_than_what_is_known(facts: Facts) -> None:
    assert {check.info.id for check in CHECKS if failing(check, facts)} == LEFT


@pytest.mark.parametrize("id", BY_THE_PLAN)
def test_what_the_plan_asks_for_is_brought_by_a_plan_and_passes(facts: Facts, id: str) -> None:
    plan = facts.county.plan.model_copy(update={"hardening": Hardening.model_validate(BY_THE_PLAN[id])})
    asked_for = rendered(facts.county.model_copy(update={"plan": plan}))
    (check,) = asked(id)
    failed = failing(check, facts)
    assert failed
    assert not failing(check, asked_for)
    name = min(failed)
    points = [p for p in run(check, facts).points if p.verdict is Verdict.FAIL and p.subject == name]
    old, meant = facts.devices[name], asked_for.devices[name].config
    assert meant
    world = Facts(asked_for.county, facts.at, {name: known(old.device, meant, SecretStr(old.text))})
    assert choose(world, asked_for.devices[name], id, points).kind is Kind.INTENDED
    assert choose(facts, facts.devices[name], id, points).place == Place("plan", "plan", "hardening")


def test_a_device_as_an_earlier_version_wrote_it_is_understood_and_brought_on_by_a_plan(facts: Facts) -> None:
    name, right = next(iter(facts.devices.items()))
    old = before(right, sysctl.PATH, sshd.PATH)
    assert old.config == right.config
    assert old.drift
    world = Facts(facts.county, facts.at, {name: old})
    for check in asked(*BROUGHT):
        points = [p for p in run(check, world).points if p.verdict is Verdict.FAIL]
        assert {p.subject for p in points} == {name}, check.info.id
        assert choose(world, right, check.info.id, points).kind is Kind.INTENDED


@pytest.mark.parametrize("path", EARLIER)
def test_a_file_that_is_neither_of_today_nor_of_before_is_not_understood(facts: Facts, path: str) -> None:
    right = next(iter(facts.devices.values()))
    files = split(right.text)
    for line in set(files[path].lines) - set(EARLIER[path](files[path].lines)):
        kept = tuple(other for other in files[path].lines if other != line)
        assert linux.parse(join(files | {path: File("0644", kept)})).unparsed, line


def before(right: DeviceFacts, *paths: str) -> DeviceFacts:
    """Return a device whose files say what they said before decision 182."""
    wanted = right.config
    assert wanted
    files = split(linux.render(wanted))
    files |= {path: File(files[path].mode, EARLIER[path](files[path].lines)) for path in paths}
    return known(right.device, wanted, SecretStr(join(files)))
