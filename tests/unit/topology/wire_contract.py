"""What every wire promises, checked on the fake by a unit test and on real sockets by a twin test."""

from topology.confirm.packets import INDEX_BITS, build, read
from topology.confirm.probe import Probe
from topology.confirm.wire import Wire

RUN = 1500


def check_wire(wire: Wire, open_: Probe, shut: Probe) -> None:
    """An open way shows the packet at its target and an answer at its source, a shut one nothing; time goes on."""
    start = wire.time()
    for index, probe in enumerate((open_, shut)):
        token = RUN << INDEX_BITS | index
        ask = probe.ask
        wire.send(probe, build(ask.kind, probe.source.address, probe.target.address, ask.port, token))
    seen = set()
    until = wire.time() + 0.5
    while wire.time() < until:
        for node, packet in wire.receive(until - wire.time()):
            sighting = read(packet, RUN)
            if sighting:
                seen.add((node, sighting.token & 0xFF, sighting.answer))
    assert {(open_.target.node, 0, False), (open_.source.node, 0, True)} <= seen
    assert not [item for item in seen if item[1] == 1]
    assert wire.time() >= start + 0.5
