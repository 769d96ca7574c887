"""Laws of the search for useless rules, on random chains; and by hand what users of other tools complain of."""

from ipaddress import IPv4Network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import FilterRule
from tests.unit.topology.reach.test_filters import rules
from topology.reach.analysis.boxes import boxes
from topology.reach.analysis.chain import Chain
from topology.reach.analysis.overlap import DEFAULT, Chart, Use, Useless
from topology.reach.analysis.plane import Plane, View

PLANE = Plane()
PORTS = ("a", "b1", "b7")


def view(chain_rules: tuple[FilterRule, ...], default: str = "drop", **fields: Any) -> View:
    chain = Chain("x", fields.pop("platform", "linux"), fields.pop("hook", "forward"), chain_rules, default, **fields)
    return PLANE.view(chain, PORTS)


def chart(found: View) -> Chart:
    chain = found.chain
    sets = [found.spoken(rule) for rule in chain.rules]
    return Chart(PLANE.nothing, found.universe, sets, [(r.action, r.log) for r in chain.rules], (chain.default, False))


def useless(*chain_rules: FilterRule, default: str = "drop") -> list[Useless]:
    return chart(view(chain_rules, default)).useless()


def rule(name: str, action: str = "accept", **fields: Any) -> FilterRule:
    return FilterRule.model_validate({"name": name, "action": action, **fields})


def net(*texts: str) -> tuple[IPv4Network, ...]:
    return tuple(map(IPv4Network, texts))


def _fates(found: Chart, left: set[int]) -> dict[tuple[str, bool], Any]:
    """Return the packets of each fate, rule by rule, without those left out: the slow way."""
    fates, rest = {fate: PLANE.nothing for fate in {*found.fates, found.default}}, found.universe
    for place, packets in enumerate(found.sets):
        if place not in left:
            fates[found.fates[place]] = fates[found.fates[place]] | (packets & rest)
            rest = rest & ~packets
    fates[found.default] = fates[found.default] | rest
    return fates


chains = st.lists(rules(), max_size=6).map(tuple)


@given(chains, st.sampled_from(["accept", "drop"]), st.booleans())
@settings(deadline=None, max_examples=60)
def test_all_that_are_named_can_go_together_and_then_none_is_left(
    some: tuple[FilterRule, ...], default: str, stateless: bool
) -> None:
    whole = chart(view(some, default, stateless=stateless))
    gone = {found.place for found in whole.useless()}
    assert _fates(whole, gone) == _fates(whole, set())
    stays = tuple(rule for place, rule in enumerate(some) if place not in gone)
    assert chart(view(stays, default, stateless=stateless)).useless() == []


@given(chains, st.sampled_from(["accept", "drop"]))
@settings(deadline=None, max_examples=40)
def test_those_that_are_named_as_takers_take_every_packet(some: tuple[FilterRule, ...], default: str) -> None:
    found = chart(view(some, default))
    for one in found.useless():
        taken = PLANE.nothing
        for taker in one.takers:
            assert taker.packets != PLANE.nothing
            assert taker.packets & taken == PLANE.nothing, "two decide one packet"
            taken = taken | taker.packets
            if taker.place != DEFAULT:
                assert taker.packets & ~found.sets[taker.place] == PLANE.nothing
                assert (taker.place < one.place) == (one.use is Use.DEAD)
        assert taken == one.packets


@given(chains, st.integers(0, 5))
@settings(deadline=None, max_examples=40)
def test_a_box_lies_wholly_inside_its_set_and_the_example_too(some: tuple[FilterRule, ...], nth: int) -> None:
    found = view(some)
    for packets in [found.spoken(rule) for rule in some][nth : nth + 1]:
        shown = boxes(found, packets, most=2)
        assert (shown.shown == ()) == (packets == PLANE.nothing)
        assert len(shown.shown) <= 2
        assert (shown.packet == "") == (packets == PLANE.nothing)
        for some_set in (packets, found.universe & ~packets):
            if some_set != PLANE.nothing:
                assert PLANE.bdd.cube(PLANE.path(some_set)) & ~some_set == PLANE.nothing


def test_several_rules_that_only_together_take_all_are_all_named() -> None:
    """Batfish's blocking lines are one or two examples; here all of them, each with the packets that it takes."""
    (found,) = useless(
        rule("low", "drop", sources=net("10.0.0.0/9")),
        rule("elsewhere", "drop", sources=net("192.168.0.0/16")),
        rule("high", "drop", sources=net("10.128.0.0/9")),
        rule("all", sources=net("10.0.0.0/8")),
        default="accept",
    )
    assert (found.place, found.use) == (3, Use.DEAD)
    assert [taker.place for taker in found.takers] == [0, 2]


