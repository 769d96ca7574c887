"""What VRP cannot hold is refused, all of it at once."""

from typing import Any

import pytest

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import huawei_vrp
from tests.unit.inventory.platforms.example import FULL

GE = "GigabitEthernet0/0/1"


def _filter(hook: str, **fields: Any) -> dict[str, Any]:
    return {"filters": [{"hook": hook, "default": "drop", "rules": [{"action": "drop", "name": "x"} | fields]}]}


def _tunnel(**fields: Any) -> dict[str, Any]:
    plain = {"name": "hub", "local": "1.1.1.1", "remote": "1.1.1.2", "local_id": "a", "remote_id": "b"}
    nets = {"local_prefixes": ["10.0.0.0/8"], "remote_prefixes": ["0.0.0.0/0"], "key": "k", "initiate": True}
    return {"tunnels": [plain | nets | {"dpd_seconds": 10} | fields]}


def _port(**fields: Any) -> dict[str, Any]:
    return {"interfaces": [{"name": GE} | fields]}


GROUP = {"group": 1, "address": "10.0.0.1/24", "priority": 1}
ODD: list[dict[str, Any]] = [
    {"banner": 'say "hello"'},
    {"banner": "what?"},
    {"banner": "two\nlines"},
    {"vlans": [{"id": 5, "name": "汉" * 30}]},
    {"vlans": [{"id": 5}, {"id": 5}]},
    {"interfaces": [{"name": "eth0"}]},
    {"interfaces": [{"name": "gigabitethernet0/0/1"}]},
    {"interfaces": [{"name": "Tunnel0"}]},
    {"interfaces": [{"name": "Vlanif5", "kind": "vlan", "vlan": 6}]},
    {"interfaces": [{"name": "Vlanif5"}]},
    {"interfaces": [{"name": "LoopBack0"}]},
    {"interfaces": [{"name": GE}, {"name": GE}]},
    _port(description="why?"),
    _port(description=" x"),
    _port(switchport={"mode": "access"}),
    _port(switchport={"mode": "trunk", "trunk": [5, 5]}),
    _port(switchport={"mode": "access", "access": 5}, addresses=["10.0.0.1/24"]),
    _port(addresses=["10.0.0.1/24", "10.0.0.1/25"]),
    _port(ospf={}),
    _port(vrrp=[GROUP]),
    _port(addresses=["10.0.0.2/25"], vrrp=[GROUP]),
    _port(addresses=["10.0.0.2/24"], vrrp=[GROUP | {"sync": "other"}]),
    {"forwarding": True},
    {"interfaces": [{"name": n, "addresses": [f"10.0.{n[-1]}.1/24"]} for n in (GE, "GigabitEthernet0/0/2")]},
    {"source": "10.0.0.1"},
    {"ssh": {"listen": "10.0.0.1"}},
    {"ssh": {"max_tries": 6}},
    {"snmp": {"listen": "10.0.0.1"}},
    {"snmp": {"listen": "0.0.0.0", "trap_receivers": ["10.0.0.9"]}},  # noqa: S104
    {"snmp": {"listen": "0.0.0.0", "users": [{"name": "u", "auth_key": "a b c d e", "priv_key": "12345678"}]}},  # noqa: S104
    {"users": [{"name": "a", "ssh_keys": ["ssh-ed25519 AAAA"]}]},
    {"users": [{"name": "a", "ssh_keys": ["ssh-rsa AAAA", "ssh-rsa AAAB"]}]},
    {"lldp": {"ports": [GE], "management": "10.0.0.1"}},
    _filter("input", in_interfaces=["lo"]),
    _filter("input", out_interfaces=[GE]),
    _filter("output", in_interfaces=[GE]),
    _filter("forward", in_interfaces=["Vlanif*"]),
    _filter("forward", in_interfaces=["Tunnel0"]),
    _filter("forward", state="established"),
    _filter("forward", action="accept", state="invalid"),
    _filter("forward", ports=[80]),
    _filter("forward", protocol="icmp", ports=[80]),
    {"nat": [{"kind": "source", "name": "x", "interface": "wan0"}]},
    {"nat": [{"kind": "destination", "name": "x", "interface": GE}]},
    _tunnel(name="a-very-long-name"),
    _tunnel(dpd_seconds=5),
    _tunnel(key="a b"),
    _tunnel(key='a"b'),
    _tunnel(remote=None),
    _tunnel(ike_proposal="aes128gcm16-ecp256"),
    _tunnel(ike_proposal="chacha20poly1305-prfsha256-x25519"),
    _tunnel(esp_proposal="aes128gcm16-sha256"),
    _tunnel(local_prefixes=[]),
]


@pytest.mark.parametrize("fields", ODD, ids=str)
def test_what_vrp_cannot_hold_is_refused(fields: dict[str, Any]) -> None:
    config = DeviceConfig.model_validate({"hostname": "x"} | fields)
    with pytest.raises(BadInput) as refused:
        huawei_vrp.check(config)
    assert all(problem.where for problem in refused.value.problems)
    with pytest.raises(BadInput):
        huawei_vrp.render(config)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        huawei_vrp.check(FULL)
    places = " ".join(problem.where for problem in refused.value.problems)
    for word in ("interfaces.v101", "interfaces.lo", "filters.input.ospf", "users.netadmin", "tunnels.cpe-025.key"):
        assert word in places


def test_no_secret_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        huawei_vrp.check(DeviceConfig.model_validate({"hostname": "x"} | _tunnel(key="sec ret")))
    assert "sec ret" not in str([problem.values for problem in refused.value.problems])


def test_a_plain_device_is_let_through() -> None:
    huawei_vrp.check(DeviceConfig.model_validate({"hostname": "x"} | _tunnel() | _port()))
