"""What Comware cannot hold is refused, all of it at once."""

from typing import Any

import pytest

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import h3c_comware
from tests.unit.inventory.platforms.example import FULL
from tests.unit.inventory.platforms.h3c_comware.keys import ECDSA, RSA

GE = "GigabitEthernet1/0/1"


def _filter(hook: str, **fields: Any) -> dict[str, Any]:
    return {"filters": [{"hook": hook, "default": "drop", "rules": [{"action": "drop", "name": "x"} | fields]}]}


def _tunnel(**fields: Any) -> dict[str, Any]:
    plain = {"name": "hub", "local": "1.1.1.1", "remote": "1.1.1.2", "local_id": "a", "remote_id": "b"}
    nets = {"local_prefixes": ["10.0.0.0/8"], "remote_prefixes": ["0.0.0.0/0"], "key": "k", "initiate": True}
    suite = {"ike_proposal": "aes128-sha256-ecp256", "dpd_seconds": 10}
    return {"tunnels": [plain | nets | suite | fields], **_port(addresses=["1.1.1.1/30"])}


def _port(**fields: Any) -> dict[str, Any]:
    return {"interfaces": [{"name": GE} | fields]}


def _list(*rules: dict[str, Any], port: str = GE) -> dict[str, Any]:
    last = {"action": "drop", "name": "rest", "in_interfaces": [port]}
    filters = [
        {"hook": hook, "default": "accept", "stateless": True, "rules": [*rules, last]} for hook in ("forward", "input")
    ]
    return {"filters": filters, **_port(addresses=["10.0.0.1/24"])}


GROUP = {"group": 1, "address": "10.0.0.1/24", "priority": 1}
SNMP_USER = {"name": "u", "auth_key": "12345678", "priv_key": "12345678"}
PUBLISHED = {"kind": "destination", "name": "x", "interface": GE, "to": "10.0.0.1", "destinations": ["1.1.1.1/32"]}
ODD: list[dict[str, Any]] = [
    {"banner": "100%"},
    {"banner": "what?"},
    {"banner": "two\nlines"},
    {"vlans": [{"id": 5, "name": "汉" * 90}]},
    {"vlans": [{"id": 5}, {"id": 5}]},
    {"vlans": [{"id": 1}]},
    {"interfaces": [{"name": "eth0"}]},
    {"interfaces": [{"name": "gigabitethernet1/0/1"}]},
    {"interfaces": [{"name": "Vlanif5", "kind": "vlan", "vlan": 5}]},
    {"interfaces": [{"name": "Tunnel0"}]},
    {"interfaces": [{"name": "Vlan-interface5", "kind": "vlan", "vlan": 6}]},
    {"interfaces": [{"name": "Vlan-interface5"}]},
    {"interfaces": [{"name": "Vlan-interface4095", "kind": "vlan", "vlan": 4095}]},
    {"interfaces": [{"name": "LoopBack0"}]},
    {"interfaces": [{"name": "Bridge-Aggregation1"}]},
    {"interfaces": [{"name": "Route-Aggregation1", "switchport": {"mode": "access", "access": 5}}]},
    {"interfaces": [{"name": GE}, {"name": GE}]},
    _port(description="why?"),
    _port(switchport={"mode": "access"}),
    _port(switchport={"mode": "trunk", "trunk": [5, 5]}),
    _port(switchport={"mode": "access", "access": 5}, addresses=["10.0.0.1/24"]),
    _port(addresses=["10.0.0.1/24", "10.0.0.1/25"]),
    _port(ospf={}),
    _port(ospf={"cost": 0}) | {"ospf": {"router_id": "1.1.1.1"}},
    _port(vrrp=[GROUP]),
    _port(addresses=["10.0.0.2/25"], vrrp=[GROUP]),
    _port(addresses=["10.0.0.2/24"], vrrp=[GROUP | {"sync": "a name that is too long for it"}]),
    {"forwarding": True},
    {"source": "10.0.0.1"},
    {"ssh": {"listen": "10.0.0.1"}},
    {"ssh": {"max_tries": 6}},
    {"ssh": {"password_login": True}},
    {"snmp": {"listen": "10.0.0.1"}},
    {"snmp": {"listen": "0.0.0.0", "trap_receivers": ["10.0.0.9"]}},  # noqa: S104
    {"snmp": {"listen": "0.0.0.0", "users": [SNMP_USER | {"auth_key": "a b c d e"}]}},  # noqa: S104
    {"users": [{"name": "a", "ssh_keys": ["ssh-ed25519 AAAA"]}]},
    {"users": [{"name": "a", "ssh_keys": ["ssh-rsa AAAA"]}]},
    {"users": [{"name": "a", "ssh_keys": [f"{RSA} comment"]}]},
    {"users": [{"name": "a", "ssh_keys": [RSA, ECDSA]}, {"name": "a-2", "ssh_keys": [RSA]}]},
    {"lldp": {"ports": [GE], "management": "10.0.0.1"}},
    _filter("input", in_interfaces=["lo"]),
    _filter("input", out_interfaces=[GE]),
    _filter("output", in_interfaces=[GE]),
    _filter("forward", in_interfaces=["Tunnel0"]),
    _filter("forward", state="established"),
    _filter("forward", action="accept", state="invalid"),
    _filter("forward", ports=[80]),
    _filter("forward", protocol="tcp", source_ports=[80]),
    _filter("forward", protocol="icmp", ports=[80]),
    _filter("forward", not_sources=["10.0.0.0/8"]),
    _filter("forward", source_macs=["00:11:22:33:44:55"]),
    _filter("forward", not_source_macs=["00:11:22:33:44:55"]),
    _filter("forward", in_interfaces=[GE], out_interfaces=["MGigabitEthernet"]),
    _list(port="LoopBack0"),
    _list({"action": "accept", "name": "x", "in_interfaces": [GE], "out_interfaces": [GE]}),
    _list() | {"filters": [*_list()["filters"], {"hook": "output", "default": "drop"}]},
    {"nat": [{"kind": "source", "name": "x", "interface": GE}]},
    _port() | {"nat": [{"kind": "destination", "name": "x", "interface": GE}]},
    _port() | {"nat": [PUBLISHED | {"destinations": ["1.0.0.0/8"]}]},
    _port() | {"nat": [PUBLISHED | {"sources": ["1.0.0.0/8"]}]},
    _port() | {"nat": [PUBLISHED | {"name": "a" * 41}]},
    _port() | {"nat": [{"kind": "source", "name": "x", "interface": GE, "sources": ["0.0.0.0/0"]}]},
    _tunnel(dpd_seconds=5),
    _tunnel(key="a b"),
    _tunnel(key='a"b'),
    _tunnel(remote=None),
    _tunnel(local="1.1.1.9"),
    _tunnel(ike_proposal="aes128gcm16-prfsha256-ecp256"),
    _tunnel(ike_proposal="chacha20poly1305-prfsha256-x25519"),
    _tunnel(esp_proposal="aes128gcm16-sha256"),
    _tunnel(local_prefixes=[]),
]  # fmt: skip


