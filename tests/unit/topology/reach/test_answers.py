"""Answers come back in the example; where one does not, the pair is blocked and a walk of one packet says the same."""

from ipaddress import IPv4Network
from random import Random

import pytest

from inventory.deviceconfig import DeviceConfig, NatRule
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.planted import Configs, by_cost, change, each, first, interface, without
from topology.reach.answers import Answers
from topology.reach.engine import Engine
from topology.reach.findings import Finding, Verdict
from topology.reach.judge import Prover
from topology.reach.network import DEVICES
from topology.reach.space import PROTOCOLS, Packet, Set, Space
from topology.reach.steady import gateways
from topology.reach.unanswered import owed
from topology.reach.verdict import prove
from topology.reach.walk_back import Walker


def other_master(configs: Configs, sync: str = "") -> Configs:
    """The second firewall is master on the servers' leg alone, while routes lead to the first."""
    groups = tuple(
        v.model_copy(update={"priority": 90, "sync": sync})
        for i in configs["fw-1"].interfaces
        if i.name == "srv0"
        for v in i.vrrp
    )
    return interface(configs, "fw-1", "srv0", vrrp=groups)


def load_shared(configs: Configs) -> Configs:
    """Both firewalls are as good by OSPF: first packets are spread over them, answers come by the master."""
    items = {
        i.name: i.model_copy(update={"ospf": i.ospf.model_copy(update={"cost": 10})}) if i.ospf else i
        for i in configs["fw-2"].interfaces
    }
    ospf = configs["fw-1"].ospf
    assert ospf
    own = configs["fw-2"].ospf
    assert own
    same = ospf.model_copy(update={"router_id": own.router_id})
    return change(configs, "fw-2", interfaces=tuple(items.values()), ospf=same)


def no_way_back(configs: Configs) -> Configs:
    return each(["cpe-001"], "forward", without("established"))(configs)


def hidden_by_another(configs: Configs) -> Configs:
    """What browses leaves with an address that no device answers at."""
    for name in ("fw-1", "fw-2"):
        nat = tuple(_away(rule) if rule.kind == "source" else rule for rule in configs[name].nat)
        configs = change(configs, name, nat=nat)
    return configs


def _away(rule: NatRule) -> NatRule:
    return rule.model_copy(update={"to": IPv4Network("203.0.113.14").network_address})


def no_answer_out(configs: Configs) -> Configs:
    return each(["cpe-030"], "output", first(action="drop", protocol="tcp", source_ports=(22,)))(configs)


UNITS = ("u001", "u005", "u007", "u013", "u025", "u029", "u030", "u031", "u060", "u090")


@pytest.fixture(scope="module")
def small(county: County) -> County:
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def smaller(small: County) -> Configs:
    return intent(small, secrets)


@pytest.fixture(scope="module")
def costed(small: County) -> Configs:
    """Return configurations whose firewalls are preferred by cost, so that routes do not follow who is master."""
    return intent(by_cost(small), secrets)


BY_COST = ("another master on one leg", "load shared without sessions shared")
EDITS = {
    "as intended": lambda configs: configs,
    "another master on one leg": other_master,
    "load shared without sessions shared": load_shared,
    "a CPE without established": no_way_back,
    "an address that nobody has": hidden_by_another,
    "an output filter": no_answer_out,
}


def blocked(county: County, configs: Configs) -> dict[tuple[str, str], Finding]:
    return {(f.source, f.target): f for f in prove(county, configs).findings if f.verdict is Verdict.BLOCKED}


def test_an_answer_that_a_filter_drops_is_blocked_with_the_filter(small: County, smaller: Configs) -> None:
    found = blocked(small, no_way_back(smaller))
    assert {pair[0] for pair in found} == {"unit:u001"}
    one = found["unit:u001", "zone:server"]
    assert one.answer
    assert (one.path[-1].device, one.path[-1].action, one.path[-1].hook) == ("cpe-001", "drop", "forward")


