"""WireGuard: cryptokey routing between devices, read of what runs, and what makes it unknown."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countynet.errors import BadInput
from countynet.vocabulary import ZoneName
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from inventory.platforms.linux.wireguard import public
from inventory.platforms.registry import platform
from tests.unit.topology.reach.grid.joined import key
from tests.unit.topology.reach.grid.three import single, wrong
from topology.reach.answers import Answers
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, FORGED, Network, network
from topology.reach.space import Packet, Space
from topology.reach.walk import walk
from topology.reach.walk_back import Walker
from topology.reach.wires import STRANGER, doubts

ALL = "0.0.0.0/0"
PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
PUBLIC = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="
"""the pair of keys that wg(8) gives as its example"""
SHOWN = f"""#### /etc/wireguard/wg0.conf 0600
[Interface]
ListenPort = 51820
PrivateKey = {PRIVATE}

[Peer]
PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
PresharedKey = {PRIVATE}
AllowedIPs = 10.192.122.3/32, 10.192.124.0/24, fd00::/64
Endpoint = 192.95.5.67:1234
PersistentKeepalive = 25
"""


def made(hub: dict[str, list[str]], spoke: list[str], *, strange: bool = False) -> Network:
    """Return a hub with spokes `a` and `b`, each with a place behind it; what they allow each other is given."""
    configs = {}
    for n, name in enumerate(("hub", "a", "b")):
        far = {"hub": hub, "a": {"hub": spoke}, "b": {"hub": spoke}}[name]
        peers = [{"key": key(peer), "allowed": allowed} for peer, allowed in far.items()]
        told = {"key": key("x" if strange and name == "b" else name), "peers": peers}
        routes = [(f"10.0.{k}.0/24", f"10.77.0.{k}") for k in (1, 2)] if name == "hub" else [(ALL, "10.77.0.9")]
        configs[name] = DeviceConfig.model_validate({
            "hostname": name, "forwarding": True,
            "interfaces": [{"name": "lan0", "addresses": [f"10.0.{n}.1/24"]},
                           {"name": "wg0", "addresses": [f"10.77.0.{n or 9}/24"], "wireguard": told}],
            "routes": [{"prefix": prefix, "next_hop": hop} for prefix, hop in routes],
        })  # fmt: skip
    places = {"hub": ZoneName.SERVER, "a": ZoneName.CITY, "b": ZoneName.PUBLIC}
    cables = [
        SimpleNamespace(id=n, a=SimpleNamespace(node=n, port="lan0"), b=SimpleNamespace(node=f"h-{n}", port="eth0"))
        for n in places
    ]
    hosts = [SimpleNamespace(name=f"h-{n}", zone=zone) for n, zone in places.items()]
    devices = [SimpleNamespace(name=n, platform="linux", role=SimpleNamespace(value=""), management=IPv4Address(k),
                               management6=None) for k, n in enumerate(configs)]  # fmt: skip
    stub: Any = SimpleNamespace(devices=devices, cables=cables, hosts=hosts, circuits=[], units=[], zones=[],
                                cpe_by_unit={}, plan=SimpleNamespace(tunnels=IPv4Network("192.0.2.0/24")))  # fmt: skip
    return network(cast(County, stub), configs)


def packet(source: str, target: str) -> Packet:
    return Packet(IPv4Address(source), IPv4Address(target), 6, port=80, from_port=1024, echo=False, ack=False)


def arrives(found: Network, source: str, target: str, one: Packet) -> bool:
    space = Space()
    return space.holds(Engine(found, space).run(source).at.get(target, space.nothing), one)


def answered(found: Network, source: str, target: str, one: Packet) -> bool:
    """Return whether an answer comes back, by the sets and by the walk of single packets, which have to agree."""
    space = Space()
    steady, back = Engine(found, space), Engine(found, space, answers=True)
    answers = Answers(steady, back, {}, {(source, target): single(space, one)}, lambda _place: space.everything)
    home = Walker(steady, {}).home(source, target, one)[0]
    assert (answers.dead((source, target)) is None) is home
    return home


EACH = {"a": ["10.0.1.0/24"], "b": ["10.0.2.0/24"]}


def test_a_peer_sends_from_its_allowed_addresses_alone_and_gets_what_is_to_them() -> None:
    found = made(EACH, [ALL])
    assert arrives(found, "zone:city", "zone:server", packet("10.0.1.5", "10.0.0.5"))
    assert not arrives(found, "zone:city", "zone:server", packet("10.0.2.5", "10.0.0.5")), "of another peer"
    assert arrives(found, "zone:server", "zone:city", packet("10.0.0.5", "10.0.1.5"))
    assert arrives(found, "zone:city", "zone:public", packet("10.0.1.5", "10.0.2.5")), "client to client, by the hub"
    assert [*wrong(found, Random(1), answers=False, most=20)] == []
    way = walk(Engine(found, Space()), "zone:city", "zone:public", packet("10.0.1.5", "10.0.2.5"))
    assert [step.device for step in way] == ["a", "hub", "b"]


def test_answers_come_back_over_it_by_the_same_tables() -> None:
    found = made(EACH, [ALL])
    assert answered(found, "zone:city", "zone:server", packet("10.0.1.5", "10.0.0.5"))
    assert answered(found, "zone:city", "zone:public", packet("10.0.1.5", "10.0.2.5")), "client to client"
    hub = found.configs["hub"]
    there = hub.model_copy(update={"routes": tuple(r for r in hub.routes if "10.0.2." in str(r.prefix))})
    lost = replace(found, configs={**found.configs, "hub": there})
    assert arrives(lost, "zone:city", "zone:server", packet("10.0.1.5", "10.0.0.5"))
    assert not answered(lost, "zone:city", "zone:server", packet("10.0.1.5", "10.0.0.5")), "the hub has no way back"
    alone = made({"a": ["10.0.1.0/25"], "b": ["10.0.2.0/24", "10.0.1.0/24"]}, [ALL])
    assert answered(alone, "zone:city", "zone:server", packet("10.0.1.5", "10.0.0.5"))
    assert not arrives(alone, "zone:city", "zone:server", packet("10.0.1.200", "10.0.0.5")), "it is the other's"


def test_the_longest_allowed_prefix_says_whose_an_address_is() -> None:
    found = made({"a": ["10.0.0.0/8"], "b": ["10.0.2.0/24"]}, [ALL])
    assert not arrives(found, "zone:city", "zone:server", packet("10.0.2.5", "10.0.0.5")), "it is the other's"
    assert arrives(found, "zone:city", "zone:server", packet("10.0.1.5", "10.0.0.5"))
    assert arrives(found, "zone:city", "zone:server", packet("10.0.3.5", "10.0.0.5")), "a hole: nobody else's"
    assert [*wrong(found, Random(2), answers=False, most=20)] == []


def test_a_taken_peer_is_bound_by_what_the_far_end_allows_it() -> None:
    space, found = Space(), made(EACH, [ALL])
    engine = Engine(found, space)
    met = engine.run(FORGED + "a").met["hub", "wg0"]
    assert met == space.sources([IPv4Network("10.0.1.0/24")])
    assert engine.run(DEVICES).devices["hub"] != space.nothing


def test_a_peer_that_nobody_knows_makes_its_device_unknown() -> None:
    assert doubts(made(EACH, [ALL])) == {}
    assert doubts(made(EACH, [ALL], strange=True)) == {"hub": STRANGER}
    assert Engine(made(EACH, [ALL], strange=True), Space()).doubts == {"hub": STRANGER}


def test_what_runs_is_read_and_masked_and_never_written() -> None:
    its = platform("linux")
    parsed = its.parse(SHOWN)
    told = next(i.wireguard for i in parsed.config.interfaces if i.name == "wg0")
    assert told is not None
    assert (told.key, told.port) == (PUBLIC, 51820)
    assert [str(n) for peer in told.peers for n in peer.allowed] == ["10.192.122.3/32", "10.192.124.0/24"]
    assert [str(n) for peer in told.peers for n in peer.allowed6] == ["fd00::/64"]
    assert [one for one in parsed.unparsed if "wireguard" in one.section] == []
    assert PRIVATE not in its.mask(SHOWN)
    assert "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=" in its.mask(SHOWN)
    with pytest.raises(BadInput):
        its.render(parsed.config)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("ListenPort = 51820", "FwMark = 0x1"),
        ("Endpoint = 192.95.5.67:1234", "Endpoint = [2001:db8::1]:1234"),
        (f"PrivateKey = {PRIVATE}\n\n", "PrivateKey = short\n\n"),
        ("10.192.122.3/32", "10.192.122.300/32"),
    ],
)
def test_what_is_not_understood_is_listed(mine: str, theirs: str) -> None:
    assert mine in SHOWN
    listed = platform("linux").parse(SHOWN.replace(mine, theirs)).unparsed
    assert [one for one in listed if one.section == "/etc/wireguard/wg0.conf"]
    assert PRIVATE not in str(listed)


def test_a_public_key_is_made_of_the_private_one() -> None:
    assert public(PRIVATE) == PUBLIC
    assert public("no key") == ""
