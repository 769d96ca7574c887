"""What IOS and RGOS cannot hold is refused, all of it at once."""

from types import ModuleType
from typing import Any

import pytest

from countynet.errors import BadInput
from countynet.i18n import translate
from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter
from inventory.platforms import access_lists, cisco_ios, ruijie
from tests.unit.inventory.platforms.example import FULL

GE = "GigabitEthernet0/1"
PORT = {"name": GE, "addresses": ["10.0.0.2/24"]}
GROUP = {"group": 1, "address": "10.0.0.1/24", "priority": 1}
AGENT = {"listen": "0.0.0.0"}  # noqa: S104
USER = {"name": "u", "auth_key": "12345678", "priv_key": "12345678"}
PUBLISH = {"kind": "destination", "name": "x", "interface": GE, "destinations": ["192.0.2.1/32"], "protocol": "tcp",
           "ports": [80], "to": "10.0.0.9"}  # fmt: skip


def _port(**fields: Any) -> dict[str, Any]:
    return {"interfaces": [{"name": GE} | fields]}


def _list(*rules: dict[str, Any], at: str = GE) -> dict[str, Any]:
    given = [{"action": "accept", "name": "x", "in_interfaces": [at]} | rule for rule in rules]
    found = access_lists.filters({at: (*map(FilterRule.model_validate, given), access_lists.rest(at))})
    return {"interfaces": [PORT], "filters": found}


def _tunnel(**fields: Any) -> dict[str, Any]:
    plain = {"name": "hub", "local": "10.0.0.2", "remote": "1.1.1.2", "local_id": "a", "remote_id": "b"}
    nets = {"local_prefixes": ["10.0.0.0/8"], "remote_prefixes": ["0.0.0.0/0"], "key": "k", "initiate": True}
    return {"interfaces": [PORT], "tunnels": [plain | nets | {"dpd_seconds": 10} | fields]}


STATEFUL = PacketFilter(
    hook="input", default="drop", rules=(FilterRule(action="accept", name="established", state="established"),)
)
ODD: list[dict[str, Any]] = [
    {"banner": "two\nlines"},
    {"banner": "what?"},
    {"banner": "^C"},
    {"vlans": [{"id": 5, "name": "汉" * 11}]},
    {"vlans": [{"id": 5, "name": "a b"}]},
    {"vlans": [{"id": 5}, {"id": 5}]},
    {"vlans": [{"id": 1}]},
    {"vlans": [{"id": 1002}]},
    {"interfaces": [{"name": "eth0"}]},
    {"interfaces": [{"name": "gigabitethernet0/1"}]},
    {"interfaces": [{"name": "GigabitEthernet 0/1"}]},
    {"interfaces": [{"name": "Tunnel0"}]},
    {"interfaces": [{"name": "Loopback0"}]},
    {"interfaces": [{"name": GE}, {"name": GE}]},
    _port(description="why?"),
    _port(description=" x"),
    _port(switchport={"mode": "access"}),
    _port(switchport={"mode": "trunk", "trunk": [5, 5]}),
    _port(switchport={"mode": "access", "access": 5}, addresses=["10.0.0.1/24"]),
    _port(addresses=["10.0.0.1/24", "10.0.0.1/25"]),
    {"interfaces": [PORT, PORT | {"name": "GigabitEthernet0/2"}]},
    _port(ospf={}),
    _port(vrrp=[GROUP]),
    _port(addresses=["10.0.0.2/24"], vrrp=[GROUP | {"sync": "zones"}]),
    {"routes": [{"prefix": "10.0.0.0/8", "next_hop": "10.0.0.1"}]},
    {"routes": [{"prefix": "0.0.0.0/0", "next_hop": "10.0.0.1", "distance": 5}]},
    {"source": "10.0.0.1"},
    {"ssh": {"listen": "10.0.0.1"}},
    {"ssh": {"max_tries": 6, "password_login": True}},
    {"snmp": {"listen": "10.0.0.1"}},
    {"snmp": AGENT | {"trap_receivers": ["10.0.0.9"]}},
    {"snmp": AGENT | {"users": [USER | {"auth_key": "a b c d e"}]}},
    {"users": [{"name": "a", "ssh_keys": ["ssh-ed25519 AAAA"]}]},
    {"users": [{"name": "a", "locked": True}]},
    {"lldp": {"ports": [GE], "management": "10.0.0.1"}},
    {"interfaces": [PORT], "lldp": {"ports": [GE], "management": "10.0.0.1"}},
    {"filters": [STATEFUL]},
    _list(at="Vlan7"),
    _list({"protocol": "icmp", "log": True}, {"name": "y", "protocol": "icmp", "log": True}),
    _list({"sources": ["0.0.0.0/0"]}),
    _list({"protocol": "tcp", "icmp_echo_only": True}),
    _list({"destinations": ["10.0.0.9/32"]}) | {"nat": [PUBLISH]},
    {"nat": [PUBLISH]},
    {"interfaces": [PORT], "nat": [PUBLISH | {"protocol": None, "ports": []}]},
    {"interfaces": [PORT], "nat": [PUBLISH | {"destinations": ["192.0.2.0/24"]}]},
    {"interfaces": [PORT], "nat": [PUBLISH | {"sources": ["192.0.2.0/24"]}]},
    {"interfaces": [PORT], "nat": [PUBLISH, PUBLISH | {"name": "y"}]},
    {"interfaces": [PORT], "nat": [PUBLISH, {"kind": "source", "name": "y", "interface": "GigabitEthernet0/2"}]},
    _tunnel(dpd_seconds=5),
    _tunnel(key="a b"),
    _tunnel(key="a?b"),
    _tunnel(remote=None),
    _tunnel(initiate=False),
    _tunnel(local="10.9.9.9"),
    _tunnel(ike_proposal="aes128gcm16-ecp256"),
    _tunnel(ike_proposal="chacha20poly1305-prfsha256-x25519"),
    _tunnel(esp_proposal="aes128gcm16-sha256"),
    _tunnel(local_prefixes=[]),
]