def test_of_two_equal_rules_the_later_goes_and_the_first_stays() -> None:
    (found,) = useless(rule("one", sources=net("10.0.0.0/8")), rule("two", sources=net("10.0.0.0/8")))
    assert (found.place, found.use, [t.place for t in found.takers]) == (1, Use.DEAD, [0])


def test_a_narrow_rule_before_a_wide_one_of_the_same_action_changes_nothing() -> None:
    (found,) = useless(rule("host", sources=net("10.0.0.1")), rule("all", sources=net("10.0.0.0/8")))
    assert (found.place, found.use, [t.place for t in found.takers]) == (0, Use.IDLE, [1])


def test_an_exception_between_the_two_keeps_the_narrow_rule() -> None:
    assert not useless(
        rule("host", sources=net("10.0.0.1")),
        rule("but", "drop", sources=net("10.0.0.0/24")),
        rule("all", sources=net("10.0.0.0/8")),
    )


def test_a_drop_that_only_logs_is_of_use_and_one_that_does_not_is_none() -> None:
    assert not useless(rule("told", "drop", sources=net("10.0.0.0/8"), log=True))
    (found,) = useless(rule("silent", "drop", sources=net("10.0.0.0/8")))
    assert (found.use, [taker.place for taker in found.takers]) == (Use.IDLE, [DEFAULT])


def test_a_rule_about_answers_is_not_taken_for_empty() -> None:
    """First packets never match it, so a tool that knows no state calls it useless."""
    state = rule("established", state="established"), rule("invalid", "drop", state="invalid")
    assert not useless(*state, rule("web", protocol="tcp", ports=[80]))
    (found,) = useless(rule("any"), state[0])
    assert found.place == 1


def test_rules_of_other_interfaces_take_nothing() -> None:
    a, b = rule("a", in_interfaces=["a"]), rule("b", in_interfaces=["b1"])
    assert not useless(a, b)
    (found,) = useless(a, b, rule("b7", in_interfaces=["b7"]), rule("every", "drop", protocol="tcp"))
    assert (found.place, [taker.place for taker in found.takers]) == (3, [0, 1, 2])


def test_ipv6_is_thought_of_where_the_filter_meets_it() -> None:
    """`inet` filters meet IPv6 for the device itself: a rule about all of IPv4 is not a rule about all."""
    four, both = rule("four", sources=net("0.0.0.0/0")), rule("both")
    kept = chart(view((four, both), hook="input", default="accept"))
    assert [found.place for found in kept.useless()] == [0, 1], "everything is accepted anyway"
    kept = chart(view((rule("ping", "drop", protocol="tcp"), four, both), hook="input"))
    assert [found.place for found in kept.useless()] == [1]
    forward = chart(view((rule("ping", "drop", protocol="tcp"), four, both), hook="forward"))
    assert [found.place for found in forward.useless()] == [2]


def test_rules_of_ipv6_are_told_apart_by_their_own_addresses() -> None:
    wide, narrow = rule("wide", sources6=["2001:db8::/32"]), rule("narrow", "drop", sources6=["2001:db8:1::/48"])
    four, other = rule("four", "drop", sources=net("10.0.0.0/8")), rule("other", "drop", sources6=["2001:db9::/32"])
    chain = (wide, narrow, four, other, rule("both"))
    assert [one.place for one in chart(view(chain, six=True)).useless()] == [0, 1], "taken before, and accepted anyway"
    turned = (narrow, wide, four, other, rule("both"))
    assert [one.place for one in chart(view(turned, six=True)).useless()] == [1]
    assert {one.place for one in chart(view(chain)).useless()} >= {0, 1, 3}, "a device that forwards none meets none"
    asked = rule(
        "asked", sources6=["2001:db8:1::/48"], destinations6=["2001:db8:2::5/128"], protocol="tcp", ports=[443]
    )
    found = view((asked,), six=True)
    assert boxes(found, found.spoken(asked)).shown == ("tcp 2001:db8:1::/48 > [2001:db8:2::5]:443 [* > *]",)
    neighbours = rule("nd", protocol="icmpv6", discovery_only=True)
    found = view((neighbours,), hook="input")
    assert boxes(found, found.spoken(neighbours)).shown == ("IPv6 icmpv6 * > * neighbour-discovery [* > *]",)
    ping = rule("ping", protocol="icmpv6", icmp_echo_only=True)
    assert not chart(view((ping, neighbours), hook="input")).useless()


def test_a_hardware_address_is_one_of_those_named_or_another() -> None:
    one, two = "00:00:00:00:00:01", "00:00:00:00:00:02"
    strangers = rule("strangers", "drop", not_source_macs=[one, two])
    assert not useless(strangers, rule("rest"))
    assert [found.place for found in useless(strangers, rule("one", source_macs=[one]), rule("rest"))] == [1]
    ours = rule("ours", source_macs=[one, two]), rule("again", "drop", source_macs=[two])
    assert [found.place for found in useless(*ours)] == [1]
