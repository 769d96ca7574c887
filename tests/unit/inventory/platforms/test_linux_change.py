"""Activation: what is done about a difference, in which order, and how little."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Interface, OspfInterface, StaticRoute, SwitchPort, Vlan
from inventory.platforms import linux
from inventory.platforms.linux.fetch import PENDING
from inventory.platforms.linux.text import split
from tests.unit.inventory.platforms.example import FULL

BARE = linux.normalise((Path(__file__).parent / "recorded" / "bare.txt").read_text(encoding="utf-8"))
DONE = f"rm -f {PENDING}"


def _to(after: DeviceConfig, before: DeviceConfig = FULL) -> linux.Activation:
    return linux.activation(linux.render(before), linux.render(after))


def _with(**fields: Any) -> DeviceConfig:
    return DeviceConfig.model_validate(FULL.model_dump() | fields)


def test_equal_texts_need_nothing() -> None:
    plan = _to(FULL)
    assert (dict(plan.files), plan.delete, plan.commands, plan.closing) == ({}, (), (), ())


def test_a_bare_device_is_filtered_before_it_forwards_and_closed_last() -> None:
    plan = linux.activation(BARE, linux.render(FULL))
    starts: tuple[str, ...] = (
        "usermod -L factory",
        "hostname",
        "nft -f",
        "sysctl",
        "systemctl start openvswitch-switch",
        "ovs-vsctl",
    )
    starts += ("systemctl restart frr", "systemctl restart keepalived strongswan snmpd lldpd rsyslog chrony", DONE)
    places = [next(i for i, command in enumerate(plan.commands) if command.startswith(start)) for start in starts]
    assert places == sorted(places)
    assert not any("reload ssh" in command for command in plan.commands)
    assert "systemctl reload ssh" in plan.closing
    assert set(plan.files) == {PENDING, *split(linux.render(FULL))}
    assert next(iter(plan.files)) == PENDING


def test_zebra_does_not_shut_the_port_over_which_it_is_configured() -> None:
    first = linux.activation(BARE, linux.render(FULL)).files["/etc/frr/zebra.conf"][1]
    assert "interface stg0\n description staging\nexit" in first
    assert "interface idle1\n shutdown\nexit" in first
    later = linux.activation(linux.render(_with(banner="x")), linux.render(_with(hostname="core-9")))
    assert "interface stg0\n description staging\n shutdown\nexit" in later.files["/etc/frr/zebra.conf"][1]


def test_a_changed_filter_touches_filters_only() -> None:
    plan = _to(_with(filters=FULL.filters[:1]))
    assert plan.commands == ("nft -f /etc/nftables.conf", DONE)
    assert list(plan.files) == [PENDING, "/etc/nftables.conf"]


def test_the_last_filter_gone_flushes_and_deletes() -> None:
    plan = _to(_with(filters=(), nat=(), tunnels=()), _with(tunnels=()))
    assert plan.commands == ("nft flush ruleset",)
    assert plan.delete == ("/etc/nftables.conf",)


def test_a_route_changes_by_vtysh_without_a_restart() -> None:
    route = StaticRoute.model_validate({"prefix": "10.9.0.0/16", "next_hop": "10.254.0.6"})
    plan = _to(_with(routes=(FULL.routes[0], route)))
    assert plan.commands == (
        r"printf '%s\n' 'no ip route 10.21.0.0/16 blackhole 250' | vtysh -f /dev/stdin >/dev/null 2>&1 || :",
        "for t in main 220; do for p in boot 4; do ip route del blackhole 10.21.0.0/16 table $t proto $p; done; done "
        "2>/dev/null || :",
        "vtysh -c 'configure terminal' -c 'ip route 10.9.0.0/16 10.254.0.6'",
        DONE,
    )


def test_an_interface_changes_line_by_line() -> None:
    changed = {
        "name": "x-fw1",
        "description": "neu",
        "addresses": ("10.254.0.9/30",),
        "ospf": {"cost": 30, "area": "0.0.0.1"},
    }
    others = tuple(i for i in FULL.interfaces if i.name != "x-fw1")
    plan = _to(_with(interfaces=(*others, Interface.model_validate(changed))))
    removal, kernel, kernel6, addition, _ = plan.commands
    assert "'no ip address 10.254.0.5/30'" in removal
    assert "'no ip ospf area 0.0.0.0'" in removal
    assert "cost" not in removal
    assert kernel == "ip address del 10.254.0.5/30 dev x-fw1 2>/dev/null || :"
    assert "'no ipv6 address 2001:db8:5::1/64'" in removal
    assert kernel6 == "ip address del 2001:db8:5::1/64 dev x-fw1 2>/dev/null || :"
    for line in ("description neu", "ip address 10.254.0.9/30", "ip ospf cost 30", "ip ospf area 0.0.0.1"):
        assert f"-c '{line}'" in addition


def test_an_interface_gone_is_emptied_and_set_down() -> None:
    plan = _to(_with(interfaces=tuple(i for i in FULL.interfaces if i.name != "x-fw1")))
    assert "ip link set x-fw1 down 2>/dev/null || :" in plan.commands


def test_a_new_router_id_restarts_frr() -> None:
    assert FULL.ospf
    plan = _to(_with(ospf=FULL.ospf.model_dump() | {"router_id": "9.9.9.9"}))
    assert plan.commands == ("chgrp frr /etc/frr/ospfd.conf", "systemctl restart frr", DONE)


def _keyed(key: str | None) -> DeviceConfig:
    """Return the device with another key on its one link."""
    port = next(i for i in FULL.interfaces if i.name == "x-fw1")
    ospf = OspfInterface(cost=20, point_to_point=False, key=SecretStr(key) if key else None)
    others = [i for i in FULL.interfaces if i is not port]
    return FULL.model_copy(update={"interfaces": (*others, port.model_copy(update={"ospf": ospf}))})


def test_a_key_of_neighbours_goes_before_another_comes_and_stands_on_no_command_line() -> None:
    old, new = "theKeyUntilToday", "theKeyOfTomorrow"
    plan = _to(_keyed(new), _keyed(old))
    keyed, gone, given, done = plan.commands
    assert keyed == "chgrp frr /etc/frr/ospfd.conf"
    assert "'no ip ospf message-digest-key 1'" in gone
    assert given.endswith(" /etc/frr/ospfd.conf | vtysh -f /dev/stdin >/dev/null")
    assert done == DONE
    assert not [command for command in plan.commands if old in command or new in command]
    mode, content = plan.files["/etc/frr/ospfd.conf"]
    assert (mode, f" ip ospf message-digest-key 1 md5 {new}\n" in content) == ("0640", True)


def test_what_sed_reads_out_is_an_interface_and_its_key(tmp_path: Path) -> None:
    plan = _to(_keyed("theKeyOfTomorrow"), _keyed(None))
    given, told = plan.commands[1:3]
    file = tmp_path / "ospfd.conf"
    file.write_text(plan.files["/etc/frr/ospfd.conf"][1], encoding="utf-8")
    script = given.replace("/etc/frr/ospfd.conf", str(file)).partition(" | ")[0]
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert read == "interface x-fw1\n ip ospf message-digest-key 1 md5 theKeyOfTomorrow\n"
    assert "-c 'ip ospf authentication message-digest'" in told
    assert "message-digest-key" not in told


def test_a_key_that_is_taken_away_opens_the_file_again() -> None:
    plan = _to(_keyed(None), _keyed("theKeyUntilToday"))
    assert plan.files["/etc/frr/ospfd.conf"][0] == "0644"
    assert "'no ip ospf authentication message-digest' 'no ip ospf message-digest-key 1'" in plan.commands[0]
    assert plan.commands[1:] == (DONE,)


def test_ospf_gone_restarts_frr_without_ospfd() -> None:
    plain = tuple(i.model_copy(update={"ospf": None}) for i in FULL.interfaces)
    plan = _to(_with(ospf=None, interfaces=plain))
    assert plan.commands == ("systemctl restart frr", DONE)
    assert plan.delete == ("/etc/frr/ospfd.conf",)
    assert "ospfd=no" in plan.files["/etc/frr/daemons"][1]


def test_a_switch_port_changes_in_one_transaction() -> None:
    others = tuple(i for i in FULL.interfaces if i.name not in ("p01", "trunk1"))
    ports = (
        Interface(name="p01", switchport=SwitchPort(mode="trunk", trunk=(5,))),
        Interface(name="p02", switchport=SwitchPort(mode="access", access=101)),
    )
    plan = _to(_with(interfaces=(*others, *ports), vlans=(Vlan(id=101, name='neu "x"'), Vlan(id=5))))
    ovs = [command for command in plan.commands if command.startswith("ovs-vsctl")]
    assert len(ovs) == 1
    for words in ("del-port trunk1", "vlan_mode=trunk trunks=5", "vlan_mode=access tag=101", "external_ids vlan-91"):
        assert words in ovs[0]
    assert "del-port p01" not in ovs[0]


@pytest.mark.parametrize(
    ("fields", "commands"),
    [
        ({"snmp": None}, ("systemctl stop snmpd", "systemctl restart lldpd", DONE)),
        ({"lldp": None}, ("systemctl stop lldpd",)),
        ({"tunnels": ()}, ("nft -f /etc/nftables.conf", "systemctl stop strongswan", DONE)),
        ({"ntp_servers": (), "ntp_key": None}, ("systemctl stop chrony",)),
        ({"syslog_servers": ()}, ("systemctl stop rsyslog",)),
        ({"ntp_servers": ("10.1.0.11",)}, ("systemctl restart chrony", DONE)),
        ({"banner": "neu"}, ("systemctl reload ssh", DONE)),
        ({"dns_servers": ()}, ()),
        ({"users": FULL.users[:1]}, ("usermod -L netadmin", "systemctl reload ssh", DONE)),
    ],
)
def test_each_daemon_follows_its_section(fields: dict[str, Any], commands: tuple[str, ...]) -> None:
    assert _to(_with(**fields)).commands == commands


def test_an_agent_forgets_a_user_that_it_is_told_no_more_and_no_other() -> None:
    assert FULL.snmp is not None
    other = FULL.snmp.users[0].model_copy(update={"name": "countynet-2"})
    both = _with(snmp=FULL.snmp.model_copy(update={"users": (*FULL.snmp.users, other)}))
    assert _to(both).commands == ("systemctl restart snmpd", DONE)
    forgets, starts, _done = _to(FULL, both).commands
    assert forgets.startswith("systemctl stop snmpd && ")
    assert "/^usmUser /d" in forgets
    assert starts == "systemctl restart snmpd"


def test_a_tunnel_changed_reloads_and_a_new_one_starts() -> None:
    tunnel = FULL.tunnels[0].model_dump() | {"dpd_seconds": 9, "key": FULL.tunnels[0].key}
    assert _to(_with(tunnels=(tunnel,))).commands == ("systemctl reload strongswan", DONE)
    new = _to(FULL, _with(tunnels=())).commands
    assert new == ("nft -f /etc/nftables.conf", "systemctl restart strongswan", DONE)


def test_a_new_account_is_made_and_a_foreign_one_locked() -> None:
    running = linux.render(FULL).replace("netadmin active\n", "mallory active\n")
    plan = linux.activation(running, linux.render(FULL))
    assert plan.commands[0].startswith("id -u netadmin >/dev/null 2>&1 || useradd")
    assert plan.commands[1:3] == ("usermod -p '*' netadmin", "usermod -L mallory")


def test_no_secret_is_in_a_command() -> None:
    plan = linux.activation(BARE, linux.render(FULL))
    words = "\n".join((*plan.commands, *plan.closing))
    assert "authauth1" not in words
    assert "privpriv1" not in words
    assert FULL.tunnels[0].key.get_secret_value() not in words


def _lan(name: str, **fields: Any) -> DeviceConfig:
    """Return the full example with its LAN's gateway on one interface."""
    gateway = Interface.model_validate({"name": name, "addresses": ["10.21.1.1/24"], **fields})
    return _with(interfaces=[*(i for i in FULL.interfaces if i.name not in ("lan0", name)), gateway])


def test_an_address_that_moves_to_another_interface_is_announced_there_after_frr_has_it() -> None:
    port, routed = _lan("lan0"), _lan("v2", kind="vlan", vlan=2)
    for before, after, name in ((port, routed, "v2"), (routed, port, "lan0")):
        commands = _to(after, before).commands
        (announced,) = [i for i, command in enumerate(commands) if "arp_notify" in command]
        assert f"n={name};" in commands[announced]
        assert "' 10.21.1.1/24 '" in commands[announced]
        assert commands[announced].endswith("|| :"), "it is a courtesy and never fails the change"
        assert all("vtysh" not in command for command in commands[announced + 1 :])


def test_an_address_that_is_new_or_changed_or_gone_is_not_announced() -> None:
    wider = Interface.model_validate({"name": "lan0", "addresses": ["10.21.1.1/24", "10.21.1.2/24"]})
    more = _with(interfaces=[*(i for i in FULL.interfaces if i.name != "lan0"), wider])
    for before, after in ((FULL, more), (more, FULL), (_lan("lan0"), FULL)):
        assert not any("arp_notify" in command for command in _to(after, before).commands)