@pytest.mark.parametrize("platform", [cisco_ios, ruijie], ids=["cisco_ios", "ruijie"])
@pytest.mark.parametrize("fields", ODD, ids=lambda fields: str(fields)[:100])
def test_what_cannot_be_held_is_refused_in_both_languages(platform: ModuleType, fields: dict[str, Any]) -> None:
    given = {"hostname": "x", "ssh": {"password_login": platform is ruijie}} | fields
    config = DeviceConfig.model_validate(given)
    with pytest.raises(BadInput) as refused:
        platform.check(config)
    assert all(problem.where for problem in refused.value.problems)
    assert all(translate(problem.message, **problem.values) for problem in refused.value.problems)
    with pytest.raises(BadInput):
        platform.render(config)


@pytest.mark.parametrize(
    "fields",
    [
        {"interfaces": [{"name": "Vlan5", "kind": "vlan", "vlan": 5}], "ssh": {"password_login": True}},
        {"ssh": {"password_login": False}},
        {"users": [{"name": "a", "ssh_keys": ["ssh-rsa AAAA"]}], "ssh": {"password_login": True}},
        _tunnel() | {"ssh": {"password_login": True}},
    ],
    ids=lambda fields: str(fields)[:100],
)
def test_what_ios_holds_and_rgos_does_not(fields: dict[str, Any]) -> None:
    config = DeviceConfig.model_validate({"hostname": "x"} | fields)
    cisco_ios.check(config)
    with pytest.raises(BadInput):
        ruijie.check(config)


def test_a_stateful_filter_is_sent_to_the_access_list_form() -> None:
    with pytest.raises(BadInput) as refused:
        cisco_ios.check(DeviceConfig(hostname="x", filters=(STATEFUL,)))
    assert "access_lists.convert" in refused.value.problems[0].message


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        cisco_ios.check(FULL)
    places = " ".join(problem.where for problem in refused.value.problems)
    for word in ("interfaces.v101", "interfaces.lo", "filters", "users.netadmin", "tunnels.cpe-025.key", "snmp.listen"):
        assert word in places


def test_no_secret_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        cisco_ios.check(DeviceConfig.model_validate({"hostname": "x"} | _tunnel(key="sec ret")))
    assert "sec ret" not in str([problem.values for problem in refused.value.problems])
