"""Which frames meet: VLANs and cables as points that are one broadcast domain, and where two tags lead. Pure.

A switch takes what its port's mode lets in (IEEE 802.1Q): an access port untagged frames, a trunk the tags of the VLANs
that it carries, untagged frames for its native VLAN alone. Whoever stands on a trunk himself can tag, so he is in every
VLAN of it. Whoever stands in the native VLAN of a trunk can put a second tag under the first: the trunk's switch takes
the first away, and the next one finds the second (VLAN hopping, one way only). Some switches refuse such frames at
their access ports; which ones do is told by no configuration, so none is trusted to.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inventory.deviceconfig import DeviceConfig, Interface
from inventory.model import County

Port = tuple[str, str]
"""node, interface"""
Point = tuple[str, str, int | None]
"""node, port and tag of a frame there; a port of "" stands for the VLAN inside a switch"""
LAX = "linux"
"""the platform whose switch carries what its ports say, whether it was told of the VLAN or not"""


@dataclass(frozen=True)
class Leap:
    """A trunk that sends frames of its native VLAN on without that tag, so that a second one shows."""

    device: str
    port: str
    native: int
    vlan: int
    """the VLAN that the far end finds"""


class Joints:
    """Union of points: which of them are one broadcast domain."""

    def __init__(self) -> None:
        self._over: dict[Point, Point] = {}
        self.taggers: list[Point] = []
        """points where a node that is told no such tag may send it all the same"""
        self.leaps: list[tuple[Point, Point, Leap]] = []
        """from a VLAN inside a switch, to one inside another"""

    def find(self, point: Point) -> Point:
        """Return the point that stands for a point's domain."""
        above = self._over.setdefault(point, point)
        while above != self._over[above]:
            above = self._over[above]
        self._over[point] = above
        return above

    def join(self, one: Point, other: Point) -> None:
        """Make two points one domain."""
        self._over[self.find(one)] = self.find(other)

    def leaping(self) -> Iterator[tuple[Point, Point, Leap]]:
        """Yield from which domain into which others two or more tags lead, each by its point, with the first trunk."""
        next_: dict[Point, dict[Point, Leap]] = defaultdict(dict)
        for one, other, leap in self.leaps:
            if self.find(one) != self.find(other):
                next_[self.find(one)].setdefault(self.find(other), leap)
        for first in [*next_]:
            found = dict(next_[first])
            queue = [*found]
            while queue:
                point = queue.pop()
                fresh = {to: found[point] for to in next_.get(point, ()) if to not in found and to != first}
                found |= fresh
                queue += fresh
            yield from ((first, point, leap) for point, leap in found.items())


def joined(county: County, configs: Mapping[str, DeviceConfig], platforms: Mapping[str, str]) -> Joints:
    """Return the points of a county's cables, joined."""
    joints = Joints()
    inside: dict[Port, dict[int | None, int]] = defaultdict(dict)
    for name, config in configs.items():
        for item, tag, vlan in frames(config, platforms.get(name, "")):
            inside[name, item.name][tag] = vlan
            joints.join((name, item.name, tag), (name, "", vlan))
    dead = {(n, i.name) for n, config in configs.items() for i in config.interfaces if not i.enabled}
    for cable in county.cables:
        a, b = (cable.a.node, cable.a.port), (cable.b.node, cable.b.port)
        if a not in dead and b not in dead:
            for tag in {None, *inside[a], *inside[b]}:
                joints.join((*a, tag), (*b, tag))
            for near, far in ((a, b), (b, a)):
                joints.taggers += _unheard(near, far, inside)
                joints.leaps += _leaps(near, far, inside)
    return joints


def _unheard(near: Port, far: Port, inside: Mapping[Port, Mapping[int | None, int]]) -> Iterator[Point]:
    """Yield the tags that a port was not told of and that its cable's far end takes for more than untagged frames."""
    for tag, vlan in inside[far].items():
        if tag is not None and tag not in inside[near] and vlan != inside[far].get(None):
            yield (*near, tag)


def _leaps(
    near: Port, far: Port, inside: Mapping[Port, Mapping[int | None, int]]
) -> Iterator[tuple[Point, Point, Leap]]:
    """Yield where frames of the native VLAN of a trunk get by their second tag."""
    native = inside[near].get(None)
    for tag, vlan in inside[far].items():
        if native is not None and tag is not None:
            yield (near[0], "", native), (far[0], "", vlan), Leap(near[0], near[1], native, vlan)


def frames(config: DeviceConfig, platform: str) -> Iterator[tuple[Interface, int | None, int]]:
    """Yield what a device's ports carry: the port, the tag on the wire, the VLAN inside.

    VLAN 1 is everywhere without being told; another that a device was not told of is carried by Linux alone. Frames
    with the tag of what leaves untagged are taken, too (but by Linux's access ports); that none are sent so is not told
    apart: where one end tags what the other does not, both are taken to hear each other.
    """
    known = {1, *(vlan.id for vlan in config.vlans)}
    for item in config.interfaces:
        port = item.switchport
        if port is None or not item.enabled:
            continue
        if port.mode == "access" and port.access:
            yield item, None, port.access
            if platform != LAX:
                yield item, port.access, port.access
        elif port.mode == "trunk":
            carried = [vlan for vlan in port.trunk if vlan in known or platform == LAX]
            yield from ((item, vlan, vlan) for vlan in carried)
            yield from ((item, None, vlan) for vlan in carried if vlan == port.native)