def test_an_answer_that_comes_by_the_firewall_without_the_session_is_blocked(small: County, costed: Configs) -> None:
    found = blocked(small, other_master(costed))
    one = found["unit:u001", "zone:server"]
    assert one.answer
    assert (one.path[-1].device, one.path[-1].action) == ("fw-2", "drop")


def test_load_that_is_shared_without_sessions_shared_is_blocked(small: County, costed: Configs) -> None:
    found = blocked(small, load_shared(costed))
    assert ("unit:u001", "zone:server") not in found, "its core has a shorter way to the first"
    assert found["unit:u025", "zone:server"].path[-1].action == "drop"


def test_an_answer_to_an_address_that_nobody_has_is_blocked(small: County, smaller: Configs) -> None:
    found = blocked(small, hidden_by_another(smaller))
    assert {pair[1] for pair in found} == {"zone:internet"}
    assert {pair[0] for pair in found} == {f"unit:{u.id}" for u in small.units if u.may_browse}


def test_what_a_device_does_not_answer_is_blocked(small: County, smaller: Configs) -> None:
    found = blocked(small, no_answer_out(smaller))
    assert set(found) == {("zone:management", DEVICES)}
    assert found["zone:management", DEVICES].path[-1].hook == "output"


@pytest.mark.parametrize("name", EDITS)
def test_a_walk_of_one_packet_there_and_back_says_the_same(
    small: County, smaller: Configs, costed: Configs, name: str
) -> None:
    told = agree(small, EDITS[name](costed if name in BY_COST else smaller), Random(5), 60)
    assert (told > 0) == (name != "as intended")


def test_so_it_does_in_the_county_of_several_makers() -> None:
    county = only_units(mixed_county(), UNITS)
    configs = adapted(county, secrets)
    assert prove(county, configs).findings == ()
    agree(county, configs, Random(6), 60)


def agree(county: County, configs: dict[str, DeviceConfig], random: Random, count: int) -> int:
    judge = Prover(county, configs, {}).judge()
    due = owed(judge, judge.rows())
    returning = Engine(judge.network, judge.space, answers=True)
    steady = Engine(judge.network, judge.space, earlier=judge.engine, routes=judge.engine.routes)
    answers = Answers(steady, returning, gateways(county), due, lambda p: judge.allowed.at(p, "d"))
    walker, pairs = Walker(steady, gateways(county)), sorted(p for p in due if due[p] != judge.space.nothing)
    told, dying = 0, [p for p in pairs if answers.dead(p)]
    for turn in range(count):
        pair = random.choice(dying if dying and turn % 2 else pairs)
        dead = answers.dead(pair)
        packets = due[pair] & (dead.first | dead.answers) if dead and turn % 4 == 1 else due[pair]
        packet = drawn(judge.space, packets, random)
        if packet is None or pair[0] == "zone:internet":
            continue  # what the Internet sends is translated on its way: it arrives as another packet
        lost = dead is not None and judge.space.holds(dead.first | dead.answers, packet)
        assert lost == (not walker.home(*pair, packet)[0]), (pair, str(packet))
        told += lost
    return told


def drawn(space: Space, packets: Set, random: Random) -> Packet | None:
    """Return a packet that is answered: from a client's port, at random where the set leaves it open."""
    wishes = [space.bdd.var(f"{field}{bit}") for field in "sdr" for bit in range(16 if field == "r" else 32)]
    wishes = [wish if random.random() < 0.5 else ~wish for wish in wishes]
    asked = packets & (space.protocol("tcp") | (space.protocol("icmp") & space.echo) | _answered_udp(space))
    high = space.bdd.var("r0") | space.protocol("icmp")
    packet = space.one(asked & high, random.sample(wishes, len(wishes)))
    assert packet is None or packet.protocol in (PROTOCOLS["tcp"], PROTOCOLS["udp"], PROTOCOLS["icmp"])
    return packet


def _answered_udp(space: Space) -> Set:
    return space.protocol("udp") & ~space.to_ports((162, 514))
