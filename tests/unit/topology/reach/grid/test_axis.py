"""A field is cut where somebody names a boundary; what nothing tells apart is one atom; nothing is guessed."""

from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.reach.grid.axis import Axis, NotCut, spans_of
from topology.reach.grid.services import OTHER, Service, Services

spans = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda t: (min(t), max(t) + 1))
sets = st.lists(st.lists(spans, min_size=1, max_size=3).map(tuple), max_size=5)


@given(sets)
@settings(deadline=None, max_examples=25)
def test_two_values_are_one_atom_exactly_if_no_set_tells_them_apart(named: list[tuple[tuple[int, int], ...]]) -> None:
    axis = Axis(64, named)
    inside = [tuple(any(low <= value < high for low, high in one) for one in named) for value in range(64)]
    for a in range(64):
        for b in range(64):
            assert (axis.atom(a) == axis.atom(b)) == (inside[a] == inside[b])
    assert axis.atoms == len(set(inside))


@given(sets)
@settings(deadline=None, max_examples=25)
def test_a_mask_holds_the_atoms_of_its_set(named: list[tuple[tuple[int, int], ...]]) -> None:
    axis = Axis(64, named)
    for one in named:
        mask = axis.mask(one)
        for value in range(64):
            assert mask[axis.atom(value)] == any(low <= value < high for low, high in one)


@given(sets)
@settings(deadline=None, max_examples=30)
def test_the_spans_of_all_atoms_are_the_whole_field(named: list[tuple[tuple[int, int], ...]]) -> None:
    axis = Axis(64, named)
    values = [v for atom in range(axis.atoms) for low, high in axis.spans(atom) for v in range(low, high)]
    assert sorted(values) == list(range(64))


def test_networks_that_are_always_named_together_are_one_atom() -> None:
    one, other = IPv4Network("10.1.0.0/24"), IPv4Network("10.9.0.0/24")
    assert Axis(1 << 32, [spans_of([one, other])]).atoms == 2
    assert Axis(1 << 32, [spans_of([one, other]), spans_of([one])]).atoms == 3


@pytest.mark.parametrize("asked", [(10, 12), (10, 20), (0, 64)])
def test_a_set_that_the_field_was_not_cut_for_is_refused(asked: tuple[int, int]) -> None:
    axis = Axis(64, [[(10, 20), (30, 40)]])
    assert axis.mask([(10, 20), (30, 40)]).sum() == 1
    if asked == (0, 64):
        assert axis.mask([asked]).all()
    else:
        with pytest.raises(NotCut):
            axis.mask([asked])


def test_ports_belong_to_tcp_and_udp_and_flags_to_their_protocol() -> None:
    asked = [Service(ports=(53,)), Service("tcp"), Service("icmp", echo=True), Service(ack=True)]
    services = Services(asked)
    to_names, tcp, echo, ack = map(services.mask, asked)
    plain = services.atom(OTHER, 53, 0, echo=False, ack=False)
    assert not any(mask[plain] for mask in (to_names, tcp, echo, ack))
    assert services.atom(OTHER, 1, 2, echo=True, ack=True) == plain
    query = services.atom(17, 53, 9, echo=False, ack=False)
    assert to_names[query]
    assert not tcp[query]
    answer = services.atom(6, 53, 9, echo=False, ack=True)
    assert all(mask[answer] for mask in (to_names, tcp, ack))
    assert echo[services.atom(1, 0, 0, echo=True, ack=False)]
    assert not echo[services.atom(1, 0, 0, echo=False, ack=False)]


def test_a_service_that_was_not_named_is_refused() -> None:
    with pytest.raises(NotCut):
        Services([Service("tcp", ports=(80, 443))]).mask(Service("tcp", ports=(443,)))
