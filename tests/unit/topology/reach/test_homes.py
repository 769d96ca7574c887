"""Sources without a sender in common go on as one set, and are told apart by senders."""

from ipaddress import IPv4Network

from topology.reach.arrivals import Arrivals
from topology.reach.homes import Parts, homes, parts_of
from topology.reach.network import DEVICES, FORGED
from topology.reach.space import Set, Space

HOMES = {
    "unit:a": ("10.1.0.0/24",),
    "unit:b": ("10.2.0.0/24",),
    "zone:c": ("10.2.0.128/25",),
    DEVICES: ("10.9.0.1/32",),
}


def _from(space: Space, *networks: str) -> Set:
    return space.sources(map(IPv4Network, networks))


def _parted(space: Space, **loose: str) -> Parts | None:
    known = homes(space, {place: [*map(IPv4Network, networks)] for place, networks in HOMES.items()})
    sent = {
        source.replace("_", ":"): _from(space, network) & space.protocol("tcp") for source, network in loose.items()
    }
    olds = {source: Arrivals(source, {}, {}, frozenset(), rewritten=space.nothing) for source in sent}
    return parts_of(space, sent, olds, known)


def test_a_place_whose_addresses_are_anothers_as_well_has_no_home() -> None:
    known = homes(Space(), {place: [*map(IPv4Network, networks)] for place, networks in HOMES.items()})
    assert [*known.of] == ["unit:a", "unit:b"]


def test_what_two_send_from_their_homes_goes_on_together_and_each_is_told_its_own() -> None:
    space = Space()
    found = _parted(space, unit_a="10.1.0.0/28", unit_b="10.2.0.0/24")
    assert found is not None
    assert [*found.of] == ["unit:a", "unit:b"]
    assert found.whose(_from(space, "10.1.0.1/32"), space.nothing) == ["unit:a"]
    assert found.whose(_from(space, "10.1.0.1/32", "10.2.0.7/32"), space.nothing) == ["unit:a", "unit:b"]


def test_a_stranger_goes_on_with_them_while_none_of_them_sends_as_he_does() -> None:
    space = Space()
    found = _parted(
        space, unit_a="10.1.0.0/24", zone_c="10.2.0.128/25", unit_x="10.2.0.129/32", unit_b="198.51.100.0/24"
    )
    assert found is not None
    assert [*found.of] == ["unit:a", "zone:c", "unit:b"]
    assert found.whose(_from(space, "10.2.0.130/32", "198.51.100.9/32"), space.nothing) == ["zone:c", "unit:b"]
    assert found.whose(_from(space, "10.2.0.5/32"), space.nothing) == []


def test_one_alone_devices_and_whoever_forges_are_run_by_themselves() -> None:
    space = Space()
    assert _parted(space, unit_a="10.1.0.0/24") is None
    olds = {
        source: Arrivals(source, {}, {}, frozenset(), rewritten=space.nothing) for source in (DEVICES, FORGED + "r1")
    }
    loose = dict.fromkeys(olds, space.everything)
    assert parts_of(space, loose, olds, homes(space, {})) is None


def test_what_was_translated_before_is_left_out() -> None:
    space = Space()
    known = homes(space, {"a": [IPv4Network("10.1.0.0/24")], "b": [IPv4Network("10.2.0.0/24")]})
    loose = {"a": _from(space, "10.1.0.0/24"), "b": _from(space, "10.2.0.0/24")}
    olds = {source: Arrivals(source, {}, {}, frozenset(), rewritten=space.protocol("tcp")) for source in loose}
    found = parts_of(space, loose, olds, known)
    assert found is not None
    assert found.of["a"] == loose["a"] & ~space.protocol("tcp")
