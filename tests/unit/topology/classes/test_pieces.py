"""Filters taken apart: every packet is in one piece, the one of the rule that decides it."""

from topology.confirm.classes.derive import Derived
from topology.confirm.classes.pieces import Pieces
from topology.reach.deciding import decide


def test_the_pieces_part_what_comes_in_and_each_is_its_rules(derived: Derived) -> None:
    engine = derived.engine
    space, pieces = engine.space, Pieces(engine)
    for device, into in (("cpe-001", "lan0"), ("cpe-030", "lan0"), ("fw-1", "inet0"), ("vpn-hub", "ipsec0")):
        config = engine.network.configs[device]
        seen = space.nothing
        for piece in pieces.met(device, into, space.everything):
            if (piece.hook, piece.out) == ("input", ""):
                assert piece.packets & seen == space.nothing
                seen = seen | piece.packets
            chain = next(c for c in config.filters if c.hook == piece.hook)
            packet = space.one(piece.packets)
            assert packet is not None
            step = decide(config, piece.hook, device, into, piece.out, packet, answers=False)
            assert step.rule == ("" if piece.number < 0 else chain.rules[piece.number].name)
        assert seen == engine.own(device)
