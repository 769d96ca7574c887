"""What a Linux device cannot hold is refused, all of it at once."""

from typing import Any

import pytest

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import linux
from tests.unit.inventory.platforms.example import FULL


def _filter(hook: str, **fields: Any) -> dict[str, Any]:
    rule = {"action": "drop", "name": "x"} | fields
    return {"filters": [{"hook": hook, "default": "drop", "rules": [rule]}]}


HOP = {"prefix": "10.0.0.0/8", "next_hop": "10.1.1.1"}
ODD: list[dict[str, Any]] = [
    {"banner": "two\nlines"},
    {"banner": "#### /etc/shadow 0644"},
    {"banner": "a\u2028b"},
    {"banner": " leading"},
    {"banner": "汉" * 100},
    {"vlans": [{"id": 5, "name": "a  b"}]},
    {"vlans": [{"id": 5}, {"id": 5}]},
    {"interfaces": [{"name": "a b"}]},
    {"interfaces": [{"name": "br0"}]},
    {"interfaces": [{"name": "x\n"}]},
    {"interfaces": [{"name": "x"}, {"name": "x"}]},
    {"interfaces": [{"name": "x", "description": "a\nshutdown"}]},
    {"interfaces": [{"name": "lo"}]},
    {"interfaces": [{"name": "lo1", "kind": "loopback"}]},
    {"interfaces": [{"name": "lo", "kind": "loopback", "enabled": False}]},
    {"interfaces": [{"name": "v5", "kind": "vlan"}]},
    {"interfaces": [{"name": "v5", "kind": "vlan", "vlan": 5000}]},
    {"interfaces": [{"name": "x", "vlan": 5}]},
    {"interfaces": [{"name": "x", "switchport": {"mode": "access"}}]},
    {"interfaces": [{"name": "x", "switchport": {"mode": "access", "access": 5, "trunk": [6]}}]},
    {"interfaces": [{"name": "x", "switchport": {"mode": "trunk", "access": 5}}]},
    {"interfaces": [{"name": "x", "switchport": {"mode": "trunk", "trunk": [4095]}}]},
    {"interfaces": [{"name": "x", "switchport": {"mode": "access", "access": 5}, "addresses": ["10.0.0.1/24"]}]},
    {"interfaces": [{"name": "x", "addresses": ["10.0.0.1/24", "10.0.0.1/24"]}]},
    {"interfaces": [{"name": "x", "ospf": {"cost": 0}}]},
    {"interfaces": [{"name": "x", "vrrp": [{"group": 1, "address": "10.0.0.1/24", "priority": 1, "sync": "a b"}]}]},
    {
        "routes": [
            {"prefix": "10.0.0.0/8", "next_hop": "10.1.1.1"},
            {"prefix": "10.0.0.0/8", "next_hop": "10.1.1.1", "distance": 9},
        ]
    },
    {"ospf": {"router_id": "1.1.1.1", "default_metric": -1}},
    {"ospf": {"router_id": "1.1.1.1", "redistribute": [{"source": "static"}, {"source": "static", "metric": 1}]}},
    {"filters": [{"hook": "input", "default": "drop"}, {"hook": "input", "default": "accept"}]},
    _filter("input", ports=[80]),
    _filter("input", icmp_echo_only=True),
    _filter("input", out_interfaces=["y"]),
    _filter("output", in_interfaces=["y"]),
    _filter("forward", in_interfaces=['y"z']),
    _filter("forward", protocol="tcp", ports=[0]),
    _filter("forward", sources=["10.0.0.0/8", "10.0.0.0/8"]),
    _filter("forward", source_macs=["02:00:00:00:00:01", "02:00:00:00:00:01"]),
    _filter("output", source_macs=["02:00:00:00:00:01"]),
    _filter("output", not_source_macs=["02:00:00:00:00:01"]),
    {"nat": [{"kind": "destination", "name": "x", "interface": "y"}]},
    {"nat": [{"kind": "source", "name": "x", "interface": "y", "ports": [80]}]},
    {"tunnels": [FULL.tunnels[0].model_dump() | {"local_prefixes": ()}]},
    {"tunnels": [FULL.tunnels[0].model_dump() | {"local_id": "a b"}]},
    {"tunnels": [FULL.tunnels[0].model_dump() | {"key": ""}]},
    {"tunnels": [FULL.tunnels[0].model_dump() | {"esp_proposal": "aes } x {"}]},
    {"snmp": {"listen": "10.0.0.1", "users": [{"name": "u", "auth_key": "short", "priv_key": "longenough"}]}},
    {"snmp": {"listen": "10.0.0.1", "users": [{"name": "u", "auth_key": 'quote"quote', "priv_key": "longenough"}]}},
    {"snmp": {"listen": "10.0.0.1", "trap_receivers": ["10.0.0.2"]}},
    {"snmp": {"listen": "10.0.0.1", "location": "a\nrwcommunity public"}},
    {"ssh": {"max_tries": 0}},
    {"ssh": {"idle_seconds": 0}},
    {"lldp": {"management": "10.0.0.1", "ports": ["a,b"]}},
    {"users": [{"name": "a", "ssh_keys": ['command="sh" ssh-ed25519 AAAA']}]},
    {"users": [{"name": "a"}, {"name": "a"}]},
]


@pytest.mark.parametrize("fields", ODD, ids=lambda fields: str(fields)[:70])
def test_what_a_device_cannot_hold_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        linux.render(DeviceConfig.model_validate({"hostname": "x"} | fields))
    assert len(caught.value.problems) >= 1
    assert all(problem.where for problem in caught.value.problems)


def test_every_problem_is_told_at_once_and_no_secret_is() -> None:
    fields = {"banner": "a\nb", "ssh": {"max_tries": 0}, "interfaces": [{"name": "br0"}]}
    fields["snmp"] = {"listen": "10.0.0.1", "users": [{"name": "u", "auth_key": "short", "priv_key": "longenough"}]}
    with pytest.raises(BadInput) as caught:
        linux.render(DeviceConfig.model_validate({"hostname": "x"} | fields))
    problems = caught.value.problems
    assert {problem.where for problem in problems} == {
        "banner",
        "ssh.max_tries",
        "snmp.users.u.auth_key",
        "interfaces.br0",
    }
    assert "short" not in repr(problems)