@pytest.mark.parametrize("fields", ODD, ids=str)
def test_what_comware_cannot_hold_is_refused(fields: dict[str, Any]) -> None:
    config = DeviceConfig.model_validate({"hostname": "x"} | fields)
    with pytest.raises(BadInput) as refused:
        h3c_comware.check(config)
    assert all(problem.where for problem in refused.value.problems)
    with pytest.raises(BadInput):
        h3c_comware.render(config)


def test_all_tunnels_have_one_ike_proposal() -> None:
    one, port = _tunnel()["tunnels"][0], _port(addresses=["1.1.1.1/30"])
    two = one | {"name": "other", "ike_proposal": "aes256-sha256-modp2048"}
    with pytest.raises(BadInput):
        h3c_comware.check(DeviceConfig.model_validate({"hostname": "x", "tunnels": [one, two], **port}))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        h3c_comware.check(FULL)
    places = " ".join(problem.where for problem in refused.value.problems)
    for word in ("interfaces.v101", "interfaces.lo", "filters.input.ospf", "users.netadmin", "tunnels.cpe-025.key"):
        assert word in places


def test_no_secret_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        h3c_comware.check(DeviceConfig.model_validate({"hostname": "x"} | _tunnel(key="sec ret")))
    assert "sec ret" not in str([problem.values for problem in refused.value.problems])


@pytest.mark.parametrize("fields", [_tunnel(), _list(), _filter("forward", in_interfaces=[GE])], ids=str)
def test_a_plain_device_is_let_through(fields: dict[str, Any]) -> None:
    h3c_comware.check(DeviceConfig.model_validate({"hostname": "x"} | fields))
