"""Later fragments: two access lists that together let no packet pass may let the rest of one pass."""

from datetime import date

import pytest

from inventory.deviceconfig import FilterRule, PacketFilter
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.planted import LANS, Configs
from topology.reach.findings import Verdict
from topology.reach.fragments import later, leaks
from topology.reach.judge import Prover

UNITS = ("u001", "u003", "u025")
FIRST, LAST = "cpe-001", "cpe-003"


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return only_units(county, UNITS)


def listed(port: int) -> PacketFilter:
    """Return an access list that lets one port pass from any unit to any other."""
    rule = FilterRule(action="accept", name="one-port", protocol="tcp", ports=(port,), sources=LANS, destinations=LANS)
    return PacketFilter(hook="forward", default="drop", rules=(rule,), stateless=True)


def between(configs: Configs, *ports: int) -> Configs:
    """Return a county in which a way from unit to unit has access lists for these ports, and nothing else."""
    found = dict(configs)
    for name in configs:
        others = tuple(one for one in configs[name].filters if one.hook != "forward")
        here = {FIRST: ports[:1], LAST: ports[1:]}.get(name)
        if here is not None or name.startswith("core"):
            filters = (*others, *(listed(port) for port in here or ()))
            found[name] = configs[name].model_copy(update={"filters": filters})
    return found


def test_two_lists_for_two_ports_let_later_fragments_pass(small: County) -> None:
    planted = between(intent(small, secrets), 80, 443)
    proof = Prover(small, planted, {}, date(2026, 1, 1)).proof()
    assert proof.verdicts["unit:u001 > unit:u003"] is not Verdict.OPEN
    leak = {(one.source, one.target): one for one in leaks(small, planted, {})}["unit:u001", "unit:u003"]
    assert [step.device for step in leak.path][0] == FIRST
    assert [step.device for step in leak.path][-1] == LAST
    assert {step.action for step in leak.path} == {"accept"}


def test_where_state_is_kept_whole_packets_are_judged(small: County) -> None:
    planted = between(intent(small, secrets), 80, 443)
    tracked = listed(443).model_copy(update={"stateless": False})
    planted[LAST] = planted[LAST].model_copy(update={"filters": (tracked,)})
    first = planted[FIRST]
    assert later(first) != first
    assert later(planted[LAST]) == planted[LAST]


def test_an_entry_that_drops_a_port_drops_no_later_fragment(small: County) -> None:
    config = intent(small, secrets)[FIRST]
    entry = listed(80).rules[0].model_copy(update={"action": "drop", "name": "no-web"})
    answers = FilterRule(action="accept", name="answers", protocol="tcp", state="established")
    held = PacketFilter(hook="forward", default="drop", rules=(entry, answers), stateless=True)
    (found,) = later(config.model_copy(update={"filters": (held,)})).filters
    assert [(rule.name, rule.ports, rule.state) for rule in found.rules] == [("answers", (), None)]


def test_in_the_counties_as_intended_later_fragments_get_nowhere(small: County) -> None:
    assert leaks(small, intent(small, secrets), {}) == ()
    mixed = only_units(mixed_county(), UNITS)
    assert leaks(mixed, adapted(mixed, secrets), {}) == ()
